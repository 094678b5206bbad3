/**
 * The ideal router: queues of any length at the outputs, a switch and buffers that never stand in the way. A packet that arrives in cycle t leaves by its output in
 *   d = max(t + router delay, first cycle in which the output is free),   and holds it for as many cycles as it has flits;
 * delays, links and nodes are those of the cycle mode, so both agree on a packet alone. What is above it in the cycle mode is the cost of input queues, VCs, credits and allocation.
 * Source: Karol, Hluchyj and Morgan 1987, "Input versus output queueing on a space-division packet switch".
 */
import { OFFER_WORDS } from '../../kernels/index.ts';
import { linkCycles, nextEdge } from '../design/clock-domains.ts';
import { NODE_CHANNEL_LATENCY, routerDelay, type NocLayout } from '../design/layout.ts';
import { LOAD_BATCHES, whyNotCarried } from '../measure/load-carried.ts';
import type { MeasureOptions } from '../measure/measure.ts';
import { PacketSource } from '../kernel/packet-source.ts';
import { LatencyCounts, type LatencyStatistics } from '../measure/packet-statistics.ts';
import { linkOfHop, mustGoOn } from '../routing/route-table.ts';
import { compileTraffic } from '../traffic/traffic.ts';

/** What a run gave. */
export interface OutputQueuedRun {
  /** Creation to arrival of the tail, cycles, over the packets created in the measured span. */
  readonly latency: LatencyStatistics;
  readonly accepted: number; // flits per node and cycle of the measured span
  readonly packets: number; // measured
  /** Why the load is past saturation here too, in words; its latency then says how long one watched. Undefined for a load that is carried. */
  readonly overload: string | undefined;
}

/** A packet at a router. */
interface Traveller {
  readonly created: number;
  readonly source: number; // router
  readonly node: number; // destination
  readonly flits: number;
  readonly choice: number;
  router: number;
  taken: number; // links
}

/** The same packets as `measure` draws, through ideal routers. Packets that have not arrived a span after its end are given their age. */
export function runOutputQueued(layout: NocLayout, options: MeasureOptions): OutputQueuedRun {
  const { graph, routes, nodes, ports, portOfLink, portOfNode, delays, periods } = layout;
  const { rate, seed, cycles = 4000, process } = options;
  const begin = typeof options.warmup === 'number' ? options.warmup : 1500;
  const end = begin + cycles;
  const source = new PacketSource(layout, compileTraffic(options.traffic, layout), rate / layout.packetFlits, seed, process);
  const delay = routerDelay(delays);
  const freeOfPort = new Float64Array(ports);
  const freeOfNode = new Float64Array(nodes);
  const due = new Map<number, Traveller[]>(); // by the cycle of arrival at a router
  const latencies = new LatencyCounts();
  let open = 0;
  const [offered, accepted] = [new Float64Array(LOAD_BATCHES), new Float64Array(LOAD_BATCHES)];
  const count = (flits: Float64Array, cycle: number, more: number): void => {
    if (cycle >= begin && cycle < end) flits[Math.floor(((cycle - begin) * LOAD_BATCHES) / cycles)]! += more;
  };
  const arrive = (cycle: number, packet: Traveller): void => {
    const list = due.get(cycle);
    if (list === undefined) due.set(cycle, [packet]);
    else list.push(packet);
  };
  const isMeasured = ({ created }: Traveller): boolean => created >= begin && created < end;
  const offer = (from: number): void => {
    const offers = source.draw(Math.min(end, from + STRETCH));
    for (let i = 0; i < offers.length; i += OFFER_WORDS) {
      const [created, node, destination, flits, choice] = Array.from(offers.subarray(i, i + OFFER_WORDS)) as [
        number,
        number,
        number,
        number,
        number,
      ];
      const router = graph.routerOfNode[node]!;
      const packet: Traveller = { created, source: router, node: destination, flits, choice, router, taken: 0 };
      const period = periods[router]!;
      const sent = nextEdge(Math.max(created, freeOfNode[node]!), period);
      freeOfNode[node] = sent + flits * period;
      if (isMeasured(packet)) open += 1;
      count(offered, created, flits);
      arrive(sent + (1 + NODE_CHANNEL_LATENCY) * period, packet);
    }
  };
  for (let cycle = 0; cycle < end || (open > 0 && cycle < end + cycles); cycle++) {
    while (source.cycle <= cycle && source.cycle < end) offer(source.cycle);
    const list = due.get(cycle);
    if (list === undefined) continue;
    due.delete(cycle);
    for (const packet of list) {
      const { source: from, node, choice, router, taken, flits } = packet;
      const to = graph.routerOfNode[node]!;
      const hop = mustGoOn(routes, from, to, router, taken, choice) ? routes.hop(from, to, router, taken, choice) : undefined;
      const port = hop === undefined ? portOfNode[node]! : portOfLink[linkOfHop(hop)]!;
      const period = periods[router]!;
      const leaves = Math.max(nextEdge(cycle, period) + delay * period, freeOfPort[port]!);
      freeOfPort[port] = leaves + flits * period;
      if (hop !== undefined) {
        packet.router = graph.linkTo[linkOfHop(hop)]!;
        packet.taken += 1;
        arrive(leaves + linkCycles(layout, linkOfHop(hop)), packet);
        continue;
      }
      const arrived = leaves + (NODE_CHANNEL_LATENCY + flits - 1) * period;
      count(accepted, arrived, flits);
      if (!isMeasured(packet)) continue;
      open -= 1;
      latencies.add(arrived - packet.created);
    }
  }
  for (const list of due.values()) for (const packet of list) if (isMeasured(packet)) latencies.add(end + cycles - packet.created);
  const overload =
    open > 0 ? `${String(open)} packets had not arrived a span after the end` : whyNotCarried({ offered, accepted }, 'flits');
  const flitsAccepted = accepted.reduce((sum, flits) => sum + flits, 0);
  return { latency: latencies.statistics(), accepted: flitsAccepted / (nodes * cycles), packets: latencies.packets, overload };
}

const STRETCH = 256;
