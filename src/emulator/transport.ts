/**
 * How spikes travel between cores: an ideal network of constant latency, or a simulated network-on-chip. Passive: takes spikes at the interface, gives arrivals back.
 */
import { Chance, Clock, InternalError, type Tick } from '../base/index.ts';
import { NocNetwork, type Audit, type NocLayout, type NocSnapshot, type Reading } from '../noc/index.ts';

/** What one packet carries: a slice of the source's synapses, all in one core. */
export interface Payload {
  readonly source: number;
  /** Number of the packet among those of its source. */
  readonly sequence: number;
  /** Tick of the threshold crossing. */
  readonly crossing: Tick;
  readonly from: number;
  readonly to: number;
}

export interface Transport {
  /** A spike packet enters the source queue of core `origin` at `tick`, for core `destination`. */
  offer(tick: Tick, origin: number, destination: number, payload: Payload): void;
  /** Advances so far that everything which reaches a synapse row before `until` has been reported, in a fixed order: (payload, tick of the arrival at the row). */
  advance(until: Tick, arrive: (payload: Payload, tick: Tick) => void): void;
  /** Packets by fate. Conservation: offered = delivered + lost + in flight. */
  account(): PacketAccount;
  snapshot(): TransportSnapshot;
  restore(snapshot: TransportSnapshot): void;
}

export interface PacketAccount {
  readonly offered: number;
  readonly delivered: number;
  readonly lost: Readonly<Record<string, number>>;
  readonly inFlight: number;
  /** Synapses that lost packets would have reached. */
  readonly synapticEventsLost: number;
}

export type TransportSnapshot =
  | {
      readonly kind: 'ideal';
      readonly pending: readonly (readonly [Tick, Payload])[];
      readonly delivered: number;
      readonly offered: number;
    }
  | {
      readonly kind: 'noc';
      readonly network: NocSnapshot;
      readonly payloads: readonly (readonly [number, Payload])[];
      /** Packets offered, delivered, lost; synapses lost. */
      readonly counts: readonly number[];
    };

/** Constant latency from crossing to row, whatever the load: the network that a teacher assumes. */
export class IdealTransport implements Transport {
  readonly #latency: Tick;
  /** In the order of arrival, because packets are offered in the order of their crossings; those before #first have arrived. */
  #pending: (readonly [Tick, Payload])[] = [];
  #first = 0;
  #offered = 0;
  #delivered = 0;

  /** `latency` in ticks from crossing to synapse row. */
  constructor(latency: Tick) {
    this.#latency = latency;
  }

  offer(_tick: Tick, _origin: number, _destination: number, payload: Payload): void {
    this.#offered++;
    const arrival = payload.crossing + this.#latency;
    if (arrival < (this.#pending.at(-1)?.[0] ?? 0)) throw new InternalError('packets must be offered in the order of their crossings');
    this.#pending.push([arrival, payload]);
  }

  advance(until: Tick, arrive: (payload: Payload, tick: Tick) => void): void {
    for (; this.#first < this.#pending.length && this.#pending[this.#first]![0] < until; this.#first++) {
      this.#delivered++;
      arrive(this.#pending[this.#first]![1], this.#pending[this.#first]![0]);
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
      inFlight: this.#pending.length - this.#first,
      synapticEventsLost: 0,
    };
  }

  snapshot(): TransportSnapshot {
    return { kind: 'ideal', pending: this.#pending.slice(this.#first), delivered: this.#delivered, offered: this.#offered };
  }

  restore(snapshot: TransportSnapshot): void {
    if (snapshot.kind !== 'ideal') throw new InternalError('this snapshot is of another kind of network');
    this.#pending = snapshot.pending.slice();
    this.#first = 0;
    this.#delivered = snapshot.delivered;
    this.#offered = snapshot.offered;
  }
}

/**
 * The simulated network-on-chip. The clock of the network counts cycles from tick 0; a packet that enters at a tick is seen by the first cycle that begins at or after it,
 * and reaches the synapse row `interfaceIn` ticks after the beginning of the cycle in which its tail was ejected. Where the routing offers several ways, each packet draws its
 * own by (seed, source, number of the packet).
 */
export class NocTransport implements Transport {
  readonly network: NocNetwork;
  readonly clock: Clock;
  readonly #interfaceIn: Tick;
  readonly #flits: number;
  readonly #layout: NocLayout;
  readonly #chance: Chance;
  readonly #payloads = new Map<number, Payload>();
  #offered = 0;
  #delivered = 0;
  #lost = 0;
  #synapsesLost = 0;

  constructor(layout: NocLayout, interfaceIn: Tick, ticksPerSecond: number, seed = 0) {
    this.#layout = layout;
    this.#chance = new Chance(seed, 'traffic', 1);
    this.network = new NocNetwork(layout);
    this.clock = new Clock(layout.frequency, ticksPerSecond);
    this.#interfaceIn = interfaceIn;
    this.#flits = layout.packetFlits;
  }

  offer(tick: Tick, origin: number, destination: number, payload: Payload): void {
    const id = this.#offered++;
    this.#payloads.set(id, payload);
    this.network.offer(this.clock.cycleAtOrAfter(tick), origin, destination, this.#flits, id, this.#wayOf(origin, destination, payload));
  }

  advance(until: Tick, arrive: (payload: Payload, tick: Tick) => void): void {
    const end = this.clock.cycleAtOrAfter(until - this.#interfaceIn);
    if (end <= this.network.cycle) return;
    this.network.advance(
      end,
      (id, cycle) => {
        this.#delivered++;
        arrive(this.#take(id), this.clock.tickOfCycle(cycle) + this.#interfaceIn);
      },
      (id) => {
        const { from, to } = this.#take(id);
        this.#lost++;
        this.#synapsesLost += to - from;
      },
    );
  }

  account(): PacketAccount {
    return {
      offered: this.#offered,
      delivered: this.#delivered,
      lost: { 'source queue': this.#lost },
      inFlight: this.#payloads.size,
      synapticEventsLost: this.#synapsesLost,
    };
  }

  /** The network's own count of packets and flits, from both ends. */
  audit(): Audit {
    return this.network.audit();
  }

  /** Activity counters of the network so far. */
  read(): Reading {
    return this.network.read();
  }

  snapshot(): TransportSnapshot {
    return {
      kind: 'noc',
      network: this.network.snapshot(),
      payloads: [...this.#payloads],
      counts: [this.#offered, this.#delivered, this.#lost, this.#synapsesLost],
    };
  }

  restore(snapshot: TransportSnapshot): void {
    if (snapshot.kind !== 'noc') throw new InternalError('this snapshot is of another kind of network');
    this.network.restore(snapshot.network);
    this.#payloads.clear();
    for (const [id, payload] of snapshot.payloads) this.#payloads.set(id, payload);
    [this.#offered, this.#delivered, this.#lost, this.#synapsesLost] = snapshot.counts as [number, number, number, number];
  }

  #wayOf(origin: number, destination: number, { source, sequence }: Payload): number {
    const { routes, graph } = this.#layout;
    if (routes.choices === undefined) return 0;
    return routes.choices.draw(graph.routerOfNode[origin]!, graph.routerOfNode[destination]!, this.#chance.uniform(source, sequence));
  }

  #take(id: number): Payload {
    const payload = this.#payloads.get(id);
    if (payload === undefined) throw new InternalError(`packet ${String(id)} left the network twice`);
    this.#payloads.delete(id);
    return payload;
  }
}
