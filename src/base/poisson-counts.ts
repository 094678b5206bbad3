/**
 * Poisson numbers by counter: how many events fall into a bin of a unit is one word of Threefry that belongs to (key, stimulus, bin, neuron), turned into a number by the distribution function. The grid
 * kernel draws the same words.
 */
import { STREAMS, threefry4x32 } from './chance.ts';
import { InfeasibleError } from './errors.ts';

/** The largest 32-bit word that stands for each number of events, from 0 on. Throws InfeasibleError for a mean over 100. */
export function poissonBounds(mean: number): readonly number[] {
  if (!(mean >= 0 && mean <= 100))
    throw new InfeasibleError(`Poisson events: found a mean of ${String(mean)} per step, expected at most 100`);
  // from the mode outwards nothing underflows; the sum over all terms normalises
  const terms = [1];
  for (let k = 1; k < 250; k++) terms.push((terms[k - 1]! * mean) / k);
  const total = terms.reduce((sum, term) => sum + term, 0);
  const table: number[] = [];
  let sum = 0;
  for (const term of terms) {
    sum += term / total;
    const bound = Math.floor(sum * 2 ** 32) - 1;
    if (bound >= 0xfffffffe) break;
    table.push(Math.max(0, bound));
  }
  table.push(0xffffffff);
  return table;
}

/** Key words of the counted stimuli under a seed. */
export function countsKey(seed: number): readonly [number, number, number] {
  return [seed >>> 0, Math.floor(seed / 2 ** 32), STREAMS.stimulus];
}

/** The numbers of one stimulus, `unit` being its own number. */
export class PoissonCounts {
  readonly #bounds: readonly number[];
  readonly #key: readonly number[];
  readonly #unit: number;
  readonly #words = new Uint32Array(4);

  constructor(mean: number, key: readonly number[], unit: number) {
    this.#bounds = poissonBounds(mean);
    this.#key = [...key, 0];
    this.#unit = unit;
  }

  /** Events of a neuron in a bin. */
  at(neuron: number, bin: number): number {
    threefry4x32([16 * Math.floor(neuron / 64) + (neuron & 15), bin, 0, this.#unit], this.#key, 13, this.#words);
    const word = this.#words[(neuron >> 4) & 3]!;
    let k = 0;
    while (word > this.#bounds[k]!) k++;
    return k;
  }
}
