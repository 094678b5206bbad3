/**
 * LASH, layered shortest paths: one balanced shortest path per pair, each in the first layer of virtual channels whose dependency graph stays acyclic, in as many layers as that takes.
 * Never longer than minimal; how many layers a graph needs is known only afterwards. Then paths move to layers where they meet less traffic, of as many layers as share the VCs evenly.
 * Source: Lysne, Skeie, Reinemo, Theiss 2006. With a bound on the layers and detours for what does not fit: blash.ts.
 */
import { evenedOut, firstLayers, longestFirst, NO_LAYER } from '../../kernels/index.ts';
import type { RouterGraph } from '../design/graph.ts';
import { PathTable, type RouteTable } from './route-table.ts';
import { balancedPaths, freeStates } from './shortest-paths.ts';

/** LASH in the layers that the graph needs, or more where that leaves none of `vcs` VCs idle; `hopCycles` is the zero-load delay of one router. */
export function lash(graph: RouterGraph, vcs: number, hopCycles: number): RouteTable {
  const paths = balancedPaths(graph, freeStates(graph), hopCycles);
  const order = longestFirst(graph, paths);
  let layerOfPair = firstLayers(graph, paths, order, 8);
  for (let most = 16; layerOfPair.includes(NO_LAYER); most *= 2)
    layerOfPair = firstLayers(graph, paths, order, Math.min(most, NO_LAYER - 1));
  let layers = layerOfPair.reduce((highest, layer) => Math.max(highest, layer), 0) + 1;
  while (layers < vcs && vcs % layers !== 0) layers += 1;
  return new PathTable('lash', graph.routers, layers, paths, evenedOut(graph, paths, order, layers, layerOfPair));
}
