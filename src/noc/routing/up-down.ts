/**
 * Up*-down* routing: a spanning tree orders the routers by (level, number); a link towards a smaller pair is "up". A path goes up any number of links, then down any number,
 * never up again. No cycle of dependencies can close, whatever the graph and with a single VC; paths are longer than minimal and crowd around the root.
 * The root is the router with the smallest sum of distances. Source: Schroeder et al. 1991, Autonet.
 */
import { outgoingLinks, type RouterGraph } from '../graph.ts';
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

/** State r: router r, may still go up. State routers + r: router r after a link down. */
export function upDownStates(graph: RouterGraph): StateGraph {
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
  const levels = Array.from({ length: graph.routers }, (_, root) => levelsFrom(graph, root));
  const sums = levels.map((level) => level.reduce((sum, depth) => sum + depth, 0));
  // a dead router reaches nothing and is no root
  const level = levels[sums.indexOf(Math.min(...sums.filter((_, router) => graph.isDeadRouter[router] === 0)))]!;
  return Uint8Array.from(graph.linkFrom, (from, link) => {
    const to = graph.linkTo[link]!;
    return level[to]! < level[from]! || (level[to] === level[from] && to < from) ? 1 : 0;
  });
}

/** Links between `root` and every router. */
function levelsFrom(graph: RouterGraph, root: number): Int32Array {
  const outgoing = outgoingLinks(graph);
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
