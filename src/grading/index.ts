export { gradeCalibration, RATE_REFRACTORY, uncalibratedTruth } from './grade.ts';
export { idealStepTrial, type StepNeuron } from './ideal-patterns.ts';
