/**
 * Wilcoxon signed rank test of paired differences: are they shifted away from 0? With ranks r_i of |d_i| (mid-ranks for ties), W+ = sum of r_i over d_i > 0.
 * Differences of exactly 0 are dropped before ranking, as Wilcoxon did. Up to 30 differences the distribution of W+ under "each sign is a fair coin" is counted exactly,
 * ties included: ranks are doubled to integers and subsets counted by their sum (2^30 subsets fit a double). Above, the normal approximation with continuity correction
 * and the variance reduced by ties:  mean n(n+1)/4,  variance n(n+1)(2n+1)/24 - sum over ties (t^3 - t)/48.
 * Source: Wilcoxon 1945, Biometrics Bulletin 1:80; Hollander, Wolfe, Chicken 2014, chapter 3.1.
 */
import { InternalError } from '../base/index.ts';
import { normalDistribution } from './normal.ts';

/** 'greater': the differences lie above 0; 'less': below; 'two-sided': either. */
export type Alternative = 'greater' | 'less' | 'two-sided';

export interface WilcoxonResult {
  /** W+, the sum of the ranks of the positive differences. */
  readonly statistic: number;
  /** Differences used, and those dropped because they were 0. */
  readonly count: number;
  readonly zeros: number;
  readonly p: number;
  readonly method: 'exact' | 'normal';
}

const EXACT_UP_TO = 30;

/** Signed rank test of differences. p = 1 when no difference is left. Throws InternalError on a value that is not finite. */
export function wilcoxonSignedRank(differences: ArrayLike<number>, alternative: Alternative): WilcoxonResult {
  const all = Array.from(differences);
  if (!all.every(Number.isFinite)) throw new InternalError('a signed rank test needs finite differences');
  const used = all.filter((difference) => difference !== 0);
  const { doubledRanks, tieTerm } = ranksOfMagnitudes(used);
  const doubledStatistic = used.reduce((sum, difference, k) => (difference > 0 ? sum + doubledRanks[k]! : sum), 0);
  const exact = used.length <= EXACT_UP_TO;
  const tails = exact ? exactTails(doubledRanks, doubledStatistic) : normalTails(used.length, tieTerm, doubledStatistic / 2);
  const p =
    alternative === 'greater' ? tails.upper : alternative === 'less' ? tails.lower : Math.min(1, 2 * Math.min(tails.lower, tails.upper));
  return { statistic: doubledStatistic / 2, count: used.length, zeros: all.length - used.length, p, method: exact ? 'exact' : 'normal' };
}

/** Twice the mid-ranks of |d| (integers), and the sum over groups of ties of t^3 - t. */
function ranksOfMagnitudes(differences: readonly number[]): { doubledRanks: number[]; tieTerm: number } {
  const magnitudes = differences.map(Math.abs);
  const order = magnitudes.map((_, k) => k).toSorted((a, b) => magnitudes[a]! - magnitudes[b]!);
  const doubledRanks = magnitudes.map(() => 0);
  let tieTerm = 0;
  for (let first = 0; first < order.length;) {
    let end = first + 1;
    while (end < order.length && magnitudes[order[end]!] === magnitudes[order[first]!]) end++;
    // ranks first + 1 .. end share their mean (first + 1 + end) / 2
    for (let k = first; k < end; k++) doubledRanks[order[k]!] = first + 1 + end;
    tieTerm += (end - first) ** 3 - (end - first);
    first = end;
  }
  return { doubledRanks, tieTerm };
}

/** P(W <= w) and P(W >= w) by counting all sign patterns. */
function exactTails(doubledRanks: readonly number[], statistic: number): { lower: number; upper: number } {
  const total = doubledRanks.reduce((sum, rank) => sum + rank, 0);
  const ways = new Float64Array(total + 1);
  ways[0] = 1;
  for (const rank of doubledRanks) for (let sum = total; sum >= rank; sum--) ways[sum]! += ways[sum - rank]!;
  const patterns = 2 ** doubledRanks.length;
  const count = (from: number, until: number): number => ways.subarray(from, until).reduce((sum, way) => sum + way, 0);
  return { lower: count(0, statistic + 1) / patterns, upper: count(statistic, total + 1) / patterns };
}

function normalTails(n: number, tieTerm: number, statistic: number): { lower: number; upper: number } {
  const mean = (n * (n + 1)) / 4;
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24 - tieTerm / 48);
  return {
    lower: normalDistribution((statistic - mean + 0.5) / deviation),
    upper: normalDistribution(-(statistic - mean - 0.5) / deviation),
  };
}
