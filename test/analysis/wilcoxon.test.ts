import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wilcoxonSignedRank } from '../../src/analysis/index.ts';

/** Share of all sign patterns whose statistic is at least that of the data. */
function byEnumeration(differences: readonly number[]): number {
  const used = differences.filter((difference) => difference !== 0);
  const rank = (value: number): number => {
    const below = used.filter((other) => Math.abs(other) < Math.abs(value)).length;
    const equal = used.filter((other) => Math.abs(other) === Math.abs(value)).length;
    return below + (equal + 1) / 2;
  };
  const ranks = used.map(rank);
  const observed = used.reduce((sum, value, k) => (value > 0 ? sum + ranks[k]! : sum), 0);
  let atLeast = 0;
  for (let pattern = 0; pattern < 2 ** used.length; pattern++) {
    if (ranks.reduce((sum, value, k) => ((pattern >> k) & 1 ? sum + value : sum), 0) >= observed) atLeast++;
  }
  return atLeast / 2 ** used.length;
}

test('six dies that all improve have p = 1/64', () => {
  expect(wilcoxonSignedRank([0.1, 0.2, 0.15, 0.3, 0.05, 0.4], 'greater')).toEqual({
    statistic: 21,
    count: 6,
    zeros: 0,
    p: 1 / 64,
    method: 'exact',
  });
});

test('the exact p is the share of all sign patterns, with ties and zeros', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 9 }), (differences) => {
      const found = wilcoxonSignedRank(differences, 'greater');
      expect(found.p).toBeCloseTo(byEnumeration(differences), 12);
      expect(
        wilcoxonSignedRank(
          differences.map((value) => -value),
          'less',
        ).p,
      ).toBe(found.p);
      expect(found.zeros + found.count).toBe(differences.length);
    }),
  );
});

test('the depression scores of Hollander and Wolfe give their p-values', () => {
  const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
  const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
  const differences = before.map((value, k) => value - after[k]!);
  expect(wilcoxonSignedRank(differences, 'greater')).toMatchObject({ statistic: 40, p: 0.01953125 });
  expect(wilcoxonSignedRank(differences, 'less').p).toBe(0.986328125);
  expect(wilcoxonSignedRank(differences, 'two-sided').p).toBe(0.0390625);
});

test('more than 30 differences use the normal approximation with ties, as scipy does', () => {
  const differences = Array.from({ length: 40 }, (_, k) => (((k * 37) % 23) - 8) / 2);
  const found = wilcoxonSignedRank(differences, 'greater');
  expect(found).toMatchObject({ statistic: 560, count: 39, zeros: 1, method: 'normal' });
  expect(found.p).toBeCloseTo(0.008959816570163577, 10);
  expect(wilcoxonSignedRank(differences, 'two-sided').p).toBeCloseTo(0.017919633140327153, 10);
});

test('nothing left to compare is p = 1; NaN is refused', () => {
  expect(wilcoxonSignedRank([0, 0], 'greater')).toMatchObject({ p: 1, zeros: 2, count: 0 });
  expect(() => wilcoxonSignedRank([1, NaN], 'less')).toThrow(/finite/);
});
