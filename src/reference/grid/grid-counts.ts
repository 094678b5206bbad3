/** Events counted per bin (src/base/poisson-counts.ts) on the plain grid; the kernel has its own loop over the same words (assembly/grid-rows.ts). */
import { PoissonCounts } from '../../base/index.ts';
import type { RowsCounts } from '../../kernels/grid-rows.ts';

/** A drive of neurons that follow one another, with equal amplitude. */
export interface GridCounts extends RowsCounts {
  /** Events per bin. */
  readonly mean: number;
  /** The bin that ends with a step; undefined where none does, or the drive is off. */
  readonly binAt: (step: number) => number | undefined;
}

/** Adds the events of a bin to the sums of its neurons. */
export class CountedDrive {
  readonly #counts: GridCounts;
  readonly #numbers: PoissonCounts;

  constructor(counts: GridCounts) {
    this.#counts = counts;
    this.#numbers = new PoissonCounts(counts.mean, counts.key, counts.unit);
  }

  add(step: number, excitation: Float64Array, inhibition: Float64Array): void {
    const { first, count, name, weight, mean, binAt } = this.#counts;
    const bin = binAt(step);
    if (bin === undefined || mean === 0) return;
    const sums = weight >= 0 ? excitation : inhibition;
    for (let i = 0; i < count; i++) sums[first + i]! += this.#numbers.at(name + i, bin) * weight;
  }
}
