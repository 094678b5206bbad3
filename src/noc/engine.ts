/**
 * What experiments run on: a network that takes packets in bulk and tells their arrivals. The router kernel where the design allows it, else the clear network: the results are the same.
 * Packets are numbered in the order in which they are offered.
 */
import { ARRIVAL_WORDS, DROP_WORDS, OFFER_WORDS, RouterNet, type RouterTables } from '../kernels/index.ts';
import { totalOf, type Reading } from './counters.ts';
import { fastTables } from './fast-tables.ts';
import type { NocLayout } from './layout.ts';
import { NocNetwork } from './network.ts';

/** One arrival: `offered`, `injected`, `arrived` and `ready` are cycles; `ready` is the one in which the packet was next to be sent by its node. */
export type Arrive = (
  id: number,
  source: number,
  destination: number,
  flits: number,
  offered: number,
  injected: number,
  arrived: number,
  routers: number,
  ready: number,
) => void;

/** Told of each packet that a bounded source queue threw away. */
export type Drop = (id: number, source: number, offered: number) => void;

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
   * cycle on and before `until`. Arrivals are told in no particular order.
   */
  advance(until: number, offers: Uint32Array, arrive: Arrive, drop?: Drop): void;
  /** Packets that wait in source queues and are not next to be sent, and the sum of the cycles in which they were offered. */
  waiting(): readonly [packets: number, offered: number];
  /** Drops what waits in source queues, but for packets that were next to be sent before the present cycle. */
  flush(): void;
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
    this.#network.advance(
      until,
      (id, cycle, routers, injected, ready) => {
        const [source, destination, flits, offered] = this.#packets.get(id)!;
        this.#packets.delete(id);
        arrive(id, source, destination, flits, offered, injected, cycle, routers, ready);
      },
      (id, _cycle, node) => {
        drop?.(id, node, this.#packets.get(id)![3]);
        this.#packets.delete(id);
      },
    );
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

  read(): Reading {
    return this.#network.read();
  }
}

class KernelEngine implements Engine {
  readonly layout: NocLayout;
  readonly #net: RouterNet;
  readonly #offeredPackets: Float64Array;
  readonly #deliveredPackets: Float64Array;
  readonly #droppedPackets: Float64Array;
  #early: number[] = []; // rows of arrivals that lie ahead

  constructor(layout: NocLayout, tables: RouterTables) {
    this.layout = layout;
    this.#net = new RouterNet(tables);
    this.#offeredPackets = new Float64Array(layout.nodes);
    this.#deliveredPackets = new Float64Array(layout.nodes);
    this.#droppedPackets = new Float64Array(layout.nodes);
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
    const offered = this.#offeredPackets;
    const delivered = this.#deliveredPackets;
    for (let i = 1; i < offers.length; i += OFFER_WORDS) offered[offers[i]!]! += 1;
    const tell = (rows: ArrayLike<number>, count: number): void => {
      for (let i = 0; i < count * ARRIVAL_WORDS; i += ARRIVAL_WORDS) {
        const arrived = rows[i + 6]!;
        if (arrived >= until) {
          for (let k = i; k < i + ARRIVAL_WORDS; k++) this.#early.push(rows[k]!);
          continue;
        }
        delivered[rows[i + 2]!]! += 1;
        arrive(rows[i]!, rows[i + 1]!, rows[i + 2]!, rows[i + 3]!, rows[i + 4]!, rows[i + 5]!, arrived, rows[i + 7]!, rows[i + 8]!);
      }
    };
    const early = this.#early;
    this.#early = [];
    tell(early, early.length / ARRIVAL_WORDS);
    const dropped = this.#droppedPackets;
    this.#net.run(until, offers, tell, (rows, count) => {
      for (let i = 0; i < count * DROP_WORDS; i += DROP_WORDS) {
        dropped[rows[i + 1]!]! += 1;
        drop?.(rows[i]!, rows[i + 1]!, rows[i + 2]!);
      }
    });
  }

  waiting(): readonly [packets: number, offered: number] {
    return this.#net.waiting();
  }

  flush(): void {
    this.#net.flush();
  }

  markBusy(nodes: Uint8Array): void {
    this.#net.markBusy(nodes);
  }

  read(): Reading {
    const { portBase, routers } = this.layout;
    const { portFlits, held, peak, flitCycles, stalled } = this.#net.counts();
    const { cycle } = this;
    const routerTraversals = Float64Array.from({ length: routers }, (_, r) => totalOf(portFlits.subarray(portBase[r], portBase[r + 1])));
    const values = {
      portFlits,
      routerTraversals,
      bufferWrites: routerTraversals.map((flits, r) => flits + held[r]!),
      peakOccupancy: peak,
      flitCycles: flitCycles.map((sum, r) => sum + held[r]! * cycle),
      offeredPackets: this.#offeredPackets.slice(),
      droppedPackets: this.#droppedPackets.slice(),
      stalledPackets: stalled,
      deliveredPackets: this.#deliveredPackets.slice(),
    };
    return { cycle, values };
  }
}
