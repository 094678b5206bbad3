import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Chance, exp } from '../../src/base/index.ts';
import { annealed } from '../../src/kernels/index.ts';

/** The same in TypeScript, with the draws and the exponential of src/base, and the whole cost summed anew for every swap. */
function plain(traffic: readonly number[], distance: readonly number[], groups: number, steps: number, seed: number): number[] {
  const chance = new Chance(seed, 'mapping', 1);
  const placeOf = Array.from({ length: groups }, (_, group) => group);
  // half of it: every pair stands in the matrices twice
  const costOf = (places: readonly number[]): number => {
    let sum = 0;
    for (let a = 0; a < groups; a++)
      for (let b = 0; b < a; b++) sum += traffic[a * groups + b]! * distance[places[a]! * groups + places[b]!]!;
    return sum;
  };
  const swapped = (a: number, b: number): number[] =>
    placeOf.map((place, group) => (group === a ? placeOf[b]! : group === b ? placeOf[a]! : place));
  const changeOf = (a: number, b: number): number => costOf(swapped(a, b)) - costOf(placeOf);
  let scale = 0;
  for (let i = 0; i < 50; i++) scale += Math.abs(changeOf(chance.integer(1, 2 * i, groups), chance.integer(1, 2 * i + 1, groups))) / 50;
  let best = [...placeOf];
  for (let step = 0; step < steps; step++) {
    const [a, b] = [chance.integer(2, 2 * step, groups), chance.integer(2, 2 * step + 1, groups)];
    if (a === b) continue;
    const change = changeOf(a, b);
    const rest = 1 - step / steps;
    if (change > 0 && chance.uniform(3, step) >= exp(-change / Math.max(scale * rest * rest, 1e-300))) continue;
    placeOf.splice(0, groups, ...swapped(a, b));
    if (costOf(placeOf) < costOf(best)) best = [...placeOf];
  }
  return best;
}

test('annealing in the kernel ends where the same in TypeScript ends, for whole numbers of packets and hops', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 9 }),
      fc.integer({ min: 0, max: 2 ** 40 }),
      fc.array(fc.nat(20), { minLength: 162, maxLength: 162 }),
      (groups, seed, draws) => {
        const matrix = (from: number): number[] =>
          Array.from({ length: groups * groups }, (_, i) => {
            const [a, b] = [Math.floor(i / groups), i % groups];
            return a === b ? 0 : draws[from + Math.max(a, b) * 9 + Math.min(a, b)]!;
          });
        const [traffic, distance] = [matrix(0), matrix(81)];
        const steps = 100 * groups;
        const found = annealed(Float64Array.from(traffic), Float64Array.from(distance), groups, steps, seed);
        expect([...found]).toEqual(plain(traffic, distance, groups, steps, seed));
      },
    ),
    { numRuns: 20 },
  );
});
