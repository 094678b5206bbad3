export { gradeCalibration, RATE_REFRACTORY, uncalibratedDie, uncalibratedTruth, type OtherTruth } from './grade.ts';
export { correlationTruth } from './correlation.ts';
export { joinTimes } from './joins.ts';
export { shortTermTruth } from './drivers.ts';
export { characterisedTruth } from './characterised.ts';
export { conductanceTruth, referenceTruth } from './inputs.ts';
export { macTruth, macValues } from './mac.ts';
export { sharedTruth } from './shared.ts';
export { idealStepTrial, type StepNeuron } from './ideal-patterns.ts';
