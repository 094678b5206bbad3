/**
 * Graphs to compare a graph with. The choice of the null changes the small-world index by a factor of two, so every report says which it used.
 *   random   G(n, m): m different pairs, all equally likely (Erdos and Renyi 1959)
 *   rewired  the same degree of every node, edges swapped in pairs: a-b, c-d -> a-d, c-b (Maslov and Sneppen 2002); 10 attempted swaps per edge mix well
 *   lattice  ring of n nodes, m edges joining the nearest nodes first (Watts and Strogatz 1998 at p = 0); what does not fill a whole ring goes to the first nodes
 * All are seeded through the stream 'graph'; `replicate` tells draws of one seed apart. Random and rewired graphs may fall into pieces: take the giant component.
 */
import { Chance, InternalError } from '../../base/index.ts';
import { edgesOf, type Graph, graphOf } from './graph.ts';

const SWAPS_PER_EDGE = 10;
/** Units of the stream, so that the two seeded models share no draw. */
const UNIT = { random: 0, rewired: 1 } as const;

/** Uniform graph with exactly `edges` edges. Throws InternalError when there are not so many pairs. */
export function randomGraph(nodes: number, edges: number, seed: number, replicate = 0): Graph {
  const pairs = (nodes * (nodes - 1)) / 2;
  if (edges > pairs) throw new InternalError(`${String(nodes)} nodes have no ${String(edges)} pairs`);
  const chance = new Chance(seed, 'graph', replicate);
  // Floyd's sampling: exactly one draw per edge, no rejection, right up to the complete graph
  const chosen = new Set<number>();
  for (let last = pairs - edges; last < pairs; last++) {
    const pair = chance.integer(UNIT.random, last, last + 1);
    chosen.add(chosen.has(pair) ? last : pair);
  }
  const ends = Array.from(chosen, pairOfIndex);
  return graphOf(
    nodes,
    ends.map(([a]) => a),
    ends.map(([, b]) => b),
  );
}

/** The graph with its edges swapped at random and every degree kept. */
export function rewiredGraph(graph: Graph, seed: number, replicate = 0): Graph {
  const { from, to } = edgesOf(graph);
  const chance = new Chance(seed, 'graph', replicate);
  const key = (a: number, b: number): number => (a < b ? a * graph.nodes + b : b * graph.nodes + a);
  const present = new Set(Array.from(from, (a, k) => key(a, to[k]!)));
  for (let attempt = 0; attempt < SWAPS_PER_EDGE * graph.edges; attempt++) {
    const words = chance.words(UNIT.rewired, attempt);
    const first = Math.floor((words[0]! / 2 ** 32) * graph.edges);
    const second = Math.floor((words[1]! / 2 ** 32) * graph.edges);
    const [a, b] = [from[first]!, to[first]!];
    // an edge has no direction: without turning one of them round at random half of all swaps could never happen
    const turned = (words[2]! & 1) === 1;
    const [c, d] = turned ? [to[second]!, from[second]!] : [from[second]!, to[second]!];
    if (a === d || c === b || present.has(key(a, d)) || present.has(key(c, b))) continue;
    present.delete(key(a, b));
    present.delete(key(c, d));
    present.add(key(a, d));
    present.add(key(c, b));
    to[first] = d;
    from[second] = c;
    to[second] = b;
  }
  return graphOf(graph.nodes, from, to);
}

/** Ring lattice with exactly `edges` edges. Throws InternalError when there are not so many pairs. */
export function ringLattice(nodes: number, edges: number): Graph {
  if (edges > (nodes * (nodes - 1)) / 2) throw new InternalError(`${String(nodes)} nodes have no ${String(edges)} pairs`);
  const from = new Uint32Array(edges);
  const to = new Uint32Array(edges);
  let k = 0;
  for (let distance = 1; k < edges; distance++) {
    // at half the ring the two ways round are the same pair
    const starts = 2 * distance === nodes ? nodes / 2 : nodes;
    for (let i = 0; i < starts && k < edges; i++, k++) {
      from[k] = i;
      to[k] = (i + distance) % nodes;
    }
  }
  return graphOf(nodes, from, to);
}

/** Pair number p of the order (0,1), (0,2), (1,2), (0,3), ...: p = b (b - 1)/2 + a with a < b. */
function pairOfIndex(index: number): [number, number] {
  let b = Math.floor((1 + Math.sqrt(1 + 8 * index)) / 2);
  // the square root of a large number may round across an integer
  while ((b * (b - 1)) / 2 > index) b--;
  while ((b * (b + 1)) / 2 <= index) b++;
  return [index - (b * (b - 1)) / 2, b];
}
