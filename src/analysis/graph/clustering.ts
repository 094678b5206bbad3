/**
 * Clustering: how many of a node's neighbours are neighbours of one another.
 *   local C_i = 2 t_i / (k_i (k_i - 1)), 0 for k_i < 2;   C = mean of C_i over all nodes;   transitivity = 3 triangles / connected triples
 * C weighs every node alike, transitivity every triple: a few hubs can set them far apart. Source: Watts and Strogatz 1998; Newman 2003.
 */
import { degrees, type Graph, neighboursOf } from './graph.ts';

/** Local clustering of each node, their mean and the transitivity; 0 where there is nothing to close. */
export function clustering(graph: Graph): { local: Float64Array; mean: number; transitivity: number } {
  const degree = degrees(graph);
  const links = linksAmongNeighbours(graph);
  const pairs = Float64Array.from(degree, (k) => (k * (k - 1)) / 2);
  const local = links.map((count, i) => (pairs[i]! > 0 ? count / pairs[i]! : 0));
  const triples = sum(pairs);
  return { local, mean: graph.nodes === 0 ? 0 : sum(local) / graph.nodes, transitivity: triples > 0 ? sum(links) / triples : 0 };
}

/** t_i: edges between neighbours of node i. */
function linksAmongNeighbours(graph: Graph): Float64Array {
  const marked = new Uint8Array(graph.nodes);
  return Float64Array.from({ length: graph.nodes }, (_, i) => {
    const around = neighboursOf(graph, i);
    for (const j of around) marked[j] = 1;
    let ends = 0;
    for (const j of around) for (const k of neighboursOf(graph, j)) ends += marked[k]!;
    for (const j of around) marked[j] = 0;
    return ends / 2;
  });
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
