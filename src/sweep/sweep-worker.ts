/** Worker side of a sweep: serves its points. The build makes one file of it and of what it needs (sweep-worker.bundle.js), which a thread reads in a twentieth of the time. */
import { serveJobs } from '../campaign/serve.ts';
import { prepareSweep } from './sweep-work.ts';
import { warmUp } from './warm-up.ts';

serveJobs(prepareSweep);
await warmUp();
