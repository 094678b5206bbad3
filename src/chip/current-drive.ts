/**
 * Currents into the membranes of a part of a die, from an ideal source outside: the slope of a membrane (V/s) changes at given ticks. A step of the integrators has one slope: the mean
 * over the step, so that charge is exact and a change acts from its tick on; within that step the membrane is off by at most (h / tau) / 8 of what the change makes in a step.
 */

/** Changes as columns of equal length, sorted by tick; plain data. */
export interface CurrentPlan {
  /** Step in which the change lies, and which part of the step is still to come after it, (0, 1]. */
  readonly step: Float64Array;
  readonly remaining: Float64Array;
  /** Circuit of the die, and dV/dt from then on, V/s. */
  readonly circuit: Uint32Array;
  readonly slope: Float64Array;
}

/** The currents of the circuits from `first` on as a run goes on. */
export class CurrentDrive {
  readonly #plan: CurrentPlan;
  readonly #first: number;
  /** V/s: what flows at the end of the last step, and the mean over the step to come. */
  readonly #standing: Float64Array;
  readonly #mean: Float64Array;
  #next = 0;
  /** The mean of the step before was that of a change: it has to be replaced by what stands. */
  #settling = false;

  constructor(plan: CurrentPlan, first: number, count: number) {
    this.#plan = plan;
    this.#first = first;
    this.#standing = new Float64Array(count);
    this.#mean = new Float64Array(count);
  }

  /** Mean slopes over step `index`, or undefined where they are those of the step before. Steps are asked for in their order. */
  meanOver(index: number): Float64Array | undefined {
    const { step, remaining, circuit, slope } = this.#plan;
    const changed = step[this.#next] === index;
    if (!changed && !this.#settling) return undefined;
    this.#mean.set(this.#standing);
    for (; step[this.#next] === index; this.#next++) {
      const n = circuit[this.#next]! - this.#first;
      if (n < 0 || n >= this.#standing.length) continue;
      this.#mean[n]! += (slope[this.#next]! - this.#standing[n]!) * remaining[this.#next]!;
      this.#standing[n] = slope[this.#next]!;
    }
    this.#settling = changed;
    return this.#mean;
  }

  snapshot(): Float64Array {
    return Float64Array.of(this.#next, Number(this.#settling), ...this.#standing, ...this.#mean);
  }

  /** Answers the slopes that the membranes have to go on with. */
  restore(column: Float64Array): Float64Array {
    const count = this.#standing.length;
    this.#next = column[0]!;
    this.#settling = column[1] === 1;
    this.#standing.set(column.subarray(2, 2 + count));
    this.#mean.set(column.subarray(2 + count));
    return this.#mean;
  }
}
