/**
 * Up*-down* routing: a spanning tree orders the routers by (level, number); a link towards a smaller pair is "up". A path goes up any number of links, then down any number,
 * never up again. No cycle of dependencies can close, whatever the graph and with a single VC; paths are longer than minimal and crowd around the root.
 * The root is the router with the smallest sum of distances. Source: Schroeder et al. 1991, Autonet.
 */
import { outgoingLinks, type RouterGraph } from '../design/graph.ts';
import { PathTable, type RouteTable } from './route-table.ts';
import { balancedPaths, type StateGraph } from './shortest-paths.ts';

/** Up*-down* paths, balanced among the shortest legal ones. */
export function upDown(graph: RouterGraph, hopCycles: number): RouteTable {
  return new PathTable(
    'up-down',
    graph.routers,
    1,
    balancedPaths(graph, upDownStates(graph), hopCycles),
    new Uint8Array(graph.routers * graph.routers),
  );
}

/** One next link per (router, destination), at router * routers + destination: down as soon as links down alone lead there, else up. Legal from wherever a packet comes. */
export function upDownHops(graph: RouterGraph, hopCycles: number): Int32Array {
  const { routers, linkTo, linkLatency, isDeadRouter } = graph;
  const isUp = upLinks(graph);
  const outgoing = outgoingLinks(graph);
  const hops = new Int32Array(routers * routers).fill(-1);
  for (let destination = 0; destination < routers; destination++) {
    if (isDeadRouter[destination] === 1) continue;
    const memo = [new Float64Array(routers).fill(-1), new Float64Array(routers).fill(-1)] as const;
    // cycles by links down alone, or by links up to a router from which they lead on; both directions have no circles
    const cyclesFrom = (router: number, goesUp: 0 | 1): number => {
      if (router === destination) return 0;
      const known = memo[goesUp][router]!;
      if (known >= 0) return known;
      if (goesUp === 1 && cyclesFrom(router, 0) < Infinity) return cyclesFrom(router, 0);
      let best = Infinity;
      for (const link of outgoing[router]!) {
        if (isUp[link] !== goesUp) continue;
        const cycles = cyclesFrom(linkTo[link]!, goesUp) + hopCycles + linkLatency[link]!;
        if (cycles >= best) continue;
        best = cycles;
        hops[router * routers + destination] = link;
      }
      return (memo[goesUp][router] = best);
    };
    for (let router = 0; router < routers; router++) if (isDeadRouter[router] === 0) cyclesFrom(router, 1);
  }
  return hops;
}

const known = new WeakMap<RouterGraph, StateGraph>();

/** State r: router r, may still go up. State routers + r: router r after a link down. */
export function upDownStates(graph: RouterGraph): StateGraph {
  let states = known.get(graph);
  if (states === undefined) known.set(graph, (states = statesOf(graph)));
  return states;
}

function statesOf(graph: RouterGraph): StateGraph {
  const { routers, linkTo } = graph;
  const isUp = upLinks(graph);
  const outgoing = outgoingLinks(graph);
  const anyWay = outgoing.map((links) => links.map((link) => ({ link, to: linkTo[link]! + (isUp[link] === 1 ? 0 : routers) })));
  const downOnly = outgoing.map((links) => links.filter((link) => isUp[link] === 0).map((link) => ({ link, to: linkTo[link]! + routers })));
  return {
    states: 2 * routers,
    routerOfState: Int32Array.from({ length: 2 * routers }, (_, state) => state % routers),
    arcs: [...anyWay, ...downOnly],
  };
}

/** 1 for every link that leads towards the root. */
function upLinks(graph: RouterGraph): Uint8Array {
  const outgoing = outgoingLinks(graph);
  const levels = Array.from({ length: graph.routers }, (_, root) => levelsFrom(graph, outgoing, root));
  const sums = levels.map((level) => level.reduce((sum, depth) => sum + depth, 0));
  // a dead router reaches nothing and is no root
  const level = levels[sums.indexOf(Math.min(...sums.filter((_, router) => graph.isDeadRouter[router] === 0)))]!;
  return Uint8Array.from(graph.linkFrom, (from, link) => {
    const to = graph.linkTo[link]!;
    return level[to]! < level[from]! || (level[to] === level[from] && to < from) ? 1 : 0;
  });
}

/** Links between `root` and every router. */
function levelsFrom(graph: RouterGraph, outgoing: readonly (readonly number[])[], root: number): Int32Array {
  const level = new Int32Array(graph.routers).fill(-1);
  level[root] = 0;
  const queue = [root];
  for (const router of queue) {
    for (const link of outgoing[router]!) {
      const next = graph.linkTo[link]!;
      if (level[next]! >= 0) continue;
      level[next] = level[router]! + 1;
      queue.push(next);
    }
  }
  return level;
}
