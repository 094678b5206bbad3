/** What a network of grid-net.ts is made of, what it tells, and what of it changes. */

/** Neurons of one kind. */
export interface GridPopulation {
  readonly size: number;
  /** delta: arrivals move V (mV). exponential: arrivals (pA) feed a current that decays. */
  readonly synapses: 'delta' | 'exponential';
  readonly leak: number; // per step
  readonly decay: number; // of the current, per step
  readonly fromCurrent: number; // mV/pA over a step
  readonly drive: number; // mV per step
  readonly threshold: number; // mV from rest
  readonly reset: number; // mV from rest
  readonly refractorySteps: number;
  readonly start: ArrayLike<number>; // mV from rest, one per neuron
  /** Poisson events of this weight: mean number per step. */
  readonly events?: { readonly mean: number; readonly weight: number };
}

/** Synapses drawn between two populations, with replacement; self and double connections occur. */
export interface GridProjection {
  readonly from: number; // population
  readonly to: number;
  /** Synapses onto every target, or in all. */
  readonly number: { readonly inDegree: number } | { readonly total: number };
  /** Equally likely weights; a power of two of them. */
  readonly weights: ArrayLike<number>;
  /** Equally likely delays in steps, 1 to 255: one, or 4096 of them. */
  readonly delays: ArrayLike<number>;
}

/** A single synapse given by name instead of drawn. */
export interface GridEdge {
  readonly source: number; // neuron within all populations, in their order
  readonly target: number;
  readonly weight: number;
  readonly delay: number; // steps
}

/** Spikes of one call, in order of (step, neuron); step k ends at (k + 1) h. */
export interface GridSpikes {
  readonly steps: Uint32Array;
  readonly neurons: Uint32Array;
}

/** One of several equal shares of the neurons of a network, with all synapses onto them. */
export interface GridPart {
  readonly index: number;
  readonly of: number;
}

/** All that changes: restored into a net of the same description it goes on bit by bit. */
export interface GridNetSnapshot {
  readonly step: number;
  readonly voltage: Float64Array;
  readonly current: Float64Array;
  readonly refractory: Uint32Array;
  readonly ring: Float64Array;
}
