import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  effectSize,
  kolmogorovSmirnov,
  ksDistance,
  levene,
  mannWhitney,
  twoSampleScores,
  wassersteinDistance,
  wassersteinTest,
} from '../../src/analysis/index.ts';
import { Chance } from '../../src/base/index.ts';

const PAIRS = 2000;

/** `count` draws of one law: substream `unit` of a seeded generator. */
function draws(law: 'normal' | 'exponential' | 'uniform', unit: number, count: number, scale = 1, shift = 0): Float64Array {
  const chance = new Chance(7, 'search');
  return Float64Array.from({ length: count }, (_, k) => shift + scale * chance[law](unit, k));
}

/** Share of same-law pairs that a test calls different at 5 %. */
function falseAlarms(
  p: (a: Float64Array, b: Float64Array, pair: number) => number,
  law: 'normal' | 'exponential' | 'uniform',
  n = 200,
  m = n,
): number {
  let alarms = 0;
  for (let pair = 0; pair < PAIRS; pair++) {
    if (p(draws(law, 2 * pair, n), draws(law, 2 * pair + 1, m), pair) <= 0.05) alarms++;
  }
  return alarms / PAIRS;
}

const TESTS = {
  'Kolmogorov-Smirnov': (a: Float64Array, b: Float64Array): number => kolmogorovSmirnov(a, b).p,
  'Mann-Whitney': (a: Float64Array, b: Float64Array): number => mannWhitney(a, b).p,
  Levene: (a: Float64Array, b: Float64Array): number => levene(a, b).p,
};

test.each([
  ['Kolmogorov-Smirnov', 'normal', 200, 200],
  ['Kolmogorov-Smirnov', 'exponential', 200, 230],
  ['Mann-Whitney', 'exponential', 200, 200],
  ['Levene', 'normal', 200, 200],
  ['Levene', 'exponential', 200, 250],
] as const)('%s on pairs of one %s law (%i against %i values) gives 5 +- 1.5 in a hundred false alarms', (name, law, n, m) => {
  expect(Math.abs(falseAlarms(TESTS[name], law, n, m) - 0.05)).toBeLessThan(0.015);
});

test('the Wasserstein permutation test gives 5 +- 1.5 % false alarms', () => {
  const p = (a: Float64Array, b: Float64Array, pair: number): number => wassersteinTest(a, b, { seed: pair, draws: 99 }).p;
  expect(Math.abs(falseAlarms(p, 'uniform') - 0.05)).toBeLessThan(0.015);
});

test('controls are detected: a shift by all but Levene, a wider law by KS, Wasserstein and Levene', () => {
  const shifted = twoSampleScores(draws('normal', 1, 200), draws('normal', 2, 200, 1, 0.6))!;
  expect([shifted.ks.p, shifted.mannWhitney.p, shifted.wasserstein.p].every((p) => p < 0.01)).toBe(true);
  expect(shifted.effect.high).toBeLessThan(0);
  const wider = twoSampleScores(draws('normal', 3, 400), draws('normal', 4, 400, 2))!;
  expect([wider.ks.p, wider.levene.p, wider.wasserstein.p].every((p) => p < 0.01)).toBe(true);
});

test('the KS distance and its exact p are those of all orders of the pooled sample', () => {
  // every choice of n places of n + m for the first sample, by brute force
  const brute = (n: number, m: number, k: number): number => {
    let [reached, all] = [0, 0];
    for (let places = 0; places < 2 ** (n + m); places++) {
      let [i, j, largest] = [0, 0, 0];
      for (let place = 0; place < n + m; place++) {
        if ((places >> place) & 1) i++;
        else j++;
        largest = Math.max(largest, Math.abs(i * m - j * n));
      }
      if (i !== n) continue;
      all++;
      if (largest >= k) reached++;
    }
    return reached / all;
  };
  const [a, b] = [
    [0.1, 0.2, 0.35, 0.5, 1.4],
    [0.3, 0.6, 0.7, 0.8, 0.9, 1.1, 1.2],
  ];
  const { distance, conservative, p } = kolmogorovSmirnov(a, b);
  expect(distance).toBeCloseTo(4 / 5 - 1 / 7, 12);
  const k = Math.round(distance * 35);
  expect(conservative).toBeCloseTo(brute(5, 7, k), 12);
  expect(p).toBeCloseTo((brute(5, 7, k) + brute(5, 7, k + 1)) / 2, 12);
});

test('exact and asymptotic KS agree where both hold', () => {
  const [a, b] = [draws('normal', 11, 1999), draws('normal', 12, 2000, 1, 0.07)];
  const exact = kolmogorovSmirnov(a, b);
  const longer = kolmogorovSmirnov(Float64Array.from([...a, 0, 0.1]), Float64Array.from([...b, 0, 0.1]));
  expect([exact.method, longer.method]).toEqual(['exact', 'asymptotic']);
  expect(Math.abs(exact.p - longer.p)).toBeLessThan(0.03);
});

test('values of scipy and of textbooks', () => {
  // scipy.stats.mannwhitneyu([1..5], [3.5, 6..9], method="asymptotic") and the definition: 2 pairs with x > y
  expect(mannWhitney([1, 2, 3, 4, 5], [3.5, 6, 7, 8, 9]).u).toBe(2);
  expect(mannWhitney([1, 2, 3, 4, 5], [3.5, 6, 7, 8, 9]).p).toBeCloseTo(0.036714, 5);
  const spread = levene([-3, -2, -1, 1, 2, 3], [-1, -0.5, -0.2, 0.2, 0.5, 1]);
  const [first, second] = [4, 2 * ((1 - 17 / 30) ** 2 + (0.5 - 17 / 30) ** 2 + (0.2 - 17 / 30) ** 2)];
  expect(spread.f).toBeCloseTo((10 * 3 * (2 - 17 / 30) ** 2) / (first + second), 9);
  expect(levene([0, 2], [0, 2]).p).toBe(1);
  // two normal laws of one spread, half a standard deviation apart
  expect(effectSize(draws('normal', 21, 4000, 1, 0.5), draws('normal', 22, 4000)).g).toBeCloseTo(0.5, 1);
});

test('Wasserstein: a shift by c is a distance of c, and a metric', () => {
  const sample = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(sample, sample, sample, fc.integer({ min: -9, max: 9 }), (a, b, c, shift) => {
      expect(
        wassersteinDistance(
          a,
          a.map((value) => value + shift),
        ),
      ).toBeCloseTo(Math.abs(shift), 9);
      for (const distance of [wassersteinDistance, ksDistance]) {
        expect(distance(a, b)).toBeCloseTo(distance(b, a), 12);
        expect(distance(a, c)).toBeLessThanOrEqual(distance(a, b) + distance(b, c) + 1e-9);
      }
    }),
  );
});
