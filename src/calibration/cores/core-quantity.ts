/**
 * One quantity of the cores of a chip with shared biases.
 */
import type { DynapseBias, SharedStatement } from '../../model/index.ts';

/** One quantity after the search, read afresh from all neurons. */
export interface CoreQuantity extends SharedStatement {
  readonly bias: DynapseBias;
  /** Every neuron, cores outermost; NaN where nothing was read. */
  readonly readings: Float64Array;
}
