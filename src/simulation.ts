/**
 * The part of the public interface that simulates: networks-on-chip, chips, workloads on the teacher and on the student, trained networks. All of it is exported by `index.ts`.
 */

// network-on-chip, without a chip
export {
  areaOf,
  BernoulliSource,
  codecBits,
  codecRanges,
  compileNoc,
  compileTraffic,
  coreGroups,
  decodeSpikes,
  encodeSpikes,
  dumpPackets,
  energyOf,
  estimateLoad,
  runOutputQueued,
  findSaturation,
  latencyLoadCurve,
  inSeconds,
  meanZeroLoadLatency,
  measure,
  measurePackets,
  measureSpikes,
  NocNetwork,
  readArrivalProcess,
  readPacketList,
  readTrace,
  readTrafficPattern,
  replayTrace,
  SpikeNetwork,
  type ArrivalProcess,
  type Certificate,
  type Measurement,
  type MeasureOptions,
  type NocLayout,
  type Saturation,
  type SpikeAccounts,
  type SpikeCodec,
  type SpikeMeasurement,
  type Traffic,
  type TrafficSpec,
} from './noc/index.ts';

// chip, without a network-on-chip
export {
  backgroundRowEvents,
  compileDie,
  DieSubstrate,
  biasCurrent,
  compileDynapseDie,
  designBiases,
  designCurrents,
  dynapseParameters,
  DynapseNeurons,
  DynapsePart,
  nearestBias,
  runLoihi,
  validateLoihi,
  type CircuitParameters,
  type DieLayout,
  type BiasCode,
  type CoreBiases,
  type DynapseDie,
  type DynapseParameters,
  type LoihiRun,
  type LoihiValidation,
} from './chip/index.ts';
export { calibrateDie, type CalibrationTargets, type DieCalibration } from './calibration/index.ts';
export { gradeCalibration, uncalibratedTruth } from './grading/index.ts';

// workloads, teacher and student
export {
  buildNetwork,
  currentChanges,
  loadWorkload,
  readLavaNetwork,
  stimulusEvents,
  withDelay,
  type CurrentChanges,
  type Network,
  type StimulusEvents,
} from './network/index.ts';
export {
  brunelNetwork,
  CELL_MODELS,
  GridAdex,
  GridLifDelta,
  GridLifExp,
  GridNetwork,
  microcircuitNetwork,
  pairStdpCourse,
  GridThreads,
  ParallelGrid,
  rowsOf,
  runAdexNetwork,
  runCell,
  runNetwork,
  TEACHER_TICKS_PER_SECOND,
  teacherOf,
  tripletStdpCourse,
  tsodyksMarkramCourse,
  tsodyksMarkramSteadyState,
  type AdexNetwork,
  type CellCase,
  type CellModel,
  type CellRun,
  type GridBank,
  type GridRun,
  type GridSynapses,
  type LifNetwork,
  type NetworkRun,
  type PairStdp,
  type TeacherMethod,
  type TeacherSnapshot,
  type TripletStdp,
  type TsodyksMarkram,
  type WeightCourse,
  type WorkloadTeacher,
  TeacherSubstrate,
  type TeacherBench,
} from './reference/index.ts';
export type { GridNetSnapshot, GridPopulation, GridProjection } from './kernels/grid-net-types.ts';
export { GridNet } from './kernels/grid-net.ts';
export { validateMicrocircuit, type MicrocircuitRequest, type MicrocircuitValidation } from './reference/validate/microcircuit.ts';
export { validateTeacher, type TeacherValidation } from './reference/validate/validate.ts';
export type { CaseBar, TeacherCase } from './reference/validate/case.ts';
export { bind, Emulator, partition, place, runTeacher, setUpEmulation, type Binding, type Emulation } from './emulator/index.ts';

// trained networks in discrete time
export { readNir, type NirGraph, type NirNode } from './network/index.ts';
export { compileNir, divergence, runLava, type Discretisation, type Divergence, type NirNetwork, type NirRun } from './reference/index.ts';
