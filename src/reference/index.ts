export { CELL_MODELS, runCell, type CellCase, type CellModel, type CellOptions, type CellRun } from './single-cell.ts';
export { DEFAULT_TOLERANCE, type Cell } from './cell.ts';
export { AdexCell, type AdexParameters } from './adex-cell.ts';
export { LifConductanceCell, type LifConductanceParameters } from './lif-conductance-cell.ts';
export { LifCurrentCell, type LifCurrentParameters } from './lif-current-cell.ts';
export { LifBank, type LifColumns, type LifState } from './lif-bank.ts';
export type { NeuronBank } from './neuron-bank.ts';
export { DormandPrince, stepFactor, type Derivative } from './dormand-prince.ts';
export { peakOfUnitPsp, unitPsp } from './psp.ts';
export {
  restingState,
  runNetwork,
  type ExternalEvents,
  type LifNetwork,
  type LifNeurons,
  type NetworkOptions,
  type NetworkRun,
  type NetworkState,
  type PendingArrivals,
  type PreciseSpikes,
  type SynapseTable,
  type VoltageProbes,
} from './network.ts';
