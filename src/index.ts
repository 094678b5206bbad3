/**
 * The public interface of the package: what a program needs that drives neurolith without its command line. Every job is one function with plain data at both ends; below the
 * jobs stand the parts they are made of. What is not named here may change without notice.
 */

// jobs: from cards to a run directory with its record and its report
export {
  calibrate,
  calibrationYield,
  cardWithDie,
  chipSheet,
  codesign,
  dieCsv,
  dieDifferences,
  dieJson,
  dieSheet,
  emulate,
  intendCalibrate,
  intendCodesign,
  intendEmulate,
  intendReference,
  reference,
  integratorErrors,
  readMeasured,
  regress,
  wiringStudy,
  writeBaselines,
  type CalibrateRequest,
  type CodesignRequest,
  type EmulateRequest,
  type Intent,
  type ReferenceRequest,
  type RegressRequest,
  type RunContext,
  type WiringRequest,
  type WiringRow,
  type WiringStudy,
  type YieldRequest,
} from './codesign/index.ts';
export { keepNoc, loadNetwork, loadTraffic, nocCompare, nocRun, nocSaturate, type LoadedNetwork, type NocRequest } from './sweep/index.ts';
export {
  chipPage,
  chipText,
  dieText,
  differenceText,
  diePage,
  renderPage,
  writeReport,
  type ReportFiles,
  type ReportOptions,
} from './report/index.ts';
export { readNpy, readRunRecord, readSpikes, writeNpy, writeSpikes, type NpyArray } from './store/index.ts';

// cards, recordings, run records
export {
  CalibrationPlanSchema,
  ChipSchema,
  CodesignSchema,
  contractHash,
  ContractSchema,
  countEvidence,
  loadCard,
  LoihiSchema,
  NocSchema,
  parseCard,
  schemaOf,
  SweepSchema,
  traceHash,
  TrafficSchema,
  WorkloadSchema,
  type CalibrationPlan,
  type CalibrationRecord,
  type Capabilities,
  type Card,
  type ChipCard,
  type CodesignPlan,
  type CodesignRecord,
  type Contract,
  type EmulationRecord,
  type Evidence,
  type Evident,
  type Experiment,
  type LoadOptions,
  type LoihiCard,
  type NeuronParameters,
  type NocDesign,
  type NocRecord,
  type NocResult,
  type Recording,
  type ReferenceRecord,
  type RegressRecord,
  type RunRecord,
  type SchemaKind,
  type Setting,
  type SpikeColumns,
  type Substrate,
  type SweepCard,
  type SweepRecord,
  type TrafficCard,
  type WorkloadCard,
} from './model/index.ts';
export {
  CardError,
  ContractError,
  formatQuantity,
  IncompleteError,
  InfeasibleError,
  InternalError,
  NeurolithError,
  parseQuantity,
  UsageError,
  type Mistake,
} from './base/index.ts';

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
  energyOf,
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
  compileDie,
  DieSubstrate,
  runLoihi,
  validateLoihi,
  type CircuitParameters,
  type DieLayout,
  type LoihiRun,
  type LoihiValidation,
} from './chip/index.ts';
export { calibrateDie, type CalibrationTargets, type DieCalibration } from './calibration/index.ts';
export { gradeCalibration, uncalibratedTruth } from './grading/index.ts';

// workloads, teacher and student
export {
  buildNetwork,
  loadWorkload,
  readLavaNetwork,
  stimulusEvents,
  withDelay,
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
export { GridNet, type GridNetSnapshot, type GridPopulation, type GridProjection } from './kernels/grid-net.ts';
export { validateTeacher, type TeacherValidation } from './reference/validate/validate.ts';
export type { CaseBar, TeacherCase } from './reference/validate/case.ts';
export { bind, Emulator, partition, place, runTeacher, setUpEmulation, type Binding, type Emulation } from './emulator/index.ts';

// trained networks in discrete time
export { readNir, type NirGraph, type NirNode } from './network/index.ts';
export { compileNir, divergence, type Discretisation, type Divergence, type NirNetwork, type NirRun } from './reference/index.ts';

// judging
export {
  equivalence,
  FIRING_PATTERNS,
  firingFeatures,
  firingPattern,
  kolmogorovSmirnov,
  twoSampleScores,
  type Equivalence,
  type FiringClass,
  type FiringFeatures,
  type FiringPattern,
  type SeededStatistic,
  type TwoSampleScores,
} from './analysis/index.ts';
export { fidelity, graphOf, graphSummary, spikeTrainsOf, type Fidelity, type GraphSummary, type SpikeTrains } from './analysis/index.ts';
export {
  binarySearch,
  carefulSearch,
  differentialEvolution,
  ditheredSearch,
  goldenSectionSearch,
  gridSearch,
  JointSearch,
  linearSearch,
  paretoFront,
  predictiveSearch,
  randomMethod,
  refinedSearch,
  runSearch,
  separableCmaEs,
  type CarefulOptions,
  type CodeSearch,
  type CodeSearchResult,
  type CodeSearchSpec,
  type JointMethod,
  type JointOptions,
  type JointResult,
  type LinearOptions,
  type MethodOptions,
  type PredictiveOptions,
  type Sense,
} from './search/index.ts';

// other simulators' files
export { readSonata, type SonataEdges, type SonataNetwork, type SonataPopulation, type SonataType } from './network/index.ts';
export { runIntFire, type IntFireNetwork, type TimedSpikes } from './reference/index.ts';
export {
  readSpikeFile,
  runSpikes,
  SPIKE_FORMATS,
  writeSpikeFile,
  type SpikeFormat,
  type SpikeTable,
  type SpikeTrain,
} from './store/index.ts';
