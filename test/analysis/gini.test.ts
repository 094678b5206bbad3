import fc from 'fast-check';
import { expect, test } from 'vitest';
import { giniCoefficient } from '../../src/analysis/index.ts';

test('the Gini coefficient is half the relative mean difference of all pairs', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100), { minLength: 1, maxLength: 12 }), (values) => {
      const total = values.reduce((sum, value) => sum + value, 0);
      const differences = values.reduce((sum, a) => sum + values.reduce((inner, b) => inner + Math.abs(a - b), 0), 0);
      expect(giniCoefficient(values) === null).toBe(total === 0);
      expect((giniCoefficient(values) ?? 0) * 2 * values.length * total).toBeCloseTo(differences, 9);
    }),
  );
});

test('all equal is 0, one with everything is (n - 1)/n, nothing is null, debts are refused', () => {
  expect(giniCoefficient([3, 3, 3])).toBeCloseTo(0, 12);
  expect(giniCoefficient([0, 0, 0, 8])).toBe(0.75);
  expect(giniCoefficient([])).toBeNull();
  expect(() => giniCoefficient([1, -1])).toThrow(/at least 0/);
});
