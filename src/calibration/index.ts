export { measureChannelOffsets, type ChannelOffsets } from './cadc-offset.ts';
export { calibrateDie, type CalibrationTargets, type DieCalibration } from './calibrate.ts';
export { deriveOrder, type RoutineNode } from './order.ts';
