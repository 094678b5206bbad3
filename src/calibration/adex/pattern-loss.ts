/**
 * How far the spikes of a trial are from a wanted firing pattern: the class of the rule counts most, then count, latency, first and last interval, and what belongs to bursts or to
 * irregular firing. Each deviation is in units of half the tolerance that a neuron is judged by; a single wild feature counts at most nine.
 */
import { standardDeviation } from 'simple-statistics';
import { burstsOf, firingFeatures, firingPattern, type FiringPattern } from '../../analysis/index.ts';

/** What a neuron shall do under a step of current. */
export interface PatternGoal {
  readonly pattern: FiringPattern;
  /** Spikes of the exact teacher, s of hardware time since the onset. */
  readonly times: ArrayLike<number>;
  /** Length of the step, s. */
  readonly duration: number;
}

/** Weight of a wrong class. */
const WRONG_CLASS = 3;
const CLIPPED = 9;

/** Loss of a trial whose neuron spiked at these times (s, ascending). */
export function patternLoss(times: readonly number[], goal: PatternGoal): number {
  const wrong = firingPattern(times, goal.duration) === goal.pattern ? 0 : WRONG_CLASS;
  const deviations = deviationsOf(times, goal);
  return wrong + deviations.reduce((sum, deviation) => sum + Math.min(deviation * deviation, CLIPPED), 0) / deviations.length;
}

/** Is the spike count within a fifth of the teacher's? A neuron that shall fire once has to. */
export function countKept(times: readonly number[], { times: wanted }: PatternGoal): boolean {
  return Math.abs(times.length - wanted.length) <= 0.2 * wanted.length;
}

function deviationsOf(times: readonly number[], { times: wanted, pattern, duration }: PatternGoal): number[] {
  const [found, goal] = [firingFeatures(times), firingFeatures(wanted)];
  const list = [
    (found.spikes - goal.spikes) / Math.max(1, 0.1 * goal.spikes),
    ...relative(found.latency, goal.latency, 0.1),
    ...relative(found.firstInterval, goal.firstInterval, 0.12),
  ];
  if (pattern === 'irregular') return [...list, ...relative(irregularity(times), irregularity(wanted), 0.2)];
  if (pattern !== 'regular bursting' && pattern !== 'delayed regular bursting')
    return [...list, ...relative(found.lastInterval, goal.lastInterval, 0.12)];
  const [bursts, goalBursts] = [burstFeatures(times, duration), burstFeatures(wanted, duration)];
  return [
    ...list,
    ...relative(bursts.gap, goalBursts.gap, 0.1),
    ...relative(bursts.size, goalBursts.size, 0.15),
    ...(bursts.variation === null ? [Infinity] : [bursts.variation / 0.06]),
  ];
}

/** Deviation in units of a relative tolerance; nothing where the teacher has no such feature. */
function relative(value: number | null, target: number | null, tolerance: number): number[] {
  if (target === null) return [];
  return [value === null ? Infinity : (value - target) / (tolerance * target)];
}

/** CV of the intervals. */
function irregularity(times: ArrayLike<number>): number | null {
  const intervals = intervalsOf(times);
  if (intervals.length < 2) return null;
  return standardDeviation(intervals) / mean(intervals);
}

function burstFeatures(
  times: ArrayLike<number>,
  duration: number,
): { readonly gap: number | null; readonly size: number | null; readonly variation: number | null } {
  const intervals = intervalsOf(times);
  const { gaps, sizes } = intervals.length < 2 ? { gaps: [], sizes: [] } : burstsOf(Array.from(times), intervals, 0.3 * duration);
  return {
    gap: gaps.length === 0 ? null : mean(gaps),
    size: sizes.length === 0 ? null : mean(sizes),
    variation: gaps.length < 2 ? null : standardDeviation([...gaps]) / mean(gaps),
  };
}

function intervalsOf(times: ArrayLike<number>): number[] {
  return Array.from({ length: Math.max(times.length - 1, 0) }, (_, k) => times[k + 1]! - times[k]!);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
