/**
 * Spike trains of a population: one sorted array of times per neuron, in any one unit of time. Recordings keep spikes as columns {tick, neuron} in the order of the event
 * trace; statistics want them by neuron. Grouping is a counting sort, so equal ticks keep their order and nothing depends on how the columns were written.
 */
import { InternalError } from '../base/index.ts';

/** `times[i]` holds the spike times of neuron i in ascending order. All trains of a comparison are in the same unit. */
export interface SpikeTrains {
  /** Number of neurons, silent ones included. */
  readonly count: number;
  readonly times: readonly Float64Array[];
}

/**
 * Columns {tick, neuron} of equal length to trains of `count` neurons. `unitsPerTick` turns ticks into the unit of the trains (1e-9 for seconds of a 1 ns tick, 1 keeps ticks).
 * Throws InternalError when the columns differ in length or name a neuron outside 0..count-1.
 */
export function spikeTrainsOf(ticks: ArrayLike<number>, neurons: ArrayLike<number>, count: number, unitsPerTick = 1): SpikeTrains {
  if (ticks.length !== neurons.length) throw new InternalError('the columns of a spike table differ in length');
  const sizes = new Uint32Array(count);
  for (let k = 0; k < neurons.length; k++) {
    const neuron = neurons[k]!;
    if (!Number.isInteger(neuron) || neuron < 0 || neuron >= count) {
      throw new InternalError(`spike ${String(k)} belongs to neuron ${String(neuron)} of ${String(count)}`);
    }
    sizes[neuron]!++;
  }
  const times = Array.from(sizes, (size) => new Float64Array(size));
  const filled = new Uint32Array(count);
  for (let k = 0; k < neurons.length; k++) {
    const neuron = neurons[k]!;
    times[neuron]![filled[neuron]!++] = ticks[k]! * unitsPerTick;
  }
  for (const train of times) train.sort();
  return { count, times };
}

/** The spikes with from <= t < until, at their own times (the origin does not move). Views, not copies. */
export function withinWindow(trains: SpikeTrains, from: number, until: number): SpikeTrains {
  return {
    count: trains.count,
    times: trains.times.map((train) => train.subarray(firstAtOrAfter(train, from), firstAtOrAfter(train, until))),
  };
}

/** Number of spikes of all neurons. */
export function totalSpikes(trains: SpikeTrains): number {
  return trains.times.reduce((total, train) => total + train.length, 0);
}

/** Index of the first element not below `time` in a sorted array. */
function firstAtOrAfter(sorted: Float64Array, time: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
