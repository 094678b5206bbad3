/** Balanced shortest paths between all routers, over a graph of states; assembly/route-paths.ts has the loops, src/noc/routing/shortest-paths.ts says what the paths are. */
import { InternalError } from '../base/errors.ts';
import { oneCall } from './one-call.ts';

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

const HOPS = 23; // word of the header
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
  return oneCall(
    'route-paths.ts',
    HOPS + 1,
    (kernels) => kernels.pathsHeaderBytes(),
    (call) => {
      const { memory, kernels, header, put, putDoubles, putBytes, room, setHeader } = call;
      const [count, arcs, pairs] = [states.routerOf.length, states.link.length, routers * routers];
      // whole words, and one more that is read behind the last
      const onwardBytes = 8 * Math.ceil(arcs / 64 + 1);
      const loads = putDoubles(load);
      const start = room(pairs + 1);
      setHeader([
        routers,
        count,
        put(states.first),
        put(states.link),
        put(states.to),
        put(states.routerOf),
        put(cost),
        loads,
        putBytes(wanted),
        room(count),
        room((routers * onwardBytes) / 4),
        onwardBytes,
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
      ]);
      const hops = room(kernels.pathsMeasure(header) >>> 0);
      memory.u32(header, HOPS + 1)[HOPS] = hops;
      const links = kernels.pathsBalance(header) >>> 0;
      load.set(memory.f64(loads, load.length));
      return { start: memory.u32(start, pairs + 1).slice(), links: memory.u32(hops, links).slice() };
    },
  );
}
