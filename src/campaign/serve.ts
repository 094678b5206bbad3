/**
 * The side of the worker thread. A worker entry file is three lines:
 *
 *     import { serveJobs } from '../campaign/serve.ts';
 *     import { prepareEvaluation } from './evaluate.ts';
 *     serveJobs(prepareEvaluation);
 *
 * The same function serves in process (`inProcess` of runJobs), so a thread can compute nothing that the main thread would not. Import this file and not the room's index:
 * every thread pays for what it loads.
 */
import { parentPort } from 'node:worker_threads';
import { InternalError } from '../base/errors.ts';
import { useKernelModule } from '../kernels/index.ts';
import { packError, type PackedError } from './relay.ts';

/** Computes one job. */
export type Work<Job, Result> = (job: Job) => Result | Promise<Result>;

/** Builds, once per thread, the function that computes jobs. Nothing may pass from one job to the next but what does not change the result (caches). */
export type Prepare<Setup, Job, Result> = (setup: Setup) => Work<Job, Result> | Promise<Work<Job, Result>>;

/** What a thread is told first. It may have been started long before: a command that will need threads starts them while it reads its cards. */
export interface ThreadData<Setup> {
  readonly setup: Setup;
  readonly kernels: WebAssembly.Module;
}

/** What a thread is sent: first what it starts with, then one job at a time, so an answer needs no number. */
export type Request<Setup, Job> = { readonly begin: ThreadData<Setup> } | { readonly job: Job };

/** What a thread answers. */
export type Answer<Result> = { readonly result: Result } | { readonly error: PackedError };

/** Computes the jobs that the pool sends to this thread. Call it once, at the end of a worker entry file. */
export function serveJobs<Setup, Job, Result>(prepare: Prepare<Setup, Job, Result>): void {
  const port = parentPort;
  if (port === null) throw new InternalError('serveJobs was called outside a worker thread');
  let setup: Setup;
  let work: ReturnType<typeof prepare> | undefined;
  const answer = async (job: Job): Promise<void> => {
    try {
      // prepared with the first job, so that an error of the preparation is told as the answer to it
      work ??= prepare(setup);
      const compute = await work;
      const result = await compute(job);
      // a result that cannot be cloned throws here and is told as the job's error
      port.postMessage({ result } satisfies Answer<Result>, movedBuffers(result));
    } catch (error) {
      port.postMessage({ error: packError(error) } satisfies Answer<Result>);
    }
  };
  port.on('message', (request: Request<Setup, Job>) => {
    if ('begin' in request) {
      setup = request.begin.setup;
      useKernelModule(request.begin.kernels);
    } else void answer(request.job);
  });
}

const moved = new WeakMap<object, readonly ArrayBuffer[]>();

/**
 * Marks arrays of a result that are moved to the main thread instead of copied; returns the result. They must own their whole buffer and not be used again: a view into the
 * memory of a kernel cannot be moved, copy it first.
 */
export function moving<Result extends object>(result: Result, arrays: readonly ArrayBufferView<ArrayBuffer>[]): Result {
  moved.set(result, [...new Set(arrays.map((array) => array.buffer))]);
  return result;
}

/** The buffers that `moving` marked for a result. */
export function movedBuffers(result: unknown): readonly ArrayBuffer[] {
  return (typeof result === 'object' && result !== null && moved.get(result)) || [];
}
