/**
 * Do two runs, or two groups of runs, behave alike? Per population the distributions over neurons of rate, CV and LV of the intervals, and correlation (bins of 2 ms, up to
 * 64 neurons) are compared. With at least five runs on each side, and as many as the permutation test needs to reject anything after Holm's correction, the yardstick is the variability of side A between its own seeds (`equivalence`); one run against one is
 * judged by two-sample tests under Holm's correction, by test. Values of pairs of neurons, or of the same neurons in several runs, are not independent: such tests are not made.
 * Sources: Potjans and Diesmann 2014; van Albada et al. 2018; Gutzen et al. 2018, Frontiers in Neuroinformatics 12:90 (tests between simulators).
 */
import {
  coefficientOfVariation,
  coincidenceFactor,
  equivalence,
  firingRates,
  holm,
  interspikeIntervals,
  isiDistance,
  localVariation,
  matchSpikes,
  meanVanRossumDistance,
  pairwiseCorrelations,
  schreiberSimilarity,
  spikeCounts,
  spikeDistance,
  totalSpikes,
  twoSampleScores,
  victorPurpuraDistance,
  withinWindow,
  type SpikeTrains,
} from '../analysis/index.ts';
import { UsageError } from '../base/index.ts';
import type { ComparedScores, ComparedStatistic, Comparison, MatchedSpikes, Tolerance, TrainDistances } from '../model/index.ts';
import { comparedTrains, type CompareSources } from './compare-sources.ts';

export interface CompareRequest extends CompareSources {
  /** Tests alone, at 5 %, unless given. */
  readonly tolerance?: Tolerance;
  /** Biological s: also pair the spikes of one run and another that lie no further apart. */
  readonly within?: number;
  /** Seed of permutations. 1 unless given. */
  readonly seed?: number;
}

const STATISTICS = ['rate', 'cv', 'lv', 'correlation'] as const;
type StatisticName = (typeof STATISTICS)[number];
const BIN = 0.002;
/** 64 neurons are 2,016 pairs. */
const CORRELATED = 64;
const TAU = 0.01;
/** s, a spike of one train that falls on one of the other. */
const COINCIDENT = 0.002;
/** Products of train lengths that the quadratic distances may cost: some seconds. */
const MOST_PAIRS = 2e8;
const TESTS = ['ks', 'wasserstein', 'levene', 'mannWhitney'] as const;

type Sampled = Pick<ComparedStatistic, 'population' | 'statistic' | 'a' | 'b'> & { readonly scores: ComparedScores | null };

/** Compares side A, the reference, with side B. Times in biological s. Throws CardError and UsageError for what cannot be read or compared. */
export async function compareRuns({ tolerance, within, seed = 1, ...sources }: CompareRequest): Promise<Comparison> {
  const { from, until, populations } = await comparedTrains(sources);
  const single = sources.a.length === 1 && sources.b.length === 1;
  const level = tolerance?.level ?? 0.05;
  const sampled = populations.flatMap(({ name, a, b }) =>
    STATISTICS.map((statistic): Sampled => {
      const values = (side: readonly SpikeTrains[]): number[][] => side.map((trains) => valuesOf(statistic, trains, from, until));
      const [left, right] = [values(a), values(b)];
      return { population: name, statistic, a: left, b: right, scores: twoSampleScores(left.flat(), right.flat(), seed) };
    }),
  );
  if (within !== undefined && !single) throw new UsageError('--within pairs the spikes of one run and one other: give one on each side');
  // what has no values on either side is no statistic of these runs
  const told = sampled.filter(({ a, b }) => a.flat().length + b.flat().length > 0);
  const grouped = sources.a.length > 1 && sources.b.length > 1;
  const judged = grouped ? equivalence(told.map(seeded), { level, seed }) : undefined;
  const notJudged = reasonNotToJudge(sources.a.length, sources.b.length, told.length, level);
  const tested = sampled.filter(({ statistic, scores }) => single && statistic !== 'correlation' && scores !== null);
  const adjusted = TESTS.map((test) => holm(tested.map(({ scores }) => scores![test].p ?? 1)));
  const statistics = sampled.map((sample): ComparedStatistic => {
    const place = tested.indexOf(sample);
    const corrected =
      place < 0
        ? null
        : {
            ks: adjusted[0]![place]!,
            wasserstein: adjusted[1]![place]!,
            levene: adjusted[2]![place]!,
            mannWhitney: adjusted[3]![place]!,
          };
    const group = judged?.statistics[told.indexOf(sample)];
    const outside = limitsBroken(sample, tolerance);
    if (tolerance?.tests ?? true) {
      if (corrected !== null && corrected.ks < level) outside.push(`Kolmogorov-Smirnov p ${corrected.ks.toPrecision(2)} after Holm`);
      if (notJudged === null && judged?.verdict === 'different' && group?.rejected === true)
        outside.push(`between seeds p ${group.adjusted.toPrecision(2)} after Holm`);
    }
    return {
      ...sample,
      unit: sample.statistic === 'rate' ? 'Hz' : '1',
      adjusted: corrected,
      groups: group === undefined ? null : { between: group.between, within: group.within, p: group.p, adjusted: group.adjusted },
      outside,
    };
  });
  return {
    a: sources.a,
    b: sources.b,
    from,
    until,
    level,
    equivalence: notJudged === null ? judged!.verdict : 'not judged',
    notJudged,
    statistics,
    distances: single ? populations.map(({ name, a, b }) => distancesOf(name, a[0]!, b[0]!, from, until)) : [],
    matching:
      within === undefined
        ? null
        : { within, populations: populations.map(({ name, a, b }) => matchingOf(name, a[0]!, b[0]!, from, until, within)) },
    passed: statistics.every(({ outside }) => outside.length === 0),
  };
}

/** A verdict that no outcome could have made "different" says nothing: then the runs are too few. The smallest p is that of the one deal (two, for groups of one size) as far apart as can be. */
function reasonNotToJudge(a: number, b: number, statistics: number, level: number): string | null {
  if (Math.min(a, b) < 2) return 'one run on a side: there is no spread between seeds to hold it against';
  if (statistics === 0) return 'no statistic has values';
  let ways = 1;
  for (let k = 1; k <= a; k++) ways = (ways * (b + k)) / k;
  const smallest = ((a === b ? 2 : 1) / ways) * statistics;
  if (smallest < level) return Math.min(a, b) < 5 ? 'fewer than five runs on a side' : null;
  return `with ${String(a)} and ${String(b)} runs no p after Holm over ${String(statistics)} statistics can be below ${smallest.toPrecision(2)}: more runs would do`;
}

function matchingOf(population: string, a: SpikeTrains, b: SpikeTrains, from: number, until: number, within: number): MatchedSpikes {
  const [x, y] = [withinWindow(a, from, until), withinWindow(b, from, until)];
  const pairs = x.times.map((train, neuron) => ({ neuron, ...matchSpikes(train, y.times[neuron]!, within) }));
  const left = (side: 'onlyA' | 'onlyB') => pairs.flatMap((pair) => pair[side].map((time) => ({ neuron: pair.neuron, time })));
  return {
    population,
    a: totalSpikes(x),
    b: totalSpikes(y),
    matched: pairs.reduce((sum, { matched }) => sum + matched, 0),
    onlyA: left('onlyA'),
    onlyB: left('onlyB'),
  };
}

function seeded({ population, statistic, a, b }: Sampled): { name: string; reference: Sampled['a']; candidate: Sampled['b'] } {
  return { name: `${population} ${statistic}`, reference: a, candidate: b };
}

function valuesOf(statistic: StatisticName, trains: SpikeTrains, from: number, until: number): number[] {
  const inside = withinWindow(trains, from, until).times;
  if (statistic === 'rate') return defined(Array.from(firingRates(trains, from, until)));
  if (statistic === 'cv') return defined(inside.map((train) => coefficientOfVariation(interspikeIntervals(train))));
  if (statistic === 'lv') return defined(inside.map((train) => localVariation(interspikeIntervals(train))));
  if (until - from < BIN) return [];
  const active = inside.filter((train) => train.length > 0).slice(0, CORRELATED);
  return defined(Array.from(pairwiseCorrelations(active.map((train) => spikeCounts(train, from, until, BIN)))));
}

/** To nine digits: equal trains whose times were written in another unit differ in the last bits, which would be a distance of 1 where many neurons do the same. */
function defined(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null).map((value) => Number(value.toPrecision(9)));
}

function limitsBroken({ statistic, a, b, scores }: Sampled, tolerance: Tolerance | undefined): string[] {
  if (scores === null) {
    return a.flat().length === b.flat().length ? [] : ['only one side has values'];
  }
  const limit = tolerance?.limits[statistic];
  if (limit === undefined) return [];
  const found = { ks: scores.ks.distance, wasserstein: scores.wasserstein.distance, effect: Math.abs(scores.effect.g ?? 0) };
  return (['ks', 'wasserstein', 'effect'] as const).flatMap((name) => {
    const most = limit[name];
    return most !== undefined && found[name] > most ? [`${name} ${found[name].toPrecision(3)}, at most ${String(most)}`] : [];
  });
}

function distancesOf(population: string, a: SpikeTrains, b: SpikeTrains, from: number, until: number): TrainDistances {
  const [x, y] = [withinWindow(a, from, until), withinWindow(b, from, until)];
  const mean = (distance: (u: Float64Array, v: Float64Array) => number): number =>
    x.count === 0 ? 0 : x.times.reduce((sum, train, k) => sum + distance(train, y.times[k]!), 0) / x.count;
  const pairs = x.times.reduce((sum, train, k) => sum + (train.length + y.times[k]!.length) ** 2, 0);
  const quadratic = (distance: (u: Float64Array, v: Float64Array) => number): number | null => (pairs > MOST_PAIRS ? null : mean(distance));
  const coincidences = x.times
    .map((train, k) => coincidenceFactor(train, y.times[k]!, until - from, COINCIDENT))
    .filter((factor) => factor !== null);
  return {
    population,
    vanRossum: meanVanRossumDistance(x, y, TAU),
    isi: mean((u, v) => isiDistance(u, v, from, until)),
    spike: mean((u, v) => spikeDistance(u, v, from, until)),
    victorPurpura: quadratic((u, v) => victorPurpuraDistance(u, v, 1 / TAU)),
    schreiber: quadratic((u, v) => schreiberSimilarity(u, v, TAU)),
    coincidence: coincidences.length === 0 ? null : coincidences.reduce((sum, factor) => sum + factor, 0) / coincidences.length,
  };
}
