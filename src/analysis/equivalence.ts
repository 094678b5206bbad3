/**
 * Do two simulators of one stochastic network behave alike? No spike-for-spike claim can be made, so distributions over neurons are compared (rate, CV of the intervals,
 * correlation, ...), seed by seed, and the yardstick is how much the reference differs from itself between seeds:
 *   for every statistic: permutation test of the mean KS distance between the groups of seeds against that within them; Holm over all statistics.
 * Equal spans, warm-up and neuron counts are the caller's business: unequal spans alone give KS distances of 0.6. Rates alone are not enough, the CV is the sharp one.
 * Sources: Potjans and Diesmann 2014, Cerebral Cortex 24:785 (the three distributions); van Albada et al. 2018, Frontiers in Neuroscience 12:291 (their use between simulators).
 */
import { holm } from './holm.ts';
import { ksDistance } from './ks.ts';
import { groupDistanceTest, type GroupDistances, type PermutationOptions } from './permutation.ts';

/** One statistic of one population: a sample over neurons (or pairs) per seed. */
export interface SeededStatistic {
  readonly name: string;
  readonly reference: readonly ArrayLike<number>[];
  readonly candidate: readonly ArrayLike<number>[];
}

export interface JudgedStatistic extends GroupDistances {
  readonly name: string;
  /** Holm's, over all statistics of the network. */
  readonly adjusted: number;
  readonly rejected: boolean;
}

export interface Equivalence {
  /** `not judged`: fewer reference seeds than a test needs; distances are given all the same. */
  readonly verdict: 'equivalent' | 'different' | 'not judged';
  readonly level: number;
  readonly statistics: readonly JudgedStatistic[];
}

export interface EquivalenceOptions extends PermutationOptions {
  /** Chance of one false alarm over all statistics. 0.05 unless given. */
  readonly level?: number;
  /** Fewest seeds of the reference for a verdict. 5 unless given. */
  readonly fewest?: number;
}

/** Judges all statistics of one network. Throws InternalError with fewer than two seeds in a group or values that are not finite. */
export function equivalence(
  statistics: readonly SeededStatistic[],
  { level = 0.05, fewest = 5, ...options }: EquivalenceOptions = {},
): Equivalence {
  const tests = statistics.map(({ reference, candidate }) => {
    const samples = [...reference, ...candidate];
    return groupDistanceTest(samples.length, reference.length, (i, j) => sampleDistance(samples[i]!, samples[j]!), options);
  });
  const adjusted = holm(tests.map(({ p }) => p));
  const judged = tests.map((test, k) => ({ name: statistics[k]!.name, ...test, adjusted: adjusted[k]!, rejected: adjusted[k]! < level }));
  const few =
    statistics.length === 0 || statistics.some(({ reference, candidate }) => Math.min(reference.length, candidate.length) < fewest);
  return { verdict: few ? 'not judged' : judged.some(({ rejected }) => rejected) ? 'different' : 'equivalent', level, statistics: judged };
}

/** KS distance; a sample without values (a silent population has no CV) is as far as can be from one with values, and equal to another without. */
function sampleDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length === 0 || b.length === 0) return a.length === b.length ? 0 : 1;
  return ksDistance(a, b);
}
