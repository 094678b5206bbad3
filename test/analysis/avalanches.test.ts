import { describe, expect, test } from 'vitest';
import { avalanches, powerLaw } from '../../src/analysis/index.ts';
import { Chance } from '../../src/base/index.ts';

const chance = new Chance(11, 'noise');

/** Draws from p(s) = s^(-a) / zeta(a, minimum) by inversion of the sum: `count` of them for a unit of chance. */
function zetaLaw(exponent: number, minimum: number): (count: number, unit: number) => number[] {
  const most = 300_000;
  const weights = new Float64Array(most);
  let total = 0;
  for (let k = 0; k < most; k++) weights[k] = total += (minimum + k) ** -exponent;
  const draw = (unit: number, k: number): number => {
    const level = chance.uniform(unit, k) * total;
    let [low, high] = [0, most - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (weights[middle]! < level) low = middle + 1;
      else high = middle;
    }
    return minimum + low;
  };
  return (count, unit) => Array.from({ length: count }, (_, k) => draw(unit, k));
}

describe('power law', () => {
  test.each([
    [2, 1],
    [2.5, 1],
    [3.2, 5],
  ])('the exponent %f from %i on is found within three errors, the error is that of the draws', (exponent, minimum) => {
    const draws = zetaLaw(exponent, minimum);
    const found = Array.from({ length: 30 }, (_, k) => powerLaw(draws(1000, 50 * minimum + k), minimum)!);
    const deviations = found.map((fit) => (fit.exponent - exponent) / fit.error);
    const spread = Math.sqrt(deviations.reduce((sum, value) => sum + value * value, 0) / deviations.length);
    expect(spread).toBeGreaterThan(0.6);
    expect(spread).toBeLessThan(1.5);
    for (const { distance } of found) expect(distance).toBeLessThan(0.05);
  });

  test('values below the law are left out, and its exponent is found', () => {
    const values = [...zetaLaw(2.5, 10)(3000, 900), ...Array.from({ length: 1500 }, (_, k) => 1 + (k % 9))];
    const fit = powerLaw(values)!;
    expect(fit.minimum).toBeGreaterThanOrEqual(9);
    expect(fit.minimum).toBeLessThanOrEqual(30);
    expect(Math.abs(fit.exponent - 2.5)).toBeLessThan(4 * fit.error);
  });

  test('few or equal values allow no fit', () => {
    expect(powerLaw([1, 2, 3])).toBeNull();
    expect(powerLaw(Array.from({ length: 100 }, () => 4))).toBeNull();
  });
});

/** Total progeny of Poisson branching processes, one after the other, as spikes of one neuron per generation of 1 ms; an empty bin between them. */
function branching(ratio: number, count: number): { count: number; times: Float64Array[]; sizes: number[] } {
  const times: number[] = [];
  const sizes: number[] = [];
  let bin = 0;
  let draw = 0;
  const poisson = (mean: number): number => {
    let [k, level] = [0, Math.exp(-mean)];
    for (let sum = level, u = chance.uniform(77, draw++); u > sum; k++) {
      level *= mean / (k + 1);
      sum += level;
    }
    return k;
  };
  for (let n = 0; n < count; n++) {
    let [alive, size] = [1, 0];
    while (alive > 0 && size < 5000) {
      for (let k = 0; k < alive; k++) times.push(bin + (k + 0.5) / (alive + 1));
      size += alive;
      bin++;
      let next = 0;
      for (let k = 0; k < alive; k++) next += poisson(ratio);
      alive = next;
    }
    sizes.push(size);
    bin++;
  }
  return { count: 1, times: [Float64Array.from(times)], sizes };
}

test('avalanches are the runs of bins that are not empty', () => {
  const train = Float64Array.of(0.5, 1.2, 1.4, 4.1, 6.5, 7.5, 7.6, 7.7);
  expect(avalanches({ count: 1, times: [train] }, 0, 10, 1)).toEqual({
    sizes: [3, 1, 4],
    durations: [2, 1, 2],
    branchingRatio: (2 + 0 + 0 + 3 + 0) / 5,
    bin: 1,
  });
  expect(avalanches({ count: 1, times: [new Float64Array(1)] }, 0, 10)).toBeNull();
});

test.each([0.5, 0.8, 0.95])('a branching process of ratio %f has this branching ratio and these sizes', (ratio) => {
  const { sizes, ...trains } = branching(ratio, 4000);
  const found = avalanches(trains, 0, Math.ceil(trains.times[0]!.at(-1)!) + 1, 1)!;
  expect(found.sizes).toEqual(sizes);
  expect(Math.abs(found.branchingRatio! - ratio)).toBeLessThan(0.04);
});

test('the sizes of a critical process have the exponent 3/2', () => {
  const { sizes } = branching(1, 6000);
  // the law of total progeny (Borel) is a power law from small sizes on; the process is cut at 5,000
  const { exponent } = powerLaw(
    sizes.filter((size) => size < 5000),
    5,
  )!;
  expect(Math.abs(exponent - 1.5)).toBeLessThan(0.1);
});
