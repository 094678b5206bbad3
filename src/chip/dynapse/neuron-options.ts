/** What the neurons of a part are told by its owner, whichever way they are integrated: which they are, how long a step is, what the comparators see, which events arrive. */

/** Which neurons, and how they are integrated. */
export interface DynapseNeuronOptions {
  /** Neurons `first` to `first + count - 1` of the die. */
  readonly first: number;
  readonly count: number;
  /** s. */
  readonly step: number;
  /** Relative rms of what the comparator sees. */
  readonly noise: number;
  /** Steps for which a value of the noise stands. */
  readonly noiseSteps: number;
  readonly noiseSeed: number;
  /** 1 for neurons of the die that are integrated, all unless given: what no spike reaches and no probe sees can rest. */
  readonly active?: Uint8Array;
  /** Largest relative difference of one step and two half steps. */
  readonly tolerance?: number;
  /** Steps are never larger than this, s; for tests of the order of convergence, with `tolerance: Infinity`. */
  readonly largest?: number;
}

/** An event at a synapse: `charge` is the jump of the synaptic current, A. */
export interface SynapseEvent {
  /** Within the part. */
  readonly neuron: number;
  /** Index into DYNAPSE_SYNAPSES. */
  readonly kind: number;
  readonly charge: number;
  /** s until the step ends. */
  readonly remaining: number;
}
