/**
 * All two-sample scores of one quantity: how far apart two samples are, and whether chance explains it. The four tests see different things (KS any difference, Mann-Whitney
 * a shift, Levene a spread, Wasserstein how far the mass must move), so a comparison of many quantities corrects over quantities within one test, not over tests.
 */
import { mean, standardDeviation } from 'simple-statistics';
import { effectSize, type EffectSize } from './effect-size.ts';
import { kolmogorovSmirnov, type KolmogorovSmirnov } from './ks.ts';
import { levene, type Levene } from './levene.ts';
import { mannWhitney, type MannWhitney } from './mann-whitney.ts';
import { wassersteinTest } from './wasserstein.ts';

export interface TwoSampleScores {
  readonly counts: readonly [number, number];
  readonly means: readonly [number, number];
  readonly deviations: readonly [number, number];
  readonly ks: KolmogorovSmirnov;
  /** Distance in the unit of the values. */
  readonly wasserstein: { readonly distance: number; readonly p: number };
  readonly levene: Levene;
  readonly mannWhitney: MannWhitney;
  readonly effect: EffectSize;
}

/** Scores of two samples in any order; null when one of them is empty. `seed` is that of the Wasserstein permutations. Throws InternalError for values that are not finite. */
export function twoSampleScores(a: ArrayLike<number>, b: ArrayLike<number>, seed = 1): TwoSampleScores | null {
  if (a.length === 0 || b.length === 0) return null;
  const [x, y] = [Array.from(a), Array.from(b)];
  return {
    counts: [x.length, y.length],
    means: [mean(x), mean(y)],
    deviations: [standardDeviation(x), standardDeviation(y)],
    ks: kolmogorovSmirnov(a, b),
    wasserstein: wassersteinTest(a, b, { seed }),
    levene: levene(a, b),
    mannWhitney: mannWhitney(a, b),
    effect: effectSize(a, b),
  };
}
