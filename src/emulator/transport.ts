/**
 * How spikes travel between cores: an ideal network of constant latency, or a simulated network-on-chip. Passive: takes spikes at the interface, gives arrivals back.
 */
import { Clock, InternalError, type Tick } from '../base/index.ts';
import {
  SpikeNetwork,
  type Audit,
  type NocLayout,
  type Reading,
  type SpikeAccounts,
  type SpikeNetworkSnapshot,
  type SpikePart,
} from '../noc/index.ts';

/** Part of a spike: a slice of the source's synapses, all in one core (`node`). */
export interface Payload extends SpikePart {
  readonly source: number;
  /** Number of the part among those of its source. */
  readonly sequence: number;
  /** Tick of the threshold crossing. */
  readonly crossing: Tick;
  readonly from: number;
  readonly to: number;
}

export interface Transport {
  /**
   * Neuron number `local` of core `origin` spikes; at `tick` the spike enters the network towards the cores of its parts, which stand in ascending order of cores. Spikes are offered
   * in the order of their ticks.
   */
  offer(tick: Tick, origin: number, local: number, parts: readonly Payload[]): void;
  /** Advances so far that everything which reaches a synapse row before `until` has been reported, in a fixed order: (payload, tick of the arrival at the row). */
  advance(until: Tick, arrive: (payload: Payload, tick: Tick) => void): void;
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
  | { readonly kind: 'noc'; readonly spikes: SpikeNetworkSnapshot<Payload> };

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

  /** `latency` in ticks from crossing to synapse row. */
  constructor(latency: Tick) {
    this.#latency = latency;
  }

  offer(_tick: Tick, _origin: number, _local: number, parts: readonly Payload[]): void {
    for (let k = 0; k < parts.length;) {
      const first = parts[k]!;
      let last = first;
      let end = k + 1;
      for (; end < parts.length && continues(last, parts[end]!); end++) last = parts[end]!;
      const arrival = first.crossing + this.#latency;
      if (arrival < this.#last) throw new InternalError('spikes must be offered in the order of their crossings');
      this.#last = arrival;
      const payload = end === k + 1 ? first : { ...first, synapses: last.to - first.from, to: last.to };
      this.#pending.push([arrival, payload, end - k]);
      this.#offered += end - k;
      k = end;
    }
  }

  advance(until: Tick, arrive: (payload: Payload, tick: Tick) => void): void {
    for (; this.#first < this.#pending.length && this.#pending[this.#first]![0] < until; this.#first++) {
      const [arrival, part, parts] = this.#pending[this.#first]!;
      this.#delivered += parts;
      arrive(part, arrival);
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

/** Whether the next part of a spike goes to a later core and to the synapses that follow. */
function continues(last: Payload, next: Payload): boolean {
  return last.source === next.source && last.crossing === next.crossing && last.node < next.node && last.to === next.from;
}

/**
 * The simulated network-on-chip. The clock of the network counts cycles from tick 0; a spike that enters at a tick is seen by the first cycle that begins at or after it,
 * and reaches the synapse row `interfaceIn` ticks after the beginning of the cycle in which the tail of its packet was ejected. Spikes that will be offered later than an `advance` to
 * `until` enter at `until - interfaceIn` or after, so packets that gather spikes are complete when the network sends them.
 */
export class NocTransport implements Transport {
  readonly clock: Clock;
  readonly #interfaceIn: Tick;
  readonly #spikes: SpikeNetwork<Payload>;

  /** `neurons`: of a core. `seed` draws the ways of routings that offer several. */
  constructor(layout: NocLayout, interfaceIn: Tick, ticksPerSecond: number, neurons: number, seed = 0) {
    this.clock = new Clock(layout.frequency, ticksPerSecond);
    this.#interfaceIn = interfaceIn;
    this.#spikes = new SpikeNetwork(layout, neurons, seed);
  }

  offer(tick: Tick, origin: number, local: number, parts: readonly Payload[]): void {
    this.#spikes.offer(this.clock.cycleAtOrAfter(tick), origin, local, parts);
  }

  advance(until: Tick, arrive: (payload: Payload, tick: Tick) => void): void {
    this.#spikes.advance(this.clock.cycleAtOrAfter(until - this.#interfaceIn), (payload, cycle) => {
      arrive(payload, this.clock.tickOfCycle(cycle) + this.#interfaceIn);
    });
  }

  account(): PacketAccount {
    const network = this.#spikes.account();
    const { offered, delivered, lost, inFlight, synapsesLost } = network;
    return { offered, delivered, lost, inFlight, synapticEventsLost: synapsesLost, network };
  }

  /** The network's own count of packets and flits, from both ends. */
  audit(): Audit {
    return this.#spikes.network.audit();
  }

  /** Activity counters of the network so far. */
  read(): Reading {
    return this.#spikes.network.read();
  }

  snapshot(): TransportSnapshot {
    return { kind: 'noc', spikes: this.#spikes.snapshot() };
  }

  restore(snapshot: TransportSnapshot): void {
    if (snapshot.kind !== 'noc') throw new InternalError('this snapshot is of another kind of network');
    this.#spikes.restore(snapshot.spikes);
  }
}
