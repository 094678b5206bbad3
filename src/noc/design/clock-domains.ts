/**
 * Clock domains: routers whose clock is the design's clock divided by an integer. Time goes on in cycles of the design's clock; a router of period p acts in cycles that are multiples of p,
 * and so do its nodes. Everything that it does takes p times as long: stages, and channels, which are clocked by their sender. Where two periods meet, flits and credits wait for the
 * receiver's synchroniser besides; what arrives between two edges of the receiver lies in its buffer and is seen at the next one.
 * With the same period everywhere a network is the undivided one in slow motion: every event at p times its cycle.
 */
import { InfeasibleError } from '../../base/index.ts';
import type { NocDesign } from '../../model/schemas/noc.ts';
import type { RouterGraph } from './graph.ts';
import { NODE_CHANNEL_LATENCY, routerDelay, type NocLayout } from './layout.ts';

/** Cycles of the design's clock per cycle of each router. InfeasibleError for a router that does not exist or stands twice. */
export function clockPeriods(design: NocDesign, graph: RouterGraph): Int32Array {
  const periods = new Int32Array(graph.routers).fill(1);
  const domainOf = new Int32Array(graph.routers).fill(-1);
  for (const [domain, { routers, divide }] of design.clock_domains.entries()) {
    for (const router of routers === 'all' ? Array.from(periods.keys()) : routers) {
      const where = `${design.name}: clock_domains[${String(domain)}].routers`;
      if (router >= graph.routers)
        throw new InfeasibleError(
          `${where}: found ${String(router)}, expected 0 to ${String(graph.routers - 1)}, the routers of ${graph.name}`,
        );
      if (domainOf[router] !== -1)
        throw new InfeasibleError(
          `${where}: found router ${String(router)}, which is in clock_domains[${String(domainOf[router])}] already; a router has one clock`,
        );
      domainOf[router] = domain;
      periods[router] = divide;
    }
  }
  return periods;
}

/** Whether every router runs at the design's clock. */
export function hasOneClock(layout: Pick<NocLayout, 'periods'>): boolean {
  return layout.periods.every((period) => period === 1);
}

/** Cycles from the grant of the switch at a port to the arrival at the other end of its channel: of a flit, and of the credit for a flit that came in there. */
export interface ChannelDelays {
  readonly flit: Int32Array;
  readonly credit: Int32Array;
}

/** Delays of every port's channel. Credits for a node are its own affair: it sees them when they arrive. */
export function channelDelays(layout: NocLayout): ChannelDelays {
  const { periods, delays, routerOfPort, peerOfPort, latencyOut, latencyIn } = layout;
  const sides = Array.from(routerOfPort, (router, port) => {
    const period = periods[router]!;
    const peer = peerOfPort[port]!;
    const other = peer < 0 ? period : periods[routerOfPort[peer]!]!;
    return { port, period, other, wait: synchroniser(layout, period, other), ofCredit: peer < 0 ? 0 : delays.credit * other };
  });
  return {
    flit: Int32Array.from(sides, ({ port, period, wait }) => (delays.switchTraversal + 1 + latencyOut[port]!) * period + wait),
    credit: Int32Array.from(sides, ({ port, period, wait, ofCredit }) => (1 + latencyIn[port]!) * period + wait + ofCredit),
  };
}

/** Cycles that a synchroniser adds between a sender's and a receiver's period. */
function synchroniser({ design }: NocLayout, sender: number, receiver: number): number {
  return sender === receiver ? 0 : design.synchronizer * receiver;
}

/** Cycles that a flit takes over a link between two routers. */
export function linkCycles(layout: NocLayout, link: number): number {
  const { periods, graph } = layout;
  const [sender, receiver] = [periods[graph.linkFrom[link]!]!, periods[graph.linkTo[link]!]!];
  return graph.linkLatency[link]! * sender + synchroniser(layout, sender, receiver);
}

/** The first edge of a clock of `period` at or after `cycle`. */
export function nextEdge(cycle: number, period: number): number {
  return period === 1 ? cycle : Math.ceil(cycle / period) * period;
}

/**
 * Cycles from the injection of a head in cycle 0 to the arrival of its packet's last flit at its node, alone in the network: from the router `source` over `links`, flit by flit.
 * A flit that finds no room behind it waits for the credit of the one that is a buffer ahead. The injection lies on an edge of all clocks; a packet that starts elsewhere waits for other
 * fractions of a period.
 */
export function cyclesAlong(layout: NocLayout, source: number, links: readonly number[], flits: number): number {
  const { periods, delays, graph, buffer } = layout;
  const toNode = 1 + NODE_CHANNEL_LATENCY;
  const places = [source, ...links.map((link) => graph.linkTo[link]!)];
  const clocks = places.map((router) => periods[router]!);
  /** Cycles from a grant to the arrival behind router `hop`. */
  const channels = clocks.map((period, hop) =>
    hop === links.length
      ? (delays.switchTraversal + toNode) * period
      : (delays.switchTraversal + 1) * period + linkCycles(layout, links[hop]!),
  );
  /** Cycles from the grant at router `hop` to the use of its credit by whoever sent the flit there. */
  const credits = clocks.map((period, hop) => {
    if (hop === 0) return toNode * period;
    const to = clocks[hop - 1]!;
    return (1 + graph.linkLatency[links[hop - 1]!]!) * period + synchroniser(layout, period, to) + delays.credit * to;
  });
  const creditOfNode = (toNode + delays.credit) * clocks.at(-1)!;
  const grants = places.map(() => new Float64Array(flits));
  const arrivals = new Float64Array(flits);
  let sent = 0;
  for (let flit = 0; flit < flits; flit++) {
    const ahead = flit - buffer;
    if (flit > 0) sent += clocks[0]!;
    if (ahead >= 0) sent = nextEdge(Math.max(sent, grants[0]![ahead]! + credits[0]!), clocks[0]!);
    let arrival = sent + toNode * clocks[0]!;
    for (const [hop, period] of clocks.entries()) {
      let granted = nextEdge(arrival, period);
      if (flit === 0) granted += (routerDelay(delays) - delays.switchTraversal - 1) * period;
      else granted = Math.max(granted, grants[hop]![flit - 1]! + period);
      if (ahead >= 0) {
        const credit = hop === links.length ? arrivals[ahead]! + creditOfNode : grants[hop + 1]![ahead]! + credits[hop + 1]!;
        granted = Math.max(granted, nextEdge(credit, period));
      }
      grants[hop]![flit] = granted;
      arrival = granted + channels[hop]!;
    }
    arrivals[flit] = arrival;
  }
  return arrivals[flits - 1]!;
}
