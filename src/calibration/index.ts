export { measureChannelOffsets, type ChannelOffsets } from './cadc-offset.ts';
export { calibrateDie, type CalibrationTargets, type EarlierCalibration, type DieCalibration } from './calibrate.ts';
export { calibrateAdex, type AdexAim } from './adex.ts';
export { type AdexTargets } from './adex-routines.ts';
export { fitPattern, stepTrial, type PatternEffort, type PatternFit } from './pattern-fit.ts';
export { countKept, type PatternGoal } from './pattern-loss.ts';
export { calibrateRate } from './rate.ts';
export { deriveOrder, type RoutineNode } from './order.ts';
