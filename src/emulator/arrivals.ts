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
