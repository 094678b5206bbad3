/**
 * Bisection width: the fewest edges between two halves of a graph. NP-hard, so what is found is an upper bound: moves of single nodes (Fiduccia and Mattheyses 1982) from several
 * starting halves, and the best is kept: along every coordinate, along the Fiedler vector of the Laplacian, and random ones.
 * Nodes may weigh differently (routers by what hangs on them); a node of weight 0 goes to whichever side is cheaper.
 */
import { Chance } from '../../base/index.ts';
import { type Graph, neighboursOf } from './graph.ts';

export interface Bisection {
  /** Edges between the halves. */
  readonly width: number;
  /** 0 or 1 per node. */
  readonly side: Uint8Array;
}

export interface BisectionOptions {
  readonly seed: number;
  /** Coordinates per dimension, each with one entry per node: halves along them are tried. */
  readonly positions?: readonly ArrayLike<number>[];
  /** One per node; all 1 unless given. */
  readonly weights?: ArrayLike<number>;
  /** Random starts, 4 unless given. */
  readonly starts?: number;
}

/** The best halves found. Their weights are equal, or differ by at most the largest weight where equal halves need not exist. */
export function bisection(graph: Graph, { seed, positions = [], weights, starts = 4 }: BisectionOptions): Bisection {
  const weight = Float64Array.from({ length: graph.nodes }, (_, i) => weights?.[i] ?? 1);
  const chance = new Chance(seed, 'graph', graph.nodes);
  const nodes = Array.from({ length: graph.nodes }, (_, i) => i);
  const orders = [
    ...positions.map((_, first) => nodes.toSorted((a, b) => compareFrom(positions, first, a, b) || a - b)),
    byValue(nodes, fiedler(graph)),
    ...Array.from({ length: starts }, (_, k) => Array.from(chance.permutation(k, graph.nodes))),
  ];
  let best: Bisection | undefined;
  for (const order of orders) {
    const found = improve(graph, weight, halve(order, weight));
    if (best === undefined || found.width < best.width) best = found;
  }
  return best ?? { width: 0, side: new Uint8Array(graph.nodes) };
}

function compareFrom(positions: readonly ArrayLike<number>[], first: number, a: number, b: number): number {
  for (let k = 0; k < positions.length; k++) {
    const axis = positions[(first + k) % positions.length]!;
    if (axis[a] !== axis[b]) return axis[a]! - axis[b]!;
  }
  return 0;
}

function byValue(nodes: readonly number[], value: Float64Array): number[] {
  return nodes.toSorted((a, b) => value[a]! - value[b]! || a - b);
}

/** The first half of an order, by weight, on side 0. */
function halve(order: readonly number[], weight: Float64Array): Uint8Array {
  const side = new Uint8Array(order.length).fill(1);
  const half = weight.reduce((sum, one) => sum + one, 0) / 2;
  let sum = 0;
  for (const node of order) {
    if (sum + weight[node]! / 2 > half) break;
    sum += weight[node]!;
    side[node] = 0;
  }
  return side;
}

/** Passes of single moves, each node at most once per pass, until a pass finds nothing better. */
function improve(graph: Graph, weight: Float64Array, start: Uint8Array): Bisection {
  const heaviest = weight.reduce((most, one) => Math.max(most, one), 0);
  const positive = weight.filter((one) => one > 0);
  const isEven = positive.every((one) => one === heaviest) && positive.length % 2 === 0;
  const allowed = isEven ? 0 : heaviest;
  let best: Bisection = { width: cut(graph, start), side: start };
  for (;;) {
    const found = pass(graph, weight, best, allowed, heaviest);
    if (found.width >= best.width) return best;
    best = found;
  }
}

function pass(graph: Graph, weight: Float64Array, from: Bisection, allowed: number, heaviest: number): Bisection {
  const side = from.side.slice();
  const gain = new Int32Array(graph.nodes);
  const locked = new Uint8Array(graph.nodes);
  let imbalance = 0; // weight of side 0 minus weight of side 1
  for (let i = 0; i < graph.nodes; i++) {
    imbalance += side[i] === 0 ? weight[i]! : -weight[i]!;
    for (const j of neighboursOf(graph, i)) gain[i]! += side[i] === side[j] ? -1 : 1;
  }
  let width = from.width;
  let best = from;
  for (let moved = 0; moved < graph.nodes; moved++) {
    let chosen = -1;
    for (let i = 0; i < graph.nodes; i++) {
      if (locked[i] === 1 || (chosen >= 0 && gain[i]! <= gain[chosen]!)) continue;
      const after = imbalance + (side[i] === 0 ? -2 : 2) * weight[i]!;
      if (Math.abs(after) <= Math.max(2 * heaviest, Math.abs(imbalance) - 1e-9)) chosen = i;
    }
    if (chosen < 0) break;
    imbalance += (side[chosen] === 0 ? -2 : 2) * weight[chosen]!;
    width -= gain[chosen]!;
    side[chosen] = 1 - side[chosen]!;
    locked[chosen] = 1;
    gain[chosen] = -gain[chosen]!;
    for (const j of neighboursOf(graph, chosen)) gain[j]! += side[j] === side[chosen] ? -2 : 2;
    if (width < best.width && Math.abs(imbalance) <= allowed) best = { width, side: side.slice() };
  }
  return best;
}

function cut(graph: Graph, side: Uint8Array): number {
  let ends = 0;
  for (let i = 0; i < graph.nodes; i++) for (const j of neighboursOf(graph, i)) if (side[i] !== side[j]) ends += 1;
  return ends / 2;
}

const ITERATIONS = 200;

/** An approximation of the second eigenvector of the Laplacian, by power iteration on (2 d_max - Laplacian) with the constant vector taken out. */
function fiedler(graph: Graph): Float64Array {
  const { nodes, offsets, neighbours } = graph;
  let widest = 1;
  for (let i = 0; i < nodes; i++) widest = Math.max(widest, offsets[i + 1]! - offsets[i]!);
  let vector = Float64Array.from({ length: nodes }, (_, i) => i - (nodes - 1) / 2 + (i % 7) / 10);
  for (let step = 0; step < ITERATIONS; step++) {
    const next = new Float64Array(nodes);
    let [sum, square] = [0, 0];
    for (let i = 0; i < nodes; i++) {
      let value = (2 * widest - (offsets[i + 1]! - offsets[i]!)) * vector[i]!;
      for (let k = offsets[i]!; k < offsets[i + 1]!; k++) value += vector[neighbours[k]!]!;
      next[i] = value;
      sum += value;
    }
    for (let i = 0; i < nodes; i++) square += (next[i]! -= sum / nodes) ** 2;
    if (square === 0) return next;
    vector = next.map((value) => value / Math.sqrt(square));
  }
  return vector;
}
