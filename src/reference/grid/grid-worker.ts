/** One thread of `parallel-grid.ts`: builds its part, then takes as many steps as it is told, in lock step with the others. */
import { parentPort, workerData } from 'node:worker_threads';
import { GridNet } from '../../kernels/grid-net.ts';
import { useKernelModule } from '../../kernels/load.ts';
import type { GridAnswer, GridWorkerData } from './parallel-grid.ts';
import { StepExchange } from './step-exchange.ts';

const { populations, projections, seed, part, buffer, capacity, module } = workerData as GridWorkerData;
const exchange = new StepExchange(buffer, part, capacity);

const tell = (message: GridAnswer | string): void => parentPort!.postMessage(message);
try {
  useKernelModule(module);
  const net = new GridNet(populations, projections, seed, part);
  let taken = 0;
  parentPort!.on('message', (steps: number) => {
    const [when, who]: [number[], number[]] = [[], []];
    for (const until = taken + steps; taken < until; taken++) {
      const spikes = net.move();
      exchange.publish(taken, spikes);
      for (const place of spikes) {
        when.push(taken);
        who.push(net.nameOf(place));
      }
      net.deliver(exchange.gathered(taken));
    }
    tell({ steps: Uint32Array.from(when), neurons: Uint32Array.from(who) });
  });
  tell({ synapses: net.synapses, bytesPerSynapse: net.bytesPerSynapse });
} catch (error) {
  tell(error instanceof Error ? error.message : String(error));
}
