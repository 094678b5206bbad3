/**
 * How neurons fire: rates, irregularity of the intervals, variability and correlation of counts. Everything works on spike trains in one unit of time and a window
 * [from, until); what a silent or nearly silent neuron cannot tell is null, never NaN.
 *   CV = sd(ISI) / mean(ISI)                                         1 for a Poisson train, 0 for a clock
 *   LV = 3/(n-1) * sum ((I_k - I_{k+1}) / (I_k + I_{k+1}))^2         the same, but blind to slow changes of rate
 *   Fano = var(counts) / mean(counts)                                1 for a Poisson train
 *   correlation = Pearson's r of the spike counts of two neurons in equal bins
 * Standard deviations are those of the sample itself (divided by n), as Elephant and most papers do. Sources: Shinomoto et al. 2003, Neural Computation 15:2823 (LV);
 * Potjans and Diesmann 2014 (bins of 2 ms, at least 3 intervals).
 */
import { standardDeviation } from 'simple-statistics';
import { InternalError } from '../base/index.ts';
import { type SpikeTrains, withinWindow } from './spike-trains.ts';

/** Fewer intervals say too little about irregularity. */
const MINIMUM_INTERVALS = 3;
/** Width of a count bin for correlations, in biological seconds. */
const CORRELATION_BIN = 0.002;

/** What a population does in a window. Rates are per unit of the times: Hz when they are seconds. */
export interface PopulationStatistics {
  readonly meanRate: number | null;
  /** Share of neurons without a spike. */
  readonly silent: number | null;
  /** Mean CV and LV over the neurons with at least 3 intervals; null when there is none. */
  readonly cv: number | null;
  readonly lv: number | null;
  /** Mean Pearson correlation over all pairs of neurons whose count varies; null with fewer than two of them. */
  readonly correlation: number | null;
}

/** Rate, share of silent neurons, irregularity and correlation of a population in [from, until); `bin` is the width of a count bin (2 ms for times in s unless given). */
export function populationStatistics(trains: SpikeTrains, from: number, until: number, bin = CORRELATION_BIN): PopulationStatistics {
  const inside = withinWindow(trains, from, until);
  const intervals = inside.times.map(interspikeIntervals);
  const counts = inside.times.filter((train) => train.length > 0).map((train) => spikeCounts(train, from, until, bin));
  return {
    meanRate: meanOf(firingRates(trains, from, until)),
    silent: meanOf(inside.times.map((train) => (train.length === 0 ? 1 : 0))),
    cv: meanOf(intervals.map(coefficientOfVariation).filter((cv) => cv !== null)),
    lv: meanOf(intervals.map(localVariation).filter((lv) => lv !== null)),
    correlation: meanPairwiseCorrelation(counts),
  };
}

/** Spikes per unit of time of each neuron in [from, until). Throws InternalError when the window is empty. */
export function firingRates(trains: SpikeTrains, from: number, until: number): Float64Array {
  if (!(until > from)) throw new InternalError(`an empty window has no rates: [${String(from)}, ${String(until)})`);
  return Float64Array.from(withinWindow(trains, from, until).times, (train) => train.length / (until - from));
}

/** The n - 1 intervals between n spikes. */
export function interspikeIntervals(train: Float64Array): Float64Array {
  return Float64Array.from({ length: Math.max(0, train.length - 1) }, (_, k) => train[k + 1]! - train[k]!);
}

/** CV of intervals; null with fewer than 3. */
export function coefficientOfVariation(intervals: Float64Array): number | null {
  if (intervals.length < MINIMUM_INTERVALS) return null;
  const values = Array.from(intervals);
  const mean = meanOf(values) ?? 0;
  return mean > 0 ? standardDeviation(values) / mean : null;
}

/** Local variation LV of intervals; null with fewer than 3. */
export function localVariation(intervals: Float64Array): number | null {
  if (intervals.length < MINIMUM_INTERVALS) return null;
  let sum = 0;
  for (let k = 0; k + 1 < intervals.length; k++) {
    const [first, second] = [intervals[k]!, intervals[k + 1]!];
    if (first + second > 0) sum += ((first - second) / (first + second)) ** 2;
  }
  return (3 * sum) / (intervals.length - 1);
}

/** Spikes in each whole bin of [from, until); a last piece shorter than a bin is left out. Throws InternalError when not even one bin fits. */
export function spikeCounts(train: Float64Array, from: number, until: number, bin: number): Float64Array {
  // the tolerance keeps 1 s / 0.002 s at 500 bins although the quotient may round below it
  const bins = Math.floor((until - from) / bin + 1e-9);
  if (!(bins >= 1)) throw new InternalError(`no bin of ${String(bin)} fits into [${String(from)}, ${String(until)})`);
  const counts = new Float64Array(bins);
  for (const time of train) {
    const k = Math.floor((time - from) / bin);
    if (k >= 0 && k < bins) counts[k]!++;
  }
  return counts;
}

/** Fano factor of counts; null when nothing was counted. */
export function fanoFactor(counts: Float64Array): number | null {
  const mean = meanOf(counts);
  return mean === null || mean === 0 ? null : standardDeviation(Array.from(counts)) ** 2 / mean;
}

/** Pearson correlation of every pair i < j of count rows of equal length, in the order (0,1), (0,2), ..., (1,2), ...; pairs with a row that does not vary are left out. */
export function pairwiseCorrelations(counts: readonly Float64Array[]): Float64Array {
  const rows = standardised(counts);
  const out: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    for (let j = i + 1; j < rows.length; j++) out.push(rows[i]!.reduce((sum, value, k) => sum + value * rows[j]![k]!, 0) / rows[i]!.length);
  }
  return Float64Array.from(out);
}

/**
 * Mean of `pairwiseCorrelations` without forming the pairs: with rows z of mean 0 and variance 1, sum over i, j of r_ij is the variance of the summed rows, so
 *   mean r = (var(sum_i z_i) - N) / (N (N - 1)).  O(N x bins); null with fewer than two varying rows.
 */
export function meanPairwiseCorrelation(counts: readonly Float64Array[]): number | null {
  const rows = standardised(counts);
  const [n, bins] = [rows.length, rows[0]?.length ?? 0];
  if (n < 2) return null;
  const total = new Float64Array(bins);
  for (const row of rows) for (let k = 0; k < bins; k++) total[k]! += row[k]!;
  const variance = total.reduce((sum, value) => sum + value * value, 0) / bins;
  return (variance - n) / (n * (n - 1));
}

/** Rows with mean 0 and variance 1; rows that do not vary are dropped, they have no correlation. */
function standardised(counts: readonly Float64Array[]): Float64Array[] {
  return counts.flatMap((row) => {
    const values = Array.from(row);
    const deviation = standardDeviation(values);
    const mean = meanOf(values) ?? 0;
    return deviation > 0 ? [Float64Array.from(values, (value) => (value - mean) / deviation)] : [];
  });
}

/** Mean, null of nothing. */
function meanOf(values: ArrayLike<number>): number | null {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k]!;
  return values.length === 0 ? null : sum / values.length;
}
