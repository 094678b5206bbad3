/** Spikes of a bank collected over the pieces of a run, as columns sorted by (tick, neuron). A spike inside a step is stamped with the first tick that is not before it. */
import type { LifRun } from '../kernels/index.ts';
import type { SpikeColumns } from '../model/index.ts';
import type { StepSpikes } from './membranes.ts';

/** Neurons per tick of the sorting key: more than any die has, and 2^53 / 2^16 ticks are 38 hours. */
const NEURONS = 2 ** 16;

/** A growing list of spikes. */
export class SpikeLog {
  readonly #stepTicks: number;
  /** tick x NEURONS + neuron. */
  #keys = new Float64Array(1024);
  #count = 0;

  constructor(stepTicks: number) {
    this.#stepTicks = stepTicks;
  }

  /** Adds the spikes of a run of the bank whose first step was step `firstStep` of the experiment. */
  add(firstStep: number, { spikes, steps, neurons, fractions }: LifRun): void {
    for (let i = 0; i < spikes; i++) this.#add(firstStep + steps[i]!, neurons[i]!, fractions[i]!);
  }

  /** Adds the spikes of one step of membranes that are not in a bank. */
  addStep(step: number, { count, circuit, fraction }: StepSpikes): void {
    for (let i = 0; i < count; i++) this.#add(step, circuit[i]!, fraction[i]!);
  }

  #add(step: number, neuron: number, fraction: number): void {
    if (this.#count === this.#keys.length) {
      const larger = new Float64Array(2 * this.#keys.length);
      larger.set(this.#keys);
      this.#keys = larger;
    }
    // fraction 0, a membrane that stood over its threshold before, counts as just after the beginning of the step
    const within = Math.max(Math.ceil(fraction * this.#stepTicks), 1);
    this.#keys[this.#count++] = (step * this.#stepTicks + within) * NEURONS + neuron;
  }

  /** All spikes so far. */
  columns(): SpikeColumns {
    const keys = this.#keys.slice(0, this.#count).toSorted();
    return { tick: keys.map((key) => Math.floor(key / NEURONS)), neuron: Uint32Array.from(keys, (key) => key % NEURONS) };
  }
}
