import { mean, standardDeviation } from 'simple-statistics';
import { expect, test } from 'vitest';
import { binarySearch, type CodeSearch, ditheredSearch, runSearch } from '../../src/search/index.ts';
import { type ArrayOptions, MIDDLE_READING, SyntheticArray } from './synthetic-array.ts';

const spec = { circuits: 512, lowest: 0, highest: 1023, target: MIDDLE_READING, rising: true };

/** Mean and spread over the array of truth minus target, LSB, after a search on a fresh die. */
function errorAfter(search: CodeSearch, options: ArrayOptions): { mean: number; deviation: number } {
  const array = new SyntheticArray(options);
  const { codes } = runSearch(search, (asked) => array.measure(asked));
  const errors = Array.from(array.truth(codes), (value) => value - MIDDLE_READING);
  return { mean: mean(errors), deviation: standardDeviation(errors) };
}

test('cells that start on one code calibrate against a disturbance that vanishes; a dithered start does not', () => {
  for (const seed of [3, 4]) {
    const die = { seed, readNoise: 1, crosstalk: 0.05 };
    expect(errorAfter(binarySearch(spec), die).mean).toBeGreaterThan(5);
    const dithered = errorAfter(ditheredSearch(spec, { seed }), die);
    expect(Math.abs(dithered.mean)).toBeLessThan(0.4);
    expect(dithered.deviation).toBeLessThan(0.9);
  }
});

test('the same holds in blocks of 128 cells at k = 0.2: more than 5 LSB wrong undithered, less than 0.5 dithered', () => {
  const die = { seed: 3, readNoise: 1, writeNoise: 1, crosstalk: 0.2, block: 128 };
  expect(errorAfter(binarySearch(spec), die).mean).toBeGreaterThan(5);
  expect(Math.abs(errorAfter(ditheredSearch(spec, { seed: 7 }), die).mean)).toBeLessThan(0.5);
});

test('without crosstalk both are right, and the read noise sets the spread', () => {
  for (const [readNoise, spread] of [
    [0.5, 0.36],
    [1, 0.67],
    [2, 1.38],
  ] as const) {
    for (const search of [binarySearch(spec), ditheredSearch(spec, { seed: 1 })]) {
      const error = errorAfter(search, { seed: 5, readNoise });
      expect(Math.abs(error.mean)).toBeLessThan(0.2);
      expect(Math.abs(error.deviation / spread - 1)).toBeLessThan(0.25);
    }
  }
});

test('a 10-bit search takes 13 steps, and its start depends on the seed alone', () => {
  expect(ditheredSearch(spec, { seed: 1 }).steps).toBe(13);
  expect(ditheredSearch(spec, { seed: 1 }).ask()).toEqual(ditheredSearch(spec, { seed: 1 }).ask());
  const start = [...ditheredSearch(spec, { seed: 1, dither: 3 }).ask()];
  expect(new Set(start)).toEqual(new Set([509, 510, 511, 512, 513, 514, 515]));
});
