/** How spikes travel between cores. Passive: a transport takes spikes at the interface and gives arrivals back. An ideal network of constant latency (ideal-transport.ts), or a simulated network-on-chip (noc-transport.ts). */
import type { Tick } from '../base/index.ts';
import type { KernelSpikesSnapshot, MulticastSnapshot, SpikeAccounts, SpikeNetworkSnapshot, SpikePart } from '../noc/index.ts';

/**
 * Where the spikes of a source go over the network: always the same parts, in ascending order of cores, ROUTE_WORDS numbers each: core, slice [from, to) of the synapses, rank among all parts of the
 * source. Flat, because the parts of a spike arrive one by one, and each object would be another miss of the cache. The transport knows a route by its source.
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
  | { readonly kind: 'kernel'; readonly present: Tick; readonly spikes: KernelSpikesSnapshot }
  | { readonly kind: 'noc'; readonly spikes: SpikeNetworkSnapshot<Payload> }
  | { readonly kind: 'multicast'; readonly spikes: MulticastSnapshot; readonly underWay: readonly UnderWay[] };

/** What a multicast packet under way carries: its slot, the route, crossing and sequence of its spike. */
type UnderWay = readonly [slot: number, source: number, parts: Uint32Array, crossing: Tick, sequence: number];
