/** Worker side of a campaign over firing patterns. */
import { serveJobs } from '../campaign/serve.ts';
import { preparePatterns } from './patterns.ts';

serveJobs(preparePatterns);
