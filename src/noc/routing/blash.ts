/**
 * Bounded LASH: deadlock-free routing on any connected graph with a fixed number of VC layers, nearly minimal.
 *   1. one balanced shortest path per pair;
 *   2. each goes into the first of the layers 0 .. L-2 whose channel dependency graph stays acyclic;
 *   3. what fits nowhere takes the shortest up*-down* path, in the last layer (up*-down* dependencies alone never close a cycle);
 *   4. paths move between layers where that closes no cycle and lowers the sum of load^2 over all (link, layer) channels: a link whose traffic sits in one layer uses half its VCs.
 * Always succeeds for L >= 2. Long paths go first: they are the hardest to place.
 * Source: LASH (Lysne, Skeie, Reinemo, Theiss 2006), with an escape layer in place of further layers.
 */
import type { RouterGraph } from '../design/graph.ts';
import { evenOut, Layer, longestFirst } from './layer.ts';
import { minimal } from './minimal.ts';
import { linkOfHop, pathOf, PathTable, type RouteTable } from './route-table.ts';
import { balancedPaths, freeStates } from './shortest-paths.ts';
import { upDownStates } from './up-down.ts';

/** Bounded LASH with `layers` >= 2 layers; `hopCycles` is the zero-load delay of one router. */
export function blash(graph: RouterGraph, layers: number, hopCycles: number): RouteTable {
  const { routers } = graph;
  const load = new Float64Array(graph.linkFrom.length);
  const paths = balancedPaths(graph, freeStates(graph), hopCycles, undefined, load);
  const order = longestFirst(paths);
  const layer = Array.from({ length: layers }, () => new Layer(graph.linkFrom.length));
  const layerOfPair = new Uint8Array(routers * routers);
  const homeless = new Set<number>();
  for (const pair of order) {
    const home = layer.slice(0, -1).findIndex((candidate) => candidate.tryAdd(paths[pair]!));
    if (home >= 0) layerOfPair[pair] = home;
    else homeless.add(pair);
  }
  for (const pair of homeless) for (const link of paths[pair]!) load[link]! -= 1;
  const detours = balancedPaths(
    graph,
    upDownStates(graph),
    hopCycles,
    (source, destination) => homeless.has(source * routers + destination),
    load,
  );
  for (const pair of homeless) {
    paths[pair] = detours[pair]!;
    layerOfPair[pair] = layers - 1;
    layer[layers - 1]!.tryAdd(paths[pair]);
  }
  evenOut(order, paths, layerOfPair, layer, graph.linkFrom.length);
  return new PathTable(`blash, ${String(layers)} layers`, routers, layers, paths, layerOfPair);
}

/** Mean excess of the latency of an idle network over that of shortest paths that `blashFor` takes for minimal. */
const NEARLY = 0.005;

/**
 * Bounded LASH with the fewest layers that share `vcs` VCs evenly and keep paths nearly minimal, else with one VC per layer. More layers mean fewer detours through the last one
 * and less waiting of paths for each other, fewer layers more VCs to choose from on every hop. Uniform traffic, 4 VCs of 8 flits, saturation with 2 and with 4 layers:
 * sw_a 0.200 and 0.300, sw_d 0.400 and 0.550, sw_g 0.375 and 0.625 flits per node and cycle; with 8 VCs 4 layers are as good as or better than 2 and 8 on all three.
 */
export function blashFor(graph: RouterGraph, vcs: number, hopCycles: number): RouteTable {
  const ends = Array.from({ length: graph.routers }, (_, router) => router).filter((router) => graph.isDeadRouter[router] === 0);
  const cyclesOf = (routes: RouteTable): number => {
    let sum = 0;
    for (const source of ends)
      for (const destination of ends)
        for (const hop of pathOf(routes, graph.linkTo, source, destination)) sum += hopCycles + graph.linkLatency[linkOfHop(hop)]!;
    return sum;
  };
  const shortest = cyclesOf(minimal(graph, hopCycles));
  const counts = Array.from({ length: Math.max(0, vcs - 1) }, (_, i) => i + 2).filter((layers) => vcs % layers === 0);
  for (const layers of counts) {
    const routes = blash(graph, layers, hopCycles);
    if (cyclesOf(routes) <= (1 + NEARLY) * shortest) return routes;
  }
  return blash(graph, counts.at(-1) ?? 2, hopCycles);
}
