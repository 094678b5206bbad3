/** What generators make: directed connections as two columns, neuron indices of the whole network. */
import { InfeasibleError } from '../../base/index.ts';

export interface EdgeList {
  readonly source: Uint32Array;
  readonly target: Uint32Array;
}

/** Neurons first to first + count - 1. */
export interface Neurons {
  readonly first: number;
  readonly count: number;
}

/** More synapses than this do not fit in memory on one machine together with their tables. */
export const MOST_EDGES = 100_000_000;

/** Columns for so many connections. Throws InfeasibleError when they are too many. */
export function emptyEdges(count: number): EdgeList {
  if (count > MOST_EDGES) throw new InfeasibleError(`${String(count)} synapses are asked; at most ${String(MOST_EDGES)} are possible`);
  return { source: new Uint32Array(count), target: new Uint32Array(count) };
}
