/**
 * Victor-Purpura distance: the least cost to turn one train into the other, where adding or removing a spike costs 1 and moving it by t costs q |t|.
 *   G(i, j) = min(G(i-1, j) + 1, G(i, j-1) + 1, G(i-1, j-1) + q |a_i - b_j|)
 * q = 0 counts spikes, a large q counts those that do not coincide. Source: Victor and Purpura 1996, Journal of Neurophysiology 76:1310.
 */
import { InternalError } from '../base/index.ts';

/** Distance of two sorted trains of n and m spikes in O(n m) time; `cost` per unit of time. A metric. Throws InternalError for a negative cost. */
export function victorPurpuraDistance(a: Float64Array, b: Float64Array, cost: number): number {
  if (!(cost >= 0)) throw new InternalError(`the Victor-Purpura distance needs a cost of at least 0, found ${String(cost)}`);
  let row = Float64Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, time] of a.entries()) {
    const next = new Float64Array(b.length + 1);
    next[0] = i + 1;
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + cost * Math.abs(time - b[j - 1]!));
    }
    row = next;
  }
  return row[b.length]!;
}
