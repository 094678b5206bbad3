/** What one run of a workload gives, on a die or on the teacher, with its recordings. SI units; hardware time unless a name says biological. */
import type { BindingSummary, WorkloadSummary } from './codesign.ts';
import type { EnergySummary, FidelitySummary, LatencySummary, NocMap, SpikeAccount, SpikeFiles } from './spikes.ts';

/** One recording in a run directory: rows of neurons, columns of samples. */
export interface RecordingFiles {
  readonly name: string;
  readonly probe: 'v' | 'madc' | 'cadc';
  /** V of the hardware, or LSB of the converter. */
  readonly unit: 'V' | 'LSB';
  readonly values: string;
  readonly tick: string;
  readonly neuron: string;
}

/** What came from outside in a run: events by number of their source (`neuron` of the column files), and changes of currents, V of depolarisation held on the leak (biological). */
export interface StimulusFiles {
  readonly sources: number;
  readonly neurons: number;
  readonly events: SpikeFiles;
  readonly currents?: SpikeFiles & { readonly values: string };
}

/** Events of one output of a crossbar that came while it was busy. Buses of cards with a `queue` let them wait; everywhere else they would have had to. */
export interface OutputContention {
  /** Events that waited, or would have had to. */
  readonly waited: number;
  /** s of hardware time. */
  readonly longestWait: number;
  /** Events that found the queue full; absent where there is none. */
  readonly dropped?: number;
  /** Share of the run in which the output was busy. */
  readonly busy: number;
}

/** Counters of the event crossbar of a chip. */
export interface CrossbarCounts {
  /** Events that came to each input, and how many of them no node let pass. */
  readonly inputs: readonly { readonly name: string; readonly events: number; readonly dropped: number }[];
  /** Events that each output was sent; how many of them came while it was taking another, the longest wait and what it could take at most, where the card says how long an event takes it. */
  readonly outputs: readonly { readonly name: string; readonly events: number; readonly contention?: OutputContention }[];
  /** Synaptic events that the workload asked for and closed nodes kept away. */
  readonly synapticEventsBlocked: number;
}

export interface EmulationResult {
  readonly workload: WorkloadSummary;
  readonly die: number;
  readonly spikes: SpikeAccount;
  readonly latency: LatencySummary;
  readonly energy: EnergySummary;
  readonly fidelity: FidelitySummary;
  readonly binding: BindingSummary;
  readonly map: NocMap;
  readonly raster: {
    readonly teacher: SpikeFiles;
    readonly student: SpikeFiles;
    readonly ticksPerSecond: number;
    readonly speedUp: number;
  };
  readonly stimulus?: StimulusFiles;
  readonly traceHash: string;
  readonly admissible: boolean;
  readonly violations: readonly { readonly entity: string; readonly tick: number; readonly limit: string; readonly count: number }[];
  readonly activity: Readonly<Record<string, number>>;
  /** Present where the chip card has a crossbar. */
  readonly crossbar?: CrossbarCounts;
  /** Share of column ADC readings outside the reliable range. */
  readonly cadcOutside?: number | null;
  /** What the probes saw; spikes are in `raster`. */
  readonly recordings?: readonly RecordingFiles[];
  /** Table of all synapses, when it was asked for. */
  readonly weights?: string;
}

/** A population as the teacher ran it, after the warm-up; what silent neurons cannot tell is null. */
export interface ReferencePopulation {
  readonly name: string;
  readonly neurons: number;
  /** In the whole run. */
  readonly spikes: number;
  readonly meanRate: number | null;
  readonly cv: number | null;
  readonly correlation: number | null;
}

/** Weights of one plastic projection, relative to their maximum; u x of the last spike for short-term plasticity. */
export interface ProjectionWeights {
  readonly name: string;
  /** Rule, pairing and convention of delays, in words. */
  readonly rule: string;
  readonly synapses: number;
  /** One entry per sample: mean over the synapses, and the weights below which a tenth and nine tenths of them lie. */
  readonly mean: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** Synapses by weight at the end, in equal bins over [0, 1]. */
  readonly histogram: readonly number[];
}

/** Weights as an observable, sampled a hundred times over the run and at its start. */
export interface WeightRecording {
  /** Biological s. */
  readonly seconds: readonly number[];
  readonly projections: readonly ProjectionWeights[];
  /** Columns: ticks of the samples; samples x recorded synapses; a row per plastic synapse with where it leads, its weight at start and end, and its column where it is recorded. */
  readonly files: { readonly tick: string; readonly weight: string; readonly synapses: string };
}

/** A workload on the teacher alone, in biological time. */
/** Course of a neural mass: every variable at the samples that a figure shows; `file` (samples x [s, variables]) has all of them. */
export interface MassCourses {
  readonly file: string;
  readonly seconds: readonly number[];
  readonly variables: readonly {
    readonly name: string;
    readonly minimum: number;
    readonly maximum: number;
    readonly mean: number;
    readonly values: readonly number[];
  }[];
}

export interface ReferenceResult {
  readonly workload: WorkloadSummary;
  /** `steps`: a network in discrete time. */
  readonly mode: 'precise' | 'grid' | 'steps';
  /** Integrators, tolerances, convention of delays, in words. */
  readonly method: readonly string[];
  readonly stimulus: number;
  readonly populations: readonly ReferencePopulation[];
  readonly raster: { readonly teacher: SpikeFiles; readonly ticksPerSecond: number; readonly speedUp: number };
  /** Present where synapses are plastic. */
  readonly weights?: WeightRecording;
  /** Present for a neural mass, which has neither populations nor spikes. */
  readonly courses?: MassCourses;
  /** Column file: how far after its tick each spike lies, in ticks, [0, 1). */
  readonly fraction: string;
  readonly traceHash: string;
}
