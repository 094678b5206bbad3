/**
 * Load of every link by the routes alone: flits per cycle when every node sends one flit per cycle to destinations with the weights of a traffic matrix.
 *   gamma(link) = sum over pairs of  nodes x weight(s, d) / sum of weights,   for the pairs whose way uses the link
 * A link carries at most one flit per cycle, so no router design gets more than 1 / max gamma through. Source: Dally and Towles 2004, section 3.3.
 */
import type { NocLayout } from './layout.ts';
import { linkOfHop, pathOf } from '../routing/route-table.ts';
import { isLost } from './zero-load.ts';

/** Ways of a pair that are looked at, where packets draw theirs. */
const WAYS = 16;

/** Flits per cycle and link at one flit per node and cycle; all pairs of nodes alike, each node to itself included, unless weights are given. */
export function channelLoads(layout: NocLayout, weights?: ArrayLike<number>): Float64Array {
  const { graph, routes, nodes } = layout;
  const between = new Float64Array(graph.routers * graph.routers);
  let total = 0;
  for (let pair = 0; pair < nodes * nodes; pair++) {
    const weight = weights?.[pair] ?? 1;
    total += weight;
    if (isLost(layout, pair)) continue;
    const [from, to] = [graph.routerOfNode[Math.floor(pair / nodes)]!, graph.routerOfNode[pair % nodes]!];
    between[from * graph.routers + to]! += weight;
  }
  const loads = new Float64Array(graph.linkFrom.length);
  const ways = Math.min(WAYS, routes.choices?.count ?? 1);
  for (let source = 0; source < graph.routers; source++) {
    for (let destination = 0; destination < graph.routers; destination++) {
      const share = (between[source * graph.routers + destination]! * nodes) / total / ways;
      if (share === 0) continue;
      for (let way = 0; way < ways; way++) {
        const choice = routes.choices?.draw(source, destination, (way + 0.5) / ways) ?? 0;
        for (const hop of pathOf(routes, graph.linkTo, source, destination, choice)) loads[linkOfHop(hop)]! += share;
      }
    }
  }
  return loads;
}
