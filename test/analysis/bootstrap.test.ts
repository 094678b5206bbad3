import { expect, test } from 'vitest';
import { bootstrapMean } from '../../src/analysis/index.ts';
import { Chance } from '../../src/base/index.ts';

test('an interval holds the mean and depends on the seed alone', () => {
  const values = [0.1, 0.4, 0.3, 0.25, 0.2, 0.35];
  const interval = bootstrapMean(values, { seed: 3 })!;
  expect(interval.mean).toBeCloseTo(0.2667, 4);
  expect(interval.low).toBeLessThan(interval.mean);
  expect(interval.high).toBeGreaterThan(interval.mean);
  expect(bootstrapMean(values, { seed: 3 })).toEqual(interval);
  const other = bootstrapMean(values, { seed: 4, resamples: 100 });
  expect(other).not.toEqual(bootstrapMean(values, { seed: 3, resamples: 100 }));
});

test('a 90 % interval over 25 normal values holds the truth in about 90 % of cases', () => {
  const chance = new Chance(1, 'noise');
  let covered = 0;
  for (let trial = 0; trial < 400; trial++) {
    const values = Float64Array.from({ length: 25 }, (_, k) => chance.normal(trial, k));
    const { low, high } = bootstrapMean(values, { seed: trial, level: 0.9, resamples: 300 })!;
    if (low <= 0 && high >= 0) covered++;
  }
  expect(covered / 400).toBeGreaterThan(0.84);
  expect(covered / 400).toBeLessThan(0.94);
});

test('one value is its own interval, none has no interval', () => {
  expect(bootstrapMean([2], { seed: 1 })).toEqual({ mean: 2, low: 2, high: 2, level: 0.95 });
  expect(bootstrapMean([], { seed: 1 })).toBeNull();
});
