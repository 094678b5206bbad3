/** Worker side of a yield campaign. */
import { serveJobs } from '../campaign/serve.ts';
import { prepareYield } from './yield.ts';

serveJobs(prepareYield);
