/**
 * Superdense time and the one total order of simultaneous events.
 * An instant is (tick, microstep): time stands still while microsteps count the zero-delay consequences of an event. Events at one instant are ordered by
 * (kind, source, sequence), so the order in which they were put in never matters.
 * Source: FMI 3.0, section 2.1 (super-dense time); Lee and Zheng 2007 for the ordering by priority and source.
 */
import { ContractError } from './errors.ts';
import type { Tick } from './time.ts';

export interface TimedEvent {
  readonly tick: Tick;
  readonly microstep: number;
  /** Priority of the kind of event: lower comes first. */
  readonly kind: number;
  readonly source: number;
  readonly sequence: number;
}

/** Negative when `a` comes before `b` in the total order (tick, microstep, kind, source, sequence). */
export function compareEvents(a: TimedEvent, b: TimedEvent): number {
  return a.tick - b.tick || a.microstep - b.microstep || a.kind - b.kind || a.source - b.source || a.sequence - b.sequence;
}

/**
 * Events waiting for their instant. `push` refuses events from the past (the causality monitor) and instants that never end (the Zeno guard);
 * `pop` gives the next event in the total order. Binary heap.
 */
export class EventQueue<E extends TimedEvent> {
  readonly #heap: E[] = [];
  readonly #microstepLimit: number;
  #now: { readonly tick: Tick; readonly microstep: number } = { tick: -Infinity, microstep: 0 };

  constructor(microstepLimit = 1000) {
    this.#microstepLimit = microstepLimit;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** The instant of the event popped last. */
  get now(): { readonly tick: Tick; readonly microstep: number } {
    return this.#now;
  }

  push(event: E): void {
    const { tick, microstep } = this.#now;
    if (event.tick < tick || (event.tick === tick && event.microstep < microstep)) {
      throw new ContractError(
        `causality: an event stamped (${String(event.tick)}, ${String(event.microstep)}) was delivered at (${String(tick)}, ${String(microstep)})`,
      );
    }
    if (event.microstep > this.#microstepLimit) {
      throw new ContractError(
        `Zeno: tick ${String(event.tick)} did not end within ${String(this.#microstepLimit)} microsteps (source ${String(event.source)})`,
      );
    }
    const heap = this.#heap;
    let child = heap.push(event) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (compareEvents(heap[parent]!, event) <= 0) break;
      heap[child] = heap[parent]!;
      child = parent;
    }
    heap[child] = event;
  }

  /** An event caused by the one popped last, without delay: the same tick, the next microstep. */
  pushNow(event: Omit<E, 'tick' | 'microstep'>): void {
    this.push({ ...event, tick: this.#now.tick, microstep: this.#now.microstep + 1 } as E);
  }

  peek(): E | undefined {
    return this.#heap[0];
  }

  pop(): E | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (heap.length > 0) this.#siftDown(last);
    this.#now = { tick: first.tick, microstep: first.microstep };
    return first;
  }

  #siftDown(event: E): void {
    const heap = this.#heap;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && compareEvents(heap[child + 1]!, heap[child]!) < 0) child++;
      if (compareEvents(heap[child]!, event) >= 0) break;
      heap[parent] = heap[child]!;
      parent = child;
    }
    heap[parent] = event;
  }
}
