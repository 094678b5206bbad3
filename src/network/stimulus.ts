/**
 * Events of the external sources. Poisson trains by exponential intervals: t(k) = t(k - 1) + E(source, k) / rate, a draw belonging to (seed, source, event), so that
 * a longer run, another order of sources or one more stimulus at the end of the card changes no event.
 *   tick = ceil(biological seconds / speedUp x ticksPerSecond)
 */
import { Chance } from '../base/index.ts';
import type { WorkloadCard, WorkloadStimulus } from '../model/schemas/workload.ts';
import { backgroundTimes } from './background.ts';
import { countedTimes, isCounted } from './counted.ts';
import type { Network } from './network.ts';

/** Columns of equal length, sorted by (tick, source). */
export interface StimulusEvents {
  /** Integer ticks of hardware time. */
  readonly tick: Float64Array;
  /** Index into the inputs of the network. */
  readonly source: Uint32Array;
}

/** All events before `untilTick` (exclusive). `speedUp` is how much faster the hardware runs than biology; 1 for a run in biological time. Stimuli with a `bin` may be left out: poissonDrives has them as numbers. */
export function stimulusEvents(
  card: WorkloadCard,
  network: Network,
  stimulusSeed: number,
  untilTick: number,
  ticksPerSecond: number,
  speedUp: number,
  { withoutCounted = false }: { readonly withoutCounted?: boolean } = {},
): StimulusEvents {
  const chance = new Chance(stimulusSeed, 'stimulus');
  const ticks: number[] = [];
  const sources: number[] = [];
  card.stimuli.forEach((stimulus, i) => {
    const first = network.inputs.stimulusStart[i]!;
    const count = network.inputs.stimulusStart[i + 1]! - first;
    if (stimulus.kind === 'background') {
      for (const [seconds, k] of backgroundTimes(stimulus, count, (untilTick / ticksPerSecond) * speedUp)) {
        const tick = tickOf(seconds, ticksPerSecond, speedUp);
        if (tick >= untilTick) break;
        ticks.push(tick);
        sources.push(first + k);
      }
      return;
    }
    if (withoutCounted && isCounted(stimulus)) return;
    for (let k = 0; k < count; k++) {
      const { trains, target, rowStart } = network.inputs;
      const times = isCounted(stimulus)
        ? countedTimes(stimulus, i, target[rowStart[first + k]!]!, stimulusSeed, (untilTick / ticksPerSecond) * speedUp, count)
        : (trains.get(i)?.[k] ?? timesOf(stimulus, chance, first + k, k, count));
      for (const seconds of times) {
        const tick = tickOf(seconds, ticksPerSecond, speedUp);
        if (tick >= untilTick) break;
        ticks.push(tick);
        sources.push(first + k);
      }
    }
  });
  const order = Uint32Array.from(ticks, (_, event) => event).toSorted((a, b) => ticks[a]! - ticks[b]! || sources[a]! - sources[b]!);
  return { tick: Float64Array.from(order, (event) => ticks[event]!), source: Uint32Array.from(order, (event) => sources[event]!) };
}

/** Rounded up. To 15 digits first: 1 ms at x1000 is 1,000 ticks, not the 1,001 that the last bit of a product would make of it. */
function tickOf(seconds: number, ticksPerSecond: number, speedUp: number): number {
  return Math.ceil(Number(((seconds / speedUp) * ticksPerSecond).toPrecision(15)));
}

/** Times of one source in biological seconds, never falling; without end where the stimulus has none. `k` of `count` is its number within the stimulus. */
function* timesOf(stimulus: WorkloadStimulus, chance: Chance, source: number, k: number, count: number): Generator<number> {
  switch (stimulus.kind) {
    case 'poisson': {
      if (stimulus.rate === 0) return;
      const stop = stimulus.stop ?? Infinity;
      let time = stimulus.start + chance.exponential(source, 0) / stimulus.rate;
      for (let event = 1; time < stop; event++) {
        yield time;
        time += chance.exponential(source, event) / stimulus.rate;
      }
      return;
    }
    case 'regular': {
      const { period, phase, start, stop = Infinity } = stimulus;
      const offset = phase === 'together' ? 0 : phase === 'spread' ? k / count : chance.uniform(source, 0);
      // from the number of the event, not summed up: nothing drifts
      for (let event = 0; ; event++) {
        const time = start + (event + offset) * period;
        if (time >= stop) return;
        yield time;
      }
    }
    case 'burst': {
      const times = stimulus.at.flatMap((begin) =>
        Array.from({ length: stimulus.spikes }, (_, event) => begin + event * stimulus.interval),
      );
      yield* times.toSorted((a, b) => a - b);
      return;
    }
    case 'spike-file':
    case 'background':
    case 'current':
    case 'ornstein-uhlenbeck':
      // from the network, background.ts and currents.ts
      return;
    case 'spikes':
      yield* stimulus.trains[k]!.at.toSorted((a, b) => a - b);
  }
}
