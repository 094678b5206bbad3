/**
 * A spiking network as arrays, in biological SI units: what a workload card becomes. Plain data; everybody treats it as read-only.
 * Synapses stand in compressed rows: those of source s are the entries rowStart[s] to rowStart[s + 1] - 1 of `target` and `weight`, sorted by target.
 */
import { InternalError } from '../base/index.ts';
import type { WorkloadPlasticity } from '../model/schemas/workload.ts';

/** A remark on an approximation made when the workload was read, with how often it was made. */
export interface Note {
  readonly text: string;
  readonly count: number;
}

/** A population: neurons first to first + count - 1. */
export interface PopulationRange {
  readonly name: string;
  readonly first: number;
  readonly count: number;
}

/** External sources: they spike when the stimulus says so, and their events act at their very tick, without a delay. */
export interface InputSynapses {
  readonly count: number;
  /** count + 1 entries. */
  readonly rowStart: Uint32Array;
  readonly target: Uint32Array;
  /** V, signed peak of the postsynaptic potential. */
  readonly weight: Float64Array;
  /** Stimulus i of the card owns sources stimulusStart[i] to stimulusStart[i + 1] - 1. */
  readonly stimulusStart: Uint32Array;
  /** Times (s, never falling) of the sources of a stimulus that come from a file, by stimulus; absent for all others. */
  readonly trains: ReadonlyMap<number, readonly Float64Array[]>;
}

/** What an AdEx neuron has besides, one entry per neuron; conductances and currents are relative to the leak conductance. */
export interface AdexNeurons {
  /** V_T, V: where the exponential takes over; the threshold of the network is the peak. */
  readonly threshold: Float64Array;
  /** Delta_T, V. */
  readonly slope: Float64Array;
  /** a / g_L, signed. */
  readonly adaptation: Float64Array;
  /** b / g_L, V. */
  readonly jump: Float64Array;
  /** tau_w, s. */
  readonly tau: Float64Array;
}

/** One value per neuron of a population and parameter, SI, by the names on the card; nested ones with a dot (`adaptation.jump`). */
export type NeuronColumns = Readonly<Record<string, Float64Array>>;

/** The synapses of one entry of the card's edges that are plastic. */
export interface PlasticProjection {
  /** For reports: `relays -> output`. */
  readonly name: string;
  readonly plasticity: WorkloadPlasticity;
}

/** Plastic synapses, one entry each in the columns, in the order of `target` and `weight`. */
export interface Plasticity {
  readonly projections: readonly PlasticProjection[];
  /** Entry of `target` and `weight`. */
  readonly synapse: Uint32Array;
  /** Index into `projections`. */
  readonly projection: Uint16Array;
  /** V, signed peak of the postsynaptic potential at a relative weight of 1. */
  readonly full: Float64Array;
  /** Relative weight at the start; 1 for short-term plasticity. */
  readonly start: Float64Array;
}

export interface Network {
  readonly name: string;
  readonly count: number;
  /** One per neuron. */
  readonly names: readonly string[];
  readonly populations: readonly PopulationRange[];
  /** All parameters of each population, whatever its model. The columns below are what a leaky membrane has of them; other models have stand-ins there. */
  readonly parameters: readonly NeuronColumns[];
  /** s, one per neuron. */
  readonly tauMem: Float64Array;
  readonly tauSynExcitatory: Float64Array;
  readonly tauSynInhibitory: Float64Array;
  /** V, one per neuron. */
  readonly rest: Float64Array;
  readonly threshold: Float64Array;
  readonly reset: Float64Array;
  /** s, one per neuron. */
  readonly refractory: Float64Array;
  /** Present where a population is AdEx; its LIF neurons then have values that do nothing (see neutralAdex). */
  readonly adex?: AdexNeurons;
  /** count + 1 entries. */
  readonly rowStart: Uint32Array;
  readonly target: Uint32Array;
  /** V, signed peak of the postsynaptic potential from rest, on a membrane with its leak alone: above zero excitatory. */
  readonly weight: Float64Array;
  /** s: one for all synapses, one per synapse, or null as long as the reference design that gives it is not known (see withDelay). */
  readonly delay: number | Float64Array | null;
  /** Sign of the chemical synapses that leave a neuron: +1, -1, or 0 where both kinds leave it. Synapses made from electrical connections are excitatory always. */
  readonly sign: Int8Array;
  /** Present where synapses are plastic. */
  readonly plasticity?: Plasticity;
  readonly inputs: InputSynapses;
  readonly notes: readonly Note[];
}

/** The same network with one constant delay (s) for all synapses: for cards that say `delay: reference design`. */
export function withDelay(network: Network, delay: number): Network {
  if (!(delay >= 0 && Number.isFinite(delay))) throw new InternalError(`a delay is at least 0 s, found ${String(delay)}`);
  return Object.freeze({ ...network, delay });
}
