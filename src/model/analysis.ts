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

/** Features of a spike and of a sweep under a step of current, as src/analysis/electrophysiology.ts defines them: ms, mV, pA, Hz, MOhm. */
export interface AnalysedSweep {
  readonly sweep: number;
  readonly current: number;
  readonly spikes: readonly {
    readonly time: number;
    readonly peak: number;
    readonly threshold: number | null;
    readonly amplitude: number | null;
    readonly halfWidth: number | null;
    readonly ahp: number | null;
    readonly ahpDepth: number | null;
  }[];
  readonly rate: number;
  readonly latency: number | null;
  readonly adaptationIndex: number | null;
  readonly intervalRatio: number | null;
  readonly base: number | null;
  readonly steady: number | null;
  readonly sag: number | null;
  readonly sagRatio: number | null;
  readonly inputResistance: number | null;
  readonly timeConstant: number | null;
}

export interface CellAnalysis {
  readonly kind: 'sweeps';
  readonly source: string;
  readonly sweeps: readonly AnalysedSweep[];
  readonly cell: {
    readonly rheobase: number | null;
    readonly silentBelow: number | null;
    readonly curve: readonly { readonly current: number; readonly rate: number }[];
    readonly gain: number | null;
    readonly inputResistance: number | null;
    readonly timeConstant: number | null;
    readonly sagRatio: number | null;
    readonly threshold: number | null;
    readonly halfWidth: number | null;
    readonly ahpDepth: number | null;
  };
}
