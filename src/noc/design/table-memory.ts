/**
 * Memory of routing tables, in bits. An entry says output port and layer: ceil(log2 ports) + ceil(log2 layers) bits at a router. Four ways to keep the same routes, the first that
 * holds them all is what the routers need; the others are told for comparison:
 *   computed       dimension order and its relatives compare coordinates: no table
 *   destination    one entry per destination router, where the next hop depends on nothing else
 *   ranges         the same with neighbouring destinations of equal entry merged: bounds of ceil(log2 routers) bits each (interval routing, Santoro and Khatib 1985)
 *   pair           entries keyed by (source, destination), for the pairs that pass through the router: key and entry
 *   source         the whole path in the packet's header, kept once at its source: an entry per hop
 */
import { endRouters } from './graph.ts';
import type { NocLayout } from './layout.ts';
import { layerOfHop, linkOfHop, mustGoOn } from '../routing/route-table.ts';

/** Memory of the routes of a layout. */
export interface TableMemory {
  readonly organisation: 'computed' | 'destination' | 'pair';
  /** Entries of all routers together. */
  readonly entries: number;
  readonly bits: number;
  /** Bits of each router. */
  readonly perRouter: Float64Array;
  /** The same routes with neighbouring destinations merged; null where the source matters. */
  readonly rangeBits: number | null;
  /** The same routes kept as whole paths at their sources. */
  readonly sourceBits: number;
}

const COMPUTED = new Set(['dimension-order', 'xy-yx', 'valiant', 'romm', 'row-column', 'odd-even']);

/** Bits of the routing tables of a layout. Routes that packets draw are computed, never kept. */
export function tableMemory(layout: NocLayout): TableMemory {
  const { graph, routes, routers } = layout;
  const none = new Float64Array(routers);
  if (COMPUTED.has(routes.method) || routes.method.endsWith('escape by dimension order'))
    return { organisation: 'computed', entries: 0, bits: 0, perRouter: none, rangeBits: 0, sourceBits: 0 };
  const ends = endRouters(graph);
  const entryBits = graph.ports.map((ports) => bitsFor(ports.length) + bitsFor(routes.layers));
  const next = new Int32Array(routers * routers).fill(-1); // hop by (router, destination)
  const through = new Float64Array(routers);
  let [bySource, sourceBits] = [false, 0];
  for (const source of ends) {
    for (const destination of ends) {
      let router = source;
      for (let taken = 0; mustGoOn(routes, source, destination, router, taken, 0); taken++) {
        const hop = routes.hop(source, destination, router, taken, 0);
        const place = router * routers + destination;
        const code = layerOfHop(hop) * graph.linkFrom.length + linkOfHop(hop);
        bySource ||= next[place]! >= 0 && next[place] !== code;
        next[place] = code;
        through[router]! += 1;
        sourceBits += entryBits[router]!;
        router = graph.linkTo[linkOfHop(hop)]!;
      }
    }
  }
  if (bySource) {
    const perRouter = through.map((entries, router) => entries * (entryBits[router]! + 2 * bitsFor(ends.length)));
    return { organisation: 'pair', entries: sum(through), bits: sum(perRouter), perRouter, rangeBits: null, sourceBits };
  }
  const perRouter = Float64Array.from(entryBits, (bits) => bits * ends.length);
  let rangeBits = 0;
  for (let router = 0; router < routers; router++) {
    let ranges = 0;
    let last = -2;
    for (const destination of ends) {
      const code = next[router * routers + destination]!;
      // a destination that never passes here, or the router itself, may join any range
      if (code < 0 || code === last) continue;
      ranges += 1;
      last = code;
    }
    rangeBits += ranges * (bitsFor(ends.length) + entryBits[router]!);
  }
  return { organisation: 'destination', entries: routers * ends.length, bits: sum(perRouter), perRouter, rangeBits, sourceBits };
}

/** Bits that tell `count` things apart. */
function bitsFor(count: number): number {
  let bits = 0;
  while (1 << bits < count) bits += 1;
  return bits;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
