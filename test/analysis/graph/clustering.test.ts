import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clustering, ringLattice } from '../../../src/analysis/index.ts';
import { adjacency, karateClub, smallGraph } from './graphs.ts';

test('clustering and transitivity agree with counting all triples', () => {
  fc.assert(
    fc.property(smallGraph, (graph) => {
      const a = adjacency(graph);
      let [closedTriples, triples, localSum] = [0, 0, 0];
      for (let i = 0; i < graph.nodes; i++) {
        let [closed, pairs] = [0, 0];
        for (let j = 0; j < graph.nodes; j++) {
          for (let k = j + 1; k < graph.nodes; k++) {
            pairs += a[i]![j]! * a[i]![k]!;
            closed += a[i]![j]! * a[i]![k]! * a[j]![k]!;
          }
        }
        localSum += pairs > 0 ? closed / pairs : 0;
        [closedTriples, triples] = [closedTriples + closed, triples + pairs];
      }
      const found = clustering(graph);
      expect(found.mean).toBeCloseTo(localSum / graph.nodes, 12);
      expect(found.transitivity).toBeCloseTo(triples > 0 ? closedTriples / triples : 0, 12);
    }),
  );
});

test('a ring lattice of degree k has C = 3 (k - 2) / (4 (k - 1))', () => {
  for (const k of [2, 4, 6, 10, 20]) {
    expect(clustering(ringLattice(100, 50 * k)).mean).toBeCloseTo((3 * (k - 2)) / (4 * (k - 1)), 12);
  }
});

test('the karate club has the values of NetworkX', () => {
  expect(clustering(karateClub).mean).toBeCloseTo(0.5706384782076823, 12);
  expect(clustering(karateClub).transitivity).toBeCloseTo(0.2556818181818182, 12);
});
