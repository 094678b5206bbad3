export { blamingCard } from './blaming-card.ts';
export { factsOf, QUANTITY_NAMES, type QuantityName } from './calibration-quantities.ts';
export { admit, contractHash, ContractSchema, EVENT_KINDS, REGIMES, type Contract, type EventKind, type Regime } from './contract.ts';
export { didYouMean } from './did-you-mean.ts';
export { countEvidence, type EvidenceCount } from './evidence.ts';
export { CARD_KINDS, schemaOf, type SchemaKind } from './kinds.ts';
export { CARD_FOLDERS, namesIn, SHIPPED } from './layers.ts';
export { kindOfCard, loadCard, parseCard, type Card, type LoadOptions } from './load.ts';
export { readTextFile } from './read-text.ts';
export { EVIDENCE, evident, fraction, integer, number, quantity, word, type Evidence, type Evident, type Range } from './quantity.ts';
export {
  sortSpikes,
  traceHash,
  type CorrelationRows,
  type CounterRows,
  type Recording,
  type SampleRows,
  type SpikeColumns,
} from './recording.ts';
export type * from './results/index.ts';
export {
  MODEL_VERSION,
  type CalibrationRecord,
  type CodesignRecord,
  type DecalibrationRecord,
  type SharedCalibrationRecord,
  type EmulationRecord,
  type NocRecord,
  type PatternsRecord,
  type Provenance,
  type ReferenceRecord,
  type RegressRecord,
  type RunRecord,
  type SweepRecord,
} from './run-record.ts';
export { ChipSchema, type ChipCard } from './schemas/chip.ts';
export { mismatchOf, variationOf, type VariationName } from './schemas/chip/layers.ts';
export { DIE_PARAMETERS, type DieParameter, type MeasuredDie } from './schemas/chip/measured.ts';
export { DYNAPSE_DIE_PARAMETERS, type DynapseDieParameter } from './schemas/chip/measured-dynapse.ts';
export type { BiasCapabilities, BiasChange, BiasCodes, BiasEvents, BiasExperiment, BiasReadings, BiasSubstrate } from './bias-substrate.ts';
export { FamilySchema, LoihiSchema, type LoihiCard } from './schemas/chip-loihi.ts';
export {
  DYNAPSE_BIASES,
  DYNAPSE_SYNAPSES,
  DynapseSchema,
  type DynapseBias,
  type DynapseCard,
  type DynapseSynapse,
  type MeasuredDynapse,
} from './schemas/chip-dynapse.ts';
export { PATTERN_NAMES, PatternsSchema, type PatternCard, type PatternName, type PatternsPlan } from './schemas/patterns.ts';
export { ToleranceSchema, type Tolerance } from './schemas/tolerance.ts';
export { CalibratedSchema, type Calibrated } from './schemas/calibrated.ts';
export { CORE_QUANTITIES, CORE_QUANTITY_NAMES, type CoreQuantityName } from './core-quantities.ts';
export { CalibratedCoresSchema, type CalibratedCores } from './schemas/calibrated-cores.ts';
export { CoreEffortSchema, CoresPlanSchema, type CorePlanEffort, type CoresPlan } from './schemas/cores.ts';
export { GatesSchema, type Gates } from './schemas/gates.ts';
export { NocSchema, type NocDesign } from './schemas/noc.ts';
export {
  CalibrationEffortSchema,
  CalibrationPlanSchema,
  CodesignSchema,
  MappingSchema,
  OBJECTIVES,
  type CalibrationEffort,
  type CalibrationPlan,
  type CodesignPlan,
  type MappingPlan,
  type ObjectiveName,
} from './schemas/plan.ts';
export { SweepSchema, type SweepAxis, type SweepCard } from './schemas/sweep.ts';
export { TrafficSchema, type MeasurePlan, type Pattern, type TrafficCard } from './schemas/traffic.ts';
export type { Capabilities } from './capabilities.ts';
export { NEURON_CELLS, type NeuronCell } from './neuron-cells.ts';
export {
  LEAK_MODES,
  type Bill,
  type CorrelationCurrents,
  type CorrelationTrim,
  type Experiment,
  type Instrument,
  type Join,
  type LeakMode,
  type NeuronParameters,
  type Probe,
  type RowEvent,
  type Setting,
  type ShortTermCodes,
  type Stimulus,
  type Substrate,
  type SubstrateState,
} from './substrate.ts';
export { MASS_VARIABLES, MassSchema, type MassCard } from './schemas/mass.ts';
export { TrainedSchema, type TrainedCard } from './schemas/trained.ts';
export { WorkloadSchema, type WorkloadCard, type WorkloadPlasticity, type WorkloadPopulation } from './schemas/workload.ts';
export type { MacCapabilities, MacSubstrate, MacWeights } from './mac-substrate.ts';
