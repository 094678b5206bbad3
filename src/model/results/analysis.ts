/** What `neurolith analyse` found: plain data for its page and --json. null is what the data cannot tell. */

export interface AnalysedSpectrum {
  /** Hz. */
  readonly frequency: readonly number[];
  /** Hz^2/Hz of rates, V^2/Hz of membranes. */
  readonly density: readonly number[];
  readonly segments: number;
  readonly peak: { readonly frequency: number; readonly prominence: number } | null;
}

export interface AnalysedPowerLaw {
  readonly exponent: number;
  readonly error: number;
  readonly minimum: number;
  readonly count: number;
  readonly distance: number;
}

/** One population of neurons. */
export interface AnalysedPopulation {
  readonly name: string;
  readonly neurons: number;
  readonly spikes: number;
  readonly meanRate: number | null;
  readonly silent: number | null;
  readonly cv: number | null;
  readonly lv: number | null;
  /** Mean over neurons of variance / mean of counts in bins of 100 ms. */
  readonly fano: number | null;
  /** Mean pairwise correlation of counts in bins of 2 ms; first 200 neurons. */
  readonly correlation: number | null;
  readonly synchrony: {
    /** Golomb and Rinzel's chi^2 of rates in bins of 5 ms. */
    readonly chiSquared: number | null;
    readonly spikeSynchronization: number | null;
    readonly orderParameter: number | null;
  };
  /** Of the mean rate, in bins of 1 ms. */
  readonly spectrum: AnalysedSpectrum | null;
  readonly avalanches: {
    readonly count: number;
    /** s; the mean interval between spikes of the population. */
    readonly bin: number;
    readonly branchingRatio: number | null;
    readonly size: AnalysedPowerLaw | null;
    readonly duration: AnalysedPowerLaw | null;
    /** How often each size occurs, ascending. */
    readonly sizes: readonly (readonly [size: number, count: number])[];
  } | null;
  /** ms, of all neurons together: 1,000 quantiles at most. */
  readonly intervals: readonly number[];
}

/** Membranes that a run recorded. */
export interface AnalysedMembranes {
  readonly name: string;
  readonly neurons: number;
  readonly mean: number;
  readonly deviation: number;
  readonly chiSquared: number | null;
  /** Mean over neurons. */
  readonly spectrum: AnalysedSpectrum | null;
}

export interface SpikeAnalysis {
  readonly kind: 'spikes';
  readonly source: string;
  /** Biological s. */
  readonly from: number;
  readonly until: number;
  readonly populations: readonly AnalysedPopulation[];
  readonly membranes: readonly AnalysedMembranes[];
}

export interface SpikeShape {
  /** ms. */
  readonly time: number;
  readonly peak: number;
  readonly threshold: number | null;
  readonly amplitude: number | null;
  /** ms. */
  readonly halfWidth: number | null;
  readonly ahp: number | null;
  /** threshold - ahp, mV. */
  readonly ahpDepth: number | null;
}

export interface SweepFeatures {
  readonly current: number;
  /** During the step. */
  readonly spikes: readonly SpikeShape[];
  /** Hz, during the step. */
  readonly rate: number;
  /** ms after the onset. */
  readonly latency: number | null;
  readonly adaptationIndex: number | null;
  /** Last interval / first one. */
  readonly intervalRatio: number | null;
  readonly base: number | null;
  readonly steady: number | null;
  readonly sag: number | null;
  readonly sagRatio: number | null;
  /** MOhm. */
  readonly inputResistance: number | null;
  /** ms. */
  readonly timeConstant: number | null;
}

/** A sweep of a file, by its number. Definitions: src/analysis/electrophysiology.ts. */
export interface AnalysedSweep extends SweepFeatures {
  readonly sweep: number;
}

/** What the sweeps of one cell say together. */
export interface CellFeatures {
  /** pA: smallest current of a sweep that fires; null when none does. */
  readonly rheobase: number | null;
  /** pA: largest current below the rheobase that does not fire. */
  readonly silentBelow: number | null;
  /** Hz over pA, ascending currents; several sweeps of one current are averaged. */
  readonly curve: readonly { readonly current: number; readonly rate: number }[];
  /** Hz/pA: least squares over the currents that fire. */
  readonly gain: number | null;
  /** MOhm: slope of steady over current (least squares) of the sweeps that hyperpolarise. */
  readonly inputResistance: number | null;
  /** Medians over sweeps: ms of the hyperpolarised ones, first spikes at the rheobase and above. */
  readonly timeConstant: number | null;
  readonly sagRatio: number | null;
  readonly threshold: number | null;
  readonly halfWidth: number | null;
  readonly ahpDepth: number | null;
}

export interface CellAnalysis {
  readonly kind: 'sweeps';
  readonly source: string;
  readonly sweeps: readonly AnalysedSweep[];
  readonly cell: CellFeatures;
}
