import { Clock, type Tick } from '../base/index.ts';
import { MulticastSpikes, SpikeNetwork, type Audit, type NocLayout, type Reading } from '../noc/index.ts';
import { AnyCarrier, MulticastCarrier, type Carrier } from './carriers.ts';
import type { Arrive, PacketAccount, SpikeRoute, Transport, TransportSnapshot } from './transport.ts';

/**
 * The simulated network-on-chip. The clock of the network counts cycles from tick 0; a spike that enters at a tick is seen by the first cycle that begins at or after it,
 * and reaches the synapse row `interfaceIn` ticks after the beginning of the cycle in which the tail of its packet was ejected. Spikes that will be offered later than an `advance` to
 * `until` enter at `until - interfaceIn` or after, so packets that gather spikes are complete when the network sends them.
 */
export class NocTransport implements Transport {
  readonly clock: Clock;
  readonly #interfaceIn: Tick;
  readonly #carrier: Carrier;

  /** `neurons`: of a core. `seed` draws the ways of routings that offer several. A `carrier` of the kernel is that of an emulation that runs there; `general` is for tests: the other one gives the same results. */
  constructor(
    layout: NocLayout,
    interfaceIn: Tick,
    ticksPerSecond: number,
    neurons: number,
    seed = 0,
    carrier: 'fastest' | 'general' | Carrier = 'fastest',
  ) {
    this.clock = new Clock(layout.frequency, ticksPerSecond);
    this.#interfaceIn = interfaceIn;
    if (typeof carrier === 'object') {
      this.#carrier = carrier;
      return;
    }
    const spikes = carrier === 'fastest' ? MulticastSpikes.of(layout) : undefined;
    const timing = { clock: this.clock, in: interfaceIn };
    this.#carrier =
      spikes === undefined ? new AnyCarrier(new SpikeNetwork(layout, neurons, seed), timing) : new MulticastCarrier(spikes, timing);
  }

  offer(tick: Tick, origin: number, local: number, route: SpikeRoute, crossing: Tick, sequence: number): void {
    if (route.parts.length > 0) this.#carrier.offer(this.clock.cycleAtOrAfter(tick), origin, local, route, crossing, sequence);
  }

  advance(until: Tick, arrive: Arrive): void {
    this.#carrier.advance(this.clock.cycleAtOrAfter(until - this.#interfaceIn), arrive);
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
