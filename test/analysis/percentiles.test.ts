import fc from 'fast-check';
import { expect, test } from 'vitest';
import { histogram, linearEdges, logarithmicEdges, percentiles, summarise } from '../../src/analysis/index.ts';

test('a percentile is a sample, at least its share of samples lies at or below it, and no smaller sample does as well', () => {
  const samples = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 });
  fc.assert(
    fc.property(samples, fc.integer({ min: 0, max: 100 }), (values, percent) => {
      const found = percentiles(values, [percent / 100])![0]!;
      const share = (limit: number): number => values.filter((value) => value <= limit).length * 100;
      expect(values).toContain(found);
      expect(share(found)).toBeGreaterThanOrEqual(percent * values.length);
      for (const smaller of values.filter((value) => value < found)) expect(share(smaller)).toBeLessThan(percent * values.length);
    }),
  );
});

test('percentiles of 1..100 are the numbers themselves', () => {
  const samples = Array.from({ length: 100 }, (_, k) => 100 - k);
  expect(percentiles(samples, [0, 0.01, 0.07, 0.5, 0.99, 1])).toEqual([1, 1, 7, 50, 99, 100]);
  expect(summarise(samples)).toEqual({ count: 100, mean: 50.5, minimum: 1, p50: 50, p90: 90, p99: 99, maximum: 100 });
});

test('nothing has no percentile, and NaN is refused', () => {
  expect(percentiles([], [0.5])).toBeNull();
  expect(summarise([])).toBeNull();
  expect(() => percentiles([1, NaN], [0.5])).toThrow(/NaN/);
  expect(() => percentiles([1], [50])).toThrow(/between 0 and 1/);
});

test('a histogram loses no sample', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -2, max: 3, noNaN: true })), (values) => {
      const { counts, below, above } = histogram(values, linearEdges(0, 1, 7));
      expect(counts.reduce((sum, count) => sum + count, 0) + below + above).toBe(values.length);
      expect(below).toBe(values.filter((value) => value < 0).length);
      expect(above).toBe(values.filter((value) => value > 1).length);
    }),
  );
});

test('a bin holds its lower edge, the last one also its upper', () => {
  expect(histogram([0, 1, 1.5, 2, 2.1, -1], [0, 1, 2])).toMatchObject({ counts: [1, 3], below: 1, above: 1 });
  expect(linearEdges(0, 0.3, 3)).toEqual([0, 0.1, 0.2, 0.3].map((edge, k) => (k === 1 ? 0.3 / 3 : k === 2 ? 0.6 / 3 : edge)));
  expect(logarithmicEdges(1, 1000, 3).map(Math.round)).toEqual([1, 10, 100, 1000]);
  expect(() => histogram([1], [1, 1])).toThrow(/ascending/);
});
