/**
 * Gini coefficient: how unequally a quantity is shared (link loads of a network, degrees of a graph). With x sorted ascending and i = 1..n,
 *   G = 2 sum_i i x_i / (n sum x) - (n + 1)/n      0 = all equal, (n - 1)/n = one has everything
 * Source: Gini 1912; this form in Damgaard and Weiner 2000, Ecology 81:1139.
 */
import { InternalError } from '../base/index.ts';

/** Gini coefficient of non-negative values; null when there are none or all are 0. Throws InternalError on a negative value. */
export function giniCoefficient(values: ArrayLike<number>): number | null {
  const sorted = Float64Array.from(values).toSorted();
  const n = sorted.length;
  if (n > 0 && !(sorted[0]! >= 0)) throw new InternalError('a Gini coefficient needs values of at least 0');
  const total = sorted.reduce((sum, value) => sum + value, 0);
  if (n === 0 || total === 0) return null;
  return (2 * sorted.reduce((sum, value, k) => sum + (k + 1) * value, 0)) / (n * total) - (n + 1) / n;
}
