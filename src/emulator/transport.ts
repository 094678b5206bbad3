/**
 * How spikes travel between cores: an ideal network of constant latency, or a simulated network-on-chip. Passive: takes spikes at the interface, gives arrivals back.
 */
import { Clock, InternalError, type Tick } from '../base/index.ts';
import {
  MulticastSpikes,
  SpikeNetwork,
  type Audit,
  type MulticastSnapshot,
  type NocLayout,
  type Reading,
  type SpikeAccounts,
  type SpikeNetworkSnapshot,
  type SpikePart,
} from '../noc/index.ts';
import { AnyCarrier, MulticastCarrier, type Carrier } from './carriers.ts';

/**
 * Where the spikes of a source go over the network: always the same parts, in ascending order of cores, ROUTE_WORDS numbers each: core, slice [from, to) of the synapses, rank among all parts of the
 * source. Flat, because the parts of a spike arrive one by one, and each object would be another miss of the cache. The transport knows a route by its identity.
 */
export interface SpikeRoute {
  readonly source: number;
  readonly parts: Uint32Array;
}
export const ROUTE_WORDS = 4;

/** A part of one spike as it travels: `sequence` numbers the parts of a source, `crossing` is the tick of the threshold crossing. */
export interface Payload extends SpikePart {
  readonly source: number;
  readonly sequence: number;
  readonly crossing: Tick;
  readonly from: number;
  readonly to: number;
}

/** Told that a part of a spike has reached its row at `tick`. Plain numbers: a chip of 16 cores hears a hundred thousand of them per biological second. */
export type Arrive = (tick: Tick, source: number, sequence: number, crossing: Tick, from: number, to: number) => void;

export interface Transport {
  /**
   * Neuron number `local` of core `origin` crosses its threshold at `crossing`; at `tick` the spike enters the network along `route`. Its part of rank r has the number sequence + r. Spikes are offered
   * in the order of their ticks.
   */
  offer(tick: Tick, origin: number, local: number, route: SpikeRoute, crossing: Tick, sequence: number): void;
  /** Advances so far that everything which reaches a synapse row before `until` has been reported. */
  advance(until: Tick, arrive: Arrive): void;
  /** Parts of spikes by fate. Conservation: offered = delivered + lost + in flight. */
  account(): PacketAccount;
  snapshot(): TransportSnapshot;
  restore(snapshot: TransportSnapshot): void;
}

/** A delivery is a part of a spike at its core (or synapse); a packet may carry several. */
export interface PacketAccount {
  readonly offered: number;
  readonly delivered: number;
  readonly lost: Readonly<Record<string, number>>;
  readonly inFlight: number;
  /** Synapses that lost deliveries would have reached. */
  readonly synapticEventsLost: number;
  /** Packets, flits, codecs, and losses by core and by flow; null on an ideal network, which has no packets. */
  readonly network: SpikeAccounts | null;
}

export type TransportSnapshot =
  | {
      readonly kind: 'ideal';
      readonly pending: readonly (readonly [Tick, Payload, parts: number])[];
      readonly delivered: number;
      readonly offered: number;
    }
  | { readonly kind: 'noc'; readonly spikes: SpikeNetworkSnapshot<Payload> }
  | { readonly kind: 'multicast'; readonly spikes: MulticastSnapshot; readonly underWay: readonly UnderWay[] };

/** What a multicast packet under way carries: its slot, the route, crossing and sequence of its spike. */
type UnderWay = readonly [slot: number, route: SpikeRoute, crossing: Tick, sequence: number];

/**
 * Constant latency from crossing to row, whatever the load: the network that a teacher assumes. Parts of a spike for different cores arrive at one tick and stand next to one another in the total
 * order of events; where their synapses do as well, they arrive as one.
 */
export class IdealTransport implements Transport {
  readonly #latency: Tick;
  /** In the order of arrival, because packets are offered in the order of their crossings; those before #first have arrived. */
  #pending: (readonly [Tick, Payload, parts: number])[] = [];
  #first = 0;
  /** Arrival of the spike offered last. */
  #last = 0;
  #offered = 0;
  #delivered = 0;
  /** What the parts of a route arrive as. */
  readonly #joined = new Map<SpikeRoute, readonly JoinedParts[]>();

  /** `latency` in ticks from crossing to synapse row. */
  constructor(latency: Tick) {
    this.#latency = latency;
  }

  offer(_tick: Tick, _origin: number, _local: number, route: SpikeRoute, crossing: Tick, sequence: number): void {
    let joined = this.#joined.get(route);
    if (joined === undefined) this.#joined.set(route, (joined = joinParts(route)));
    const arrival = crossing + this.#latency;
    if (arrival < this.#last) throw new InternalError('spikes must be offered in the order of their crossings');
    this.#last = arrival;
    for (const { node, from, to, rank, parts } of joined) {
      const payload: Payload = { source: route.source, sequence: sequence + rank, crossing, node, synapses: to - from, from, to };
      this.#pending.push([arrival, payload, parts]);
      this.#offered += parts;
    }
  }

  advance(until: Tick, arrive: Arrive): void {
    for (; this.#first < this.#pending.length && this.#pending[this.#first]![0] < until; this.#first++) {
      const [arrival, { source, sequence, crossing, from, to }, parts] = this.#pending[this.#first]!;
      this.#delivered += parts;
      arrive(arrival, source, sequence, crossing, from, to);
    }
    // what has arrived is given back now and then, not at every window
    if (this.#first > 1024 && 2 * this.#first > this.#pending.length) {
      this.#pending = this.#pending.slice(this.#first);
      this.#first = 0;
    }
  }

  account(): PacketAccount {
    return {
      offered: this.#offered,
      delivered: this.#delivered,
      lost: {},
      inFlight: this.#offered - this.#delivered,
      synapticEventsLost: 0,
      network: null,
    };
  }

  snapshot(): TransportSnapshot {
    return { kind: 'ideal', pending: this.#pending.slice(this.#first), delivered: this.#delivered, offered: this.#offered };
  }

  restore(snapshot: TransportSnapshot): void {
    if (snapshot.kind !== 'ideal') throw new InternalError('this snapshot is of another kind of network');
    this.#pending = snapshot.pending.slice();
    this.#first = 0;
    this.#last = this.#pending.at(-1)?.[0] ?? 0;
    this.#delivered = snapshot.delivered;
    this.#offered = snapshot.offered;
  }
}

/** Parts of a spike that arrive as one: `parts` of them, the slice of all, the first's core and rank. */
interface JoinedParts {
  readonly node: number;
  readonly from: number;
  readonly to: number;
  readonly rank: number;
  readonly parts: number;
}

/** Joins parts where the next one goes to a later core and to the synapses that follow. */
function joinParts({ parts: words }: SpikeRoute): JoinedParts[] {
  const joined: JoinedParts[] = [];
  for (let k = 0; k < words.length; k += ROUTE_WORDS) {
    const [node, from, to, rank] = words.subarray(k, k + ROUTE_WORDS) as unknown as [number, number, number, number];
    const last = joined.at(-1);
    if (last !== undefined && words[k - ROUTE_WORDS]! < node && last.to === from)
      joined[joined.length - 1] = { ...last, to, parts: last.parts + 1 };
    else joined.push({ node, from, to, rank, parts: 1 });
  }
  return joined;
}

/**
 * The simulated network-on-chip. The clock of the network counts cycles from tick 0; a spike that enters at a tick is seen by the first cycle that begins at or after it,
 * and reaches the synapse row `interfaceIn` ticks after the beginning of the cycle in which the tail of its packet was ejected. Spikes that will be offered later than an `advance` to
 * `until` enter at `until - interfaceIn` or after, so packets that gather spikes are complete when the network sends them.
 */
export class NocTransport implements Transport {
  readonly clock: Clock;
  readonly #interfaceIn: Tick;
  readonly #carrier: Carrier;

  /** `neurons`: of a core. `seed` draws the ways of routings that offer several. `carrier` `general` is for tests: the other one gives the same results. */
  constructor(
    layout: NocLayout,
    interfaceIn: Tick,
    ticksPerSecond: number,
    neurons: number,
    seed = 0,
    carrier: 'fastest' | 'general' = 'fastest',
  ) {
    this.clock = new Clock(layout.frequency, ticksPerSecond);
    this.#interfaceIn = interfaceIn;
    const spikes = carrier === 'fastest' ? MulticastSpikes.of(layout) : undefined;
    this.#carrier = spikes === undefined ? new AnyCarrier(new SpikeNetwork(layout, neurons, seed)) : new MulticastCarrier(spikes);
  }

  offer(tick: Tick, origin: number, local: number, route: SpikeRoute, crossing: Tick, sequence: number): void {
    if (route.parts.length > 0) this.#carrier.offer(this.clock.cycleAtOrAfter(tick), origin, local, route, crossing, sequence);
  }

  advance(until: Tick, arrive: Arrive): void {
    this.#carrier.advance(this.clock.cycleAtOrAfter(until - this.#interfaceIn), this.clock, this.#interfaceIn, arrive);
  }

  account(): PacketAccount {
    const network = this.#carrier.spikes.account();
    const { offered, delivered, lost, inFlight, synapsesLost } = network;
    return { offered, delivered, lost, inFlight, synapticEventsLost: synapsesLost, network };
  }

  /** The network's own count of packets and flits, from both ends. */
  audit(): Audit {
    return this.#carrier.spikes.network.audit();
  }

  /** Activity counters of the network so far. */
  read(): Reading {
    return this.#carrier.spikes.network.read();
  }

  snapshot(): TransportSnapshot {
    return this.#carrier.snapshot();
  }

  restore(snapshot: TransportSnapshot): void {
    this.#carrier.restore(snapshot);
  }
}
