/**
 * Exact percentiles of latency samples, and histograms with stated edges. A percentile is the nearest rank: the smallest sample such that at least a share p of all samples
 * is not above it. It is always a sample (an integer number of ticks stays one) and never an interpolation between a fast and a slow packet; p = 0.5 of an even number of
 * samples is therefore the lower of the two in the middle.
 * Source: nearest-rank definition (Hyndman and Fan 1996, type 1), as latency tools use it.
 */
import { InternalError, pow } from '../base/index.ts';

/** Distribution of samples in their own unit. */
export interface Summary {
  readonly count: number;
  readonly mean: number;
  readonly minimum: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly maximum: number;
}

/** Nearest-rank percentiles, one per share in [0, 1], or null without samples. Throws InternalError for a share outside [0, 1] or a sample that is NaN. */
export function percentiles(samples: ArrayLike<number>, shares: readonly number[]): number[] | null {
  const sorted = Float64Array.from(samples).toSorted();
  // NaN sorts last
  if (Number.isNaN(sorted.at(-1))) throw new InternalError('a percentile of NaN');
  return sorted.length === 0 ? null : shares.map((share) => nearestRank(sorted, share));
}

/** Count, mean, extremes and the percentiles that reports print; null without samples. */
export function summarise(samples: ArrayLike<number>): Summary | null {
  const found = percentiles(samples, [0, 0.5, 0.9, 0.99, 1]);
  if (found === null) return null;
  const [minimum, p50, p90, p99, maximum] = found as [number, number, number, number, number];
  let sum = 0;
  for (let k = 0; k < samples.length; k++) sum += samples[k]!;
  return { count: samples.length, mean: sum / samples.length, minimum, p50, p90, p99, maximum };
}

/** Counts per bin: bin k holds edges[k] <= x < edges[k + 1], the last bin also its upper edge; what lies outside is counted, not dropped. */
export interface Histogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly below: number;
  readonly above: number;
}

/** Histogram of samples over ascending edges. Throws InternalError when there are fewer than two edges or they do not ascend. */
export function histogram(samples: ArrayLike<number>, edges: readonly number[]): Histogram {
  if (edges.length < 2 || edges.some((edge, k) => k > 0 && !(edge > edges[k - 1]!))) {
    throw new InternalError('a histogram needs at least two ascending edges');
  }
  const bins = edges.length - 1;
  const counts = Array.from<number>({ length: bins }).fill(0);
  let [below, above] = [0, 0];
  for (let k = 0; k < samples.length; k++) {
    const bin = binOf(samples[k]!, edges);
    if (bin < 0) below++;
    else if (bin < bins) counts[bin]!++;
    else if (samples[k] === edges[bins]) counts[bins - 1]!++;
    else above++;
  }
  return { edges, counts, below, above };
}

/** `bins` equal bins from `from` to `until`: bins + 1 edges, computed each from its index so that nothing accumulates. */
export function linearEdges(from: number, until: number, bins: number): number[] {
  return Array.from({ length: bins + 1 }, (_, k) => (k === bins ? until : from + ((until - from) * k) / bins));
}

/** `bins` bins of equal ratio from `from` > 0 to `until`. */
export function logarithmicEdges(from: number, until: number, bins: number): number[] {
  return Array.from({ length: bins + 1 }, (_, k) => (k === bins ? until : from * pow(until / from, k / bins)));
}

function nearestRank(sorted: Float64Array, share: number): number {
  if (!(share >= 0 && share <= 1)) throw new InternalError(`a percentile is a share between 0 and 1, found ${String(share)}`);
  // 0.07 * 100 is 7.000000000000001: without the tolerance the rank would be one too high
  const rank = Math.ceil(share * sorted.length * (1 - 4 * Number.EPSILON));
  return sorted[Math.max(0, rank - 1)]!;
}

/** Index of the last edge not above `value`, -1 below all of them. */
function binOf(value: number, edges: readonly number[]): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
