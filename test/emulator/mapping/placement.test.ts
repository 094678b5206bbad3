import fc from 'fast-check';
import { expect, test } from 'vitest';
import { place } from '../../../src/emulator/index.ts';

/** Hops on a line of routers. */
function line(groups: number): Float64Array {
  return Float64Array.from({ length: groups * groups }, (_, i) => Math.abs(Math.floor(i / groups) - (i % groups)));
}

test('every placement is a permutation', () => {
  fc.assert(
    fc.property(
      fc
        .integer({ min: 1, max: 7 })
        .chain((groups) => fc.tuple(fc.constant(groups), fc.array(fc.nat(9), { minLength: groups ** 2, maxLength: groups ** 2 }))),
      fc.constantFrom('identity', 'random', 'annealed'),
      ([groups, traffic], method) => {
        const routers = place(Float64Array.from(traffic), line(groups), groups, method, 1);
        expect(Array.from(routers).toSorted((a, b) => a - b)).toEqual(Array.from({ length: groups }, (_, g) => g));
      },
    ),
    { numRuns: 40 },
  );
});

test('groups that talk in a chain are put next to each other', () => {
  const groups = 8;
  // group g talks to its partner in a scrambled order
  const order = [3, 6, 0, 7, 1, 4, 2, 5];
  const traffic = new Float64Array(groups * groups);
  for (let i = 0; i + 1 < groups; i++) traffic[order[i]! * groups + order[i + 1]!] = 5;
  const routers = place(traffic, line(groups), groups, 'annealed', 1);
  const distances = order.slice(1).map((group, i) => Math.abs(routers[group]! - routers[order[i]!]!));
  expect(distances.reduce((sum, hops) => sum + hops, 0)).toBeLessThanOrEqual(9);
});
