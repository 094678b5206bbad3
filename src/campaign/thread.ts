/** One worker thread of a pool: takes one job, answers, takes the next. Whatever way a thread can end (an exception, process.exit, lack of memory), the job it had fails. */
import { Worker } from 'node:worker_threads';
import { IncompleteError, InternalError } from '../base/index.ts';
import { unpackError } from './relay.ts';
import type { Answer, Request, ThreadData } from './serve.ts';

interface Pending<Result> {
  /** What the job is, in messages. */
  readonly name: string;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that runs a built worker file. */
export class JobThread<Setup, Job, Result> {
  readonly #worker: Worker;
  readonly #module: URL;
  #pending: Pending<Result> | undefined;
  #answered = false;
  #ended = false;

  /** `started` is a thread of the same module that has been started already and told nothing. */
  constructor(module: URL, data: ThreadData<Setup>, heapMegabytes: number | undefined, started?: Worker) {
    this.#module = module;
    this.#worker =
      started ?? new Worker(module, heapMegabytes === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: heapMegabytes } });
    this.#worker.ref();
    this.#worker.postMessage({ begin: data } satisfies Request<Setup, Job>);
    this.#worker.on('message', (answer: Answer<Result>) => {
      this.#answered = true;
      const pending = this.#take();
      if ('error' in answer) pending?.reject(unpackError(answer.error));
      else pending?.resolve(answer.result);
    });
    this.#worker.on('messageerror', (error) => {
      this.#fail((name) => new InternalError(`the result of ${name} could not be read: ${error.message}`, { cause: error }));
    });
    this.#worker.on('error', (error: Error) => {
      this.#fail((name) => this.#reasonOf(error, name));
    });
    this.#worker.on('exit', (code) => {
      this.#ended = true;
      this.#fail((name) => new IncompleteError(`the worker ended with exit code ${String(code)} while it computed ${name}`));
    });
  }

  /** Computes one job. Rejects with the error of the job, or with one that names the job when the thread ends. One call at a time. */
  async compute(job: Job, name: string): Promise<Result> {
    if (this.#pending !== undefined) throw new InternalError(`a worker was given ${name} while it computes ${this.#pending.name}`);
    return new Promise((resolve, reject) => {
      this.#pending = { name, resolve, reject };
      if (this.#ended) this.#fail(() => new IncompleteError(`the worker ended before it computed ${name}`));
      else this.#worker.postMessage({ job } satisfies Request<Setup, Job>);
    });
  }

  /** Ends the thread, in the middle of a job if need be. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(): Pending<Result> | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    return pending;
  }

  #fail(reason: (name: string) => Error): void {
    const pending = this.#take();
    pending?.reject(reason(pending.name));
  }

  #reasonOf(error: Error, name: string): Error {
    if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      return new IncompleteError(`a worker ran out of memory while it computed ${name}; fewer workers or smaller points would do`, {
        cause: error,
      });
    }
    const place = this.#answered
      ? `the worker broke down while it computed ${name}`
      : `the worker ${this.#module.pathname} broke down at ${name}`;
    return new InternalError(`${place}: ${error.message}`, { cause: error });
  }
}
