/**
 * Growable columns of synaptic arrivals for one analog step, reused from step to step.
 */
import type { StepArrivals } from '../chip/index.ts';

export class ArrivalBuffer implements StepArrivals {
  count = 0;
  from = new Uint32Array(256);
  to = new Uint32Array(256);
  remaining = new Float64Array(256);

  clear(): void {
    this.count = 0;
  }

  add(from: number, to: number, remaining: number): void {
    if (this.count === this.from.length) this.#grow();
    this.from[this.count] = from;
    this.to[this.count] = to;
    this.remaining[this.count++] = remaining;
  }

  #grow(): void {
    const { from, to, remaining } = this;
    this.from = new Uint32Array(2 * from.length);
    this.to = new Uint32Array(2 * to.length);
    this.remaining = new Float64Array(2 * remaining.length);
    this.from.set(from);
    this.to.set(to);
    this.remaining.set(remaining);
  }
}

/** A Float64Array that grows. */
export class Column {
  #values = new Float64Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const old = this.#values;
      this.#values = new Float64Array(2 * old.length);
      this.#values.set(old);
    }
    this.#values[this.length++] = value;
  }

  /** A copy of what is in it. */
  toArray(): Float64Array {
    return this.#values.slice(0, this.length);
  }

  /** Replaces the content. */
  set(values: Float64Array): void {
    this.length = 0;
    for (const value of values) this.push(value);
  }
}

/** Longest array of counts; larger numbers are rare. */
const LONGEST = 2 ** 18;

/** How often each whole number was put in: a few numbers, each very often. A list of them, tried first, wrote megabytes of fresh memory per biological second. */
export class TickCounts {
  #counts = new Float64Array(4096);
  /** Of larger numbers. */
  readonly #rare = new Map<number, number>();

  add(value: number, times: number): void {
    if (value < this.#counts.length) this.#counts[value]! += times;
    else this.#addLarge(value, times);
  }

  /** Every number as often as it was put in, ascending. */
  toArray(): Float64Array {
    const counts = [...this.#counts.entries(), ...Array.from(this.#rare).toSorted((a, b) => a[0] - b[0])];
    const all = new Float64Array(counts.reduce((sum, [, times]) => sum + times, 0));
    let at = 0;
    for (const [value, times] of counts) {
      all.fill(value, at, at + times);
      at += times;
    }
    return all;
  }

  /** Replaces the content. */
  set(values: Float64Array): void {
    this.#counts.fill(0);
    this.#rare.clear();
    for (const value of values) this.add(value, 1);
  }

  #addLarge(value: number, times: number): void {
    if (value >= LONGEST) {
      if (times > 0) this.#rare.set(value, (this.#rare.get(value) ?? 0) + times);
      return;
    }
    let size = this.#counts.length;
    while (size <= value) size *= 2;
    const longer = new Float64Array(size);
    longer.set(this.#counts);
    this.#counts = longer;
    longer[value]! += times;
  }
}
