/** What a bank of neurons is made from, what a run of it is asked, and what it answers. */
import type { ADEX_STATE, LifStateField } from './lif-layout.ts';

export interface LifBankOptions {
  /** Spikes that one run can list; a run that has more throws. 0: spikes are only counted. */
  readonly maxSpikes: number;
  /** Samples of all membranes that one run can take. */
  readonly maxSamples?: number;
  /** Number of the first neuron within the whole population, a multiple of 64: decides which noise it sees. */
  readonly firstNeuron?: number;
  /** Die or chip: units see unrelated noise. */
  readonly unit?: number;
  /** Seed of the noise, a safe non-negative integer, and a substream below 2^32. */
  readonly seed?: number;
  readonly substream?: number;
  /** V, linear range of the leak OTA; the default 1e4 V is a linear leak. */
  readonly linear?: number;
  /** Present: a bank of whole circuits, with the fields of both lists. */
  readonly adex?: AdexBankOptions;
}

/** What all circuits of a bank share. */
export interface AdexBankOptions {
  /** V, linear range of the OTAs of the adaptation; 1e4 V is linear. */
  readonly linear: number;
  /** V. */
  readonly rails: readonly [low: number, high: number];
  /** V, rms of the threshold from spike to spike. */
  readonly comparatorNoise: number;
}

export interface LifRunOptions {
  /** Default true. Without noise a run is bit-identical to one with all sigma zero, and faster. */
  readonly noise?: boolean;
  /** Default true. Off: no neuron fires, whatever its voltage. */
  readonly comparator?: boolean;
  /** Samples all membranes after step `sampleFrom` and every `sampleEvery` steps later; both count steps absolutely, so cutting a run changes no sample. */
  readonly sampleFrom?: number;
  readonly sampleEvery?: number;
}

/** Windows onto the bank's memory: valid until the next run, to be copied if kept. */
export interface LifRun {
  readonly spikes: number; // how many; the list below is empty if the bank was made with maxSpikes 0
  readonly steps: Uint32Array<ArrayBuffer>; // step of each spike, counted from the first step of this run; ascending
  readonly neurons: Uint32Array<ArrayBuffer>; // number within the population (firstNeuron included); ascending within a step
  readonly fractions: Float32Array<ArrayBuffer>; // part of the step before the crossing, 0 to 1
  readonly samples: Float32Array<ArrayBuffer>; // V, one row of `sampleStride` values per sample
}

/** Spikes of one step: the first `count` entries of windows onto the bank's memory, valid until the next run. */
export interface LifStep {
  count: number;
  neurons: Uint32Array<ArrayBuffer>;
  fractions: Float32Array<ArrayBuffer>;
}

/** Copies of all that changes: restored into a bank of the same parameters it continues bit by bit. */
export type LifSnapshot = Readonly<Record<LifStateField, Float32Array<ArrayBuffer>>> &
  Readonly<Partial<Record<(typeof ADEX_STATE)[number], Float32Array<ArrayBuffer>>>> & { readonly spikeCounts: Uint32Array<ArrayBuffer> };
