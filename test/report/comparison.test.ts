import { expect, test } from 'vitest';
import type { Comparison } from '../../src/model/index.ts';
import { comparisonPage } from '../../src/report/page/comparison.ts';

const scores = {
  means: [0, 0] as const,
  ks: { distance: 0, p: 1 },
  wasserstein: { distance: 0, p: 1 },
  levene: { p: 1 },
  mannWhitney: { p: 1 },
  effect: { g: 0, low: 0, high: 0 },
};

/** Two runs of 0.7 s whose neurons have these counts of spikes. */
function comparisonOf(a: readonly number[], b: readonly number[]): Comparison {
  const rates = (counts: readonly number[]): number[] => counts.map((count) => count / (1.1 - 0.4));
  return {
    a: ['a'],
    b: ['b'],
    from: 0.4,
    until: 1.1,
    level: 0.05,
    equivalence: 'not judged',
    notJudged: 'one run',
    statistics: [
      { population: 'p', statistic: 'rate', unit: 'Hz', a: [rates(a)], b: [rates(b)], scores, adjusted: null, groups: null, outside: [] },
    ],
    distances: [],
    matching: null,
    passed: true,
  };
}

test.each([
  ['few counts', 3, 17, 1],
  ['many counts', 0, 100, 4],
] as const)('bins of rates hold equally many counts of spikes: %s', (_name, first, last, each) => {
  const counts = Array.from({ length: last - first + 1 }, (_, k) => first + k);
  const { rows } = comparisonPage(comparisonOf(counts, [first, last])).sections.at(-1)!.figures[0]!.table!;
  const whole = rows.slice(0, -1).map((row) => row[2] as number);
  for (const share of whole) expect(share).toBeCloseTo(each / counts.length, 12);
  for (const row of rows) expect(((row[1] as number) - (row[0] as number)) * 0.7).toBeCloseTo(each, 9);
  expect(rows.reduce((sum, row) => sum + (row[2] as number), 0)).toBeCloseTo(1, 12);
  expect(rows.reduce((sum, row) => sum + (row[3] as number), 0)).toBeCloseTo(1, 12);
});

test('neurons that all spike alike fill one bin', () => {
  const { rows } = comparisonPage(comparisonOf([5, 5], [5])).sections.at(-1)!.figures[0]!.table!;
  expect(rows.map((row) => row.slice(2))).toEqual([[1, 1]]);
});
