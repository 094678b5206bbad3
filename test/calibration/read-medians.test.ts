/** Medians of cores and their intervals, outliers of few neurons: on drawn populations, whose truth is known. */
import { expect, test } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import { maskOf, medianOf } from '../../src/calibration/cores/core-groups.ts';
import { readMedians } from '../../src/calibration/cores/read-medians.ts';

const CORES = 4;
/** Populations of these neurons, spread and relative noise, read three times; every `unread`-th neuron is not read. */
function drawn(seed: number, neurons: number, spread: number, noise: number, unread = Infinity) {
  const chance = new Chance(seed, 'stimulus');
  const truth = Float64Array.from({ length: CORES * neurons }, (_, n) => Math.exp(spread * chance.normal(n, 0)));
  const repeats = [1, 2, 3].map((k) => truth.map((value, n) => ((n + 1) % unread === 0 ? NaN : value * (1 + noise * chance.normal(n, k)))));
  return { truth, repeats };
}

test.each([
  [64, 0.2, 0.006, Infinity],
  [33, 0.2, 0.01, Infinity],
  [8, 0.2, 0.01, Infinity],
  [32, 0.4, 0.05, 10],
  [16, 0, 0.01, Infinity],
])(
  'intervals of medians of %i given neurons of spread %f, noise %f, hold the truth as often as they say',
  (neurons, spread, noise, unread) => {
    const [dies, held] = [50, { 68: 0, 95: 0 }];
    for (let die = 0; die < dies; die++) {
      const { truth, repeats } = drawn(die, neurons, spread, noise, unread);
      const { median, error68, error95 } = readMedians(repeats, CORES);
      for (let core = 0; core < CORES; core++) {
        const off = Math.abs(medianOf(Array.from(truth.subarray(core * neurons, (core + 1) * neurons))) - median[core]!);
        if (off <= error68[core]!) held[68]++;
        if (off <= error95[core]!) held[95]++;
      }
    }
    const all = dies * CORES;
    // three standard errors of a share around the bars of an honest interval
    expect(held[68] / all).toBeGreaterThan(0.6 - 0.05);
    expect(held[68] / all).toBeLessThan(0.76 + 0.05);
    expect(held[95] / all).toBeGreaterThan(0.9 - 0.02);
  },
);

test('silent neurons lie below the median, and a core that nobody read has none', () => {
  const one = Float64Array.of(0, 0, 1, 2, 3, NaN, NaN, NaN, NaN, NaN);
  const { median, error68 } = readMedians([one, one], 2);
  expect(median).toEqual([1, NaN]);
  expect(error68[0]).toBeLessThan(1e-12);
  expect(error68[1]).toBeNaN();
});

test.each([8, 64])('of %i healthy neurons per core hardly any is an outlier, and one that is twice as far as the limit is', (neurons) => {
  const [names, outlier] = [17, 3.5];
  let [masked, all, found] = [0, 0, 0];
  for (let die = 0; die < 4; die++) {
    const quantities = Array.from({ length: names }, (_, k) => {
      const { repeats } = drawn(100 * die + k, neurons, 0.25, 0.001);
      if (k === 0) repeats.forEach((one) => (one[3] = 6));
      const { readings, median, spread, error, error68, error95 } = readMedians(repeats, CORES);
      const stated = { after: median, before: median, spread, uncertainty: error, error68, error95, resolution: [] };
      return { name: `q${String(k)}`, unit: 'A', bias: 'dc', target: 1, readings, ...stated } as const;
    });
    const mask = maskOf(quantities, CORES, outlier);
    found += mask.filter(({ neuron, why }) => neuron === 3 && why.includes('q0 is an outlier')).length;
    masked += mask.filter(({ neuron }) => neuron !== 3).length;
    all += CORES * neurons;
  }
  expect(found).toBe(4);
  // 17 quantities, each with two tails beyond 3.5 deviations: 0.8 %
  expect(masked / all).toBeLessThan(0.025);
});
