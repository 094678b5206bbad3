/**
 * Mann-Whitney U: does one sample tend to larger values than the other?
 *   U = number of pairs (x, y) with x > y, ties counted half;   mean n m / 2,   variance n m / 12 (N + 1 - sum over ties (t^3 - t) / (N (N - 1))),   N = n + m
 * Normal approximation with continuity correction; good from about 8 values a sample. U / (n m) is the probability of superiority, and Cliff's delta is 2 U / (n m) - 1.
 * Source: Mann and Whitney 1947, Annals of Mathematical Statistics 18:50.
 */
import { sortedSample } from './ks.ts';
import { normalDistribution } from './normal.ts';

export interface MannWhitney {
  /** Pairs in which the value of the first sample is larger, ties half. */
  readonly u: number;
  /** U / (n m): 0.5 for samples of one law. */
  readonly superiority: number;
  /** Two-sided. */
  readonly p: number;
}

/** Mann-Whitney test of two samples in any order. Throws InternalError for an empty sample or a value that is not finite. */
export function mannWhitney(a: ArrayLike<number>, b: ArrayLike<number>): MannWhitney {
  const [x, y] = [sortedSample(a), sortedSample(b)];
  const [n, m] = [x.length, y.length];
  let [i, j, u, ties] = [0, 0, 0, 0];
  while (i < n || j < m) {
    const value = Math.min(x[i] ?? Infinity, y[j] ?? Infinity);
    const [startX, startY] = [i, j];
    while (i < n && x[i] === value) i++;
    while (j < m && y[j] === value) j++;
    u += (i - startX) * (startY + (j - startY) / 2);
    const tied = i - startX + j - startY;
    ties += tied ** 3 - tied;
  }
  const all = n + m;
  const deviation = Math.sqrt(((n * m) / 12) * (all + 1 - ties / (all * (all - 1))));
  const excess = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  return { u, superiority: u / (n * m), p: deviation > 0 ? Math.min(1, 2 * normalDistribution(-excess / deviation)) : 1 };
}
