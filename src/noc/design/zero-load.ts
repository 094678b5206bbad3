/**
 * Latency of a packet alone in the network, from creation to the arrival of its tail, in closed form:
 *   1 + L_node + h * (sum of the stage delays) + sum of link latencies + L_node + (flits - 1),   h = routers traversed
 * With clock domains each term is in cycles of its own clock and every clock has an edge when the packet is created. A packet longer than a buffer may have to wait for credits: its ways are
 * walked flit by flit (both in clock-domains.ts).
 */
import { cyclesAlong, hasOneClock } from './clock-domains.ts';
import { endRouters } from './graph.ts';
import type { NocLayout } from './layout.ts';
import { NODE_CHANNEL_LATENCY, routerDelay } from './layout.ts';
import { linkOfHop, mustGoOn, pathOf } from '../routing/route-table.ts';

/** Ways of a pair that are looked at, spread evenly over those that a packet can draw: all of them on up to 64 routers. */
const WAYS = 64;

/** By layout and flits: every load of a sweep asks for them. */
const known = new WeakMap<NocLayout, Map<number, Float64Array>>();

/** Cycles for every pair of nodes, at [source * nodes + destination], 0 where a node is dead; the mean over the ways where the routing offers several. Not to be written to. */
export function zeroLoadLatencies(layout: NocLayout, flits = layout.packetFlits): Float64Array {
  let byFlits = known.get(layout);
  if (byFlits === undefined) known.set(layout, (byFlits = new Map<number, Float64Array>()));
  let cycles = byFlits.get(flits);
  if (cycles === undefined) byFlits.set(flits, (cycles = betweenNodes(layout, flits)));
  return cycles;
}

function betweenNodes(layout: NocLayout, flits: number): Float64Array {
  const { graph, routes, nodes } = layout;
  const between = routes.byDestination === true && isEven(layout, flits) ? alongTrees(layout, flits) : alongWays(layout, flits);
  const cycles = new Float64Array(nodes * nodes);
  for (let source = 0; source < nodes; source++) {
    const row = graph.routerOfNode[source]! * graph.routers;
    for (let node = 0; node < nodes; node++)
      if (!isLost(layout, source * nodes + node)) cycles[source * nodes + node] = between[row + graph.routerOfNode[node]!]!;
  }
  return cycles;
}

/** Cycles for every pair of routers: every way walked. */
function alongWays(layout: NocLayout, flits: number): Float64Array {
  const { graph, routes } = layout;
  const between = new Float64Array(graph.routers * graph.routers);
  const ends = endRouters(graph);
  const ways = Math.min(WAYS, routes.choices?.count ?? 1);
  const even = isEven(layout, flits);
  // under one clock only the latencies on the way count
  const byLatencies = new Map<string, number>();
  const walked = (source: number, links: readonly number[]): number => {
    if (!hasOneClock(layout)) return cyclesAlong(layout, source, links, flits);
    const key = links.map((link) => graph.linkLatency[link]).join();
    let cycles = byLatencies.get(key);
    if (cycles === undefined) byLatencies.set(key, (cycles = cyclesAlong(layout, source, links, flits)));
    return cycles;
  };
  for (const source of ends) {
    for (const destination of ends) {
      let cycles = 0;
      for (let way = 0; way < ways; way++) {
        const choice = routes.choices?.draw(source, destination, (way + 0.5) / ways) ?? 0;
        if (even) cycles += cyclesOfWay(layout, source, destination, choice) + flits - 1;
        else {
          cycles += walked(source, pathOf(routes, graph.linkTo, source, destination, choice).map(linkOfHop));
        }
      }
      between[source * graph.routers + destination] = cycles / ways;
    }
  }
  return between;
}

/** Whether one flit of a packet follows the other in the next cycle, all the way: a buffer takes the packet, or the flits of the time until the credit of its head is back. */
function isEven(layout: NocLayout, flits: number): boolean {
  const { buffer, delays, graph } = layout;
  const longest = graph.linkLatency.reduce((most, cycles) => Math.max(most, cycles), NODE_CHANNEL_LATENCY);
  return hasOneClock(layout) && (flits <= buffer || buffer >= routerDelay(delays) + 1 + 2 * longest + delays.credit);
}

/** Cycles of a packet of one flit along one way, by the equation above. */
function cyclesOfWay({ graph, routes, delays }: NocLayout, source: number, destination: number, choice: number): number {
  const one = routerDelay(delays);
  let cycles = 1 + 2 * NODE_CHANNEL_LATENCY + one;
  for (let [router, taken] = [source, 0]; mustGoOn(routes, source, destination, router, taken, choice); taken++) {
    const link = linkOfHop(routes.hop(source, destination, router, taken, choice));
    cycles += one + graph.linkLatency[link]!;
    router = graph.linkTo[link]!;
  }
  return cycles;
}

/** The same where all packets to a destination go on alike: each router's cycles are those of the next one and one step more. */
function alongTrees({ graph, routes, delays }: NocLayout, flits: number): Float64Array {
  const { routers } = graph;
  const between = new Float64Array(routers * routers);
  const one = routerDelay(delays);
  const way: number[] = [];
  for (let destination = 0; destination < routers; destination++) {
    between[destination * routers + destination] = one;
    for (let source = 0; source < routers; source++) {
      let router = source;
      for (; between[router * routers + destination] === 0; router = graph.linkTo[way.at(-1)!]!)
        way.push(linkOfHop(routes.hop(source, destination, router, 0, 0)));
      let cycles = between[router * routers + destination]!;
      for (let link = way.pop(); link !== undefined; link = way.pop()) {
        cycles += one + graph.linkLatency[link]!;
        between[graph.linkFrom[link]! * routers + destination] = cycles;
      }
    }
  }
  return between.map((cycles) => cycles + 1 + 2 * NODE_CHANNEL_LATENCY + flits - 1);
}

/** Whether a packet of the pair (source * nodes + destination) never comes to be or to arrive, because a node is dead. */
export function isLost({ graph, nodes }: NocLayout, pair: number): boolean {
  return graph.isDeadNode[Math.floor(pair / nodes)] === 1 || graph.isDeadNode[pair % nodes] === 1;
}

/** Mean over pairs of nodes with weights (a traffic matrix of the same order); all pairs alike, self pairs included, when there is none. */
export function meanZeroLoadLatency(layout: NocLayout, weights?: ArrayLike<number>, flits = layout.packetFlits): number {
  const latencies = zeroLoadLatencies(layout, flits);
  let sum = 0;
  let total = 0;
  for (let pair = 0; pair < latencies.length; pair++) {
    const weight = isLost(layout, pair) ? 0 : (weights?.[pair] ?? 1);
    sum += weight * latencies[pair]!;
    total += weight;
  }
  return total === 0 ? 0 : sum / total;
}
