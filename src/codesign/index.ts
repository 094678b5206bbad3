export { calibrate, intendCalibrate, type CalibrateRequest } from './calibrate.ts';
export { codesign, intendCodesign, type CodesignRequest } from './codesign.ts';
export type { RunContext } from './context.ts';
export { checkContract, contractOf, violations, type Observed } from './contract.ts';
export { emulate, intendEmulate, type EmulateRequest } from './emulate.ts';
export type { Intent } from './intent.ts';
export { regress, writeBaselines, type RegressRequest } from './regress.ts';
export { resolveStudy, type CardFiles, type Study, type StudyOptions } from './study.ts';
export { cardFile, findCard } from './workspace.ts';
