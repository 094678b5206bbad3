/**
 * The firing pattern of a neuron under a step of current, by a rule on its spikes alone. Times in one unit; T is the length of the step, ISI the intervals in their order,
 * `late` the ISI that begin after 0.4 T, CV = sd / mean.
 *   1. no spike: silent.   2. last spike before T/2 and at most 10 spikes: transient.   3. fewer than 3 ISI: sparse.
 *   4. CV(late) > 0.3 and max / min > 3: g = sqrt(max min) parts gaps from bursts. Gaps after 0.3 T with a CV below 0.12 and bursts between them whose sizes differ by at most 1:
 *      delayed regular bursting when the latency exceeds 0.0417 T (25 ms of 600) and 2.5 median ISI, else regular bursting. Otherwise irregular.
 *   5. CV(late) < 0.1: a first ISI that is short against the late ones, with an early jump to them, is an initial burst (or adaptation, when the step is gradual); else the ratio
 *      of last to first ISI tells: above 1.25 adaptation, below 0.9 delayed accelerating, between them tonic.
 *   6. else a ratio below 0.9 is delayed accelerating, all others adaptation.
 * The patterns are those of Naud et al. 2008, Biol. Cybern. 99:335; the rule is ours, since published acceptance is by eye.
 */
import { median, standardDeviation } from 'simple-statistics';
import { PATTERN_NAMES, type PatternName } from '../model/index.ts';

/** The eight patterns of Naud et al. 2008, and what is none of them. */
export { PATTERN_NAMES as FIRING_PATTERNS, type PatternName as FiringPattern };
export type FiringClass = PatternName | 'silent' | 'sparse';

const TRANSIENT_SPIKES = 10;
const FEWEST_INTERVALS = 3;
/** Shares of the step after which intervals count as late, and gaps as settled. */
const LATE = 0.4;
const SETTLED = 0.3;
/** 25 ms of a step of 600 ms. */
const DELAY = 25 / 600;

/** Class of the spikes (ascending times since the onset of a step of `duration`, same unit). */
export function firingPattern(spikes: ArrayLike<number>, duration: number): FiringClass {
  const times = Array.from(spikes);
  if (times.length === 0) return 'silent';
  if (times.at(-1)! < duration / 2 && times.length <= TRANSIENT_SPIKES) return 'transient';
  const intervals = times.slice(1).map((time, k) => time - times[k]!);
  if (intervals.length < FEWEST_INTERVALS) return 'sparse';
  const late = intervals.filter((_, k) => times[k]! > LATE * duration);
  const irregularity = variation(late);
  const spread = Math.max(...intervals) / Math.min(...intervals);
  const ratio = intervals.at(-1)! / intervals[0]!;
  if (irregularity > 0.3 && spread > 3) return burstingPattern(times, intervals, duration);
  if (!(irregularity < 0.1)) return ratio < 0.9 ? 'delayed accelerating' : 'adaptation';
  const settled = meanOf(late);
  const jump = intervals.findIndex((interval) => interval > 0.7 * settled);
  const begins = spread > 2.2 && intervals[0]! < settled / 2 && Math.min(intervals[0]!, intervals[1]!) < 0.4 * settled;
  if (begins && jump >= 1 && jump < 6 && ratio > 2.5 && intervals[1]! / intervals[0]! < 6) {
    return intervals[jump]! > 1.6 * intervals[jump - 1]! ? 'initial burst' : 'adaptation';
  }
  if (ratio > 1.25) return 'adaptation';
  return ratio < 0.9 ? 'delayed accelerating' : 'tonic';
}

/** What a spike train is compared by, in the unit of the times; null where there is none. */
export interface FiringFeatures {
  readonly spikes: number;
  readonly latency: number | null;
  readonly firstInterval: number | null;
  readonly lastInterval: number | null;
}

/** Count, latency, first and last interval. */
export function firingFeatures(times: ArrayLike<number>): FiringFeatures {
  const last = times.length - 1;
  return {
    spikes: times.length,
    latency: times[0] ?? null,
    firstInterval: last >= 1 ? times[1]! - times[0]! : null,
    lastInterval: last >= 1 ? times[last]! - times[last - 1]! : null,
  };
}

/** Step 4: gaps and bursts. */
function burstingPattern(times: readonly number[], intervals: readonly number[], duration: number): FiringClass {
  const bursts = burstsOf(times, intervals, SETTLED * duration);
  // one gap is regular: long periods have no second one in the step
  const regular = variation(bursts.gaps) < 0.12;
  const equal = bursts.sizes.length === 0 || Math.max(...bursts.sizes) - Math.min(...bursts.sizes) <= 1;
  if (!regular || !equal) return 'irregular';
  return times[0]! > DELAY * duration && times[0]! > 2.5 * median([...intervals]) ? 'delayed regular bursting' : 'regular bursting';
}

/** Gaps that begin after `from`, and how many spikes lie between each two of them. An interval is a gap when it exceeds sqrt(longest x shortest). */
export function burstsOf(
  times: readonly number[],
  intervals: readonly number[],
  from: number,
): { readonly gaps: readonly number[]; readonly sizes: readonly number[] } {
  const border = Math.sqrt(Math.max(...intervals) * Math.min(...intervals));
  const gaps: number[] = [];
  const sizes: number[] = [];
  let last: number | undefined;
  intervals.forEach((interval, k) => {
    if (interval <= border || times[k]! <= from) return;
    gaps.push(interval);
    if (last !== undefined) sizes.push(k - last);
    last = k;
  });
  return { gaps, sizes };
}

/** NaN for no values. */
function variation(values: readonly number[]): number {
  return values.length === 0 ? NaN : standardDeviation([...values]) / meanOf(values);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
