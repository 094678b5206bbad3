/**
 * Levene's test in the robust form of Brown and Forsythe: do two samples have the same spread? Analysis of variance of the distances z from the median of each sample,
 *   F = (N - 2) sum_g n_g (mean z_g - mean z)^2 / sum_g sum_i (z_gi - mean z_g)^2     with 1 and N - 2 degrees of freedom
 * Source: Brown and Forsythe 1974, JASA 69:364.
 */
import { mean, medianSorted } from 'simple-statistics';
import { sortedSample } from './ks.ts';
import { fTail } from './special.ts';

export interface Levene {
  readonly f: number;
  readonly p: number;
  /** Mean distance from the median of the first sample / that of the second; null when the second does not vary. */
  readonly ratio: number | null;
}

/** Brown-Forsythe test of two samples. p = 1 when neither varies. Throws InternalError for an empty sample or a value that is not finite. */
export function levene(a: ArrayLike<number>, b: ArrayLike<number>): Levene {
  const groups = [a, b].map((sample) => {
    const values = Array.from(sortedSample(sample));
    const middle = medianSorted(values);
    return values.map((value) => Math.abs(value - middle));
  });
  const means = groups.map(mean);
  const count = a.length + b.length;
  const grand = mean(groups.flat());
  const between = groups.reduce((sum, group, g) => sum + group.length * (means[g]! - grand) ** 2, 0);
  const within = groups.reduce((sum, group, g) => sum + group.reduce((part, z) => part + (z - means[g]!) ** 2, 0), 0);
  const ratio = means[1]! > 0 ? means[0]! / means[1]! : null;
  if (count < 3 || between === 0) return { f: 0, p: 1, ratio };
  const f = within > 0 ? ((count - 2) * between) / within : Number.MAX_VALUE;
  return { f, p: within > 0 ? fTail(f, 1, count - 2) : 0, ratio };
}
