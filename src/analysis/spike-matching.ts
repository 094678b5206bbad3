/**
 * Which spikes of two trains are the same: pairs no further apart than `within`, each spike in one pair at most, as many pairs as can be. Both sorted, taking the first partner in reach
 * of each spike in turn is optimal.
 */

export interface SpikeMatch {
  readonly matched: number;
  /** Times without a partner. */
  readonly onlyA: readonly number[];
  readonly onlyB: readonly number[];
}

/** Trains ascending; `within` in their unit, ends included up to rounding (1e-9 of it). */
export function matchSpikes(a: Float64Array, b: Float64Array, within: number): SpikeMatch {
  const reach = within * (1 + 1e-9);
  const [onlyA, onlyB]: [number[], number[]] = [[], []];
  let [i, j, matched] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    if (Math.abs(a[i]! - b[j]!) <= reach) {
      matched++;
      i++;
      j++;
    } else if (a[i]! < b[j]!) onlyA.push(a[i++]!);
    else onlyB.push(b[j++]!);
  }
  return { matched, onlyA: [...onlyA, ...a.subarray(i)], onlyB: [...onlyB, ...b.subarray(j)] };
}
