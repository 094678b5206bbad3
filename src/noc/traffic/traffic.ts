/**
 * Synthetic traffic: which node sends to which, and when. Every node draws once per cycle whether it creates a packet (Bernoulli), so node and cycle name the draw and nothing else
 * changes it. Patterns as in BookSim2, node = x + k * y on a k x k grid of nodes:
 *   uniform any node, itself included; transpose (x, y) -> (y, x); bit complement s -> N-1-s; tornado x -> x + ceil(k/2) - 1 in each dimension; neighbour x -> x + 1 in each dimension;
 *   bit reverse: the bits of the number in reverse; shuffle: its bits rotated left by one (both need a power of two of nodes); permutation: a given destination per node;
 *   hotspot: a few nodes by weight; matrix: packets by source and destination as given.
 */
import { Chance, InfeasibleError } from '../../base/index.ts';
import type { DestinationWeights } from '../../kernels/index.ts';
import type { NocLayout } from '../design/layout.ts';
import { destinationWeights, pickDestination } from './destination-weights.ts';

/** A pattern by name and parameters: plain data. */
export type TrafficSpec =
  | { readonly kind: 'uniform' | 'transpose' | 'bit-complement' | 'bit-reverse' | 'shuffle' | 'tornado' | 'neighbour' }
  /** Destination of every node. */
  | { readonly kind: 'permutation'; readonly destinations: readonly number[] }
  | { readonly kind: 'hotspot'; readonly nodes: readonly number[]; readonly weights?: readonly number[] }
  /** `rates[source * nodes + destination]`, in any unit: only ratios count. */
  | { readonly kind: 'matrix'; readonly rates: ArrayLike<number> };

/** A pattern on a network. */
export interface Traffic {
  readonly name: string;
  /** Packets of each node relative to the mean over the nodes. */
  readonly share: Float64Array;
  /** Any node alike (floor(u * nodes)), the only destination of each node, or destinations by weight. */
  readonly destinations: 'even' | Int32Array | DestinationWeights;
  /** Destination of a packet of `source`; `u` is uniform in (0, 1). */
  destination(source: number, u: number): number;
}

/** Fits a pattern to a network. InfeasibleError when its nodes are not a square grid where the pattern needs one, or numbers do not fit. */
export function compileTraffic(spec: TrafficSpec, layout: NocLayout): Traffic {
  const { nodes } = layout;
  const share = new Float64Array(nodes).fill(1);
  const permutation = (target: (node: number) => number): Traffic => {
    const targets = Int32Array.from({ length: nodes }, (_, node) => target(node));
    return { name: spec.kind, share, destinations: targets, destination: (source) => targets[source]! };
  };
  if (spec.kind === 'matrix') return matrixTraffic(spec.rates, nodes);
  if (spec.kind === 'uniform') return { name: 'uniform', share, destinations: 'even', destination: (_source, u) => Math.floor(u * nodes) };
  if (spec.kind === 'bit-complement') return permutation((node) => nodes - 1 - node);
  if (spec.kind === 'hotspot') {
    const weights = spec.weights ?? spec.nodes.map(() => 1);
    const strange = spec.nodes.filter((node) => !(Number.isInteger(node) && node >= 0 && node < nodes));
    const isWeighted =
      weights.length === spec.nodes.length && weights.every((weight) => weight >= 0) && weights.some((weight) => weight > 0);
    if (spec.nodes.length === 0 || strange.length > 0 || !isWeighted) {
      const found =
        strange.length > 0 ? `node ${strange.join(', ')}` : `${String(spec.nodes.length)} nodes with the weights ${weights.join(', ')}`;
      throw new InfeasibleError(
        `hotspot traffic needs nodes between 0 and ${String(nodes - 1)} and one weight for each, at least one of them above 0; found ${found}`,
      );
    }
    return weighted('hotspot', share, destinationWeights(weights, spec.nodes));
  }
  if (spec.kind === 'permutation') {
    const { destinations } = spec;
    const strange = destinations.filter((node) => !(Number.isInteger(node) && node >= 0 && node < nodes));
    const twice = [...new Set(destinations.filter((node, place) => destinations.indexOf(node) !== place))];
    if (destinations.length !== nodes || strange.length > 0 || twice.length > 0) {
      const found = [
        destinations.length === nodes ? '' : `${String(destinations.length)} destinations`,
        strange.length === 0 ? '' : `node ${strange.slice(0, 10).join(', ')}`,
        twice.length === 0 ? '' : `${twice.slice(0, 10).join(', ')} more than once`,
      ];
      throw new InfeasibleError(
        `a permutation names a destination between 0 and ${String(nodes - 1)} for each of ${String(nodes)} nodes, each node once; found ${found.filter((one) => one !== '').join('; ')}`,
      );
    }
    return permutation((node) => destinations[node]!);
  }
  if (spec.kind === 'bit-reverse' || spec.kind === 'shuffle') {
    const bits = 31 - Math.clz32(nodes);
    if (nodes !== 1 << bits)
      throw new InfeasibleError(`${spec.kind} traffic needs a power of two of nodes, ${layout.graph.name} has ${String(nodes)}`);
    if (spec.kind === 'shuffle') return permutation((node) => ((node << 1) | (node >> (bits - 1))) & (nodes - 1));
    return permutation((node) => Number.parseInt(node.toString(2).padStart(bits, '0').split('').toReversed().join('') || '0', 2));
  }
  if (spec.kind === 'transpose') {
    const k = squareSide(layout);
    return permutation((node) => Math.floor(node / k) + k * (node % k));
  }
  const sides = sidesOf(spec.kind, layout);
  return permutation((node) => {
    let [rest, stride, to] = [node, 1, 0];
    for (const side of sides) {
      to += stride * (((rest % side) + (spec.kind === 'tornado' ? Math.ceil(side / 2) - 1 : 1)) % side);
      rest = Math.floor(rest / side);
      stride *= side;
    }
    return to;
  });
}

/**
 * Packets of a pattern, drawn cycle by cycle at a mean of `packetRate` packets per node and cycle. InfeasibleError when a node would need more than one packet per cycle.
 * One block of four random words serves four cycles of a node; the destination is drawn only when there is a packet.
 */
export class BernoulliSource {
  readonly #traffic: Traffic;
  readonly #threshold: Float64Array; // a packet is created when a random word is below
  readonly #whether: Chance;
  readonly #whither: Chance;
  readonly #words: Uint32Array; // four per node
  readonly #block: Float64Array; // the block of cycles that they belong to

  constructor(traffic: Traffic, packetRate: number, seed: number) {
    const nodes = traffic.share.length;
    this.#traffic = traffic;
    this.#whether = new Chance(seed, 'traffic', 0);
    this.#whither = new Chance(seed, 'traffic', 1);
    this.#words = new Uint32Array(4 * nodes);
    this.#block = new Float64Array(nodes).fill(-1);
    this.#threshold = traffic.share.map((share) => share * packetRate * 2 ** 32);
    const most = this.#threshold.reduce((max, threshold) => Math.max(max, threshold), 0) / 2 ** 32;
    if (!(packetRate >= 0 && most <= 1 + 1e-9)) {
      throw new InfeasibleError(
        `${traffic.name} traffic at ${String(packetRate)} packets per node and cycle: a node creates at most 1 per cycle, found ${String(most)}`,
      );
    }
  }

  /** Destination of the packet that `node` creates in `cycle`, or -1. A pure function of seed, node and cycle. */
  draw(node: number, cycle: number): number {
    const block = Math.floor(cycle / 4);
    if (this.#block[node] !== block) {
      this.#block[node] = block;
      this.#words.set(this.#whether.words(node, block), 4 * node);
    }
    if (this.#words[4 * node + (cycle % 4)]! >= this.#threshold[node]!) return -1;
    return this.#traffic.destination(node, this.#whither.uniform(node, cycle));
  }
}

/** As `expectedMatrix`, where one number for all pairs will do as well. */
export function expectedWeights(spec: TrafficSpec, layout: NocLayout): ArrayLike<number> | number {
  return spec.kind === 'uniform' ? 1 / (layout.nodes * layout.nodes) : expectedMatrix(spec, layout);
}

/** Weight of every (source, destination) pair, summing to 1: what a pattern does in the mean. */
export function expectedMatrix(spec: TrafficSpec, layout: NocLayout): Float64Array {
  const { nodes } = layout;
  const matrix = new Float64Array(nodes * nodes);
  if (spec.kind === 'matrix') {
    const total = Array.from(spec.rates).reduce((sum, rate) => sum + rate, 0);
    return matrix.map((_, pair) => spec.rates[pair]! / total);
  }
  if (spec.kind === 'uniform') return matrix.fill(1 / (nodes * nodes));
  if (spec.kind === 'hotspot') {
    const weights = spec.weights ?? spec.nodes.map(() => 1);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let source = 0; source < nodes; source++) {
      for (const [i, node] of spec.nodes.entries()) matrix[source * nodes + node]! += weights[i]! / total / nodes;
    }
    return matrix;
  }
  const traffic = compileTraffic(spec, layout);
  for (let source = 0; source < nodes; source++) matrix[source * nodes + traffic.destination(source, 0.5)] = 1 / nodes;
  return matrix;
}

function matrixTraffic(rates: ArrayLike<number>, nodes: number): Traffic {
  const shares = new Float64Array(nodes);
  let isSound = rates.length === nodes * nodes;
  for (let pair = 0; isSound && pair < rates.length; pair++) {
    const rate = rates[pair]!;
    isSound = rate >= 0 && Number.isFinite(rate);
    shares[Math.floor(pair / nodes)]! += rate;
  }
  if (!isSound) {
    throw new InfeasibleError(
      `a traffic matrix has ${String(nodes)} x ${String(nodes)} rates of at least 0, found ${String(rates.length)} numbers`,
    );
  }
  const mean = shares.reduce((sum, one) => sum + one, 0) / nodes;
  if (mean === 0) throw new InfeasibleError('a traffic matrix needs at least one rate above 0');
  return weighted(
    'matrix',
    shares.map((sum) => sum / mean),
    destinationWeights(
      rates,
      Array.from({ length: nodes }, (_, node) => node),
    ),
  );
}

function weighted(name: string, share: Float64Array, destinations: DestinationWeights): Traffic {
  return { name, share, destinations, destination: (source, u) => pickDestination(destinations, source, u) };
}

function squareSide({ graph: { nodeGrid: grid, name } }: NocLayout): number {
  if (grid === undefined || grid.width !== grid.height)
    throw new InfeasibleError(`transpose traffic needs a square grid of nodes, which ${name} has not`);
  return grid.width;
}

/** Nodes along each dimension of a grid. */
function sidesOf(pattern: string, { graph, nodes, routers }: NocLayout): readonly number[] {
  if (graph.cube !== undefined && nodes === routers) return graph.cube.sides;
  const grid = graph.nodeGrid;
  if (grid === undefined || grid.width * grid.height !== nodes)
    throw new InfeasibleError(`${pattern} traffic needs a grid of nodes, which ${graph.name} has not`);
  return [grid.width, grid.height];
}
