/** Balanced shortest paths between all routers, over a graph of states; assembly/route-paths.ts has the loops, src/noc/routing/shortest-paths.ts says what the paths are. */
import { InternalError } from '../base/errors.ts';
import { instantiate } from './load.ts';
import { KernelMemory, reusingMemory } from './memory.ts';

/** Paths of all pairs of routers: the links of pair source * routers + destination stand in `links` from `start[pair]` to `start[pair + 1]`. */
export interface LinkPaths {
  readonly start: Uint32Array; // one per pair and one more
  readonly links: Uint32Array;
}

/** States in which a packet can be, and the arcs between them; state s < routers is router s as a source. */
export interface StateArcs {
  readonly routerOf: ArrayLike<number>; // one per state
  readonly first: ArrayLike<number>; // one per state and one more: its arcs
  readonly link: ArrayLike<number>; // one per arc
  readonly to: ArrayLike<number>; // one per arc: the next state
}

const WORDS = 22;
const NO_ROUTE = 0xffffffff; // cycles

/**
 * Balanced shortest paths of the pairs that `wanted` marks (one byte each); others, and those that no arcs join, get none. `cost` in cycles and `load` in paths, one per link; the paths are
 * added to `load`. InternalError for a link that costs nothing.
 */
export function balancedLinks(
  routers: number,
  states: StateArcs,
  cost: ArrayLike<number>,
  load: Float64Array,
  wanted: Uint8Array,
): LinkPaths {
  const leastCost = Array.from(cost).reduce((least, cycles) => Math.min(least, cycles), NO_ROUTE);
  if (leastCost < 1) throw new InternalError(`a link that costs ${String(leastCost)} cycles`);
  return reusingMemory(() => {
    const memory = new KernelMemory();
    const kernels = instantiate(memory);
    if (kernels.pathsHeaderBytes() !== 4 * WORDS)
      throw new InternalError('kernels.wasm has another search than route-paths.ts: run npm run build');
    const header = memory.allocate(4 * WORDS);
    const put = (values: ArrayLike<number>): number => {
      const address = memory.allocate(4 * values.length);
      memory.u32(address, values.length).set(values);
      return address;
    };
    const room = (length: number): number => memory.allocate(4 * length);
    const [count, arcs, pairs] = [states.routerOf.length, states.link.length, routers * routers];
    const loads = memory.allocate(8 * load.length);
    memory.f64(loads, load.length).set(load);
    const wantedAt = memory.allocate(pairs);
    memory.u8(wantedAt, pairs).set(wanted);
    const start = room(pairs + 1);
    const words = [
      routers,
      count,
      put(states.first),
      put(states.link),
      put(states.to),
      put(states.routerOf),
      put(cost),
      loads,
      wantedAt,
      room(routers * count),
      room(count + 1),
      room(arcs),
      room(arcs),
      room(count),
      room(2 * count),
      room(count),
      room(count),
      0,
      leastCost,
      start,
      room(pairs),
    ];
    memory.u32(header, words.length).set(words);
    const hops = room(kernels.pathsMeasure(header) >>> 0);
    memory.u32(header, WORDS)[words.length] = hops;
    const links = kernels.pathsBalance(header) >>> 0;
    load.set(memory.f64(loads, load.length));
    return { start: memory.u32(start, pairs + 1).slice(), links: memory.u32(hops, links).slice() };
  });
}
