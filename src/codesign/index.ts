export { analyseSpikes, analyseSweeps, type AnalyseRequest } from './analyse.ts';
export { calibrate, intendCalibrate, type CalibrateRequest } from './calibrate.ts';
export { calibrateDynapse, designAim, type DynapseCalibration } from './calibrate-dynapse.ts';
export { designTargets, expectedReadings, medianDie, nominalDie } from './core-model.ts';
export { calibratedCores } from './calibrated-cores.ts';
export { calibrateSharedBiases, intendSharedCalibration } from './shared-calibration.ts';
export { sharedCalibratedDie } from './shared-record.ts';
export { loadGates } from './load-gates.ts';
export { codesign, intendCodesign, type CodesignRequest } from './codesign.ts';
export { calibrationYield, intendYield, type YieldRequest } from './yield.ts';
export type { RunContext } from './context.ts';
export { compareRuns, type CompareRequest } from './compare.ts';
export { checkContract, contractOf, violations, type Observed } from './contract.ts';
export { decalibration, type DecalibrationRequest } from './decalibration.ts';
export { emulate, intendEmulate } from './emulate.ts';
export type { EmulateRequest } from './emulate-request.ts';
export { importWorkload, writeImported } from './import/import.ts';
export type { ImportedFile, ImportedWorkload, ImportOptions } from './import/imported.ts';
export { runMass, type MassRun } from './mass.ts';
export { runTrained, type TrainedRun } from './trained.ts';
export type { Intent } from './intent.ts';
export { intendReference, reference, type ReferenceRequest } from './reference.ts';
export { intendPatterns, patterns, type PatternsRequest } from './patterns.ts';
export { regress, writeBaselines, type RegressRequest } from './regress/regress.ts';
export { resolveStudy, type Study, type StudyOptions } from './study.ts';
export type { CardFiles } from './study-cards.ts';
export { cardFile, chipFamily, findCard } from './workspace.ts';
export { wiringStudy, type WiringRequest, type WiringRow, type WiringStudy } from './wiring-study.ts';
export {
  cardWithDie,
  chipSheet,
  dieCsv,
  dieDifferences,
  dieJson,
  dieSheet,
  dynapseCsv,
  dynapseDieSheet,
  dynapseDifferences,
  dynapseJson,
  dynapseSheet,
  FIRING_CASES,
  integratorErrors,
  loihiDieSheet,
  loihiSheet,
  macRun,
  openChip,
  readMeasured,
  readMeasuredDynapse,
  teacherCase,
  type DieLabel,
  type FiringCase,
  type Imported,
  type MacRequest,
  type MacRun,
  type NamedDies,
  type OpenChip,
} from './sheets/index.ts';
export {
  CHIP_GROUPS,
  validateChip,
  type ChipBar,
  type ChipValidation,
  type ChipValidationOptions,
  type RetentionCell,
} from './chip-validation/index.ts';
