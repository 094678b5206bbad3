export { gradeCalibration, uncalibratedTruth } from './grade.ts';
export { idealStepTrial, type StepNeuron } from './ideal-patterns.ts';
