import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distancesFrom, graphOf, pathLengths, ringLattice } from '../../../src/analysis/index.ts';
import { adjacency, karateClub, smallGraph } from './graphs.ts';

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

test('path lengths agree with Floyd and Warshall', () => {
  fc.assert(
    fc.property(smallGraph, (graph) => {
      const n = graph.nodes;
      const distance = adjacency(graph).map((row, i) => row.map((edge, j) => (i === j ? 0 : edge === 1 ? 1 : Infinity)));
      for (let k = 0; k < n; k++) {
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) distance[i]![j] = Math.min(distance[i]![j]!, distance[i]![k]! + distance[k]![j]!);
        }
      }
      const pairs = distance.flatMap((row, i) => row.filter((_, j) => j > i));
      const reachable = pairs.filter(Number.isFinite);
      const found = pathLengths(graph);
      expect(found.unreachablePairs).toBe(pairs.length - reachable.length);
      expect(found.diameter).toBe(Math.max(0, ...reachable));
      // null where there is nothing to divide by
      expect(found.mean === null).toBe(reachable.length === 0);
      expect((found.mean ?? 0) * reachable.length).toBeCloseTo(sum(reachable), 12);
      expect(found.globalEfficiency === null).toBe(pairs.length === 0);
      expect((found.globalEfficiency ?? 0) * pairs.length).toBeCloseTo(sum(pairs.map((hops) => 1 / hops)), 12);
      distance.forEach((row, i) => expect([...distancesFrom(graph, i)]).toEqual(row.map((hops) => (hops === Infinity ? -1 : hops))));
    }),
  );
});

test('a ring and the karate club have their known values', () => {
  // an even ring of n: n/2 at most, n^2 / (4 (n - 1)) on average
  expect(pathLengths(ringLattice(100, 100))).toMatchObject({ diameter: 50, unreachablePairs: 0 });
  expect(pathLengths(ringLattice(100, 100)).mean).toBeCloseTo(2500 / 99, 12);
  const karate = pathLengths(karateClub);
  expect(karate.mean).toBeCloseTo(2.408199643493761, 12);
  expect(karate.globalEfficiency).toBeCloseTo(0.4920083184789052, 12);
  expect(karate.diameter).toBe(5);
});

test('a single node has no path', () => {
  expect(pathLengths(graphOf(1, [], []))).toEqual({ mean: null, globalEfficiency: null, diameter: 0, unreachablePairs: 0 });
});
