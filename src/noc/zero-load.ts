/**
 * Latency of a packet alone in the network, from creation to the arrival of its tail, in closed form:
 *   1 + L_node + h * (sum of the stage delays) + sum of link latencies + L_node + (flits - 1),   h = routers traversed
 * Exact for one-flit packets, and for longer ones as long as a buffer holds the flits of one credit round trip (switch and credit stages plus twice the link).
 */
import type { NocLayout } from './layout.ts';
import { NODE_CHANNEL_LATENCY, routerDelay } from './layout.ts';
import { linkOfHop, pathOf } from './routing/route-table.ts';

/** Ways of a pair that are looked at, spread evenly over those that a packet can draw: all of them on up to 64 routers. */
const WAYS = 64;

/** Cycles for every pair of nodes, at [source * nodes + destination]; the mean over the ways where the routing offers several. */
export function zeroLoadLatencies(layout: NocLayout, flits = layout.packetFlits): Float64Array {
  const { graph, routes, nodes, delays } = layout;
  const between = new Float64Array(graph.routers * graph.routers);
  const ends = Array.from(new Set(graph.routerOfNode));
  for (const source of ends) {
    for (const destination of ends) {
      const ways = Math.min(WAYS, routes.choices?.count ?? 1);
      let cycles = 0;
      for (let way = 0; way < ways; way++) {
        const choice = routes.choices?.draw(source, destination, (way + 0.5) / ways) ?? 0;
        const hops = pathOf(routes, graph.linkTo, source, destination, choice);
        cycles += (hops.length + 1) * routerDelay(delays) + hops.reduce((sum, hop) => sum + graph.linkLatency[linkOfHop(hop)]!, 0);
      }
      between[source * graph.routers + destination] = cycles / ways;
    }
  }
  const fixed = 1 + 2 * NODE_CHANNEL_LATENCY + flits - 1;
  return Float64Array.from({ length: nodes * nodes }, (_, pair) => {
    const [from, to] = [graph.routerOfNode[Math.floor(pair / nodes)]!, graph.routerOfNode[pair % nodes]!];
    return between[from * graph.routers + to]! + fixed;
  });
}

/** Mean over pairs of nodes with weights (a traffic matrix of the same order); all pairs alike, self pairs included, when there is none. */
export function meanZeroLoadLatency(layout: NocLayout, weights?: ArrayLike<number>, flits = layout.packetFlits): number {
  const latencies = zeroLoadLatencies(layout, flits);
  let sum = 0;
  let total = 0;
  for (const [pair, latency] of latencies.entries()) {
    const weight = weights?.[pair] ?? 1;
    sum += weight * latency;
    total += weight;
  }
  return sum / total;
}
