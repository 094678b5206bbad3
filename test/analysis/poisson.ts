/** Poisson trains for tests: `count` neurons at `rate` Hz for `duration` s. */
import { Chance } from '../../src/base/index.ts';
import type { SpikeTrains } from '../../src/analysis/index.ts';

export function poissonTrains(count: number, rate: number, duration: number, seed: number): SpikeTrains {
  const chance = new Chance(seed, 'stimulus');
  const times = Array.from({ length: count }, (_, neuron) => {
    const train: number[] = [];
    for (let k = 0, time = 0; ; k++) {
      time += chance.exponential(neuron, k) / rate;
      if (time >= duration) return Float64Array.from(train);
      train.push(time);
    }
  });
  return { count, times };
}
