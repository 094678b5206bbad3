import fc from 'fast-check';
import { expect, test } from 'vitest';
import { benjaminiHochberg, equivalence, groupDistanceTest, holm } from '../../src/analysis/index.ts';
import { Chance } from '../../src/base/index.ts';

const chance = new Chance(3, 'search');
const sample = (unit: number, shift = 0): Float64Array => Float64Array.from({ length: 60 }, (_, k) => chance.normal(unit, k) + shift);

test("Holm's own example: the smallest p times n, the next times n - 1, never falling", () => {
  holm([0.01, 0.04, 0.03, 0.005]).forEach((p, k) => expect(p).toBeCloseTo([0.03, 0.06, 0.06, 0.02][k]!, 12));
  benjaminiHochberg([0.01, 0.04, 0.03, 0.005]).forEach((p, k) => expect(p).toBeCloseTo([0.02, 0.04, 0.04, 0.02][k]!, 12));
});

test('adjusted p-values are never below the raw ones, Holm never below Benjamini-Hochberg', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (p) => {
      const [strict, mild] = [holm(p), benjaminiHochberg(p)];
      p.forEach((raw, k) => {
        expect(mild[k]).toBeGreaterThanOrEqual(raw - 1e-12);
        expect(strict[k]).toBeGreaterThanOrEqual(mild[k]! - 1e-12);
      });
    }),
  );
});

test('two groups of points on a line, wholly apart: one way of all 70 and its mirror image', () => {
  const place = [0, 1, 2, 3, 10, 11, 12, 13];
  const { p, between, within, ways } = groupDistanceTest(8, 4, (i, j) => Math.abs(place[i]! - place[j]!));
  expect([ways, p, between]).toEqual([70, 2 / 70, 10]);
  expect(within).toBeCloseTo(5 / 3, 12);
});

test('drawn and counted ways agree', () => {
  const samples = Array.from({ length: 22 }, (_, k) => sample(k, k < 11 ? 0 : 0.1));
  const distance = (i: number, j: number): number => Math.abs(samples[i]![0]! - samples[j]![0]!);
  const drawn = groupDistanceTest(22, 11, distance, { draws: 4000 });
  const counted = groupDistanceTest(20, 10, (i, j) => distance(i < 10 ? i : i + 1, j < 10 ? j : j + 1));
  expect([drawn.method, counted.method]).toEqual(['drawn', 'exact']);
  expect(Math.abs(drawn.p - counted.p)).toBeLessThan(0.3);
});

test('a permutation test of one law is rejected at its level', () => {
  let rejected = 0;
  for (let pair = 0; pair < 400; pair++) {
    const values = Array.from({ length: 10 }, (_, k) => chance.normal(1000 + pair, k));
    if (groupDistanceTest(10, 5, (i, j) => Math.abs(values[i]! - values[j]!)).p <= 0.05) rejected++;
  }
  expect(rejected / 400).toBeGreaterThan(0.025);
  expect(rejected / 400).toBeLessThan(0.075);
});

test('equal laws are equivalent, a shifted statistic is different, few seeds are not judged', () => {
  const group = (first: number, count: number, shift = 0): Float64Array[] =>
    Array.from({ length: count }, (_, k) => sample(first + k, shift));
  const rate = { name: 'E rate', reference: group(100, 10), candidate: group(120, 10) };
  const cv = { name: 'E CV', reference: group(140, 10), candidate: group(160, 10, 0.5) };
  expect(equivalence([rate]).verdict).toBe('equivalent');
  const both = equivalence([rate, cv]);
  expect(both.verdict).toBe('different');
  expect(both.statistics.map(({ name, rejected }) => [name, rejected])).toEqual([
    ['E rate', false],
    ['E CV', true],
  ]);
  expect(equivalence([{ ...cv, reference: cv.reference.slice(0, 3) }]).verdict).toBe('not judged');
});
