/**
 * From repeated readings of many circuits to an interval for each. The variance of one circuit from K readings is poor, that of all together does not know which circuits are
 * noisier; both are combined as a scaled inverse chi-square posterior,
 *   s~^2 = (d0 s0^2 + d s^2) / (d0 + d),   d = K - 1,
 * whose prior (s0, d0) comes from the spread of the log variances over the circuits. What repetition cannot show (`systematic`) is added in quadrature; the interval is that of
 * Student's t with the freedom of Welch and Satterthwaite.
 * Sources: Smyth 2004, Stat. Appl. Genet. Mol. Biol. 3:3 (moderated t); JCGM 100:2008 (GUM), annex G, for the effective freedom.
 */
import { digamma, studentQuantile, trigamma, trigammaInverse } from '../analysis/index.ts';
import { exp, log } from '../base/index.ts';

/** One entry per circuit; NaN where too few readings were numbers. Unit of the readings. */
export interface Intervals {
  readonly mean: Float64Array;
  /** Standard error of the mean from repetition alone. */
  readonly statistical: Float64Array;
  /** Half widths of the intervals that hold the truth with 68.27 and 95 %. */
  readonly error68: Float64Array;
  readonly error95: Float64Array;
}

/** 1 standard deviation of a normal law on both sides. */
const LEVEL_68 = 0.8413447460685429;
const LEVEL_95 = 0.975;
/** Freedom is rounded down to this step, so that few quantiles have to be computed. */
const FREEDOM_STEP = 0.5;

/** Intervals of all circuits from their repeated readings (repeat by repeat) and their systematic standard errors. At least two repeats. */
export function intervalsOf(readings: readonly Float64Array[], systematic: (circuit: number, mean: number) => number): Intervals {
  const circuits = readings[0]!.length;
  const means = new Float64Array(circuits).fill(NaN);
  const variances = new Float64Array(circuits).fill(NaN);
  const counts = new Uint32Array(circuits);
  for (let n = 0; n < circuits; n++) {
    const row = readings.map((reading) => reading[n]!).filter(Number.isFinite);
    counts[n] = row.length;
    if (row.length < 2) continue;
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    means[n] = mean;
    variances[n] = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (row.length - 1);
  }
  const prior = variancePrior(variances, readings.length - 1);
  const statistical = new Float64Array(circuits).fill(NaN);
  const error68 = new Float64Array(circuits).fill(NaN);
  const error95 = new Float64Array(circuits).fill(NaN);
  const quantiles = new Map<number, readonly [number, number]>();
  for (let n = 0; n < circuits; n++) {
    if (counts[n]! < 2) continue;
    const own = counts[n]! - 1;
    const freedom = prior.freedom + own;
    const variance = Number.isFinite(freedom) ? (prior.freedom * prior.variance + own * variances[n]!) / freedom : prior.variance;
    const ofMean = variance / counts[n]!;
    const total = ofMean + systematic(n, means[n]!) ** 2;
    const effective = Math.floor(Math.min((freedom * (total / ofMean) ** 2) / FREEDOM_STEP, 2000)) * FREEDOM_STEP;
    let factors = quantiles.get(effective);
    if (factors === undefined) {
      const at = Number.isNaN(effective) || effective >= 1000 ? Infinity : effective;
      factors = [studentQuantile(LEVEL_68, at), studentQuantile(LEVEL_95, at)];
      quantiles.set(effective, factors);
    }
    statistical[n] = Math.sqrt(ofMean);
    error68[n] = factors[0] * Math.sqrt(total);
    error95[n] = factors[1] * Math.sqrt(total);
  }
  return { mean: means, statistical, error68, error95 };
}

/** Intervals of rates as those of times. Times are averaged as rates: what is noisy errs further upwards than downwards. */
export function asTimes({ mean, statistical, error68, error95 }: Intervals): Intervals {
  const ofRate = (errors: Float64Array): Float64Array => errors.map((error, n) => error / mean[n]! ** 2);
  return { mean: mean.map((rate) => 1 / rate), statistical: ofRate(statistical), error68: ofRate(error68), error95: ofRate(error95) };
}

/** Mean of repeated readings per circuit, over those that are numbers. */
export function meanRepeated(readings: readonly Float64Array[]): Float64Array {
  return readings[0]!.map((_, n) => {
    const row = readings.map((reading) => reading[n]!).filter(Number.isFinite);
    return row.reduce((sum, value) => sum + value, 0) / row.length;
  });
}

/** Prior of the variances that were each estimated with `own` degrees of freedom: by the mean and the variance of their logarithms. */
function variancePrior(variances: Float64Array, own: number): { readonly variance: number; readonly freedom: number } {
  const finite = variances.filter(Number.isFinite);
  if (finite.length === 0) return { variance: 0, freedom: 0 };
  // readings that agree to the last bit have no logarithm: they count as very quiet ones
  const middle = finite.toSorted()[finite.length >> 1]!;
  if (!(middle > 0)) return { variance: finite.reduce((sum, value) => sum + value, 0) / finite.length, freedom: 0 };
  const logs = finite.map((value) => log(Math.max(value, 1e-4 * middle)) - digamma(own / 2) + log(own / 2));
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  if (logs.length < 3) return { variance: exp(mean), freedom: 0 };
  const spread = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (logs.length - 1) - trigamma(own / 2);
  if (spread <= 0) return { variance: finite.reduce((sum, value) => sum + value, 0) / finite.length, freedom: Infinity };
  const freedom = 2 * trigammaInverse(spread);
  return { variance: exp(mean + digamma(freedom / 2) - log(freedom / 2)), freedom };
}
