/**
 * What is measured of a network-on-chip, by name: one flat table for the terminal, stats.txt, CSV, expressions and reports. Names are dotted, so that expressions read
 * `latency.mean * energy.per_flit`. What a run past saturation cannot say (its latencies tell how long we watched) is null.
 */
import type { NocFlows, NocLosses, NocMap, NocValues } from '../model/index.ts';
import { areaOf, energyOf, meanZeroLoadLatency, type Measurement, type NocLayout } from '../noc/index.ts';
import { STRUCTURE, type Measure } from './structure-measures.ts';

/** Of a design, without a run. */
const FACTS = {
  'graph.routers': { unit: '1', meaning: 'routers' },
  'graph.nodes': { unit: '1', meaning: 'nodes' },
  'graph.links': { unit: '1', meaning: 'links, both directions counted once' },
  'graph.degree_max': { unit: '1', meaning: 'most links of a router' },
  'wire.length': { unit: 'm', meaning: 'length of all links, both directions counted once' },
  'wire.longest': { unit: 'm', meaning: 'length of the longest link' },
  'wire.bit_length': { unit: 'm', meaning: 'length of all links times their width in bits' },
  'area.routers': { unit: 'm^2', meaning: 'area of the routers' },
  'area.wires': { unit: 'm^2', meaning: 'metal that the links take' },
  'power.static': { unit: 'W', meaning: 'leakage and clock, whatever the load' },
  'latency.zero_load': { unit: 'cycle', meaning: 'mean latency of a packet alone, of this traffic' },
} as const satisfies Record<string, Measure>;

/** Of a run at one load. */
const MEASURES = {
  'load.offered': { unit: 'flit/cycle/node', meaning: 'load that the nodes offered' },
  'load.accepted': { unit: 'flit/cycle/node', meaning: 'load that arrived' },
  'load.accepted_min_source': { unit: 'flit/cycle/node', meaning: 'least load accepted from a node that sends' },
  'load.accepted_min_destination': { unit: 'flit/cycle/node', meaning: 'least load delivered to a node' },
  'latency.mean': { unit: 'cycle', meaning: 'creation to arrival of the tail, waiting in the source queue included' },
  'latency.std': { unit: 'cycle', meaning: 'standard deviation over packets' },
  'latency.p50': { unit: 'cycle', meaning: 'median' },
  'latency.p95': { unit: 'cycle', meaning: '95th percentile' },
  'latency.p99': { unit: 'cycle', meaning: '99th percentile' },
  'latency.max': { unit: 'cycle', meaning: 'slowest packet' },
  'latency.network': { unit: 'cycle', meaning: 'mean from the injection of the head on' },
  'latency.time': { unit: 's', meaning: 'mean latency in hardware time' },
  'latency.biological': { unit: 's', meaning: 'the same in biological time (speed_up of the traffic card)' },
  'latency.mean_error': { unit: 'cycle', meaning: 'standard error of the mean, from 20 batches' },
  'jitter.mean': { unit: 'cycle', meaning: 'change of latency from packet to packet of a flow, mean (RFC 3393)' },
  'jitter.time': { unit: 's', meaning: 'the mean in hardware time' },
  'jitter.biological': { unit: 's', meaning: 'the mean in biological time' },
  'jitter.worst_flow': { unit: 'cycle', meaning: 'the same of the worst flow' },
  'order.late_packets': { unit: '1', meaning: 'packets overtaken by a later one of their flow (RFC 4737)' },
  'order.late_flows': { unit: '1', meaning: 'flows with such packets' },
  'path.routers': { unit: '1', meaning: 'routers on the way, mean' },
  'packets.measured': { unit: '1', meaning: 'packets created in the measured span' },
  'packets.lost': { unit: '1', meaning: 'of these, dropped at a source queue or for a dead node' },
  'packets.lost_to_dead': { unit: '1', meaning: 'of these, for a dead node' },
  'link.load_mean': { unit: 'flit/cycle', meaning: 'mean load of a link direction' },
  'link.load_max': { unit: 'flit/cycle', meaning: 'load of the busiest link direction' },
  'link.load_gini': { unit: '1', meaning: 'inequality of link loads: 0 all alike, 1 one carries all' },
  'buffer.occupancy_mean': { unit: 'flit', meaning: 'flits waiting in a router, mean' },
  'buffer.occupancy_max': { unit: 'flit', meaning: 'flits waiting in the fullest router, mean over time' },
  'energy.per_flit': { unit: 'J', meaning: 'dynamic energy per flit delivered' },
  'energy.router_per_flit': { unit: 'J', meaning: 'of it, in routers' },
  'energy.link_per_flit': { unit: 'J', meaning: 'of it, on links' },
  'energy.static_per_flit': {
    unit: 'J',
    meaning: 'leakage and clock over the span, per flit delivered; never added to the dynamic energy',
  },
} as const satisfies Record<string, Measure>;

/** Of a run in BookSim2's way: as it prints them, whatever the state of the network. */
const BOOKSIM = {
  'booksim.latency': { unit: 'cycle', meaning: 'mean packet latency as BookSim2 prints it; past saturation it says how long one watched' },
  'booksim.latency_error': { unit: 'cycle', meaning: 'standard error, from 20 batches' },
  'booksim.accepted': { unit: 'flit/cycle/node', meaning: 'accepted load as BookSim2 prints it' },
  'booksim.accepted_error': { unit: 'flit/cycle/node', meaning: 'standard error, from 20 batches' },
  'booksim.packets': { unit: '1', meaning: 'packets measured' },
  'booksim.cycles': { unit: '1', meaning: 'cycles simulated' },
} as const satisfies Record<string, Measure>;

/** Of models beside the cycle mode. */
const MODELS = {
  'estimate.latency': { unit: 'cycle', meaning: 'mean latency by queueing theory, without simulating' },
  'estimate.latency_error': { unit: '1', meaning: 'its difference from the cycle mode, relative to the cycle mode' },
  'estimate.saturation': { unit: 'flit/cycle/node', meaning: 'load at which the busiest channel is full' },
  'ideal.latency': { unit: 'cycle', meaning: 'mean latency with ideal output-queued routers and the same packets' },
  'ideal.latency_error': { unit: '1', meaning: 'its difference from the cycle mode, relative to the cycle mode' },
  'ideal.accepted': { unit: 'flit/cycle/node', meaning: 'load that ideal output-queued routers deliver' },
} as const satisfies Record<string, Measure>;

/** Of whole spikes of a workload. */
const SPIKES = {
  'spike.count': { unit: '1', meaning: 'spikes of the measured span that leave their core' },
  'spike.packets': { unit: '1', meaning: 'packets per spike, those of bridge cores included' },
  'spike.flits': { unit: 'flit', meaning: 'flits of these packets, per spike' },
  'spike.per_packet': { unit: '1', meaning: 'spikes in a packet, mean' },
  'spike.link_hops': { unit: 'flit', meaning: 'flits over links per spike' },
  'spike.last_latency': { unit: 'cycle', meaning: 'spike to its last target core, mean' },
  'spike.deliveries': { unit: '1', meaning: 'spikes at one core each that were to be delivered' },
  'spike.lost': { unit: '1', meaning: 'of these, lost at source queues' },
  'load.injected': { unit: 'flit/cycle/node', meaning: 'flits that the nodes sent, as the packets of the design make them' },
  'spike.energy': { unit: 'J', meaning: 'dynamic energy per spike' },
} as const satisfies Record<string, Measure>;

/** Every measure by name. */
export const ALL_MEASURES: Readonly<Record<string, Measure>> = { ...FACTS, ...STRUCTURE, ...MEASURES, ...BOOKSIM, ...MODELS, ...SPIKES };

/** The facts of a design under the traffic with these weights (all pairs alike without). */
export function factsOf(layout: NocLayout, weights?: ArrayLike<number> | number): NocValues {
  const { graph } = layout;
  const area = areaOf(layout);
  const degrees = new Uint32Array(graph.routers);
  for (const router of graph.linkFrom) degrees[router]! += 1;
  const idle = energyOf(layout, idleCycle(layout));
  return {
    'graph.routers': layout.routers,
    'graph.nodes': layout.nodes,
    'graph.links': graph.linkFrom.length / 2,
    'graph.degree_max': Math.max(0, ...degrees),
    'wire.length': area.wireLength,
    'wire.longest': graph.linkLength.reduce((most, length) => Math.max(most, length), 0),
    'wire.bit_length': area.wireLength * layout.flitBits,
    'area.routers': area.routers,
    'area.wires': area.wires,
    'power.static': idle.staticPower,
    'latency.zero_load': meanZeroLoadLatency(layout, weights),
  } satisfies Record<keyof typeof FACTS, number>;
}

/** The measures of a run; `speedUp` is biological over hardware time. */
export function measuresOf(layout: NocLayout, run: Measurement, speedUp: number): NocValues {
  const { activity, latency, networkLatency, stable, linkLoad } = run;
  const flits = activity.ejectedFlits.reduce((sum, count) => sum + count, 0);
  const energy = energyOf(layout, activity);
  const ofStable = (value: number): number | null => (stable && run.packets > run.lost ? value : null);
  const perFlit = (joules: number): number | null => (flits === 0 ? null : joules / flits);
  return {
    'load.offered': run.offered,
    'load.accepted': run.accepted,
    'load.accepted_min_source': Number.isFinite(run.acceptedMinBySource) ? run.acceptedMinBySource : null,
    'load.accepted_min_destination': run.acceptedMinByDestination,
    'latency.mean': ofStable(latency.mean),
    'latency.std': ofStable(latency.std),
    'latency.p50': ofStable(latency.p50),
    'latency.p95': ofStable(latency.p95),
    'latency.p99': ofStable(latency.p99),
    'latency.max': ofStable(latency.max),
    'latency.network': ofStable(networkLatency.mean),
    'latency.time': ofStable(latency.mean / layout.frequency),
    'latency.biological': ofStable((latency.mean / layout.frequency) * speedUp),
    'latency.mean_error': run.latencyError === undefined ? null : ofStable(run.latencyError.standardError),
    'jitter.mean': ofStable(run.flows.jitter),
    'jitter.time': ofStable(run.flows.jitter / layout.frequency),
    'jitter.biological': ofStable((run.flows.jitter / layout.frequency) * speedUp),
    'jitter.worst_flow': ofStable(run.flows.jitterWorst),
    'order.late_packets': run.flows.reordered,
    'order.late_flows': run.flows.flowsReordered,
    'path.routers': run.packets > run.lost ? run.routersMean : null,
    'packets.measured': run.packets,
    'packets.lost': run.lost,
    'packets.lost_to_dead': run.lostToDead,
    'link.load_mean': meanOf(linkLoad),
    'link.load_max': linkLoad.reduce((most, load) => Math.max(most, load), 0),
    'link.load_gini': run.linkGini,
    'buffer.occupancy_mean': meanOf(activity.meanOccupancy),
    'buffer.occupancy_max': activity.meanOccupancy.reduce((most, flitsWaiting) => Math.max(most, flitsWaiting), 0),
    'energy.per_flit': perFlit(energy.dynamic),
    'energy.router_per_flit': perFlit(energy.router),
    'energy.link_per_flit': perFlit(energy.link),
    'energy.static_per_flit': perFlit(energy.static),
  } satisfies Record<keyof typeof MEASURES, number | null>;
}

/** Where the network was busy. */
export function mapOf({ graph, name }: NocLayout, { activity, linkLoad }: Pick<Measurement, 'activity' | 'linkLoad'>): NocMap {
  return {
    label: name,
    x: Array.from(graph.x),
    y: Array.from(graph.y),
    occupancy: Array.from(activity.meanOccupancy),
    links: Array.from(graph.linkFrom, (from, link) => ({ from, to: graph.linkTo[link]!, load: linkLoad[link]! })),
  };
}

/** The flows with the most jitter, in cycles and in both times; undefined past saturation. */
export function flowsOf(layout: NocLayout, { stable, flows, flowRows }: Measurement, speedUp: number): NocFlows | undefined {
  if (!stable) return undefined;
  const worst = flowRows.map(({ source, destination, packets, mean, jitter, reordered }) => ({
    from: source,
    to: destination,
    packets,
    mean,
    jitter,
    jitterTime: jitter / layout.frequency,
    jitterBiological: (jitter / layout.frequency) * speedUp,
    late: reordered,
  }));
  return { count: flows.flows, speedUp, worst };
}

/** Flows that a report lists. */
export const MOST_FLOWS = 40;

/** What became of the measured packets of a run. */
export function lossesOf({ packets, lost, inFlight, lostFlows }: Measurement): NocLosses {
  const places = new Map<number, number>();
  for (const [from, , count] of lostFlows) places.set(from, (places.get(from) ?? 0) + count);
  return {
    of: 'packets',
    offered: packets,
    delivered: packets - lost - inFlight,
    lost,
    inFlight,
    places: worstFirst(places),
    flows: lostFlows,
  };
}

/** Places with their losses. */
export function worstFirst(places: Iterable<readonly [node: number, lost: number]>): NocLosses['places'] {
  return Array.from(places)
    .filter(([, lost]) => lost > 0)
    .toSorted(([node, lost], [other, more]) => more - lost || node - other);
}

function meanOf(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** One cycle in which nothing happens. */
function idleCycle(layout: NocLayout): Measurement['activity'] {
  const perNode = new Float64Array(layout.nodes);
  const perRouter = new Float64Array(layout.routers);
  return {
    cycles: 1,
    linkFlits: new Float64Array(layout.graph.linkFrom.length),
    ejectedFlits: perNode,
    routerTraversals: perRouter,
    bufferWrites: perRouter,
    peakOccupancy: perRouter,
    meanOccupancy: perRouter,
    offeredPackets: perNode,
    droppedPackets: perNode,
    stalledPackets: perNode,
    deliveredPackets: perNode,
  };
}
