/**
 * Spikes on their way to one neuron, earliest first. The order is (tick, fraction, amplitude): among arrivals of one instant the amplitude decides, not the source, so
 * that the sum - whose last bit depends on the order of its terms - is the same whatever the neurons are called and in whatever order the synapses are listed. Arrivals
 * equal in all three are interchangeable. A binary heap over plain columns that grow by doubling.
 */
export class ArrivalQueue {
  #size = 0;
  #ticks = new Float64Array(4); // integer ticks
  #fractions = new Float64Array(4); // of a tick, in [0, 1)
  #amplitudes = new Float64Array(4); // V/s, signed
  #synapses = new Int32Array(4); // place of a plastic synapse whose amplitude is settled on arrival, else -1

  get size(): number {
    return this.#size;
  }

  /** Tick of the earliest arrival, Infinity when there is none. */
  get tick(): number {
    return this.#size === 0 ? Infinity : this.#ticks[0]!;
  }

  /** Fraction of the earliest arrival; only meaningful when there is one. */
  get fraction(): number {
    return this.#fractions[0]!;
  }

  /** Amplitude of the earliest arrival (V/s); only meaningful when there is one. */
  get amplitude(): number {
    return this.#amplitudes[0]!;
  }

  /** Plastic synapse of the earliest arrival, -1 when its amplitude stands; only meaningful when there is one. */
  get synapse(): number {
    return this.#synapses[0]!;
  }

  /** Puts in an arrival of `amplitude` (V/s) at tick + fraction, or of a plastic synapse whose amplitude is not known yet. */
  push(tick: number, fraction: number, amplitude: number, synapse = -1): void {
    if (this.#size === this.#ticks.length) this.#grow();
    let child = this.#size++;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#precedes(tick, fraction, amplitude, parent)) break;
      this.#copy(parent, child);
      child = parent;
    }
    this.#put(child, tick, fraction, amplitude, synapse);
  }

  /** Drops the earliest arrival. */
  pop(): void {
    const last = --this.#size;
    if (last <= 0) return;
    const [tick, fraction, amplitude, synapse] = [
      this.#ticks[last]!,
      this.#fractions[last]!,
      this.#amplitudes[last]!,
      this.#synapses[last]!,
    ];
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= last) break;
      const right = child + 1;
      if (right < last && this.#precedes(this.#ticks[right]!, this.#fractions[right]!, this.#amplitudes[right]!, child)) child = right;
      if (this.#precedes(tick, fraction, amplitude, child)) break;
      this.#copy(child, parent);
      parent = child;
    }
    this.#put(parent, tick, fraction, amplitude, synapse);
  }

  /** Calls `visit` for each waiting arrival, in no particular order. */
  forEach(visit: (tick: number, fraction: number, amplitude: number, synapse: number) => void): void {
    for (let i = 0; i < this.#size; i++) visit(this.#ticks[i]!, this.#fractions[i]!, this.#amplitudes[i]!, this.#synapses[i]!);
  }

  #precedes(tick: number, fraction: number, amplitude: number, index: number): boolean {
    const other = this.#ticks[index]!;
    if (tick !== other) return tick < other;
    const otherFraction = this.#fractions[index]!;
    if (fraction !== otherFraction) return fraction < otherFraction;
    return amplitude < this.#amplitudes[index]!;
  }

  #put(index: number, tick: number, fraction: number, amplitude: number, synapse: number): void {
    this.#ticks[index] = tick;
    this.#fractions[index] = fraction;
    this.#amplitudes[index] = amplitude;
    this.#synapses[index] = synapse;
  }

  #copy(from: number, to: number): void {
    this.#put(to, this.#ticks[from]!, this.#fractions[from]!, this.#amplitudes[from]!, this.#synapses[from]!);
  }

  #grow(): void {
    this.#ticks = grown(this.#ticks);
    this.#fractions = grown(this.#fractions);
    this.#amplitudes = grown(this.#amplitudes);
    const synapses = new Int32Array(2 * this.#synapses.length);
    synapses.set(this.#synapses);
    this.#synapses = synapses;
  }
}

function grown(column: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * column.length);
  larger.set(column);
  return larger;
}
