export { gradeCalibration, uncalibratedTruth } from './grade.ts';
