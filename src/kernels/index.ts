export { LifBank, type LifBankOptions, type LifRun, type LifRunOptions, type LifSnapshot } from './lif-bank.ts';
export { LIF_FIELDS, LIF_STATE, type LifField, type LifStateField } from './lif-layout.ts';
export { instantiate, kernelModule, useKernelModule, type Kernels } from './load.ts';
export { KernelMemory } from './memory.ts';
export type { DenseRows, SparseRows } from './synapse-rows.ts';
