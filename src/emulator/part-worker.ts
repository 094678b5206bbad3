/** Worker side of `part-remote.ts`: waits for commands in shared memory and serves them until it is closed. */
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { InfeasibleError } from '../base/index.ts';
import { ChipPart, type MembraneSnapshot } from '../chip/index.ts';
import { useKernelModule } from '../kernels/index.ts';
import { COMMANDS, sharedColumns, type PartWorkerData } from './part-remote.ts';

const { plan, buffer, arrivals, spikes, port, module } = workerData as PartWorkerData;
const shared = sharedColumns(buffer, arrivals, spikes);
const { words } = shared;
let part: ChipPart | undefined;

// wraps around as the words do
for (let served = 0; ; served = (served + 1) | 0) {
  while (Atomics.load(words, 0) === served) Atomics.wait(words, 0, served);
  const command = words[2]!;
  try {
    // built with the first command, so that an error of the building is told as the answer to it
    part ??= build();
    serve(part, command);
  } catch (error) {
    words[7] = error instanceof InfeasibleError ? 2 : 1;
    port.postMessage(
      error instanceof InfeasibleError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
  }
  Atomics.store(words, 1, (served + 1) | 0);
  Atomics.notify(words, 1);
  if (command === COMMANDS.close) break;
}
port.close();

function build(): ChipPart {
  useKernelModule(module);
  return new ChipPart(plan);
}

function serve(chip: ChipPart, command: number): void {
  if (command === COMMANDS.advance) {
    const step = (words[3]! >>> 0) + words[4]! * 2 ** 32;
    const result = chip.advance(step, { count: words[5]!, from: shared.from, to: shared.to, remaining: shared.remaining });
    shared.circuit.set(result.circuit.subarray(0, result.count));
    shared.fraction.set(result.fraction.subarray(0, result.count));
    words[6] = result.count;
  } else if (command === COMMANDS.snapshot) port.postMessage(chip.snapshot());
  else if (command === COMMANDS.voltages) port.postMessage(chip.voltages());
  else if (command === COMMANDS.correlation) port.postMessage(chip.correlation());
  else if (command === COMMANDS.restore) chip.restore((receiveMessageOnPort(port) as { message: MembraneSnapshot }).message);
}
