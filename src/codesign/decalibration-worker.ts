/** Worker side of a decalibration experiment. */
import { serveJobs } from '../campaign/serve.ts';
import { prepareDecalibration } from './decalibration.ts';

serveJobs(prepareDecalibration);
