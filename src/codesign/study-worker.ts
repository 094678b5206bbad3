/** Worker side of a study: serves its jobs. */
import { serveJobs } from '../campaign/serve.ts';
import { prepareStudy } from './schedule.ts';

serveJobs(prepareStudy);
