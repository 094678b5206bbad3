export { annealed } from './annealing.ts';
export { DpiBank, DPI_FIELDS, DPI_STATE, type DpiBankOptions, type DpiField, type DpiRun } from './dpi-bank.ts';
export { LifBank } from './lif-bank.ts';
export type { AdexBankOptions, LifBankOptions, LifRun, LifRunOptions, LifSnapshot } from './lif-bank-types.ts';
export { ADEX_FIELDS, LIF_FIELDS, LIF_STATE, type BankField, type LifField, type LifStateField } from './lif-layout.ts';
export { instantiate, kernelModule, useKernelModule, type Kernels } from './load.ts';
export { KernelMemory, reusingMemory } from './memory.ts';
export { PacketTally, type FlowTally, type FlowTotals, type StepTally } from './packet-tally.ts';
export { evenedOut, firstLayers, longestFirst, NO_LAYER } from './route-layers.ts';
export { balancedLinks, type LinkPaths } from './route-paths.ts';
export { RouterNet, type RouterSnapshot } from './router-net.ts';
export {
  areCommon,
  ARRIVAL_WORDS,
  DROP_WORDS,
  HOLDING_WORDS,
  OFFER_WORDS,
  CHOOSES,
  ROUTER_LIMITS,
  type RouterOptions,
  type RouterCounts,
  type RouterTables,
} from './router-tables.ts';
export type { RouterTree } from './router-trees.ts';
export { RouterTraffic, type DestinationWeights } from './router-traffic.ts';
export { WINDOW_LIMITS, WindowRunner, type WindowRoute } from './window-runner.ts';
export type { DenseRows, SliceEvents, SparseRows } from './synapse-rows.ts';
