import { mean, rootMeanSquare, standardDeviation } from 'simple-statistics';
import { expect, test } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import { binarySearch, type CodeSearch, ditheredSearch, RefinedSearch, refinedSearch, runSearch } from '../../src/search/index.ts';
import { MIDDLE_READING, SyntheticArray } from './synthetic-array.ts';

const spec = { circuits: 512, lowest: 0, highest: 1023, target: MIDDLE_READING, rising: true };

/** RMS over the array of truth minus target, LSB. */
function errorAfter(search: CodeSearch, array: SyntheticArray): number {
  const { codes } = runSearch(search, (asked) => array.measure(asked));
  return rootMeanSquare(Array.from(array.truth(codes), (value) => value - MIDDLE_READING));
}

test('refinement halves the error of the dithered search under noise and crosstalk', () => {
  for (const seed of [3, 4]) {
    const options = { seed, readNoise: 1, writeNoise: 1, crosstalk: 0.05, block: 128 };
    const before = errorAfter(ditheredSearch(spec, { seed }), new SyntheticArray(options));
    const after = errorAfter(refinedSearch(spec, { seed }), new SyntheticArray(options));
    expect(after).toBeLessThan(0.65 * before);
    expect(after).toBeLessThan(0.5);
  }
});

test('strong crosstalk leaves no bias', () => {
  const array = new SyntheticArray({ seed: 3, readNoise: 1, crosstalk: 0.1 });
  const { codes } = runSearch(refinedSearch(spec, { seed: 7 }), (asked) => array.measure(asked));
  expect(Math.abs(mean(Array.from(array.truth(codes), (value) => value - MIDDLE_READING)))).toBeLessThan(0.1);
});

test('the stated uncertainty is the spread of the errors when nothing but read noise is at work', () => {
  for (const readNoise of [0.5, 2]) {
    const array = new SyntheticArray({ seed: 8, readNoise });
    const search = refinedSearch(spec, { seed: 2 });
    runSearch(search, (codes) => array.measure(codes));
    const { codes, uncertainty } = search.result();
    const rounding = 0.2 / Math.sqrt(12);
    const pulls = Array.from(array.truth(codes), (value, i) => (value - MIDDLE_READING) / Math.hypot(uncertainty[i]!, rounding));
    expect(standardDeviation(pulls)).toBeGreaterThan(0.85);
    expect(standardDeviation(pulls)).toBeLessThan(1.15);
  }
});

test('reported readings are fresh: their mean residual is not flattered by the choice', () => {
  const array = new SyntheticArray({ seed: 8, readNoise: 1 });
  const { residuals } = runSearch(refinedSearch(spec, { seed: 2, verify: 1 }), (codes) => array.measure(codes));
  // read noise 1 and an error of about 0.36
  expect(standardDeviation([...residuals])).toBeGreaterThan(0.95);
});

test('one wild reading in ten moves hardly anything', () => {
  const array = new SyntheticArray({ seed: 8, readNoise: 0.5 });
  const chance = new Chance(1, 'noise');
  let step = 0;
  const { codes } = runSearch(refinedSearch(spec, { seed: 2, probes: 10 }), (asked) => {
    step++;
    // the coarse search (13 steps) is spared: a wrong early decision there is another matter
    return array.measure(asked).map((value, i) => (step > 13 && chance.uniform(i, step) < 0.1 ? value + 60 : value));
  });
  const errors = Array.from(array.truth(codes), (value) => value - MIDDLE_READING);
  expect(Math.abs(mean(errors))).toBeLessThan(0.1);
  expect(standardDeviation(errors)).toBeLessThan(0.4);
});

test('a falling, curved characteristic such as tau = 1/code is met as well', () => {
  const circuits = 128;
  const chance = new Chance(3, 'die');
  const strength = Float64Array.from({ length: circuits }, (_, i) => 4000 * (1 + 0.2 * chance.normal(i, 0)));
  const truth = (codes: Int32Array): Float64Array => Float64Array.from(codes, (code, i) => strength[i]! / code);
  const search = refinedSearch({ circuits, lowest: 30, highest: 1023, target: 10, rising: false, tolerance: 1 }, { seed: 1 });
  let step = 0;
  const result = runSearch(search, (codes) => {
    step++;
    return truth(codes).map((value, i) => value * (1 + 0.03 * chance.normal(i, step)));
  });
  expect(result.status.every((status) => status === 'ok')).toBe(true);
  expect(rootMeanSquare(Array.from(truth(result.codes), (value) => value / 10 - 1))).toBeLessThan(0.018);
});

test('without noise it ends at the best code, for one circuit alone too, with uncertainty about 0', () => {
  for (const coarse of [binarySearch, (s: typeof spec) => ditheredSearch(s, { seed: 1 })]) {
    const one = { ...spec, circuits: 1, target: 333.3 };
    const search = new RefinedSearch(one, coarse(one), { seed: 1 });
    const { codes } = runSearch(search, (asked) => Float64Array.from(asked, (code) => 0.5 * code));
    expect(Math.abs(codes[0]! * 0.5 - 333.3)).toBeLessThanOrEqual(0.25);
    expect(search.result().uncertainty[0]).toBeLessThan(1e-6);
    expect(search.result().slope[0]).toBeCloseTo(0.5, 9);
  }
});

test('a dead circuit and one out of range are findings, not failures of the others', () => {
  const search = refinedSearch({ ...spec, circuits: 4, target: Float64Array.of(300, 300, 5000, 300) }, { seed: 1 });
  expect(search.steps).toBe(23);
  const { codes, status } = runSearch(search, (asked) => Float64Array.from(asked, (code, i) => (i === 1 ? NaN : code)));
  expect(status).toEqual(['ok', 'not reached', 'at limit', 'ok']);
  expect([codes[0], codes[2], codes[3]]).toEqual([300, 1023, 300]);
});

test('asking twice gives the same codes, and misuse is refused', () => {
  const search = refinedSearch({ ...spec, circuits: 2 }, { seed: 1 });
  while (!search.done) {
    const asked = search.ask();
    expect(search.ask()).toEqual(asked);
    search.tell(Float64Array.from(asked));
  }
  expect(() => search.tell(Float64Array.of(1, 2))).toThrow(/over/);
  expect(() => refinedSearch(spec, { seed: 1, probes: 5 })).toThrow(/even number/);
  expect(() => refinedSearch(spec, { seed: 1 }).result()).toThrow(/not over/);
});

test('circuits that need very different codes of a proportional parameter are all refined to a code', () => {
  // gains spread over a factor of 20: the median slope is that of no circuit at an end
  const gains = Float64Array.from({ length: 200 }, (_, n) => 0.2 * 20 ** (n / 199));
  const target = 100;
  const errors = (proportional: boolean): number[] => {
    const chance = new Chance(4, 'noise');
    const search = new RefinedSearch(
      { circuits: 200, lowest: 0, highest: 1022, target, rising: true },
      ditheredSearch({ circuits: 200, lowest: 0, highest: 1022, target, rising: true }, { seed: 5 }),
      { seed: 5, proportional },
    );
    let k = 0;
    const { codes } = runSearch(search, (asked) => Float64Array.from(asked, (code, n) => gains[n]! * code + 2 * chance.normal(n, k++)));
    return Array.from(codes, (code, n) => (gains[n]! * code) / target - 1);
  };
  expect(rootMeanSquare(errors(true))).toBeLessThan(0.02);
  expect(rootMeanSquare(errors(true))).toBeLessThan(0.8 * rootMeanSquare(errors(false)));
});
