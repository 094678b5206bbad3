/**
 * Balanced shortest paths for all pairs of routers, on the graph itself or on a graph of states that forbids some turns.
 * A link costs `hopCycles` + its latency: the cycles that it adds to an idle network. Among the shortest paths of a pair the one with the smallest sum of load^2 over its
 * links is taken (the marginal cost of sum load^3, which punishes the busiest links); every pair is taken out and put back in each of three rounds, so early choices are revised.
 * Ties go to the lower port, so the result is a pure function of the graph.
 */
import { balancedLinks, type LinkPaths } from '../../kernels/index.ts';
import { outgoingLinks, type RouterGraph } from '../design/graph.ts';

/** Where a packet can stand: state s < routers is router s as its source, others are the same routers with a memory (for instance "has gone down already"). */
export interface StateGraph {
  readonly states: number;
  readonly routerOfState: Int32Array;
  /** Steps out of each state: link and next state. */
  readonly arcs: readonly (readonly { readonly link: number; readonly to: number }[])[];
}

/** Every turn allowed: one state per router. */
export function freeStates(graph: RouterGraph): StateGraph {
  return {
    states: graph.routers,
    routerOfState: Int32Array.from({ length: graph.routers }, (_, router) => router),
    arcs: outgoingLinks(graph).map((links) => links.map((link) => ({ link, to: graph.linkTo[link]! }))),
  };
}

/** Balanced shortest paths over `states`; `load` (paths over each link) counts them in. Pairs that `wanted` does not mark (all are, when absent), and those of dead routers, get an empty path. */
export function balancedPaths(
  graph: RouterGraph,
  { routerOfState, arcs }: StateGraph,
  hopCycles: number,
  load: Float64Array = new Float64Array(graph.linkFrom.length),
  wanted: Uint8Array = new Uint8Array(graph.routers ** 2).fill(1),
): LinkPaths {
  const first = new Uint32Array(arcs.length + 1);
  for (const [state, list] of arcs.entries()) first[state + 1] = first[state]! + list.length;
  const all = arcs.flat();
  const states = { routerOf: routerOfState, first, link: all.map(({ link }) => link), to: all.map(({ to }) => to) };
  const cost = graph.linkLatency.map((latency) => hopCycles + latency);
  return balancedLinks(graph.routers, states, cost, load, wanted);
}
