/**
 * The digital control: a network file of lava-dl, its input and its reference output, spike by spike.
 *   FOLDER/network.net, input.npy (neuron, channel, time in steps), ground_truth.npy (neuron, channel, step)
 * Input times are rounded to steps, halves to the even one (as numpy.round does).
 */
import { join } from 'node:path';
import { CardError, InfeasibleError } from '../../base/index.ts';
import type { LoihiCard } from '../../model/index.ts';
import { readLavaNetwork } from '../../network/index.ts';
import { readNpy } from '../../store/index.ts';
import { runLoihi, type LoihiRun, type StepEvents } from './network.ts';

/** Outcome, plain data. `passed`: every reference spike was made, and no other. */
export interface LoihiValidation {
  readonly layers: readonly string[];
  readonly inputSpikes: number;
  readonly reference: number;
  readonly matched: number;
  readonly missed: number;
  readonly false: number;
  /** The first few (step, neuron) that differ. */
  readonly differences: readonly { readonly step: number; readonly neuron: number; readonly kind: 'missed' | 'false' }[];
  readonly run: Omit<LoihiRun, 'spikes'>;
  readonly passed: boolean;
}

const LARGEST_FILE = 2 ** 28;
const MOST_STEPS = 10_000_000;
const SHOWN = 20;

/** Runs the folder on a chip. Throws CardError for files that cannot be read, InfeasibleError for a network that does not fit. */
export async function validateLoihi(folder: string, card: LoihiCard): Promise<LoihiValidation> {
  const network = await readLavaNetwork(join(folder, 'network.net'));
  const [first, last] = [network.layers[0]!, network.layers.at(-1)!];
  const input = await readEvents(join(folder, 'input.npy'), first.inputs);
  const reference = await readEvents(join(folder, 'ground_truth.npy'), last.outputs);
  const end = Math.max(input.step.at(-1) ?? 0, reference.step.at(-1) ?? 0) + network.layers.length * card.synapse.delay.value;
  if (end > MOST_STEPS) throw new InfeasibleError(`${String(end)} steps are too long: at most ${String(MOST_STEPS)}`);
  const { spikes, ...run } = runLoihi(card, network, input, end + 1);
  const wanted = new Set(keysOf(reference));
  const found = new Set(keysOf(spikes));
  const missed = [...wanted].filter((key) => !found.has(key));
  const wrong = [...found].filter((key) => !wanted.has(key));
  const differences = [...missed.map((key) => ({ key, kind: 'missed' as const })), ...wrong.map((key) => ({ key, kind: 'false' as const }))]
    .toSorted((a, b) => a.key - b.key)
    .slice(0, SHOWN)
    .map(({ key, kind }) => ({ step: Math.floor(key / NEURONS), neuron: key % NEURONS, kind }));
  return {
    layers: network.layers.map(({ inputs, outputs }) => `${String(inputs)} x ${String(outputs)}`),
    inputSpikes: input.step.length,
    reference: wanted.size,
    matched: wanted.size - missed.length,
    missed: missed.length,
    false: wrong.length,
    differences,
    run,
    passed: missed.length === 0 && wrong.length === 0 && wanted.size > 0,
  };
}

const NEURONS = 2 ** 20;

function keysOf({ step, neuron }: StepEvents): number[] {
  return Array.from(step, (t, i) => t * NEURONS + neuron[i]!);
}

/** Rows of (neuron, channel, time) as events sorted by (step, neuron). */
async function readEvents(path: string, neurons: number): Promise<StepEvents> {
  const { shape, data } = await readNpy(path, { largest: LARGEST_FILE });
  const wrong = (found: string, expected: string): CardError => new CardError([{ file: path, found, expected }]);
  if (shape.length !== 2 || shape[1] !== 3) throw wrong(`shape (${shape.join(', ')})`, 'rows of neuron, channel, time');
  const rows = shape[0]!;
  const keys = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const [neuron, channel, time] = data.subarray(3 * row, 3 * row + 3) as unknown as [number, number, number];
    if (!Number.isInteger(neuron) || neuron < 0 || neuron >= neurons)
      throw wrong(`neuron ${String(neuron)} in row ${String(row)}`, `0 to ${String(neurons - 1)}`);
    if (channel !== 0) throw wrong(`channel ${String(channel)} in row ${String(row)}`, '0: layers here have one channel');
    if (!(time >= 0 && time <= MOST_STEPS)) throw wrong(`time ${String(time)} in row ${String(row)}`, `0 to ${String(MOST_STEPS)}`);
    keys[row] = roundHalfToEven(time) * NEURONS + neuron;
  }
  keys.sort();
  return { step: keys.map((key) => Math.floor(key / NEURONS)), neuron: Uint32Array.from(keys, (key) => key % NEURONS) };
}

function roundHalfToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) return rest < 0.5 ? down : down + 1;
  return down % 2 === 0 ? down : down + 1;
}
