/** Graphs for tests: random small ones, Zachary's karate club, and the connectomes of the shared folder. */
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type Graph, graphOf } from '../../../src/analysis/index.ts';

const shared = new URL('../../../../shared/', import.meta.url);
/** Connectomes are not part of the repository; tests that need them are skipped with this reason. */
export const withoutShared = !existsSync(shared);
export const NEEDS_SHARED = withoutShared ? ' (skipped: ../shared is absent)' : '';

/** Any undirected graph of 1 to 8 nodes, from a matrix of coin flips. */
export const smallGraph = fc.integer({ min: 1, max: 8 }).chain((nodes) =>
  fc.array(fc.boolean(), { minLength: nodes * nodes, maxLength: nodes * nodes }).map((coins) => {
    const pairs = coins.flatMap((heads, k) => (heads && k % nodes < Math.floor(k / nodes) ? [[Math.floor(k / nodes), k % nodes]] : []));
    return graphFromPairs(nodes, pairs);
  }),
);

export function graphFromPairs(nodes: number, pairs: readonly (readonly number[])[]): Graph {
  return graphOf(
    nodes,
    pairs.map(([a]) => a!),
    pairs.map(([, b]) => b!),
  );
}

/** 0/1 matrix of a graph, the form in which brute force is easiest to trust. */
export function adjacency(graph: Graph): number[][] {
  return Array.from({ length: graph.nodes }, (_, i) => {
    const row = Array.from<number>({ length: graph.nodes }).fill(0);
    for (const j of graph.neighbours.subarray(graph.offsets[i], graph.offsets[i + 1])) row[j] = 1;
    return row;
  });
}

/** Zachary 1977: who of a karate club met whom; lists of higher-numbered friends per member. */
const KARATE =
  '1 2 3 4 5 6 7 8 10 11 12 13 17 19 21 31|2 3 7 13 17 19 21 30|3 7 8 9 13 27 28 32|7 12 13|6 10|6 10 16|16||30 32 33|33||||33|32 33|32 33|||32 33|33|32 33||32 33|25 27 29 32 33|25 27 31|31|29 33|33|31 33|32 33|32 33|32 33|33|';
export const karateClub = graphFromPairs(
  34,
  KARATE.split('|').flatMap((friends, member) => friends.split(' ').flatMap((friend) => (friend === '' ? [] : [[member, Number(friend)]]))),
);

/** The 300 connected neurons of C. elegans (Cook et al. 2019), with their names. */
export function wormConnectome(): { graph: Graph; names: string[] } {
  const rows = table('data/celegans/neuron_edges.csv').slice(1);
  const names = [...new Set(rows.flatMap(([pre, post]) => [pre!, post!]))];
  const number = new Map(names.map((name, i) => [name, i]));
  return {
    names,
    graph: graphFromPairs(
      names.length,
      rows.map(([pre, post]) => [number.get(pre!)!, number.get(post!)!]),
    ),
  };
}

/** 68 cortical and 14 subcortical regions of the human brain (HCP group average). */
export function humanConnectome(): Graph {
  const rows = table('data/human-connectome-hcp-dk82/strucMatrix_with_sctx.csv');
  return graphFromPairs(
    rows.length,
    rows.flatMap((row, i) => row.flatMap((weight, j) => (Number(weight) > 0 ? [[i, j]] : []))),
  );
}

function table(path: string): string[][] {
  return readFileSync(new URL(path, shared), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
}
