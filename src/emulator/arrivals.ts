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

/** A column whose values mostly come several times in a row: pairs of value and count. */
export class RunColumn {
  readonly #values = new Column();
  readonly #counts = new Column();
  #length = 0;

  push(value: number, times: number): void {
    if (times === 0) return;
    this.#values.push(value);
    this.#counts.push(times);
    this.#length += times;
  }

  /** Every value as often as it was put in. */
  toArray(): Float64Array {
    const [values, counts] = [this.#values.toArray(), this.#counts.toArray()];
    const all = new Float64Array(this.#length);
    let at = 0;
    for (let k = 0; k < values.length; k++) {
      all.fill(values[k]!, at, at + counts[k]!);
      at += counts[k]!;
    }
    return all;
  }

  /** Replaces the content. */
  set(values: Float64Array): void {
    this.#values.length = 0;
    this.#counts.length = 0;
    this.#length = 0;
    for (let from = 0; from < values.length;) {
      let to = from + 1;
      while (to < values.length && values[to] === values[from]) to++;
      this.push(values[from]!, to - from);
      from = to;
    }
  }
}
