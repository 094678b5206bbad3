/**
 * Buses of synapse drivers that take one event at a time: events that come while a bus is busy wait in its queue, and are dropped where that is full.
 *   the n-th event of a bus, at tick t_n, acts at s_n = max(t_n, s_(n-1) + interval); it is dropped where (s_n - t_n) / interval is over the depth of the queue
 * Every core has its own piece of every bus, because every core hears its own packets. An event that has synapses on several buses waits on each of them on its own. Served in the total order of
 * events; what waits beyond the end of a window acts in a later one.
 * Source: one event per 8 ns and synapse driver: brainscales2-demos; the queue and its depth are the card's.
 */
import type { ChipCard } from '../model/index.ts';
import type { ArrivalBuffer } from './arrivals.ts';
import { busesOf, type BusCounts } from './mapping/crossbar.ts';

/** What the queues are made of. */
export interface BusPlan {
  /** Piece of a bus that each synapse hangs on, and the bus of each piece. */
  readonly pieceOf: Uint16Array;
  readonly busOfPiece: Uint16Array;
  readonly buses: number;
  /** Ticks that an event takes, and events that may wait. */
  readonly interval: number;
  readonly depth: number;
}

/** State between two windows. */
export interface BusState {
  readonly free: Float64Array;
  readonly counts: Float64Array;
  /** (tick, from, to) of what waits. */
  readonly waiting: Float64Array;
}

/** The buses of a card, for synapses on these rows; undefined where no event waits. */
export function busPlan(card: ChipCard, row: Uint16Array | Uint32Array, ticksPerSecond: number): BusPlan | undefined {
  const { crossbar } = card;
  if (crossbar?.queue === undefined || crossbar.event_interval === undefined) return undefined;
  const rows = card.geometry.rows_per_core.value;
  const busOf = busesOf(card);
  const buses = crossbar.buses.value;
  const pieces = card.geometry.cores.value * buses;
  return {
    pieceOf: Uint16Array.from(row, (r) => Math.floor(r / rows) * buses + busOf(r)),
    busOfPiece: Uint16Array.from({ length: pieces }, (_, piece) => piece % buses),
    buses,
    interval: crossbar.event_interval.value * ticksPerSecond,
    depth: crossbar.queue.value,
  };
}

export class BusQueues {
  readonly #plan: BusPlan;
  /** Tick from which each piece is free. */
  readonly #free: Float64Array;
  /** Served, waited, dropped and longest wait of each bus. */
  readonly #counts: Float64Array;
  #waiting: { readonly tick: number; readonly from: number; readonly to: number }[] = [];

  constructor(plan: BusPlan) {
    this.#plan = plan;
    this.#free = new Float64Array(plan.busOfPiece.length).fill(-Infinity);
    this.#counts = new Float64Array(4 * plan.buses);
  }

  /** Replaces the arrivals of a window that ends at tick `end` by what acts in it; returns how many synapses dropped events would have reached. */
  pass(end: number, ticksPerSecond: number, arrivals: ArrivalBuffer): number {
    if (arrivals.count === 0 && this.#waiting.length === 0) return 0;
    const acting = this.#waiting.filter(({ tick }) => tick < end);
    const later = this.#waiting.filter(({ tick }) => tick >= end);
    let lost = 0;
    for (let i = 0; i < arrivals.count; i++) {
      const tick = end - Math.round(arrivals.remaining[i]! * ticksPerSecond);
      const starts = new Map<number, number | undefined>();
      for (let from = arrivals.from[i]!; from < arrivals.to[i]!;) {
        const piece = this.#plan.pieceOf[from]!;
        let to = from + 1;
        while (to < arrivals.to[i]! && this.#plan.pieceOf[to] === piece) to++;
        if (!starts.has(piece)) starts.set(piece, this.#serve(piece, tick));
        const start = starts.get(piece);
        if (start === undefined) lost += to - from;
        else (start < end ? acting : later).push({ tick: start, from, to });
        from = to;
      }
    }
    // stable: of one tick, what came first acts first
    acting.sort((a, b) => a.tick - b.tick);
    this.#waiting = later.toSorted((a, b) => a.tick - b.tick);
    arrivals.clear();
    for (const { tick, from, to } of acting) arrivals.add(from, to, (end - tick) / ticksPerSecond);
    return lost;
  }

  counts(): BusCounts[] {
    const { busOfPiece, buses, pieceOf } = this.#plan;
    const used = new Set(pieceOf);
    return Array.from({ length: buses }, (_, bus) => {
      const [served, waited, dropped, longest] = this.#counts.subarray(4 * bus, 4 * bus + 4) as unknown as [number, number, number, number];
      return {
        served,
        waited,
        dropped,
        longest,
        pieces: Array.from(busOfPiece.keys()).filter((p) => busOfPiece[p] === bus && used.has(p)).length,
      };
    });
  }

  /** Events that wait beyond the last window. */
  get waiting(): number {
    return this.#waiting.length;
  }

  snapshot(): BusState {
    return {
      free: this.#free.slice(),
      counts: this.#counts.slice(),
      waiting: Float64Array.from(this.#waiting.flatMap(({ tick, from, to }) => [tick, from, to])),
    };
  }

  restore({ free, counts, waiting }: BusState): void {
    this.#free.set(free);
    this.#counts.set(counts);
    this.#waiting = Array.from({ length: waiting.length / 3 }, (_, i) => ({
      tick: waiting[3 * i]!,
      from: waiting[3 * i + 1]!,
      to: waiting[3 * i + 2]!,
    }));
  }

  /** Tick at which an event acts that comes at `tick`; undefined where it is dropped. */
  #serve(piece: number, tick: number): number | undefined {
    const { interval, depth, busOfPiece } = this.#plan;
    const at = 4 * busOfPiece[piece]!;
    const start = Math.max(tick, Math.ceil(this.#free[piece]!));
    if (start - tick > depth * interval) {
      this.#counts[at + 2]!++;
      return undefined;
    }
    this.#free[piece] = start + interval;
    this.#counts[at]!++;
    if (start > tick) this.#counts[at + 1]!++;
    this.#counts[at + 3] = Math.max(this.#counts[at + 3]!, start - tick);
    return start;
  }
}
