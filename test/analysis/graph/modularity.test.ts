import fc from 'fast-check';
import { expect, test } from 'vitest';
import { communities, graphOf, modularityOf } from '../../../src/analysis/index.ts';
import { graphFromPairs, karateClub, smallGraph } from './graphs.ts';

/** All partitions of n nodes as restricted growth strings. */
function* partitions(n: number, prefix: number[] = [], used = 0): Generator<number[]> {
  if (prefix.length === n) {
    yield prefix;
    return;
  }
  for (let block = 0; block <= used; block++) yield* partitions(n, [...prefix, block], Math.max(used, block + 1));
}

test('on small graphs the communities found are as good as the best of all partitions', () => {
  fc.assert(
    fc.property(smallGraph, (graph) => {
      const found = communities(graph, { seed: 1 });
      let best = -Infinity;
      for (const partition of partitions(graph.nodes)) best = Math.max(best, modularityOf(graph, partition));
      expect(found.modularity).toBe(modularityOf(graph, found.community));
      expect(found.modularity).toBeLessThanOrEqual(best + 1e-12);
      // greedy moves are no proof of the maximum: they may miss it, but not by much
      expect(found.modularity).toBeGreaterThan(best - 0.03);
    }),
    { numRuns: 40 },
  );
});

/** All edges among four nodes. */
function clique(first: number): number[][] {
  return [0, 1, 2, 3].flatMap((i) => [0, 1, 2, 3].filter((j) => j > i).map((j) => [first + i, first + j]));
}

test('a hub that greedy moves from single nodes merge into everything is parted all the same', () => {
  const wheel = [[0, 1], [0, 2], [1, 2], [1, 3], [1, 4], [1, 5], [1, 6], [2, 3], [2, 4], [2, 5], [3, 5], [4, 5]]; // prettier-ignore
  const graph = graphFromPairs(7, wheel);
  const best = Math.max(...Array.from(partitions(7), (partition) => modularityOf(graph, partition)));
  expect(communities(graph, { seed: 1 }).modularity).toBeCloseTo(best, 12);
});

test('two cliques with a bridge are two communities, with the modularity of the closed form', () => {
  const found = communities(graphFromPairs(8, [...clique(0), ...clique(4), [3, 4]]), { seed: 1 });
  expect([...found.community]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  expect(found.modularity).toBeCloseTo(12 / 13 - 0.5, 12);
});

test('the karate club reaches its known maximum of 0.4198 in four communities', () => {
  const found = communities(karateClub, { seed: 1 });
  expect(found.modularity).toBeCloseTo(0.4198, 4);
  expect(found.count).toBe(4);
});

test('a graph without edges is all single nodes', () => {
  expect(communities(graphOf(3, [], []), { seed: 1 })).toEqual({ modularity: 0, community: Uint32Array.of(0, 1, 2), count: 3 });
});
