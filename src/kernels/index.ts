export { LifBank, type LifBankOptions, type LifRun, type LifRunOptions, type LifSnapshot } from './lif-bank.ts';
export { LIF_FIELDS, LIF_STATE, type LifField, type LifStateField } from './lif-layout.ts';
export { instantiate, kernelModule, useKernelModule, type Kernels } from './load.ts';
export { KernelMemory } from './memory.ts';
export { ARRIVAL_WORDS, DROP_WORDS, OFFER_WORDS, ROUTER_LIMITS, RouterNet, type RouterCounts, type RouterTables } from './router-net.ts';
export { RouterTraffic } from './router-traffic.ts';
export type { DenseRows, SparseRows } from './synapse-rows.ts';
