/**
 * How spikes travel between cores: an ideal network of constant latency, or a simulated network-on-chip. Passive: takes spikes at the interface, gives arrivals back.
 */
import { Clock, type Tick } from '../base/index.ts';
import { NocNetwork, type NocLayout, type NocSnapshot } from '../noc/index.ts';

/** What one packet carries: a slice of the source's synapses, all in one core. */
export interface Payload {
  readonly source: number;
  /** Number of the spike among those of its source. */
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
      readonly counts: readonly number[];
      readonly ejected: readonly (readonly [number, number])[];
    };

/** Constant latency from crossing to row, whatever the load: the network that a teacher assumes. */
export class IdealTransport implements Transport {
  readonly #latency: Tick;
  #pending: (readonly [Tick, Payload])[] = [];
  #offered = 0;
  #delivered = 0;

  /** `latency` in ticks from crossing to synapse row. */
  constructor(latency: Tick) {
    this.#latency = latency;
  }

  offer(_tick: Tick, _origin: number, _destination: number, payload: Payload): void {
    this.#offered++;
    this.#pending.push([payload.crossing + this.#latency, payload]);
  }

  advance(until: Tick, arrive: (payload: Payload, tick: Tick) => void): void {
    const later: (readonly [Tick, Payload])[] = [];
    for (const entry of this.#pending) {
      if (entry[0] >= until) later.push(entry);
      else {
        this.#delivered++;
        arrive(entry[1], entry[0]);
      }
    }
    this.#pending = later;
  }

  account(): PacketAccount {
    return { offered: this.#offered, delivered: this.#delivered, lost: {}, inFlight: this.#pending.length, synapticEventsLost: 0 };
  }

  snapshot(): TransportSnapshot {
    return { kind: 'ideal', pending: this.#pending.slice(), delivered: this.#delivered, offered: this.#offered };
  }

  restore(snapshot: TransportSnapshot): void {
    if (snapshot.kind !== 'ideal') return;
    this.#pending = snapshot.pending.slice();
    this.#delivered = snapshot.delivered;
    this.#offered = snapshot.offered;
  }
}
