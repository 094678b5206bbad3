export { chipSheet } from './chip-sheet.ts';
export { dynapseDieSheet, dynapseSheet } from './dynapse-sheet.ts';
export { dieDifferences, dieSheet } from './die-sheet.ts';
export { cardWithDie, dieCsv, dieJson, readMeasured, type DieLabel } from './die-file.ts';
export { dynapseCsv, dynapseDifferences, dynapseJson, readMeasuredDynapse } from './dynapse-file.ts';
export { FIRING_CASES, integratorErrors, teacherCase, type FiringCase } from './firing-cases.ts';
export { macRun, type MacRequest, type MacRun } from './mac-run.ts';
export { openChip, type Imported, type NamedDies, type OpenChip } from './families.ts';
export { loihiDieSheet, loihiSheet } from './loihi-sheet.ts';
