/** One thread of `parallel-grid.ts`: builds its part, then takes as many steps as it is told, in lock step with the others. */
import { parentPort, workerData } from 'node:worker_threads';
import { GridNet } from '../../kernels/grid-net.ts';
import { useKernelModule } from '../../kernels/load.ts';
import type { GridAnswer, GridWorkerData } from './parallel-grid.ts';

const { populations, projections, seed, part, buffer, capacity, module } = workerData as GridWorkerData;
const words = new Int32Array(buffer, 0, 3 * part.of);
const lists = new Uint32Array(buffer, 4 * 3 * part.of);
const arrived = new Uint32Array(capacity);
/** Looks at a counter before a thread goes to sleep over it, and how long it may sleep, ms. */
const SPINS = 5000;
const SLEEP = 10;

const tell = (message: GridAnswer | string): void => parentPort!.postMessage(message);
try {
  useKernelModule(module);
  const net = new GridNet(populations, projections, seed, part);
  let taken = 0;
  parentPort!.on('message', (steps: number) => {
    const [when, who]: [number[], number[]] = [[], []];
    for (const until = taken + steps; taken < until; taken++) {
      const spikes = net.move();
      publish(taken, spikes);
      for (const place of spikes) {
        when.push(taken);
        who.push(net.nameOf(place));
      }
      net.deliver(gathered(taken));
    }
    tell({ steps: Uint32Array.from(when), neurons: Uint32Array.from(who) });
  });
  tell({ synapses: net.synapses, bytesPerSynapse: net.bytesPerSynapse });
} catch (error) {
  tell(error instanceof Error ? error.message : String(error));
}

function publish(step: number, spikes: Uint32Array): void {
  const slot = 2 * part.index + (step & 1);
  lists.set(spikes, slot * capacity);
  words[part.of + slot] = spikes.length;
  Atomics.store(words, part.index, step + 1);
  Atomics.notify(words, part.index);
}

/** Spikes of all parts, ascending; waits for those that are not there yet. */
function gathered(step: number): Uint32Array {
  let count = 0;
  for (let other = 0; other < part.of; other++) {
    let spins = 0;
    for (let seen = Atomics.load(words, other); seen <= step; seen = Atomics.load(words, other)) {
      if (++spins > SPINS) Atomics.wait(words, other, seen, SLEEP);
    }
    const slot = 2 * other + (step & 1);
    const found = words[part.of + slot]!;
    arrived.set(lists.subarray(slot * capacity, slot * capacity + found), count);
    count += found;
  }
  return arrived.subarray(0, count).toSorted();
}
