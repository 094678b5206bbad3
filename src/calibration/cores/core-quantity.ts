/**
 * One quantity of the cores of a chip with shared biases.
 */
import type { DynapseBias } from '../../model/index.ts';

/** One quantity after the search, read afresh from all neurons. */
export interface CoreQuantity {
  readonly name: string;
  readonly unit: 's' | 'A' | 'Hz';
  /** Which bias was set by it. */
  readonly bias: DynapseBias;
  readonly target: number;
  /** Median over each core. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Robust relative spread of each core: 1.4826 median |ln x - median|. */
  readonly spread: readonly number[];
  /** Standard error of `after`, relative: sqrt(pi / 2) spread / sqrt(n). Spread holds the noise of a reading too. */
  readonly uncertainty: readonly number[];
  /** Relative distance from one code to the next at the chosen code: no median can be set finer than half of it. */
  readonly resolution: readonly number[];
  /** Every neuron, cores outermost; NaN where nothing was read. */
  readonly readings: Float64Array;
}
