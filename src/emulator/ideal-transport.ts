import { InternalError, type Tick } from '../base/index.ts';
import {
  ROUTE_WORDS,
  type Arrive,
  type PacketAccount,
  type Payload,
  type SpikeRoute,
  type Transport,
  type TransportSnapshot,
} from './transport.ts';

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
  readonly #joined: (readonly JoinedParts[] | undefined)[] = [];

  /** `latency` in ticks from crossing to synapse row. */
  constructor(latency: Tick) {
    this.#latency = latency;
  }

  offer(_tick: Tick, _origin: number, _local: number, route: SpikeRoute, crossing: Tick, sequence: number): void {
    const joined = (this.#joined[route.source] ??= joinParts(route));
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
