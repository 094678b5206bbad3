/**
 * Minimal routing: one balanced shortest path per pair, all VCs on every hop. Not deadlock-free on most graphs: the certificate decides.
 */
import type { RouterGraph } from '../design/graph.ts';
import { PathTable, type RouteTable } from './route-table.ts';
import { balancedPaths, freeStates } from './shortest-paths.ts';

/** Minimal paths; `hopCycles` is the zero-load delay of one router. */
export function minimal(graph: RouterGraph, hopCycles: number): RouteTable {
  return new PathTable(
    'minimal',
    graph.routers,
    1,
    balancedPaths(graph, freeStates(graph), hopCycles),
    new Uint8Array(graph.routers * graph.routers),
  );
}
