/**
 * A workload in mode `grid` on several threads: each holds a share of every population (grid-share.ts) with whatever model it is of, and the threads exchange their spikes after every
 * step through shared memory. Spikes, weights and snapshots are those of one thread bit by bit; a run goes on from a snapshot with any number of threads.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { InfeasibleError } from '../../base/index.ts';
import type { WorkloadCard } from '../../model/index.ts';
import type { Network } from '../../network/index.ts';
import { exchangeBuffer } from '../grid/step-exchange.ts';
import type { PreciseSpikes } from '../network.ts';
import { longestDelayOf } from './grid.ts';
import { currentsOnto, drivesOnto, shareOf, snapshotOfShare, snapshotOfWhole, type GridShare } from './grid-share.ts';
import type { TeacherInput, TeacherMethod, TeacherSnapshot } from './method.ts';

/** What a thread is started with. */
export interface GridThreadData {
  readonly card: WorkloadCard;
  readonly share: GridShare;
  readonly input: TeacherInput;
  readonly method: TeacherMethod;
  readonly from: TeacherSnapshot | undefined;
  readonly longestDelay: number;
  readonly part: { readonly index: number; readonly of: number };
  readonly buffer: SharedArrayBuffer;
  readonly capacity: number;
}

/** What it is asked: to go on until a tick, or where it stands. */
export type GridThreadRequest = { readonly until: number } | 'snapshot';

/** What it answers: first its method, then spikes (neurons of the whole) with the weights after them, or its columns; a mistake as its message. */
export type GridThreadAnswer =
  | { readonly method: readonly string[] }
  | { readonly spikes: PreciseSpikes; readonly weights: Float64Array | undefined }
  | { readonly snapshot: TeacherSnapshot }
  | { readonly error: string };

/** A workload on `threads` threads; the members are those of a WorkloadTeacher, told later. */
export class GridThreads {
  readonly method: readonly string[];
  readonly #network: Network;
  readonly #shares: readonly GridShare[];
  readonly #threads: readonly Worker[];
  #weights: Float64Array | undefined;

  private constructor(network: Network, shares: readonly GridShare[], threads: readonly Worker[], method: readonly string[]) {
    this.method = method;
    this.#network = network;
    this.#shares = shares;
    this.#threads = threads;
    this.#weights = network.plasticity?.start.slice();
  }

  /** Starts the threads. Errors are those of teacherOf. */
  static async open(
    card: WorkloadCard,
    network: Network,
    input: TeacherInput,
    method: TeacherMethod,
    from: TeacherSnapshot | undefined,
    threads: number,
  ): Promise<GridThreads> {
    const of = Math.max(1, Math.min(threads, network.count));
    const longestDelay = longestDelayOf(network, method.step);
    const buffer = exchangeBuffer(of, network.count);
    const shares = Array.from({ length: of }, (_, index) => shareOf(network, index, of));
    const workers = shares.map((share, index) => {
      const data: GridThreadData = {
        card,
        share,
        method,
        longestDelay,
        buffer,
        capacity: network.count,
        part: { index, of },
        input: { events: input.events, currents: currentsOnto(share, input.currents), drives: drivesOnto(share, input.drives ?? []) },
        from: from === undefined ? undefined : snapshotOfShare(share, from),
      };
      // the built file, also under test: src and dist lie equally deep
      return new Worker(new URL('../../../dist/reference/workload/grid-thread.js', import.meta.url), { workerData: data });
    });
    try {
      const [first] = await Promise.all(workers.map((worker) => answer(worker, 'method')));
      const teacher = new GridThreads(network, shares, workers, first!.method);
      if (from !== undefined) teacher.#weights = from.columns['plastic.weight'];
      return teacher;
    } catch (error) {
      await Promise.all(workers.map((worker) => worker.terminate()));
      throw error;
    }
  }

  async advance(until: number): Promise<PreciseSpikes> {
    const answers = await this.#ask({ until }, 'spikes');
    if (this.#weights !== undefined) {
      const whole = new Float64Array(this.#weights.length);
      answers.forEach(({ weights }, p) => this.#shares[p]!.plastic.forEach((k, i) => (whole[k] = weights![i]!)));
      this.#weights = whole;
    }
    return merged(answers.map(({ spikes }) => spikes));
  }

  weights(): Float64Array | undefined {
    return this.#weights;
  }

  async snapshot(): Promise<TeacherSnapshot> {
    const answers = await this.#ask('snapshot', 'snapshot');
    return snapshotOfWhole(
      this.#shares,
      answers.map(({ snapshot }) => snapshot),
      this.#network,
    );
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((worker) => worker.terminate()));
  }

  #ask<Key extends string>(request: GridThreadRequest, key: Key): Promise<Extract<GridThreadAnswer, Record<Key, unknown>>[]> {
    const answers = Promise.all(this.#threads.map((worker) => answer(worker, key)));
    for (const worker of this.#threads) worker.postMessage(request);
    return answers;
  }
}

async function answer<Key extends string>(worker: Worker, key: Key): Promise<Extract<GridThreadAnswer, Record<Key, unknown>>> {
  const [message] = (await once(worker, 'message')) as [GridThreadAnswer];
  if ('error' in message) throw new InfeasibleError(message.error);
  if (key in message) return message as Extract<GridThreadAnswer, Record<Key, unknown>>;
  throw new InfeasibleError(`a thread of the teacher answered something else than ${key}`);
}

/** Spikes in order of (tick, neuron). */
function merged(parts: readonly PreciseSpikes[]): PreciseSpikes {
  const ticks = parts.flatMap((part) => Array.from(part.ticks));
  const neurons = parts.flatMap((part) => Array.from(part.neurons));
  const order = Uint32Array.from(ticks.keys()).toSorted((a, b) => ticks[a]! - ticks[b]! || neurons[a]! - neurons[b]!);
  return {
    ticks: Float64Array.from(order, (i) => ticks[i]!),
    fractions: new Float64Array(order.length),
    neurons: order.map((i) => neurons[i]!),
  };
}
