import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeGraph, type Wiring } from '../../../src/noc/design/graph.ts';
import { mesh } from '../../../src/noc/topology/mesh.ts';
import { ringLattice } from '../../../src/noc/topology/ring.ts';
import { wattsStrogatz } from '../../../src/noc/topology/watts-strogatz.ts';

/** Mean over routers of the share of their neighbours' pairs that are linked. */
function clustering(wiring: Wiring): number {
  const near: Set<number>[] = Array.from({ length: wiring.routers }, () => new Set());
  for (const { a, b } of wiring.wires) {
    near[a]!.add(b);
    near[b]!.add(a);
  }
  const shares = near.map((others) => {
    const list = Array.from(others);
    const linked = list.flatMap((p, i) => list.slice(i + 1).filter((q) => near[p]!.has(q))).length;
    return list.length < 2 ? 0 : linked / ((list.length * (list.length - 1)) / 2);
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

test.each([4, 6, 8, 10])('without rewiring a ring lattice of degree %i has the clustering 3(k-2)/4(k-1)', (k) => {
  expect(clustering(wattsStrogatz(ringLattice(100, k), 0, 1, 64))).toBeCloseTo((3 * (k - 2)) / (4 * (k - 1)), 12);
});

test('with full rewiring the clustering comes near k/n', () => {
  const seeds = [1, 2, 3, 4];
  const mean = seeds.reduce((sum, seed) => sum + clustering(wattsStrogatz(ringLattice(200, 8), 1, seed, 64)), 0) / seeds.length;
  expect(mean).toBeGreaterThan(0.5 * (8 / 200));
  expect(mean).toBeLessThan(1.8 * (8 / 200));
});

test('rewiring keeps the number of links, makes no double links, stays connected and below the largest degree', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 8 }),
      fc.integer({ min: 3, max: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(),
      (w, h, p, seed) => {
        const base = mesh(w, h);
        const wiring = wattsStrogatz(base, p, seed, 6);
        const names = wiring.wires.map(({ a, b }) => `${String(Math.min(a, b))}-${String(Math.max(a, b))}`);
        const degree = Array.from({ length: w * h }, () => 0);
        for (const { a, b } of wiring.wires) {
          degree[a]! += 1;
          degree[b]! += 1;
        }
        expect(wiring.wires.length).toBe(base.wires.length);
        expect(new Set(names).size).toBe(names.length);
        expect(Math.max(...degree)).toBeLessThanOrEqual(6);
        placeGraph(wiring, { tilePitch: 1e-3, latency: 1 });
      },
    ),
    { numRuns: 60 },
  );
});

test('the seed decides the graph and nothing else does', () => {
  const [first, again, other] = [7, 7, 8].map((seed) => wattsStrogatz(mesh(8, 8), 0.2, seed, 6).wires);
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});

test('a base in two pieces that rewiring does not join is refused', () => {
  const { wires, ...rest } = mesh(4, 1);
  expect(() => wattsStrogatz({ ...rest, wires: wires.filter((_, e) => e !== 1) }, 0, 1, 4)).toThrow(/no connected graph in 1000 drawings/);
});
