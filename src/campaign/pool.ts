/**
 * A pool of worker threads. Each thread computes one job at a time and takes the next when it is done, so long and short jobs even out; results are told as they come and
 * returned in the order of the jobs, so the number of workers cannot be seen in them. With one worker and an in-process function no thread is started.
 */
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { InternalError } from '../base/index.ts';
import { kernelModule } from '../kernels/index.ts';
import { movedBuffers, type Prepare } from './serve.ts';
import { StoppedError } from './stopped.ts';
import { JobThread } from './thread.ts';

/** What computes jobs, in threads and in process. */
export interface JobKind<Setup, Job, Result> {
  /** A built worker file (in dist) that calls `serveJobs` with the same function. */
  readonly module: URL;
  /** Sent once to every thread. Plain data. */
  readonly setup: Setup;
  /** Threads of this module that were started ahead of time; those that are not needed are ended. */
  readonly started?: readonly Worker[] | undefined;
  /** Used with 0 or 1 workers instead of a thread. */
  readonly inProcess?: Prepare<Setup, Job, Result>;
}

/** Jobs for a pool. */
export interface JobOptions<Setup, Job, Result> extends JobKind<Setup, Job, Result> {
  readonly workers: number;
  /** Plain data each. */
  readonly jobs: readonly Job[];
  /** Jobs with the same word share what a thread remembers: a thread goes on with the jobs of its word, then takes a word that no thread has, then helps where most is left. */
  readonly affinity?: ((job: Job) => string) | undefined;
  /** How long a job takes, in any unit: of the jobs of one word the longest go first, so that no thread ends long after the others. Equal ones keep their order. */
  readonly cost?: ((job: Job) => number) | undefined;
  /** Called in the order in which jobs end, never twice at a time and never after runJobs has settled. An error in it stops the pool. */
  readonly onResult?: (index: number, result: Result) => void | Promise<void>;
  /** Called with the job whose error stops the pool. */
  readonly onFailure?: (index: number, error: Error) => void;
  /** On abort the running jobs end, no new one begins. */
  readonly signal?: AbortSignal | undefined;
  /** What a job is called in messages. */
  readonly nameOf?: (job: Job, index: number) => string;
  /** Limit of the JavaScript heap of each thread; Node's own unless given. */
  readonly heapMegabytes?: number | undefined;
}

/**
 * Computes all jobs; the results are in the order of the jobs. Throws the first error of a job after ending all threads, and StoppedError when `signal` left jobs undone
 * (those that ended have been told to `onResult`).
 */
export async function runJobs<Setup, Job, Result>(options: JobOptions<Setup, Job, Result>): Promise<Result[]> {
  const { workers, jobs, inProcess } = options;
  if (!Number.isSafeInteger(workers) || workers < 0) throw new InternalError(`${String(workers)} is no number of workers`);
  const queue = new Queue(options);
  if (jobs.length > 0) {
    if (workers <= 1 && inProcess !== undefined) await runHere(queue, options.setup, inProcess);
    else await runInThreads(queue, options);
  }
  return queue.finish();
}

/** The jobs left to do and the results so far. */
class Queue<Setup, Job, Result> {
  readonly #options: JobOptions<Setup, Job, Result>;
  readonly #results: Result[] = [];
  /** Jobs that nobody has begun, by the word of their affinity. */
  readonly #waiting = new Map<string, number[]>();
  readonly #taken = new Set<string>();
  #done = 0;
  #failed = false;
  #told: Promise<void> = Promise.resolve();

  constructor(options: JobOptions<Setup, Job, Result>) {
    this.#options = options;
    for (const [index, job] of options.jobs.entries()) {
      const word = options.affinity?.(job) ?? '';
      const known = this.#waiting.get(word);
      if (known === undefined) this.#waiting.set(word, [index]);
      else known.push(index);
    }
    const { jobs, cost } = options;
    for (const list of this.#waiting.values()) {
      if (cost !== undefined) list.sort((a, b) => cost(jobs[b]!) - cost(jobs[a]!) || a - b);
      list.reverse();
    }
  }

  /**
   * Computes jobs with `compute`, one after the other, until there are no more, or an error or a stop request ends the pool. A result is told while the next job is computed: writing it
   * down takes longer than a short job may.
   */
  async drain(compute: (job: Job, name: string) => Promise<Result>): Promise<void> {
    let word: string | undefined;
    let told: Promise<void> = Promise.resolve();
    while (this.#mayBegin()) {
      word = this.#wordAfter(word);
      const index = this.#takeOf(word);
      let result: Result;
      try {
        result = await compute(this.#options.jobs[index]!, this.#nameOf(index));
      } catch (error) {
        // threads that are ended because of an error fail too: the first one counts
        if (!this.#failed) this.#options.onFailure?.(index, error as Error);
        this.#failed = true;
        throw error;
      }
      await told;
      told = this.#tell(index, result);
      // an error is thrown by the next await; until then it is not unhandled
      told.catch(() => undefined);
    }
    await told;
  }

  finish(): Result[] {
    const { jobs } = this.#options;
    if (this.#done < jobs.length)
      throw new StoppedError(`stopped on request: ${String(this.#done)} of ${String(jobs.length)} jobs are done`);
    return this.#results;
  }

  #mayBegin(): boolean {
    return this.#waiting.size > 0 && !this.#failed && this.#options.signal?.aborted !== true;
  }

  #wordAfter(word: string | undefined): string {
    if (word !== undefined && this.#waiting.has(word)) return word;
    let most: string | undefined;
    for (const [other, list] of this.#waiting) {
      if (!this.#taken.has(other)) return other;
      if (most === undefined || list.length > this.#waiting.get(most)!.length) most = other;
    }
    return most!;
  }

  #takeOf(word: string): number {
    this.#taken.add(word);
    const list = this.#waiting.get(word)!;
    const index = list.pop()!;
    if (list.length === 0) this.#waiting.delete(word);
    return index;
  }

  /** One after the other; after an error in `onResult` the chain stays rejected and nobody is told any more. */
  async #tell(index: number, result: Result): Promise<void> {
    const earlier = this.#told;
    this.#told = (async () => {
      await earlier;
      try {
        await this.#options.onResult?.(index, result);
      } catch (error) {
        this.#failed = true;
        throw error;
      }
      this.#results[index] = result;
      this.#done++;
    })();
    return this.#told;
  }

  #nameOf(index: number): string {
    const { jobs, nameOf } = this.#options;
    return nameOf?.(jobs[index]!, index) ?? `job ${String(index + 1)} of ${String(jobs.length)}`;
  }
}

/** Data is cloned as on the way to a thread and back: a job that changes its setup, or returns what cannot be sent, shows it with one worker too. */
async function runHere<Setup, Job, Result>(
  queue: Queue<Setup, Job, Result>,
  setup: Setup,
  prepare: Prepare<Setup, Job, Result>,
): Promise<void> {
  let work: ReturnType<typeof prepare> | undefined;
  await queue.drain(async (job) => {
    // a macrotask between jobs: without it, jobs that never wait would keep signals and timers from being seen
    await setImmediate();
    work ??= prepare(structuredClone(setup));
    const compute = await work;
    const result = await compute(structuredClone(job));
    return structuredClone(result, { transfer: [...movedBuffers(result)] });
  });
}

async function runInThreads<Setup, Job, Result>(
  queue: Queue<Setup, Job, Result>,
  { workers, module, setup, jobs, heapMegabytes, started = [] }: JobOptions<Setup, Job, Result>,
): Promise<void> {
  const data = { setup, kernels: kernelModule() };
  const threads: JobThread<Setup, Job, Result>[] = [];
  const drains: Promise<void>[] = [];
  const count = Math.min(Math.max(workers, 1), jobs.length);
  const end = async (): Promise<unknown> =>
    Promise.all([...threads.map(async (thread) => thread.end()), ...started.slice(count).map(async (worker) => worker.terminate())]);
  try {
    for (let k = 0; k < count; k++) {
      const thread = new JobThread<Setup, Job, Result>(module, data, heapMegabytes, started[k]);
      threads.push(thread);
      drains.push(queue.drain(async (job, name) => thread.compute(job, name)));
    }
    await Promise.all(drains);
  } catch (error) {
    await end();
    await Promise.allSettled(drains);
    throw error;
  }
  // threads without work take tens of milliseconds to end: nobody need wait for them
  void end();
}
