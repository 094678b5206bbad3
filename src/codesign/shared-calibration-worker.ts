/** Worker side of a campaign that calibrates dies of shared biases. */
import { serveJobs } from '../campaign/serve.ts';
import { prepareSharedCalibration } from './shared-calibration.ts';

serveJobs(prepareSharedCalibration);
