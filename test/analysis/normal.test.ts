import { expect, test } from 'vitest';
import { normalDistribution, normalQuantile } from '../../src/analysis/index.ts';

test('the normal distribution has the values that scipy gives, in the tails too', () => {
  const known = [
    [-8, 6.22096057427174e-16],
    [-3, 0.0013498980316300933],
    [-1, 0.15865525393145707],
    [0, 0.5],
    [0.5, 0.6914624612740131],
    [2, 0.9772498680518208],
  ] as const;
  for (const [z, p] of known) {
    expect(Math.abs(normalDistribution(z) - p)).toBeLessThan(1e-15);
    expect(Math.abs(normalDistribution(z) / p - 1)).toBeLessThan(1e-8);
  }
  expect(normalDistribution(-40)).toBe(0);
});

test('the quantile inverts the distribution', () => {
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 9);
  expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 9);
  expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167813, 9);
  expect(normalQuantile(0.3)).toBeCloseTo(-0.5244005127080409, 9);
  for (let p = 0.005; p < 1; p += 0.005) expect(normalDistribution(normalQuantile(p))).toBeCloseTo(p, 12);
  expect(() => normalQuantile(1)).toThrow(/0 < p < 1/);
});
