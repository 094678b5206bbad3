/**
 * Agreement of two spike trains at one time scale.
 *   coincidence factor  G = (N - <N>) / ((n + m) / 2) / (1 - 2 r D),   <N> = 2 r D m,   r = n / T the rate of the first train, N coincidences within D
 *     1 for equal trains, 0 on average for Poisson trains; each spike coincides once
 *   Schreiber similarity  S = (f, g) / (|f| |g|)  of the trains smoothed with a Gauss function of width s, for which  (f, g) ~ sum_ij exp(-(a_i - b_j)^2 / (4 s^2))
 * Sources: Kistler, Gerstner and van Hemmen 1997, Neural Computation 9:1015; Jolivet et al. 2008, Journal of Neuroscience Methods 169:417; Schreiber et al. 2003,
 * Neurocomputing 52-54:925.
 */
import { exp, InternalError } from '../base/index.ts';

/** Coincidence factor of two sorted trains in a window of length `duration`, within `precision`; null when it is undefined: no spikes at all, or intervals of chance everywhere (2 r D >= 1). */
export function coincidenceFactor(a: Float64Array, b: Float64Array, duration: number, precision: number): number | null {
  if (!(duration > 0) || !(precision >= 0))
    throw new InternalError('the coincidence factor needs a duration above 0 and a precision of at least 0');
  const chance = (2 * a.length * precision) / duration;
  if (a.length + b.length === 0 || chance >= 1) return null;
  let [i, j, coincidences] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    if (Math.abs(a[i]! - b[j]!) <= precision) [i, j, coincidences] = [i + 1, j + 1, coincidences + 1];
    else if (a[i]! < b[j]!) i++;
    else j++;
  }
  return (coincidences - chance * b.length) / ((a.length + b.length) / 2) / (1 - chance);
}

/** Schreiber similarity of two trains, 0 to 1, with a Gauss function of width `sigma`; 1 for two silent trains, 0 when only one is silent. O(n m). */
export function schreiberSimilarity(a: Float64Array, b: Float64Array, sigma: number): number {
  if (!(sigma > 0)) throw new InternalError(`the Schreiber similarity needs sigma > 0, found ${String(sigma)}`);
  if (a.length === 0 || b.length === 0) return a.length === b.length ? 1 : 0;
  return Math.min(1, overlap(a, b, sigma) / Math.sqrt(overlap(a, a, sigma) * overlap(b, b, sigma)));
}

function overlap(a: Float64Array, b: Float64Array, sigma: number): number {
  return a.reduce((sum, s) => sum + b.reduce((inner, t) => inner + exp(-((s - t) ** 2) / (4 * sigma * sigma)), 0), 0);
}
