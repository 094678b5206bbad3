/**
 * A network of the grid kernel on several threads: each holds an equal share of every population, with all synapses onto it, and the threads exchange their spikes after every step
 * through shared memory. A target receives the same terms in the same order as on one thread, and the draws of a neuron are its own, so the spikes are the same bit by bit for any
 * number of threads.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { InternalError } from '../../base/index.ts';
import type { GridPopulation, GridProjection, GridSpikes } from '../../kernels/grid-net-types.ts';
import { kernelModule } from '../../kernels/load.ts';
import { exchangeBuffer } from './step-exchange.ts';

/** What a thread is started with. */
export interface GridWorkerData {
  readonly populations: readonly GridPopulation[];
  readonly projections: readonly GridProjection[];
  readonly seed: number;
  readonly part: { readonly index: number; readonly of: number };
  readonly buffer: SharedArrayBuffer;
  readonly capacity: number; // places of one list
  readonly module: WebAssembly.Module;
}

/** What a thread answers: first its size, then the spikes of every stretch. */
export type GridAnswer = { readonly synapses: number; readonly bytesPerSynapse: number } | GridSpikes;

/** A network on `workers` threads. Errors are those of GridNet. */
export class ParallelGrid {
  readonly synapses: number;
  readonly bytesPerSynapse: number;
  readonly #workers: readonly Worker[];

  private constructor(workers: readonly Worker[], sizes: readonly { synapses: number; bytesPerSynapse: number }[]) {
    this.#workers = workers;
    this.synapses = sizes.reduce((sum, { synapses }) => sum + synapses, 0);
    this.bytesPerSynapse = sizes[0]!.bytesPerSynapse;
  }

  /** Builds the network, every thread its part. */
  static async open(
    { populations, projections }: Pick<GridWorkerData, 'populations' | 'projections'>,
    seed: number,
    workers: number,
  ): Promise<ParallelGrid> {
    const capacity = populations.reduce((sum, { size }) => sum + size, 0);
    const buffer = exchangeBuffer(workers, capacity);
    const module = kernelModule();
    const threads = Array.from({ length: workers }, (_, index) => {
      const data: GridWorkerData = { populations, projections, seed, part: { index, of: workers }, buffer, capacity, module };
      // the built file, also under test: src and dist lie equally deep
      return new Worker(new URL('../../../dist/reference/grid/grid-worker.js', import.meta.url), { workerData: data });
    });
    try {
      const sizes = await Promise.all(threads.map(answer));
      return new ParallelGrid(threads, sizes as { synapses: number; bytesPerSynapse: number }[]);
    } catch (error) {
      await Promise.all(threads.map((thread) => thread.terminate()));
      throw error;
    }
  }

  /** Takes `steps` steps: all spikes in order of (step, neuron). */
  async run(steps: number): Promise<GridSpikes> {
    const answers = Promise.all(this.#workers.map(answer));
    for (const worker of this.#workers) worker.postMessage(steps);
    return merged((await answers) as GridSpikes[]);
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

async function answer(worker: Worker): Promise<GridAnswer> {
  const [message] = (await once(worker, 'message')) as [GridAnswer | string];
  if (typeof message === 'string') throw new InternalError(message);
  return message;
}

function merged(parts: readonly GridSpikes[]): GridSpikes {
  const total = parts.reduce((sum, { steps }) => sum + steps.length, 0);
  const [steps, neurons] = [new Uint32Array(total), new Uint32Array(total)];
  const next = parts.map(() => 0);
  for (let i = 0; i < total; i++) {
    let first = -1;
    parts.forEach((part, p) => {
      const k = next[p]!;
      if (k >= part.steps.length) return;
      if (first < 0) first = p;
      else {
        const best = parts[first]!;
        const at = next[first]!;
        if ((part.steps[k]! - best.steps[at]! || part.neurons[k]! - best.neurons[at]!) < 0) first = p;
      }
    });
    const k = next[first]!++;
    steps[i] = parts[first]!.steps[k]!;
    neurons[i] = parts[first]!.neurons[k]!;
  }
  return { steps, neurons };
}
