import { expect, test } from 'vitest';
import { wilsonInterval } from '../../src/analysis/index.ts';

test('Wilson intervals are those of scipy', () => {
  const known = [
    [0, 10, 0, 0.27753279986288926],
    [8, 10, 0.4901624715366418, 0.9433178485456248],
    [461, 512, 0.8713937373005635, 0.9234241141713467],
  ] as const;
  for (const [successes, trials, low, high] of known) {
    const found = wilsonInterval(successes, trials);
    expect(found.low).toBeCloseTo(low, 9);
    expect(found.high).toBeCloseTo(high, 9);
    expect(found.share).toBe(successes / trials);
  }
  expect(wilsonInterval(7, 7).high).toBe(1);
});

test('no trials leave everything possible; impossible counts are refused', () => {
  expect(wilsonInterval(0, 0)).toEqual({ share: null, low: 0, high: 1, level: 0.95 });
  expect(() => wilsonInterval(3, 2)).toThrow(/3 successes of 2/);
});
