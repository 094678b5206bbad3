/** Worker side of a calibration campaign. */
import { serveJobs } from '../campaign/serve.ts';
import { prepareCalibration } from './calibrate.ts';

serveJobs(prepareCalibration);
