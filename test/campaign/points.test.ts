import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InfeasibleError } from '../../src/base/index.ts';
import { factorial, planPoints, type Factors } from '../../src/campaign/index.ts';

const FACTORS: Factors = {
  clock: { fast: { 'noc.clock': '250 MHz' }, slow: { 'noc.clock': '25 MHz' } },
  network: { mesh: { noc: 'mesh-4x4' }, 'small world': { noc: 'small-world-4x4' } },
  bits: { '4': { 'chip.weights.bits': 4 }, '6': { 'chip.weights.bits': 6 } },
  fixed: { only: { 'chip.rows': 256 } },
};

test('labels hold what varies; a bare number is named with its factor', () => {
  expect(factorial(FACTORS).map(({ label }) => label)[0]).toBe('fast, mesh, bits 4');
  const [point] = planPoints({ factors: FACTORS, dies: [3, 4], seeds: [1], resolve: ({ overrides }) => overrides });
  expect(point).toMatchObject({ index: 0, label: 'fast, mesh, bits 4, die 3', die: 3, seed: 1 });
  expect(factorial({ a: { on: {}, off: {} }, b: { on: {}, off: {} } })[1]?.label).toBe('a on, b off');
  expect(factorial({})).toEqual([{ levels: {}, label: 'the only design', overrides: {} }]);
});

test('a whole card is chosen before its fields are changed, in whatever order the factors stand', () => {
  expect(Object.keys(factorial(FACTORS)[0]!.overrides)).toEqual(['noc', 'chip.rows', 'noc.clock', 'chip.weights.bits']);
});

test('the ids of a plan do not depend on the order in which it is written', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(Object.keys(FACTORS), { minLength: 4 }),
      fc.shuffledSubarray([1, 2, 3], { minLength: 3 }),
      (names, dies) => {
        const shuffled = Object.fromEntries(names.map((name) => [name, FACTORS[name]!]));
        const ids = (factors: Factors, of: number[]): string[] =>
          planPoints({ factors, dies: of, seeds: [1, 2], resolve: ({ overrides }) => overrides }).map(({ id }) => id);
        expect(ids(shuffled, dies).toSorted()).toEqual(ids(FACTORS, [1, 2, 3]).toSorted());
      },
    ),
  );
});

test('combinations that compute the same are one point with two labels', () => {
  const points = planPoints({
    factors: { a: { x: { 'noc.k': 1 }, y: { 'noc.k': 1 }, z: { 'noc.k': 2 } } },
    dies: [1, 1],
    seeds: [1],
    resolve: ({ overrides }) => overrides,
  });
  expect(points.map(({ index, label, aliases }) => ({ index, label, aliases }))).toEqual([
    { index: 0, label: 'x, die 1', aliases: ['y, die 1'] },
    { index: 1, label: 'z, die 1', aliases: [] },
  ]);
});

test('die, seed, configuration and version of the models each make another point', () => {
  const id = (die: number, seed: number, configuration: string, modelVersion: number): string =>
    planPoints({ factors: {}, dies: [die], seeds: [seed], resolve: () => configuration, modelVersion })[0]!.id;
  expect(new Set([id(1, 2, 'a', 1), id(2, 1, 'a', 1), id(1, 3, 'a', 1), id(1, 2, 'b', 1), id(1, 2, 'a', 2)]).size).toBe(5);
});

test('plans without points, with far too many, or with two factors on one path are refused', () => {
  const resolve = (): null => null;
  expect(() => planPoints({ factors: { a: {} }, dies: [1], seeds: [1], resolve })).toThrow(/factor a has no entry/);
  expect(() => planPoints({ factors: {}, dies: [], seeds: [1], resolve })).toThrow(InfeasibleError);
  const many = Array.from({ length: 1001 }, (_, k) => k);
  expect(() => planPoints({ factors: {}, dies: many, seeds: many, resolve })).toThrow('1001 (dies) x 1001 (seeds) = 1002001 points');
  expect(() => factorial({ a: { x: { noc: 'm' } }, b: { y: { noc: 'n' } } })).toThrow('factors a and b both change noc');
});
