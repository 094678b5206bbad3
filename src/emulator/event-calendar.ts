/**
 * Synaptic events that wait for their window, in the one total order (tick, microstep, kind, source, sequence); microstep is 0, nothing on a chip causes an event without delay.
 * Most events act within a few windows: a ring of lists, one per window, each sorted when its window comes. What acts later (a long delay line) waits in the event queue of `base`.
 * Columns instead of objects: a chip of 16 cores hears a hundred thousand parts of spikes per biological second.
 * Source: calendar queue, Brown 1988, with windows as days.
 */
import { compareEvents, ContractError, EventQueue, type Tick, type TimedEvent } from '../base/index.ts';
import type { ArrivalBuffer } from './arrivals.ts';

/** Part of a spike at its synapse row: a slice [from, to) of the synapses. */
export interface SynapticEvent extends TimedEvent {
  readonly from: number;
  readonly to: number;
}

/** Windows of the ring. */
const NEAR = 256; // a power of two
/** Longest list that is sorted by insertion; events mostly come in their order. */
const SHORT = 256;

export class EventCalendar {
  readonly #window: Tick;
  readonly #microstepLimit: number;
  readonly #days: readonly number[][] = Array.from({ length: NEAR }, () => []);
  readonly #free: number[] = [];
  #far: EventQueue<SynapticEvent>;
  #begin: Tick = 0;
  #size = 0;
  #tick = new Float64Array(256);
  #sequence = new Float64Array(256);
  #kind = new Uint8Array(256);
  #source = new Uint32Array(256);
  #from = new Uint32Array(256);
  #to = new Uint32Array(256);

  constructor(window: Tick, microstepLimit: number) {
    this.#window = window;
    this.#microstepLimit = microstepLimit;
    this.#far = new EventQueue(microstepLimit);
    for (let id = 255; id >= 0; id--) this.#free.push(id);
  }

  /** Events that wait. */
  get size(): number {
    return this.#size;
  }

  /** Throws ContractError for an event before the window that is collected next. */
  push(tick: Tick, kind: number, source: number, sequence: number, from: number, to: number): void {
    if (tick < this.#begin) {
      throw new ContractError(
        `causality: an event stamped ${String(tick)} reached the chip in the window that begins at ${String(this.#begin)}`,
      );
    }
    this.#size++;
    if (tick >= this.#begin + NEAR * this.#window) this.#far.push({ tick, microstep: 0, kind, source, sequence, from, to });
    else this.#days[Math.floor(tick / this.#window) & (NEAR - 1)]!.push(this.#note(tick, kind, source, sequence, from, to));
  }

  /**
   * Takes the events of the next window, which ends at `end`, in the total order: as arrivals, with the time that is left of the window in s, and counts the synapses of each kind.
   */
  collect(end: Tick, ticksPerSecond: number, arrivals: ArrivalBuffer, synapses: Float64Array): void {
    const day = this.#days[Math.floor(this.#begin / this.#window) & (NEAR - 1)]!;
    for (let event = this.#far.peek(); event !== undefined && event.tick < end; event = this.#far.peek()) {
      this.#far.pop();
      day.push(this.#note(event.tick, event.kind, event.source, event.sequence, event.from, event.to));
    }
    this.#begin = end;
    if (day.length === 0) return;
    this.#sort(day);
    for (const id of day) {
      const [from, to] = [this.#from[id]!, this.#to[id]!];
      arrivals.add(from, to, (end - this.#tick[id]!) / ticksPerSecond);
      synapses[this.#kind[id]!]! += to - from;
      this.#free.push(id);
    }
    this.#size -= day.length;
    day.length = 0;
  }

  /** Copies of all that waits, in the total order. */
  waiting(): SynapticEvent[] {
    const all = this.#days.flatMap((day) => day.map((id) => this.#event(id)));
    const later: SynapticEvent[] = [];
    for (let event = this.#far.pop(); event !== undefined; event = this.#far.pop()) later.push(event);
    this.#far = new EventQueue(this.#microstepLimit);
    for (const event of later) this.#far.push(event);
    return [...all, ...later].toSorted(compareEvents);
  }

  /** Replaces what waits; the window that begins at `begin` is collected next. */
  restore(begin: Tick, waiting: readonly SynapticEvent[]): void {
    for (const day of this.#days) {
      this.#free.push(...day);
      day.length = 0;
    }
    this.#far = new EventQueue(this.#microstepLimit);
    this.#size = 0;
    this.#begin = begin;
    for (const { tick, kind, source, sequence, from, to } of waiting) this.push(tick, kind, source, sequence, from, to);
  }

  #event(id: number): SynapticEvent {
    return {
      tick: this.#tick[id]!,
      microstep: 0,
      kind: this.#kind[id]!,
      source: this.#source[id]!,
      sequence: this.#sequence[id]!,
      from: this.#from[id]!,
      to: this.#to[id]!,
    };
  }

  #note(tick: Tick, kind: number, source: number, sequence: number, from: number, to: number): number {
    const id = this.#free.pop() ?? this.#grow();
    this.#tick[id] = tick;
    this.#kind[id] = kind;
    this.#source[id] = source;
    this.#sequence[id] = sequence;
    this.#from[id] = from;
    this.#to[id] = to;
    return id;
  }

  #sort(day: number[]): void {
    if (day.length > SHORT) {
      day.sort((a, b) => this.#compare(a, b));
      return;
    }
    for (let i = 1; i < day.length; i++) {
      const id = day[i]!;
      let at = i;
      for (; at > 0 && this.#compare(day[at - 1]!, id) > 0; at--) day[at] = day[at - 1]!;
      day[at] = id;
    }
  }

  #compare(a: number, b: number): number {
    return (
      this.#tick[a]! - this.#tick[b]! ||
      this.#kind[a]! - this.#kind[b]! ||
      this.#source[a]! - this.#source[b]! ||
      this.#sequence[a]! - this.#sequence[b]!
    );
  }

  /** Doubles the columns; returns a free place. */
  #grow(): number {
    const size = this.#tick.length;
    this.#tick = wider(this.#tick, new Float64Array(2 * size));
    this.#sequence = wider(this.#sequence, new Float64Array(2 * size));
    this.#kind = wider(this.#kind, new Uint8Array(2 * size));
    this.#source = wider(this.#source, new Uint32Array(2 * size));
    this.#from = wider(this.#from, new Uint32Array(2 * size));
    this.#to = wider(this.#to, new Uint32Array(2 * size));
    for (let id = 2 * size - 1; id > size; id--) this.#free.push(id);
    return size;
  }
}

function wider<A extends Float64Array | Uint32Array | Uint8Array>(old: A, larger: A): A {
  larger.set(old);
  return larger;
}
