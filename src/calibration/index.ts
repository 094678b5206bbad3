export { measureChannelOffsets, type ChannelOffsets } from './cadc-offset.ts';
export { calibrateDie, type CalibrationTargets, type EarlierCalibration, type DieCalibration } from './calibrate.ts';
export { calibrateAdex, type AdexAim } from './adex/adex.ts';
export { type AdexTargets } from './adex/adex-routines.ts';
export { fitPattern, stepTrial, type PatternEffort, type PatternFit } from './adex/pattern-fit.ts';
export { countKept, type PatternGoal } from './adex/pattern-loss.ts';
export { calibrateRate } from './rate.ts';
export { deriveOrder, type RoutineNode } from './order.ts';
