export { runCell, type CellCase, type CellOptions, type CellRun } from './cells/single-cell.ts';
export { CELL_MODELS, type CellModel } from './cells/cell-models.ts';
export { DEFAULT_TOLERANCE, type Cell, type Injected } from './cells/cell.ts';
export { UpstrokeCell, type UpstrokeModel } from './cells/upstroke-cell.ts';
export { AdexDendriteCell, type AdexDendriteParameters } from './cells/adex-dendrite-cell.ts';
export { IzhikevichCell, type IzhikevichParameters } from './cells/izhikevich-cell.ts';
export { SmoothCell, type SmoothModel } from './cells/smooth-cell.ts';
export { hodgkinHuxley, type HodgkinHuxleyParameters } from './cells/hodgkin-huxley.ts';
export { epileptor, jansenRit, wilsonCowan } from './cells/neural-mass.ts';
export { PassiveCell, type PassiveParameters } from './cells/passive-cell.ts';
export { AdexCell, type AdexParameters } from './cells/adex-cell.ts';
export { LifConductanceCell, type LifConductanceParameters } from './cells/lif-conductance-cell.ts';
export { LifCurrentCell, type LifCurrentParameters } from './cells/lif-current-cell.ts';
export { LifBank, type LifColumns, type LifState } from './banks/lif-bank.ts';
export type { NeuronBank } from './banks/neuron-bank.ts';
export { DormandPrince, stepFactor, type Derivative } from './dormand-prince.ts';
export { peakOfAlphaPsp } from './membrane/alpha-psp.ts';
export { peakOfUnitPsp, unitPsp } from './psp.ts';
export {
  restingState,
  runNetwork,
  type ExternalEvents,
  type DriveChanges,
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
export {
  pairStdpCourse,
  tripletStdpCourse,
  tsodyksMarkramCourse,
  tsodyksMarkramSteadyState,
  type PairStdp,
  type Pairing,
  type TripletStdp,
  type TsodyksMarkram,
  type WeightCourse,
} from './plasticity.ts';
export {
  GridLifDelta,
  GridLifExp,
  lifPropagators,
  type GridLifParameters,
  type LifPropagators,
  type SynapticTimes,
} from './grid/grid-lif.ts';
export { GridAdex, type GridAdexParameters } from './grid/grid-adex.ts';
export { GridNetwork, rowsOf, type GridRun, type GridSnapshot, type GridSynapses } from './grid/grid-network.ts';
export type { GridBank } from './grid/grid-bank.ts';
export { comparedSteps, differingCells, divergence, seededInput, type Divergence } from './nir/divergence.ts';
export { updateOf, type Discretisation, type Update } from './nir/population.ts';
export { runLava } from './lava-dl.ts';
export { compileNir, type NirNetwork, type NirRun, type StepSpikes } from './nir/run.ts';
export { AdexBank, type AdexState } from './banks/adex-bank.ts';
export type { AdexColumns } from './cells/adex-course.ts';
export { runAdexNetwork, type AdexNetwork, type AdexNeurons } from './adex-network.ts';
export {
  brunelNetwork,
  microcircuitNetwork,
  type BrunelOptions,
  type KnownNetwork,
  type MicrocircuitOptions,
} from './grid/known-networks.ts';
export { TeacherSubstrate, type TeacherBench } from './teacher-substrate.ts';
export { runIntFire, type IntFireNetwork, type TimedSpikes } from './intfire.ts';
export { TEACHER_TICKS_PER_SECOND, type TeacherMethod, type TeacherSnapshot, type WorkloadTeacher } from './workload/method.ts';
export { teacherOf } from './workload/teacher.ts';
export { describePlasticity } from './workload/plastic.ts';
export { ParallelGrid } from './grid/parallel-grid.ts';
export { GridThreads } from './workload/grid-threads.ts';
