/**
 * Rent's rule: a block of n nodes has  T = t n^p  edges to the rest. The exponent p says how global the wiring is: 0 a chain, 1 - 1/D a mesh of D dimensions, 1 random.
 *   topological   blocks by recursive bisection (the best that the graph allows)
 *   physical      blocks by boxes in space (what the placement makes of it); near the topological one, the placement is economical
 * Straight line through log T over log n, blocks of at least two nodes and at most half of all. Every block of the recursion is a point; small graphs come out too low, because their large
 * blocks lie at the rim (mesh 0.24, 0.35, 0.41 for 8 x 8, 16 x 16, 32 x 32). Both depend on the estimator, so compare only what the same estimator says.
 * Sources: Landman and Russo 1971; Bassett et al. 2010, PLoS Comput. Biol. 6:e1000748.
 */
import { linearRegression } from 'simple-statistics';
import { Chance, exp, log } from '../../base/index.ts';
import { bisection } from './bisection.ts';
import { edgesOf, type Graph, graphOf } from './graph.ts';

/** Smallest block that counts: below, the number of edges is the degree and says nothing of structure. */
const SMALLEST = 2;

/** Topological Rent exponent; null when there are too few blocks. */
export function topologicalRent(graph: Graph, { seed }: { readonly seed: number }): number | null {
  const points: (readonly [number, number])[] = [];
  const blocks: Uint32Array[] = [Uint32Array.from({ length: graph.nodes }, (_, i) => i)];
  for (let block = blocks.pop(); block !== undefined; block = blocks.pop()) {
    if (block.length < graph.nodes && block.length >= SMALLEST) points.push([block.length, terminals(graph, block)]);
    if (block.length < 2 * SMALLEST) continue;
    const { side } = bisection(inside(graph, block), { seed, starts: 2 });
    blocks.push(
      block.filter((_, i) => side[i] === 0),
      block.filter((_, i) => side[i] === 1),
    );
  }
  return slope(points);
}

/** Boxes that are thrown for the physical exponent. */
const BOXES = 4000;

/** Physical Rent exponent of nodes at `positions` (coordinates per dimension); null when too few boxes hold a usable block. */
export function physicalRent(graph: Graph, positions: readonly ArrayLike<number>[], { seed }: { readonly seed: number }): number | null {
  const chance = new Chance(seed, 'graph', 1);
  const { from, to } = edgesOf(graph);
  const extents = positions.map((axis) => {
    const values = Array.from({ length: graph.nodes }, (_, i) => axis[i]!);
    return [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)] as const;
  });
  const isIn = new Uint8Array(graph.nodes);
  const sums = new Map<number, [number, number, number]>();
  for (let box = 0; box < BOXES; box++) {
    const share = chance.uniform(0, box);
    const lows = extents.map(([low, high], axis) => low + (chance.uniform(1 + axis, box) * (1 + share) - share) * (high - low));
    let size = 0;
    for (let i = 0; i < graph.nodes; i++) {
      isIn[i] = positions.every((axis, d) => axis[i]! >= lows[d]! && axis[i]! <= lows[d]! + share * (extents[d]![1] - extents[d]![0]))
        ? 1
        : 0;
      size += isIn[i]!;
    }
    if (size < SMALLEST || size > graph.nodes / 2) continue;
    let ends = 0;
    for (let e = 0; e < from.length; e++) if (isIn[from[e]!] !== isIn[to[e]!]) ends += 1;
    if (ends === 0) continue;
    // boxes of about the same size are one point, so that the many small ones do not decide alone
    const bin = Math.round(4 * (log(size) / Math.LN2));
    const [count, logSize, logEnds] = sums.get(bin) ?? [0, 0, 0];
    sums.set(bin, [count + 1, logSize + log(size), logEnds + log(ends)]);
  }
  return slope(Array.from(sums.values(), ([count, size, ends]) => [exp(size / count), exp(ends / count)] as const));
}

function slope(points: readonly (readonly [number, number])[]): number | null {
  const usable = points.filter(([size, ends]) => size > 0 && ends > 0);
  if (new Set(usable.map(([size]) => size)).size < 2) return null;
  return linearRegression(usable.map(([size, ends]) => [log(size), log(ends)])).m;
}

function terminals(graph: Graph, block: Uint32Array): number {
  const isIn = new Uint8Array(graph.nodes);
  for (const i of block) isIn[i] = 1;
  let ends = 0;
  for (const i of block) for (let k = graph.offsets[i]!; k < graph.offsets[i + 1]!; k++) ends += 1 - isIn[graph.neighbours[k]!]!;
  return ends;
}

/** The graph among the nodes of a block, numbered in its order. */
function inside(graph: Graph, block: Uint32Array): Graph {
  const place = new Map(Array.from(block, (node, i) => [node, i]));
  const [from, to]: [number[], number[]] = [[], []];
  for (const [i, node] of block.entries()) {
    for (let k = graph.offsets[node]!; k < graph.offsets[node + 1]!; k++) {
      const j = place.get(graph.neighbours[k]!);
      if (j === undefined || j < i) continue;
      from.push(i);
      to.push(j);
    }
  }
  return graphOf(block.length, from, to);
}
