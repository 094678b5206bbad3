/**
 * How large a difference is, beside whether there is one.
 *   Cohen's d = (mean a - mean b) / s,  s^2 = pooled variance;   g = d (1 - 3 / (4 (n + m) - 9))  removes its bias in small samples
 *   standard error of d = sqrt((n + m) / (n m) + d^2 / (2 (n + m)))
 * Source: Hedges and Olkin 1985, Statistical Methods for Meta-Analysis, chapter 5; the same score stands in NetworkUnit.
 */
import { mean, variance } from 'simple-statistics';
import { sortedSample } from './ks.ts';
import { normalQuantile } from './normal.ts';

export interface EffectSize {
  /** Hedges' g in standard deviations; above 0 when the first sample is larger. Null when neither sample varies. */
  readonly g: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly level: number;
}

/** Standardised difference of two means with its interval. Throws InternalError for an empty sample or a value that is not finite. */
export function effectSize(a: ArrayLike<number>, b: ArrayLike<number>, level = 0.95): EffectSize {
  const [x, y] = [Array.from(sortedSample(a)), Array.from(sortedSample(b))];
  const [n, m] = [x.length, y.length];
  const pooled = n + m > 2 ? (n * variance(x) + m * variance(y)) / (n + m - 2) : 0;
  if (!(pooled > 0)) return { g: null, low: null, high: null, level };
  const d = (mean(x) - mean(y)) / Math.sqrt(pooled);
  const g = d * (1 - 3 / (4 * (n + m) - 9));
  const half = normalQuantile((1 + level) / 2) * Math.sqrt((n + m) / (n * m) + (g * g) / (2 * (n + m)));
  return { g, low: g - half, high: g + half, level };
}
