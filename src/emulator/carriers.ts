/**
 * The two ways in which a simulated network carries the spikes of an emulation: any kind of packets, with an object for every part under way; or multicast packets of one spike each, whose parts are
 * fixed by the route, so that a spike is three numbers in flat columns. Both give the same arrivals and accounts.
 */
import { InternalError, type Clock, type Tick } from '../base/index.ts';
import type { Audit, MulticastSpikes, Reading, SpikeAccounts, SpikeNetwork } from '../noc/index.ts';
import { ROUTE_WORDS, type Arrive, type Payload, type SpikeRoute, type TransportSnapshot } from './transport.ts';

/** A part arrives `in` ticks after the beginning of the cycle of its delivery. */
export interface CarrierTiming {
  readonly clock: Clock;
  readonly in: Tick;
}

/** What a network tells of the spikes that it carries, and of itself. */
export interface CarriedSpikes {
  account(): SpikeAccounts;
  readonly network: { audit(): Audit; read(): Reading };
}

export interface Carrier {
  readonly spikes: CarriedSpikes;
  offer(cycle: number, origin: number, local: number, route: SpikeRoute, crossing: Tick, sequence: number): void;
  /** Simulates the cycles before `until`. */
  advance(until: number, arrive: Arrive): void;
  snapshot(): TransportSnapshot;
  restore(snapshot: TransportSnapshot): void;
}

export class AnyCarrier implements Carrier {
  readonly spikes: SpikeNetwork<Payload>;
  readonly #timing: CarrierTiming;

  constructor(spikes: SpikeNetwork<Payload>, timing: CarrierTiming) {
    this.spikes = spikes;
    this.#timing = timing;
  }

  offer(cycle: number, origin: number, local: number, { source, parts }: SpikeRoute, crossing: Tick, sequence: number): void {
    const payloads: Payload[] = [];
    for (let k = 0; k < parts.length; k += ROUTE_WORDS) {
      const [from, to] = [parts[k + 1]!, parts[k + 2]!];
      payloads.push({ source, sequence: sequence + parts[k + 3]!, crossing, node: parts[k]!, synapses: to - from, from, to });
    }
    this.spikes.offer(cycle, origin, local, payloads);
  }

  advance(until: number, arrive: Arrive): void {
    const { clock, in: inward } = this.#timing;
    this.spikes.advance(until, ({ source, sequence, crossing, from, to }, cycle) => {
      arrive(clock.tickOfCycle(cycle) + inward, source, sequence, crossing, from, to);
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
  /** By source: number of the destination set, -1 = not declared, and where its parts stand in `#words`. */
  #sets = new Int32Array(0);
  #starts = new Int32Array(0);
  /** Parts of all routes, ROUTE_WORDS each. */
  #words = new Uint32Array(1024);
  #used = 0;
  /** By slot of the packet under way: source, start of the parts, crossing, sequence. */
  #source = new Int32Array(64);
  #start = new Int32Array(64);
  #crossing = new Float64Array(64);
  #sequence = new Float64Array(64);

  readonly #timing: CarrierTiming;
  #arrive: Arrive | undefined;

  constructor(spikes: MulticastSpikes, timing: CarrierTiming) {
    this.spikes = spikes;
    this.#timing = timing;
  }

  offer(cycle: number, origin: number, _local: number, route: SpikeRoute, crossing: Tick, sequence: number): void {
    const { source } = route;
    if (source >= this.#sets.length || this.#sets[source]! < 0) this.#declare(origin, route);
    const slot = this.spikes.offer(cycle, this.#sets[source]!);
    this.#carry(slot, source, this.#starts[source]!, crossing, sequence);
  }

  advance(until: number, arrive: Arrive): void {
    this.#arrive = arrive;
    this.spikes.advance(until, this.#deliver);
  }

  readonly #deliver = (slot: number, place: number, cycle: number): void => {
    const words = this.#words;
    const k = this.#start[slot]! + place * ROUTE_WORDS;
    const tick = this.#timing.clock.tickOfCycle(cycle) + this.#timing.in;
    this.#arrive!(tick, this.#source[slot]!, this.#sequence[slot]! + words[k + 3]!, this.#crossing[slot]!, words[k + 1]!, words[k + 2]!);
  };

  snapshot(): TransportSnapshot {
    const spikes = this.spikes.snapshot();
    const underWay = Array.from(spikes.left.entries())
      .filter(([, left]) => left > 0)
      .map(([slot]) => {
        const start = this.#start[slot]!;
        const set = spikes.sets[spikes.setOfSlot[slot]!]!;
        const parts = this.#words.slice(start, start + set.nodes.length * ROUTE_WORDS);
        return [slot, this.#source[slot]!, parts, this.#crossing[slot]!, this.#sequence[slot]!] as const;
      });
    return { kind: 'multicast', spikes, underWay };
  }

  /** Routes are declared anew when they are used again; packets under way keep theirs. */
  restore(snapshot: TransportSnapshot): void {
    if (snapshot.kind !== 'multicast') throw new InternalError('this snapshot is of another kind of network');
    this.spikes.restore(snapshot.spikes);
    this.#sets.fill(-1);
    this.#used = 0;
    for (const [slot, source, parts, crossing, sequence] of snapshot.underWay)
      this.#carry(slot, source, this.#write(parts), crossing, sequence);
  }

  #declare(origin: number, { source, parts }: SpikeRoute): void {
    if (source >= this.#sets.length) {
      const known = this.#sets.length;
      this.#sets = longer(this.#sets, source, new Int32Array(Math.max(2 * known, source + 1))).fill(-1, known);
      this.#starts = longer(this.#starts, source, new Int32Array(this.#sets.length));
    }
    const list = Array.from({ length: parts.length / ROUTE_WORDS }, (_, i) => {
      const [node, from, to] = parts.subarray(i * ROUTE_WORDS) as unknown as [number, number, number];
      return { node, synapses: to - from };
    });
    this.#sets[source] = this.spikes.declare(origin, list);
    this.#starts[source] = this.#write(parts);
  }

  /** Writes parts behind those of the other routes; returns where they begin. */
  #write(parts: Uint32Array): number {
    const start = this.#used;
    this.#used += parts.length;
    this.#words = longer(this.#words, this.#used, new Uint32Array(Math.max(2 * this.#words.length, this.#used + 1)));
    this.#words.set(parts, start);
    return start;
  }

  #carry(slot: number, source: number, start: number, crossing: Tick, sequence: number): void {
    if (slot >= this.#source.length) {
      const size = Math.max(2 * this.#source.length, slot + 1);
      this.#source = longer(this.#source, slot, new Int32Array(size));
      this.#start = longer(this.#start, slot, new Int32Array(size));
      this.#crossing = longer(this.#crossing, slot, new Float64Array(size));
      this.#sequence = longer(this.#sequence, slot, new Float64Array(size));
    }
    this.#source[slot] = source;
    this.#start[slot] = start;
    this.#crossing[slot] = crossing;
    this.#sequence[slot] = sequence;
  }
}

/** The column, or `larger` with its content where it has no entry number `index`. */
function longer<A extends Int32Array | Uint32Array | Float64Array>(column: A, index: number, larger: A): A {
  if (index < column.length) return column;
  larger.set(column);
  return larger;
}
