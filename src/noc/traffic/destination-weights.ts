/**
 * Destinations by weight: one row of cumulative weights for every source, or one that all sources share. A uniform number u picks the first node whose cumulative weight is above
 * u times the sum of its row. The traffic kernel does the same with the same numbers (`routerTraffic`), so both draw the same packets.
 */
import type { DestinationWeights } from '../../kernels/index.ts';

/** Rows of weights of at least 0 (one, or one per source), each with one for every node of `nodes`. A row without a weight above 0 belongs to a source that sends nothing. */
export function destinationWeights(weights: ArrayLike<number>, nodes: readonly number[]): DestinationWeights {
  const columns = nodes.length;
  const rows = weights.length / columns;
  const cumulative = new Float64Array(weights.length);
  const last = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) {
      const weight = weights[row * columns + column]!;
      sum += weight;
      cumulative[row * columns + column] = sum;
      if (weight > 0) last[row] = column;
    }
  }
  return { nodes: Uint32Array.from(nodes), cumulative, last };
}

/** The node that `u`, uniform in (0, 1), picks for `source`. */
export function pickDestination({ nodes, cumulative, last }: DestinationWeights, source: number, u: number): number {
  const columns = nodes.length;
  const row = last.length === 1 ? 0 : source;
  const first = row * columns;
  const sought = u * cumulative[first + columns - 1]!;
  let low = 0;
  let high = last[row]!;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[first + middle]! > sought) high = middle;
    else low = middle + 1;
  }
  return nodes[low]!;
}
