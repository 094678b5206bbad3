/**
 * How exact a digital card is: the same seeded networks on its cores and in the training framework (reference), spike by spike. Whole numbers rounded towards zero leave no error but that of a rule or a width:
 * a card with other widths, or one that fires above its threshold instead of at it, differs here by what that costs.
 */
import { Chance, InfeasibleError } from '../../base/index.ts';
import { runLoihi, type StepEvents } from '../../chip/index.ts';
import type { IntegratorError, LoihiCard } from '../../model/index.ts';
import type { LavaLayer, LavaNetwork } from '../../network/index.ts';
import { runLava } from '../../reference/index.ts';

/** What the errors are against. */
export const COMPARED_WITH =
  'Against what the training framework computes (lava-dl: states of 24 bits, decays in 1/4096, firing at the threshold) on seeded networks over 1000 steps. The arithmetic is of whole numbers, rounded towards zero: where widths and rules are the same there is nothing to round differently, and every error is 0. A network that the card cannot hold is left out.';

const INPUTS = 64;
const NEURONS = 48;
const STEPS = 1000;
/** An input fires in this share of the steps. */
const ACTIVITY = 1 / 8;
/** Share of the range of weights below zero. */
const BALANCE = 0.47;
/** Decays in units of 1/4096. */
const DECAYS = { whole: 4096, fast: 1024, slow: 256, none: 0 };

/** The k-th spikes of every neuron compared, network by network. A network that the card cannot hold is left out. */
export function integerErrors(card: LoihiCard): IntegratorError[] {
  const half = Math.min(2 ** (card.synapse.weight_bits.value - 1) - 1, 60);
  const threshold = Math.min(2 ** card.neuron.threshold_bits.value - 1, 400);
  const layer = (seed: number, fields: Partial<LavaLayer>): LavaLayer => {
    const chance = new Chance(seed, 'search');
    const inputs = fields.inputs ?? INPUTS;
    return {
      inputs,
      outputs: NEURONS,
      // a little more excitation than inhibition
      weight: Int32Array.from({ length: inputs * NEURONS }, (_, i) => 2 * (chance.integer(0, i, half + 1) - Math.floor(BALANCE * half))),
      currentDecay: DECAYS.fast,
      voltageDecay: DECAYS.slow,
      threshold,
      refractory: 1,
      ...fields,
    };
  };
  const cases: readonly (readonly [string, LavaNetwork])[] = [
    ['leaky current and voltage', { layers: [layer(1, {})] }],
    ['integrator: the voltage keeps all', { layers: [layer(2, { currentDecay: DECAYS.whole, voltageDecay: DECAYS.none })] }],
    ['rests of four steps', { layers: [layer(3, { refractory: Math.min(4, card.neuron.longest_refractory.value) })] }],
    ['states at the ends of their range', { layers: [layer(4, { currentDecay: DECAYS.none, voltageDecay: DECAYS.none })] }],
    ['three layers', { layers: [layer(5, {}), layer(6, { inputs: NEURONS }), layer(7, { inputs: NEURONS })] }],
  ];
  const input = inputSpikes();
  const told = { neuron: input.neuron, step: Uint32Array.from(input.step) };
  return cases.flatMap(([pattern, network]) => {
    try {
      const found = runLoihi(card, network, input, STEPS).spikes;
      return [{ pattern, integrator: 'exact' as const, ...compared(runLava(network, told, STEPS).at(-1)!, found) }];
    } catch (error) {
      if (error instanceof InfeasibleError) return [];
      throw error;
    }
  });
}

/** Every input in a share of the steps. */
function inputSpikes(): StepEvents {
  const chance = new Chance(3, 'stimulus');
  const step: number[] = [];
  const neuron: number[] = [];
  for (let t = 0; t < STEPS; t++) {
    for (let n = 0; n < INPUTS; n++) {
      if (chance.uniform(n, t) >= ACTIVITY) continue;
      step.push(t);
      neuron.push(n);
    }
  }
  return { step: Float64Array.from(step), neuron: Uint32Array.from(neuron) };
}

type Columns = Pick<StepEvents, 'neuron'> & { readonly step: ArrayLike<number> };

function compared(expected: Columns, found: Columns): Pick<IntegratorError, 'expected' | 'found' | 'largest' | 'compared'> {
  const [a, b] = [trains(expected), trains(found)];
  let [largest, count] = [0, 0];
  a.forEach((steps, n) => {
    steps.slice(0, b[n]!.length).forEach((step, k) => {
      largest = Math.max(largest, Math.abs(step - b[n]![k]!));
      count++;
    });
  });
  return { expected: expected.step.length, found: found.step.length, largest, compared: count };
}

function trains({ step, neuron }: Columns): number[][] {
  const of = Array.from({ length: NEURONS }, () => [] as number[]);
  neuron.forEach((n, i) => of[n]!.push(step[i]!));
  return of;
}
