/**
 * Percentile bootstrap interval of a mean: resample the units with replacement, take the quantiles of the resampled means. Seeded through the stream 'bootstrap', so the same
 * values and seed give the same interval anywhere. With very few units (the 6 dies of a quick plan) the interval is known to be somewhat too narrow: n units resampled have
 * the variance (n - 1)/n of a fresh sample. It is an effect size beside a test, not the test.
 * Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13.
 */
import { mean, quantileSorted } from 'simple-statistics';
import { Chance } from '../base/index.ts';

export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Nominal coverage, e.g. 0.95. */
  readonly level: number;
}

export interface BootstrapOptions {
  readonly seed: number;
  /** 0.95 unless given. */
  readonly level?: number;
  /** Number of resamples, 10,000 unless given. */
  readonly resamples?: number;
}

/** Interval of the mean of `values` (one per unit of replication, e.g. per die), or null without values. */
export function bootstrapMean(values: ArrayLike<number>, { seed, level = 0.95, resamples = 10_000 }: BootstrapOptions): Interval | null {
  const n = values.length;
  if (n === 0) return null;
  const chance = new Chance(seed, 'bootstrap');
  const means = Array.from({ length: resamples }, (_, resample) => {
    let sum = 0;
    for (let k = 0; k < n; k += 4) {
      const words = chance.words(resample, k >> 2);
      // one draw of 32 bits each, scaled to 0..n-1
      for (let lane = 0; lane < 4 && k + lane < n; lane++) sum += values[Math.floor((words[lane]! / 2 ** 32) * n)]!;
    }
    return sum / n;
  }).toSorted((a, b) => a - b);
  return {
    mean: mean(Array.from(values)),
    low: quantileSorted(means, (1 - level) / 2),
    high: quantileSorted(means, (1 + level) / 2),
    level,
  };
}
