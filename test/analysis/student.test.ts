import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digamma, normalQuantile, studentQuantile, trigamma, trigammaInverse } from '../../src/analysis/index.ts';

test('quantiles are those of the printed tables', () => {
  // Abramowitz and Stegun, table 26.10
  for (const [p, freedom, t] of [
    [0.975, 1, 12.706],
    [0.975, 2, 4.303],
    [0.975, 7, 2.365],
    [0.995, 10, 3.169],
    [0.95, 30, 1.697],
    [0.9995, 4, 8.61],
  ] as const)
    expect(studentQuantile(p, freedom)).toBeCloseTo(t, 3);
});

test('one and two degrees of freedom have closed forms', () => {
  for (const p of [0.6, 0.84, 0.99]) {
    expect(studentQuantile(p, 1)).toBeCloseTo(Math.tan(Math.PI * (p - 0.5)), 9);
    expect(studentQuantile(p, 2)).toBeCloseTo((2 * p - 1) * Math.sqrt(2 / (4 * p * (1 - p))), 9);
  }
});

test('they are odd, rise with p, fall towards the normal quantile with freedom', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.501, max: 0.9999, noNaN: true }), fc.double({ min: 0.8, max: 5e3, noNaN: true }), (p, freedom) => {
      const t = studentQuantile(p, freedom);
      expect(studentQuantile(1 - p, freedom)).toBeCloseTo(-t, 6);
      expect(t).toBeGreaterThan(normalQuantile(p));
      expect(studentQuantile(p, 2 * freedom)).toBeLessThan(t);
    }),
    { numRuns: 60 },
  );
  expect(studentQuantile(0.975, Infinity)).toBeCloseTo(1.959963984540054, 9);
});

test('digamma and trigamma at 1 and 1/2 are what Gauss found, and the inverse inverts', () => {
  const gamma = 0.5772156649015329;
  expect(digamma(1)).toBeCloseTo(-gamma, 12);
  expect(digamma(0.5)).toBeCloseTo(-gamma - 2 * Math.log(2), 12);
  expect(trigamma(1)).toBeCloseTo(Math.PI ** 2 / 6, 11);
  expect(trigamma(0.5)).toBeCloseTo(Math.PI ** 2 / 2, 11);
  for (const x of [0.3, 1, 3.7, 40, 1e4]) expect(trigammaInverse(trigamma(x)) / x).toBeCloseTo(1, 8);
});
