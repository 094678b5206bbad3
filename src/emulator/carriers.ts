/**
 * The two ways in which a simulated network carries the spikes of an emulation: any kind of packets, with an object for every part under way; or multicast packets of one spike each, whose parts are
 * fixed by the route, so that a spike is three numbers in flat columns. Both give the same arrivals and accounts.
 */
import { InternalError, type Clock, type Tick } from '../base/index.ts';
import type { MulticastSpikes, SpikeNetwork } from '../noc/index.ts';
import { ROUTE_WORDS, type Arrive, type Payload, type SpikeRoute, type TransportSnapshot } from './transport.ts';

export interface Carrier {
  readonly spikes: SpikeNetwork<Payload> | MulticastSpikes;
  offer(cycle: number, origin: number, local: number, route: SpikeRoute, crossing: Tick, sequence: number): void;
  /** Simulates the cycles before `until`; a part arrives `interfaceIn` after the beginning of the cycle of its delivery. */
  advance(until: number, clock: Clock, interfaceIn: Tick, arrive: Arrive): void;
  snapshot(): TransportSnapshot;
  restore(snapshot: TransportSnapshot): void;
}

export class AnyCarrier implements Carrier {
  readonly spikes: SpikeNetwork<Payload>;

  constructor(spikes: SpikeNetwork<Payload>) {
    this.spikes = spikes;
  }

  offer(cycle: number, origin: number, local: number, { source, parts }: SpikeRoute, crossing: Tick, sequence: number): void {
    const payloads: Payload[] = [];
    for (let k = 0; k < parts.length; k += ROUTE_WORDS) {
      const [from, to] = [parts[k + 1]!, parts[k + 2]!];
      payloads.push({ source, sequence: sequence + parts[k + 3]!, crossing, node: parts[k]!, synapses: to - from, from, to });
    }
    this.spikes.offer(cycle, origin, local, payloads);
  }

  advance(until: number, clock: Clock, interfaceIn: Tick, arrive: Arrive): void {
    this.spikes.advance(until, ({ source, sequence, crossing, from, to }, cycle) => {
      arrive(clock.tickOfCycle(cycle) + interfaceIn, source, sequence, crossing, from, to);
    });
  }

  snapshot(): TransportSnapshot {
    return { kind: 'noc', spikes: this.spikes.snapshot() };
  }

  restore(snapshot: TransportSnapshot): void {
    if (snapshot.kind !== 'noc') throw new InternalError('this snapshot is of another kind of network');
    this.spikes.restore(snapshot.spikes);
  }
}

export class MulticastCarrier implements Carrier {
  readonly spikes: MulticastSpikes;
  /** Number of the destination set of each route. */
  readonly #sets = new Map<SpikeRoute, number>();
  /** By slot of the packet under way. */
  readonly #routes: SpikeRoute[] = [];
  readonly #crossing: Tick[] = [];
  readonly #sequence: number[] = [];

  constructor(spikes: MulticastSpikes) {
    this.spikes = spikes;
  }

  offer(cycle: number, origin: number, _local: number, route: SpikeRoute, crossing: Tick, sequence: number): void {
    let set = this.#sets.get(route);
    if (set === undefined) this.#sets.set(route, (set = this.#declare(origin, route)));
    const slot = this.spikes.offer(cycle, set);
    this.#routes[slot] = route;
    this.#crossing[slot] = crossing;
    this.#sequence[slot] = sequence;
  }

  advance(until: number, clock: Clock, interfaceIn: Tick, arrive: Arrive): void {
    this.spikes.advance(until, (slot, place, cycle) => {
      const { source, parts } = this.#routes[slot]!;
      const k = place * ROUTE_WORDS;
      const sequence = this.#sequence[slot]! + parts[k + 3]!;
      arrive(clock.tickOfCycle(cycle) + interfaceIn, source, sequence, this.#crossing[slot]!, parts[k + 1]!, parts[k + 2]!);
    });
  }

  #declare(origin: number, { parts }: SpikeRoute): number {
    return this.spikes.declare(
      origin,
      Array.from({ length: parts.length / ROUTE_WORDS }, (_, i) => {
        const [node, from, to] = parts.subarray(i * ROUTE_WORDS) as unknown as [number, number, number];
        return { node, synapses: to - from };
      }),
    );
  }

  snapshot(): TransportSnapshot {
    const spikes = this.spikes.snapshot();
    const underWay = Array.from(spikes.left.entries())
      .filter(([, left]) => left > 0)
      .map(([slot]) => [slot, this.#routes[slot]!, this.#crossing[slot]!, this.#sequence[slot]!] as const);
    return { kind: 'multicast', spikes, underWay };
  }

  /** Routes are known anew by their identity, so sets of the snapshot are not used again; packets under way keep theirs. */
  restore(snapshot: TransportSnapshot): void {
    if (snapshot.kind !== 'multicast') throw new InternalError('this snapshot is of another kind of network');
    this.spikes.restore(snapshot.spikes);
    this.#sets.clear();
    for (const [slot, route, crossing, sequence] of snapshot.underWay) {
      this.#routes[slot] = route;
      this.#crossing[slot] = crossing;
      this.#sequence[slot] = sequence;
    }
  }
}
