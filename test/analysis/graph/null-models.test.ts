import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clustering, degrees, edgesOf, randomGraph, rewiredGraph, ringLattice } from '../../../src/analysis/index.ts';
import { karateClub, smallGraph } from './graphs.ts';

test('a random graph has exactly the edges asked for, from none to all', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 12 }), fc.nat(1000), fc.nat(100), (nodes, share, seed) => {
      const pairs = (nodes * (nodes - 1)) / 2;
      const edges = Math.round((pairs * share) / 1000);
      expect(randomGraph(nodes, edges, seed).edges).toBe(edges);
    }),
  );
  expect(() => randomGraph(3, 4, 1)).toThrow(/no 4 pairs/);
});

test('every pair is equally likely in a random graph', () => {
  const counts = new Map<string, number>();
  for (let replicate = 0; replicate < 3000; replicate++) {
    const { from, to } = edgesOf(randomGraph(5, 3, 7, replicate));
    from.forEach((a, k) => counts.set(`${String(a)}-${String(to[k])}`, (counts.get(`${String(a)}-${String(to[k])}`) ?? 0) + 1));
  }
  expect(counts.size).toBe(10);
  // 900 expected, standard deviation 25
  for (const count of counts.values()) expect(Math.abs(count - 900)).toBeLessThan(110);
});

test('rewiring keeps every degree and makes another graph', () => {
  fc.assert(
    fc.property(smallGraph, fc.nat(100), (graph, seed) => {
      expect(degrees(rewiredGraph(graph, seed))).toEqual(degrees(graph));
    }),
  );
  const once = rewiredGraph(karateClub, 1);
  expect(once).toEqual(rewiredGraph(karateClub, 1));
  expect(once).not.toEqual(rewiredGraph(karateClub, 1, 1));
  expect(degrees(once)).toEqual(degrees(karateClub));
  expect(clustering(rewiredGraph(ringLattice(200, 800), 3)).mean).toBeLessThan(0.08);
});

test('a ring lattice has the edges asked for, also when they fill no whole ring', () => {
  for (const edges of [0, 5, 8, 11, 27, 28]) expect(ringLattice(8, edges).edges).toBe(edges);
  expect(() => ringLattice(3, 4)).toThrow(/no 4 pairs/);
});
