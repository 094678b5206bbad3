/**
 * Poisson stimuli with a `bin`: the number of events in a bin is drawn at once and they all arrive at its end. What stands for thousands of sources per neuron: one draw instead of thousands of events.
 * Everybody can have them as events (stimulus.ts); the grid of the teacher adds the numbers without making events.
 */
import { countsKey, InfeasibleError, PoissonCounts } from '../base/index.ts';
import type { WorkloadCard, WorkloadStimulus } from '../model/schemas/workload.ts';
import type { Network } from './network.ts';
import { stimulatedNeurons } from './stimulated.ts';

/** Neurons that follow one another: own numbers from `first` on, numbers of the whole network from `name` on. */
export interface DrivenNeurons {
  readonly first: number;
  readonly name: number;
  readonly count: number;
}

/** One such stimulus; times in biological s. */
export interface PoissonDrive {
  readonly neurons: readonly DrivenNeurons[];
  /** V, signed peak of the postsynaptic potential of one event. */
  readonly weight: number;
  /** Events per bin. */
  readonly mean: number;
  readonly bin: number;
  readonly start: number;
  readonly stop: number;
  readonly unit: number;
  readonly key: readonly [number, number, number];
}

type Poisson = Extract<WorkloadStimulus, { kind: 'poisson' }>;
type Counted = Poisson & { readonly bin: number };

/** Events of one stimulus in a run, as a list: beyond this only the grid can have them. */
const MOST_EVENTS = 100_000_000;

/** Whether a stimulus is counted in bins. */
export function isCounted(stimulus: WorkloadStimulus): stimulus is Counted {
  return stimulus.kind === 'poisson' && stimulus.bin !== undefined;
}

/** All counted stimuli of a card under a stimulus seed. */
export function poissonDrives(card: WorkloadCard, network: Network, seed: number): PoissonDrive[] {
  return card.stimuli.flatMap((stimulus, i) => {
    if (!isCounted(stimulus)) return [];
    const { bin, start, stop = Infinity, rate, weight } = stimulus;
    const neurons = runsOf(stimulatedNeurons(stimulus, network.populations).map((name) => ({ first: name, name })));
    return [{ neurons, weight, mean: rate * bin, bin, start, stop, unit: i + 1, key: countsKey(seed) }];
  });
}

/** Single neurons, ascending, joined where own numbers and names both go on. */
export function runsOf(neurons: readonly { readonly first: number; readonly name: number }[]): DrivenNeurons[] {
  const runs: { first: number; name: number; count: number }[] = [];
  for (const { first, name } of neurons) {
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.count === first && last.name + last.count === name) last.count++;
    else runs.push({ first, name, count: 1 });
  }
  return runs;
}

/** Events of counted stimulus `i` onto neuron `name` before `until`, as times (s), one entry per event. Throws InfeasibleError for more than fit into memory. */
export function* countedTimes(stimulus: Counted, i: number, name: number, seed: number, until: number, neurons: number): Generator<number> {
  const { bin, rate, start, stop = Infinity } = stimulus;
  const end = Math.min(stop, until);
  if (rate * Math.max(0, end - start) * neurons > MOST_EVENTS)
    throw new InfeasibleError(
      `stimuli.${String(i)}: over ${String(MOST_EVENTS)} events; only mode grid of the teacher, which counts them, takes so many`,
    );
  const counts = new PoissonCounts(rate * bin, countsKey(seed), i + 1);
  // from the number of the bin, not summed up: nothing drifts
  for (let b = 0; ; b++) {
    const time = start + (b + 1) * bin;
    if (time > end * (1 + 1e-12)) return;
    for (let k = counts.at(name, b); k > 0; k--) yield time;
  }
}
