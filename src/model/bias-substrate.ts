/**
 * The interface between an experiment and a chip whose biases are shared by the neurons of a core: what a laboratory with such a board can set and read. Biases in, spikes and
 * one monitored current per core out; single neurons have no codes.
 */
import type { Bill, SubstrateState } from './substrate.ts';
import type { DynapseBias, DynapseSynapse } from './schemas/chip-dynapse.ts';

/** A coarse and a fine code per bias; those of a core. */
export type BiasCodes = Readonly<Record<DynapseBias, { readonly coarse: number; readonly fine: number }>>;

/** Some biases of every core. */
export type BiasChange = Partial<BiasCodes>;

export interface BiasCapabilities {
  readonly cores: number;
  readonly neuronsPerCore: number;
  /** Data sheet: what the biases are until they are set. */
  readonly design: BiasCodes;
  /** Data sheet: current of a code pair and the code pair nearest to a current, A. */
  currentOf(this: void, code: { readonly coarse: number; readonly fine: number }): number;
  codeOf(this: void, current: number): { readonly coarse: number; readonly fine: number };
  /** Data sheet: relative distance of the current of a code from that of the next larger fine code. */
  resolutionOf(code: { readonly coarse: number; readonly fine: number }): number;
  /** Bits of the weight of a synapse. */
  readonly weightBits: number;
  readonly synapsesPerNeuron: number;
  /** Interval of the monitor, s. */
  readonly sampleInterval: number;
}

/** Events at synapses of one kind, the same for every neuron looked at. */
export interface BiasEvents {
  readonly kind: DynapseSynapse;
  /** Weight code of the synapses. */
  readonly code: number;
  /** s between events; one event at the begin unless given. */
  readonly period?: number;
  /** Synapses that take part in each event, one unless given; from the first one on (0 unless given) the words of a neuron take turns. */
  readonly synapses?: number;
  readonly first?: number;
}

/** One run. All cores do the same at the same time. */
export interface BiasExperiment {
  /** s. */
  readonly duration: number;
  /** Spikes before this are not counted, s. */
  readonly from?: number;
  /** Neurons within a core that are looked at; the others run unseen. */
  readonly neurons: readonly number[];
  readonly events?: BiasEvents;
  /** What the monitor of every core shows, of one neuron, which is kept from firing: its membrane or a synaptic current. */
  readonly monitor?: 'membrane' | DynapseSynapse;
  /** Biases that differ from the configured ones until the run begins, and during the run, the same for all cores or one change per core; changed without waiting. */
  readonly rested?: BiasChange | readonly BiasChange[];
  readonly switched?: BiasChange | readonly BiasChange[];
}

/** Readings of a run: row after row, a row per neuron looked at, cores outermost. */
export interface BiasReadings {
  readonly spikes: Uint32Array;
  /** Monitor readings, A: rows of equal length; empty without a monitor. */
  readonly samples: readonly Float64Array[];
}

export interface BiasSubstrate {
  readonly capabilities: BiasCapabilities;
  /** Modelled hardware time so far. */
  readonly bill: Bill;
  /** Writes biases, one set per core, and waits until the circuits rest (billed). */
  configure(biases: readonly BiasCodes[]): Promise<void>;
  /** Begins where the circuits rest with the configured biases. Only one neuron per core can be monitored at a time: a run with a monitor is repeated for each, and billed so. */
  run(experiment: BiasExperiment): Promise<BiasReadings>;
  /** What has changed so far, and the way back, where the substrate can: a calibration that was killed goes on from there. */
  snapshot?(): SubstrateState;
  restore?(state: SubstrateState): void;
}
