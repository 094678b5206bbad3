/** Worker side of `part-remote.ts`: waits for commands in shared memory and serves them until it is closed. */
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { ChipPart, type MembraneSnapshot } from '../chip/index.ts';
import { useKernelModule } from '../kernels/index.ts';
import { COMMANDS, sharedColumns, type PartWorkerData } from './part-remote.ts';

const { plan, buffer, arrivals, spikes, port, module } = workerData as PartWorkerData;
useKernelModule(module);
const part = new ChipPart(plan);
const shared = sharedColumns(buffer, arrivals, spikes);
const { words } = shared;

for (let served = 0; ; served++) {
  while (Atomics.load(words, 0) === served) Atomics.wait(words, 0, served);
  const command = words[2]!;
  if (command === COMMANDS.advance) {
    const step = (words[3]! >>> 0) + words[4]! * 2 ** 32;
    const result = part.advance(step, { count: words[5]!, from: shared.from, to: shared.to, remaining: shared.remaining });
    shared.circuit.set(result.circuit.subarray(0, result.count));
    shared.fraction.set(result.fraction.subarray(0, result.count));
    words[6] = result.count;
  } else if (command === COMMANDS.snapshot) port.postMessage(part.snapshot());
  else if (command === COMMANDS.voltages) port.postMessage(part.voltages());
  else if (command === COMMANDS.restore) part.restore((receiveMessageOnPort(port) as { message: MembraneSnapshot }).message);
  Atomics.store(words, 1, served + 1);
  Atomics.notify(words, 1);
  if (command === COMMANDS.close) break;
}
port.close();
