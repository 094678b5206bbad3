/** What `neurolith compare` found: plain data for its page, its JUnit file and --json. */

/** Two-sample scores, as analysis gives them. */
export interface ComparedScores {
  readonly means: readonly [number, number];
  readonly ks: { readonly distance: number; readonly p: number };
  readonly wasserstein: { readonly distance: number; readonly p: number };
  readonly levene: { readonly p: number | null };
  readonly mannWhitney: { readonly p: number | null };
  readonly effect: { readonly g: number | null; readonly low: number | null; readonly high: number | null };
}

/** One statistic of one population. */
export interface ComparedStatistic {
  readonly population: string;
  readonly statistic: 'rate' | 'cv' | 'lv' | 'correlation';
  readonly unit: string;
  /** Values by run: one per neuron (per pair for correlations) that has one. */
  readonly a: readonly (readonly number[])[];
  readonly b: readonly (readonly number[])[];
  /** Of the values of all runs together; null when a side has none. */
  readonly scores: ComparedScores | null;
  /** Holm's over all statistics, test by test; null where values are not independent (pairs of neurons, several runs). */
  readonly adjusted: { readonly ks: number; readonly wasserstein: number; readonly levene: number; readonly mannWhitney: number } | null;
  /** Mean KS distance between and within the groups of runs with Holm's p; null with fewer than two runs on a side. */
  readonly groups: { readonly between: number; readonly within: number; readonly p: number; readonly adjusted: number } | null;
  /** What lies outside the tolerance, in words; empty when all is well. */
  readonly outside: readonly string[];
}

/** Mean over neurons of distances of spike trains, neuron by neuron. */
export interface TrainDistances {
  readonly population: string;
  /** tau 10 ms; 1 is one extra spike. */
  readonly vanRossum: number;
  /** 0 to 1. */
  readonly isi: number;
  /** 0 to 1. */
  readonly spike: number;
  /** Moving a spike by 10 ms costs as much as removing it; null where trains are too long (the cost grows with the product of their lengths). */
  readonly victorPurpura: number | null;
  /** Similarity, 0 to 1, Gauss function of 10 ms; null as above. */
  readonly schreiber: number | null;
  /** Coincidences within 2 ms beyond those of chance, at most 1; mean over the neurons for which it is defined, null without any. */
  readonly coincidence: number | null;
}

/** Spikes of one run and of another that are the same, neuron by neuron. */
export interface MatchedSpikes {
  readonly population: string;
  readonly a: number;
  readonly b: number;
  readonly matched: number;
  /** Spikes without a partner: neuron and biological s. */
  readonly onlyA: readonly { readonly neuron: number; readonly time: number }[];
  readonly onlyB: readonly { readonly neuron: number; readonly time: number }[];
}

export interface Comparison {
  readonly a: readonly string[];
  readonly b: readonly string[];
  /** Biological s. */
  readonly from: number;
  readonly until: number;
  readonly level: number;
  /** Against the seed-to-seed variability of side A. */
  readonly equivalence: 'equivalent' | 'different' | 'not judged';
  /** Why it is not judged, in words; null where it is. */
  readonly notJudged: string | null;
  readonly statistics: readonly ComparedStatistic[];
  /** Only of one run against one. */
  readonly distances: readonly TrainDistances[];
  /** Only of one run against one, where asked for: partners no further apart than `within` (s). */
  readonly matching: { readonly within: number; readonly populations: readonly MatchedSpikes[] } | null;
  readonly passed: boolean;
}
