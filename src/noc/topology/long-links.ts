/**
 * A base with long links added where a traffic matrix wants them: the application-specific small world (Ogras and Marculescu 2006).
 *   gain of a link u-v = sum over (s, d) of rate(s, d) x (cycles(s, d) - cycles of the best way that uses u-v once)
 * Links are added one by one, the one with the largest gain per tile of wire first, as long as the budget of wire and the ports of both routers allow; then the same is done with
 * the largest gain as such, and the better of the two graphs is kept. Cycles are those of an idle network: the delay of a router plus the latency of the link, per hop.
 */
import { InfeasibleError } from '../../base/index.ts';
import type { Wire, Wiring } from '../design/graph.ts';

export interface LongLinkOptions {
  /** rate(source, destination) between nodes, row after row; only ratios count. */
  readonly rates: ArrayLike<number>;
  /** Wire of the added links, in tiles. */
  readonly budget: number;
  /** Most neighbours of a router. */
  readonly maxDegree: number;
  /** Zero-load cycles of a hop over a link of so many tiles, router included. */
  readonly hopCycles: (tiles: number) => number;
}

/** Largest graph: the search looks at all pairs of routers for all pairs of routers. */
const MOST_ROUTERS = 144;

/** Adds long links to `base`. InfeasibleError for a graph that is too large or a matrix that does not fit. */
export function longLinks(base: Wiring, options: LongLinkOptions): Wiring {
  const { rates, budget } = options;
  const nodes = base.routerOfNode.length;
  if (base.routers > MOST_ROUTERS)
    throw new InfeasibleError(
      `${base.name}: long links are chosen for up to ${String(MOST_ROUTERS)} routers, found ${String(base.routers)}`,
    );
  if (rates.length !== nodes * nodes)
    throw new InfeasibleError(
      `${base.name}: a traffic matrix for ${String(nodes)} nodes has ${String(nodes * nodes)} rates, found ${String(rates.length)}`,
    );
  const perTile = addLinks(base, options, (gain, tiles) => gain / tiles);
  const whole = addLinks(base, options, (gain) => gain);
  const { wires } = whole.cycles < perTile.cycles ? whole : perTile;
  const { routers, routerOfNode, x, y, nodeGrid } = base;
  return {
    name: `${base.name} with ${String(wires.length)} long links, ${String(Number(budget.toFixed(3)))} tiles`,
    routers,
    wires: [...base.wires, ...wires],
    routerOfNode,
    x,
    y,
    ...(nodeGrid === undefined ? {} : { nodeGrid }),
  };
}

/** The added links in the order of their choice, and the cycles of all traffic afterwards. */
function addLinks(base: Wiring, { rates, budget, maxDegree, hopCycles }: LongLinkOptions, worth: (gain: number, tiles: number) => number) {
  const { routers } = base;
  const flows = flowsOf(base, rates);
  const tilesBetween = (a: number, b: number): number => Math.abs(base.x[a]! - base.x[b]!) + Math.abs(base.y[a]! - base.y[b]!);
  const neighbours: Set<number>[] = Array.from({ length: routers }, () => new Set());
  const distance = new Float64Array(routers * routers).fill(Infinity);
  for (let router = 0; router < routers; router++) distance[router * routers + router] = 0;
  const join = (a: number, b: number, cycles: number): void => {
    neighbours[a]!.add(b);
    neighbours[b]!.add(a);
    shorten(distance, routers, a, b, cycles);
  };
  for (const { a, b, latency, length } of base.wires)
    join(a, b, hopCycles(length ?? tilesBetween(a, b)) + (latency === undefined ? 0 : latency[0] - 1));
  const wires: Wire[] = [];
  const direct = new Float64Array(flows.rate.length);
  for (let left = budget; ;) {
    for (let i = 0; i < direct.length; i++) direct[i] = distance[flows.from[i]! * routers + flows.to[i]!]!;
    let best = { worth: 0, a: -1, b: -1, tiles: 0 };
    for (let a = 0; a < routers; a++) {
      if (neighbours[a]!.size >= maxDegree) continue;
      for (let b = a + 1; b < routers; b++) {
        const tiles = tilesBetween(a, b);
        if (tiles > left || tiles === 0 || neighbours[b]!.size >= maxDegree || neighbours[a]!.has(b)) continue;
        const value = worth(gainOf(flows, direct, distance, routers, a, b, hopCycles(tiles)), tiles);
        if (value > best.worth) best = { worth: value, a, b, tiles };
      }
    }
    if (best.a < 0) break;
    join(best.a, best.b, hopCycles(best.tiles));
    wires.push({ a: best.a, b: best.b });
    left -= best.tiles;
  }
  let cycles = 0;
  for (let i = 0; i < flows.rate.length; i++) cycles += flows.rate[i]! * distance[flows.from[i]! * routers + flows.to[i]!]!;
  return { wires, cycles };
}

interface Flows {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly rate: Float64Array;
  /** First flow of each source, and the end: flows stand in the order of their sources. */
  readonly begin: Int32Array;
}

/** The pairs of routers between which something flows. */
function flowsOf(base: Wiring, rates: ArrayLike<number>): Flows {
  const { routers, routerOfNode } = base;
  const between = new Float64Array(routers * routers);
  const nodes = routerOfNode.length;
  for (let pair = 0; pair < nodes * nodes; pair++) {
    const [a, b] = [routerOfNode[Math.floor(pair / nodes)]!, routerOfNode[pair % nodes]!];
    if (a !== b) between[a * routers + b]! += rates[pair]!;
  }
  const pairs = Array.from(between.keys()).filter((pair) => between[pair]! > 0);
  const begin = new Int32Array(routers + 1);
  for (const pair of pairs) begin[Math.floor(pair / routers) + 1]!++;
  for (let router = 0; router < routers; router++) begin[router + 1]! += begin[router]!;
  return {
    begin,
    from: Int32Array.from(pairs, (pair) => Math.floor(pair / routers)),
    to: Int32Array.from(pairs, (pair) => pair % routers),
    rate: Float64Array.from(pairs, (pair) => between[pair]!),
  };
}

/** What a link a-b of so many cycles would save, in cycles times rate; `direct` is the present distance of each flow. Distances are the same both ways. */
function gainOf(
  { to, rate, begin }: Flows,
  direct: Float64Array,
  distance: Float64Array,
  routers: number,
  a: number,
  b: number,
  cycles: number,
): number {
  const [rowA, rowB] = [a * routers, b * routers];
  let gain = 0;
  for (let s = 0; s < routers; s++) {
    const [toA, toB] = [distance[rowA + s]!, distance[rowB + s]!];
    // by the triangle inequality the link serves only sources that it brings nearer to one of its ends
    if (toA + cycles >= toB && toB + cycles >= toA) continue;
    const [near, far] = toA < toB ? [toA, rowB] : [toB, rowA];
    for (let i = begin[s]!, end = begin[s + 1]!; i < end; i++) {
      const saved = direct[i]! - (near + distance[far + to[i]!]!) - cycles;
      if (saved > 0) gain += rate[i]! * saved;
    }
  }
  return gain;
}

/** Distances after a link a-b has come in. */
function shorten(distance: Float64Array, routers: number, a: number, b: number, cycles: number): void {
  const [toA, toB] = [a, b].map((end) => Float64Array.from({ length: routers }, (_, s) => distance[s * routers + end]!)) as [
    Float64Array,
    Float64Array,
  ];
  for (let s = 0; s < routers; s++) {
    for (let d = 0; d < routers; d++) {
      const way = Math.min(toA[s]! + toB[d]!, toB[s]! + toA[d]!) + cycles;
      if (way < distance[s * routers + d]!) distance[s * routers + d] = way;
    }
  }
}
