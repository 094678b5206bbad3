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
const knownMeans = new WeakMap<NocLayout, Map<number, number>>();

/** What was found for a layout and flits, or is made now. */
function remembered<T>(
  found: WeakMap<NocLayout, Map<number, T>>,
  layout: NocLayout,
  flits: number,
  make: (layout: NocLayout, flits: number) => T,
): T {
  let byFlits = found.get(layout);
  if (byFlits === undefined) found.set(layout, (byFlits = new Map<number, T>()));
  let value = byFlits.get(flits);
  if (value === undefined) byFlits.set(flits, (value = make(layout, flits)));
  return value;
}

/** Cycles for every pair of nodes, at [source * nodes + destination], 0 where a node is dead; the mean over the ways where the routing offers several. Not to be written to. */
export function zeroLoadLatencies(layout: NocLayout, flits = layout.packetFlits): Float64Array {
  return remembered(known, layout, flits, betweenNodes);
}

function betweenNodes(layout: NocLayout, flits: number): Float64Array {
  const { graph, nodes } = layout;
  const between = goesAlongTrees(layout, flits) ? alongTrees(layout, flits) : alongWays(layout, flits);
  const { routerOfNode, isDeadNode, routers } = graph;
  if (nodes === routers && routerOfNode.every((router, node) => router === node) && !isDeadNode.includes(1)) return between;
  const cycles = new Float64Array(nodes * nodes);
  for (let source = 0; source < nodes; source++) {
    const row = routerOfNode[source]! * routers;
    for (let node = 0; node < nodes; node++)
      if (isDeadNode[source] !== 1 && isDeadNode[node] !== 1) cycles[source * nodes + node] = between[row + routerOfNode[node]!]!;
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

/** Whether what goes to a destination goes on alike, flit by flit. */
function goesAlongTrees(layout: NocLayout, flits: number): boolean {
  return layout.routes.byDestination === true && isEven(layout, flits);
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

/** Destinations that are written at once: what goes to one of them lies far apart in the result, what goes to all of them side by side. */
const BLOCK = 16;

/** The same where all packets to a destination go on alike: a column for each destination. */
function alongTrees(layout: NocLayout, flits: number): Float64Array {
  const { routers } = layout.graph;
  const between = new Float64Array(routers * routers);
  const columns = Array.from({ length: BLOCK }, () => new Float64Array(routers));
  const fill = columnsOf(layout, flits);
  for (let first = 0; first < routers; first += BLOCK) {
    const block = columns.slice(0, routers - first);
    for (const [i, column] of block.entries()) fill(first + i, column);
    for (let source = 0; source < routers; source++)
      for (let i = 0; i < block.length; i++) between[source * routers + first + i] = block[i]![source]!;
  }
  return between;
}

/** Fills a column, the cycles from every router to one: each router's cycles are those of the next one and one step more. */
function columnsOf({ graph, routes, delays }: NocLayout, flits: number): (destination: number, column: Float64Array) => void {
  const { routers, linkTo, linkFrom, linkLatency } = graph;
  const one = routerDelay(delays);
  const way = new Int32Array(routers);
  return (destination, column) => {
    column.fill(0);
    column[destination] = 1 + 2 * NODE_CHANNEL_LATENCY + flits - 1 + one;
    for (let source = 0; source < routers; source++) {
      let router = source;
      let taken = 0;
      for (; column[router] === 0; router = linkTo[way[taken - 1]!]!)
        way[taken++] = linkOfHop(routes.hop(source, destination, router, 0, 0));
      for (let cycles = column[router]!; taken > 0;) {
        const link = way[--taken]!;
        cycles += one + linkLatency[link]!;
        column[linkFrom[link]!] = cycles;
      }
    }
  };
}

/** Mean over all pairs of nodes alike, column by column: those of thousands of routers are millions, which nobody has to keep. */
function meanAlongTrees(layout: NocLayout, flits: number): number {
  const { routers, routerOfNode, isDeadNode } = layout.graph;
  const nodesAt = new Float64Array(routers);
  for (let node = 0; node < layout.nodes; node++) if (isDeadNode[node] !== 1) nodesAt[routerOfNode[node]!]! += 1;
  const column = new Float64Array(routers);
  const fill = columnsOf(layout, flits);
  let sum = 0;
  for (let destination = 0; destination < routers; destination++) {
    if (nodesAt[destination] === 0) continue;
    fill(destination, column);
    let cycles = 0;
    for (let source = 0; source < routers; source++) cycles += nodesAt[source]! * column[source]!;
    sum += nodesAt[destination]! * cycles;
  }
  const nodes = nodesAt.reduce((all, some) => all + some, 0);
  return nodes === 0 ? 0 : sum / nodes ** 2;
}

/** Whether a packet of the pair (source * nodes + destination) never comes to be or to arrive, because a node is dead. */
export function isLost({ graph, nodes }: NocLayout, pair: number): boolean {
  return graph.isDeadNode[Math.floor(pair / nodes)] === 1 || graph.isDeadNode[pair % nodes] === 1;
}

/** Sum of the weights (a matrix of pairs, in all 1) that go from living nodes to living nodes. */
export function aliveShare(layout: NocLayout, weights: Float64Array): number {
  return weights.reduce((sum, weight, pair) => (isLost(layout, pair) ? sum : sum + weight), 0);
}

/** Mean over pairs of nodes with weights (a traffic matrix of the same order, or one number for all of them); all pairs alike, self pairs included, when there are none. */
export function meanZeroLoadLatency(layout: NocLayout, weights: ArrayLike<number> | number = 1, flits = layout.packetFlits): number {
  if (typeof weights === 'number' && goesAlongTrees(layout, flits)) return remembered(knownMeans, layout, flits, meanAlongTrees);
  const latencies = zeroLoadLatencies(layout, flits);
  const { isDeadNode } = layout.graph;
  const { nodes } = layout;
  let sum = 0;
  let total = 0;
  for (let source = 0; source < nodes; source++) {
    if (isDeadNode[source] === 1) continue;
    const first = source * nodes;
    for (let node = 0; node < nodes; node++) {
      if (isDeadNode[node] === 1) continue;
      const weight = typeof weights === 'number' ? weights : weights[first + node]!;
      sum += weight * latencies[first + node]!;
      total += weight;
    }
  }
  return total === 0 ? 0 : sum / total;
}
