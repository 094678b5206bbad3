/** Worker side of a sweep: serves its points. */
import { serveJobs } from '../campaign/serve.ts';
import { prepareSweep } from './sweep-work.ts';

serveJobs(prepareSweep);
