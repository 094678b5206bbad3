/**
 * Currents into membranes as changes at ticks, each the depolarisation that the whole current of a neuron would hold on its leak (V).
 *   current              amplitude from start to stop
 *   ornstein-uhlenbeck   x(0) = mean + deviation N,   x(k + 1) = mean + (x(k) - mean) e^(-bin / tau) + deviation sqrt(1 - e^(-2 bin / tau)) N;   constant within a bin
 * A draw belongs to (seed, stimulus, neuron, bin): a longer run or another stimulus changes none.
 * Source: Gillespie 1996, Phys. Rev. E 54:2084 (exact update of the process).
 */
import { Chance, exp, expm1, InfeasibleError } from '../base/index.ts';
import type { WorkloadCard, WorkloadStimulus } from '../model/schemas/workload.ts';
import type { Network } from './network.ts';
import { stimulatedNeurons } from './stimulated.ts';

/** Columns of equal length, sorted by (tick, neuron), one entry per neuron and tick at most. */
export interface CurrentChanges {
  /** Integer ticks. */
  readonly tick: Float64Array;
  readonly neuron: Uint32Array;
  /** V, from then on. */
  readonly depolarisation: Float64Array;
}

/** Above this the columns alone would fill the memory of a small machine. */
const MOST_CHANGES = 20_000_000;

type Current = Extract<WorkloadStimulus, { kind: 'current' | 'ornstein-uhlenbeck' }>;

/** What of a card no chip here has, in words; empty for a card that a chip can run. */
export function teacherOnly(card: WorkloadCard): string[] {
  const plastic = card.edges.flatMap(({ plasticity }, i) =>
    plasticity === undefined ? [] : [`edges.${String(i)}: plasticity ${plasticity.kind}`],
  );
  const ofPopulations = Object.entries(card.populations).flatMap(([name, population]) => {
    const { model } = population;
    if (model !== 'lif' && model !== 'adex') return [`populations.${name}: model ${model}`];
    const { synapses, dendrites } = population;
    return [
      ...(synapses === undefined || synapses.kind === 'exponential' ? [] : [`populations.${name}: ${synapses.kind} synapses`]),
      ...(dendrites === undefined || dendrites.length === 0 ? [] : [`populations.${name}: dendrites`]),
    ];
  });
  return [...ofPopulations, ...plastic];
}

/** All changes before `untilTick` (exclusive). `speedUp` as in `stimulusEvents`. Throws InfeasibleError for more of them than fit into memory. */
export function currentChanges(
  card: WorkloadCard,
  network: Network,
  stimulusSeed: number,
  untilTick: number,
  ticksPerSecond: number,
  speedUp = 1,
): CurrentChanges {
  const rows: [tick: number, neuron: number, stimulus: number, value: number][] = [];
  const tickOf = (seconds: number): number => Math.ceil(Number(((seconds / speedUp) * ticksPerSecond).toPrecision(15)));
  card.stimuli.forEach((stimulus, i) => {
    if (!isCurrent(stimulus)) return;
    const neurons = stimulatedNeurons(stimulus, network.populations);
    const count = neurons.length;
    const stop = Math.min(untilTick, stimulus.stop === undefined ? Infinity : tickOf(stimulus.stop));
    const bins = stimulus.kind === 'current' ? 1 : Math.ceil((stop - tickOf(stimulus.start)) / ((stimulus.bin / speedUp) * ticksPerSecond));
    if (rows.length + bins * count > MOST_CHANGES) {
      throw new InfeasibleError(
        `stimuli.${String(i)}: ${String(bins)} bins for ${String(count)} neurons, expected at most ${String(MOST_CHANGES)} changes in all: a longer bin would do`,
      );
    }
    for (let n = 0; n < count; n++) {
      for (const [seconds, value] of valuesOf(stimulus, new Chance(stimulusSeed, 'stimulus', i + 1), n)) {
        const tick = tickOf(seconds);
        if (tick >= stop) break;
        rows.push([tick, neurons[n]!, i, value]);
      }
      if (stop < untilTick) rows.push([stop, neurons[n]!, i, 0]);
    }
  });
  return summed(rows);
}

function isCurrent(stimulus: WorkloadStimulus): stimulus is Current {
  return stimulus.kind === 'current' || stimulus.kind === 'ornstein-uhlenbeck';
}

/** Times (s) and values (V) of one neuron, without end for a process. */
function* valuesOf(stimulus: Current, chance: Chance, neuron: number): Generator<[number, number]> {
  if (stimulus.kind === 'current') {
    yield [stimulus.start, stimulus.amplitude];
    return;
  }
  const { start, mean, deviation, tau, bin } = stimulus;
  const keep = exp(-bin / tau);
  const fresh = deviation * Math.sqrt(-expm1((-2 * bin) / tau));
  let away = deviation * chance.normal(neuron, 0);
  for (let k = 0; ; k++) {
    yield [start + k * bin, mean + away];
    away = away * keep + fresh * chance.normal(neuron, k + 1);
  }
}

/** The sum over all stimuli of a neuron after each of its changes. */
function summed(rows: [tick: number, neuron: number, stimulus: number, value: number][]): CurrentChanges {
  rows.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  const standing = new Map<number, Map<number, number>>(); // by neuron and stimulus
  const [ticks, neurons, values]: [number[], number[], number[]] = [[], [], []];
  rows.forEach(([tick, neuron, stimulus, value], r) => {
    const own = standing.get(neuron) ?? new Map<number, number>();
    standing.set(neuron, own.set(stimulus, value));
    const next = rows[r + 1];
    if (next?.[0] === tick && next[1] === neuron) return;
    ticks.push(tick);
    neurons.push(neuron);
    values.push([...own].toSorted((a, b) => a[0] - b[0]).reduce((sum, [, one]) => sum + one, 0));
  });
  return { tick: Float64Array.from(ticks), neuron: Uint32Array.from(neurons), depolarisation: Float64Array.from(values) };
}
