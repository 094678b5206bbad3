/**
 * What experiments run on: a network that takes packets in bulk and tells their arrivals. The router kernel where the design allows it, else the clear network: the results are the same.
 * Packets are numbered in the order in which they are offered.
 */
import { ARRIVAL_WORDS, DROP_WORDS, HOLDING_WORDS, OFFER_WORDS, RouterNet, type RouterTables } from '../../kernels/index.ts';
import { totalOf, type Reading } from '../router/counters.ts';
import { choicesOf, type Holdings } from '../router/holdings.ts';
import { ARRIVAL } from './arrival.ts';
import { fastTables } from './fast-tables.ts';
import { kernelReading } from './kernel-reading.ts';
import type { NocLayout } from '../design/layout.ts';
import { NocNetwork } from '../router/network.ts';

/**
 * Told of arrivals: `count` rows of ARRIVAL_WORDS numbers (the columns are ARRIVAL's), in the order of cycles; a window that holds only during the call.
 */
export type Arrive = (rows: Uint32Array, count: number) => void;

export { ARRIVAL };

/** Told of each packet that a bounded source queue threw away. */
export type Drop = (id: number, source: number, offered: number, destination: number) => void;

/** A network for experiments. */
export interface Engine {
  readonly layout: NocLayout;
  /** The next cycle that will be simulated. */
  readonly cycle: number;
  /** Packets offered that have neither arrived nor been dropped. */
  readonly inFlight: number;
  /** Flits that have crossed a switch so far. */
  readonly moves: number;
  /**
   * Simulates the cycles before `until`. `offers` has OFFER_WORDS numbers per packet (cycle, source, destination, flits, choice), in the order of cycles, all of them from the present
   * cycle on and before `until`.
   */
  advance(until: number, offers: Uint32Array, arrive: Arrive, drop?: Drop): void;
  /** Packets that wait in source queues and are not next to be sent, and the sum of the cycles in which they were offered. */
  waiting(): readonly [packets: number, offered: number];
  /** Drops what waits in source queues, but for packets that were next to be sent before the present cycle. */
  flush(): void;
  /** What every input VC holds. */
  holdings(): Holdings;
  /** Sets 1 for every node with a packet that waits or is being sent, else 0. */
  markBusy(nodes: Uint8Array): void;
  /** The counters now. */
  read(): Reading;
}

/** An engine for a layout: the kernel if it can, unless the clear network is asked for. */
export function engineOf(layout: NocLayout, kind: 'fastest' | 'clear' = 'fastest'): Engine {
  const tables = kind === 'clear' ? undefined : fastTables(layout);
  return tables === undefined ? new ClearEngine(layout) : new KernelEngine(layout, tables);
}

class ClearEngine implements Engine {
  readonly layout: NocLayout;
  readonly #network: NocNetwork;
  readonly #packets = new Map<number, readonly [source: number, destination: number, flits: number, offered: number]>();
  #offered = 0;

  constructor(layout: NocLayout) {
    this.layout = layout;
    this.#network = new NocNetwork(layout);
  }

  get cycle(): number {
    return this.#network.cycle;
  }

  get inFlight(): number {
    return this.#packets.size;
  }

  get moves(): number {
    return totalOf(this.#network.counters.routerTraversals);
  }

  advance(until: number, offers: Uint32Array, arrive: Arrive, drop?: Drop): void {
    for (let i = 0; i < offers.length; i += OFFER_WORDS) {
      const [cycle, source, destination, flits, choice] = offers.subarray(i, i + OFFER_WORDS) as unknown as [
        number,
        number,
        number,
        number,
        number,
      ];
      this.#packets.set(this.#offered, [source, destination, flits, cycle]);
      this.#network.offer(cycle, source, destination, flits, this.#offered++, choice);
    }
    const rows: number[] = [];
    this.#network.advance(
      until,
      (id, cycle, routers, injected, ready) => {
        const [source, destination, flits, offered] = this.#packets.get(id)!;
        this.#packets.delete(id);
        rows.push(id, source, destination, flits, offered, injected, cycle, routers, ready);
      },
      (id, _cycle, node) => {
        const [, destination, , offered] = this.#packets.get(id)!;
        drop?.(id, node, offered, destination);
        this.#packets.delete(id);
      },
    );
    if (rows.length > 0) arrive(Uint32Array.from(rows), rows.length / ARRIVAL_WORDS);
  }

  waiting(): readonly [packets: number, offered: number] {
    return this.#network.waiting();
  }

  flush(): void {
    this.#network.flush((id) => this.#packets.delete(id));
  }

  markBusy(nodes: Uint8Array): void {
    this.#network.markBusy(nodes);
  }

  holdings(): Holdings {
    return this.#network.holdings();
  }

  read(): Reading {
    return this.#network.read();
  }
}

class KernelEngine implements Engine {
  readonly layout: NocLayout;
  readonly #net: RouterNet;
  readonly #droppedPackets: Float64Array;
  #early = new Uint32Array(0); // rows of arrivals that lie ahead
  readonly #destinations: number[] = []; // by packet, where a source queue may throw some away
  readonly #mayDrop: boolean;

  constructor(layout: NocLayout, tables: RouterTables) {
    this.layout = layout;
    this.#net = new RouterNet(tables);
    this.#droppedPackets = new Float64Array(layout.nodes);
    const { capacity, lifetime } = layout.sourceQueue;
    this.#mayDrop = Number.isFinite(capacity) || Number.isFinite(lifetime);
  }

  get cycle(): number {
    return this.#net.cycle;
  }

  get inFlight(): number {
    return this.#net.alive + this.#early.length / ARRIVAL_WORDS;
  }

  get moves(): number {
    return this.#net.moves;
  }

  advance(until: number, offers: Uint32Array, arrive: Arrive, drop?: Drop): void {
    const tell = (rows: Uint32Array, count: number): void => {
      // rows come in the order of their arrival
      let now = count;
      while (now > 0 && rows[(now - 1) * ARRIVAL_WORDS + ARRIVAL.arrived]! >= until) now -= 1;
      if (now < count) {
        const kept = this.#early;
        this.#early = new Uint32Array(kept.length + (count - now) * ARRIVAL_WORDS);
        this.#early.set(kept);
        this.#early.set(rows.subarray(now * ARRIVAL_WORDS, count * ARRIVAL_WORDS), kept.length);
      }
      if (now > 0) arrive(rows, now);
    };
    const early = this.#early;
    if (early.length > 0) {
      this.#early = new Uint32Array(0);
      tell(early, early.length / ARRIVAL_WORDS);
    }
    const dropped = this.#droppedPackets;
    if (this.#mayDrop) for (let i = 2; i < offers.length; i += OFFER_WORDS) this.#destinations.push(offers[i]!);
    this.#net.run(until, offers, tell, (rows, count) => {
      for (let i = 0; i < count * DROP_WORDS; i += DROP_WORDS) {
        dropped[rows[i + 1]!]! += 1;
        drop?.(rows[i]!, rows[i + 1]!, rows[i + 2]!, this.#destinations[rows[i]!]!);
      }
    });
  }

  waiting(): readonly [packets: number, offered: number] {
    return this.#net.readings.waiting();
  }

  flush(): void {
    this.#net.flush();
  }

  markBusy(nodes: Uint8Array): void {
    this.#net.readings.markBusy(nodes);
  }

  holdings(): Holdings {
    const words = this.#net.readings.holdings();
    const column = (place: number): Int32Array =>
      Int32Array.from({ length: words.length / HOLDING_WORDS }, (_, vc) => words[vc * HOLDING_WORDS + place]!);
    const [packet, source, destination, flits, held, wantedPort, wantedLayer, length] = [0, 1, 2, 3, 4, 5, 6, 7].map(column) as [
      Int32Array,
      Int32Array,
      Int32Array,
      Int32Array,
      Int32Array,
      Int32Array,
      Int32Array,
      Int32Array,
    ];
    const holdings = { packet, source, destination, flits, held, wantedPort, wantedLayer };
    const { adaptive } = this.layout.routes;
    return adaptive === undefined ? holdings : { ...holdings, wantedVcs: choicesOf(this.layout, adaptive, holdings, length) };
  }

  read(): Reading {
    return kernelReading(this.layout, this.#net, this.#early, this.#droppedPackets);
  }
}
