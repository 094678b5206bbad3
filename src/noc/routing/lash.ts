/**
 * LASH, layered shortest paths: one balanced shortest path per pair, each in the first layer of virtual channels whose dependency graph stays acyclic, in as many layers as that takes.
 * Never longer than minimal; how many layers a graph needs is known only afterwards. Then paths move to layers where they meet less traffic, of as many layers as share the VCs evenly.
 * Source: Lysne, Skeie, Reinemo, Theiss 2006. With a bound on the layers and detours for what does not fit: blash.ts.
 */
import type { RouterGraph } from '../design/graph.ts';
import { evenOut, Layer, longestFirst } from './layer.ts';
import { PathTable, type RouteTable } from './route-table.ts';
import { balancedPaths, freeStates } from './shortest-paths.ts';

/** LASH in the layers that the graph needs, or more where that leaves none of `vcs` VCs idle; `hopCycles` is the zero-load delay of one router. */
export function lash(graph: RouterGraph, vcs: number, hopCycles: number): RouteTable {
  const links = graph.linkFrom.length;
  const paths = balancedPaths(graph, freeStates(graph), hopCycles);
  const order = longestFirst(paths);
  const layers: Layer[] = [];
  const layerOfPair = new Uint8Array(graph.routers ** 2);
  for (const pair of order) {
    let home = layers.findIndex((layer) => layer.tryAdd(paths[pair]!));
    if (home < 0) {
      const layer = new Layer(links);
      layer.tryAdd(paths[pair]!);
      home = layers.push(layer) - 1;
    }
    layerOfPair[pair] = home;
  }
  while (layers.length < vcs && (layers.length === 0 || vcs % layers.length !== 0)) layers.push(new Layer(links));
  evenOut(order, paths, layerOfPair, layers, links);
  return new PathTable('lash', graph.routers, layers.length, paths, layerOfPair);
}
