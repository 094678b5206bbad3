/** One thread of `grid-threads.ts`: runs its share as far as it is told, in lock step with the others. */
import { parentPort, workerData } from 'node:worker_threads';
import { StepExchange } from '../grid/step-exchange.ts';
import { GridWorkload } from './grid.ts';
import type { GridThreadAnswer, GridThreadData, GridThreadRequest } from './grid-threads.ts';

const { card, share, input, method, from, longestDelay, part, buffer, capacity } = workerData as GridThreadData;
const { names } = share;

const tell = (message: GridThreadAnswer): void => parentPort!.postMessage(message);
try {
  const meeting = new StepExchange(buffer, part, capacity);
  const exchange = (step: number, own: readonly number[]): Uint32Array => {
    meeting.publish(
      step,
      own.map((neuron) => names[neuron]!),
    );
    return meeting.gathered(step);
  };
  const teacher = new GridWorkload(card, share.network, input, method, from, { longestDelay, exchange });
  parentPort!.on('message', (request: GridThreadRequest) => {
    if (request === 'snapshot') {
      tell({ snapshot: teacher.snapshot() });
      return;
    }
    const { ticks, fractions, neurons } = teacher.advance(request.until);
    tell({ spikes: { ticks, fractions, neurons: neurons.map((neuron) => names[neuron]!) }, weights: teacher.weights() });
  });
  tell({ method: teacher.method });
} catch (error) {
  tell({ error: error instanceof Error ? error.message : String(error) });
}
