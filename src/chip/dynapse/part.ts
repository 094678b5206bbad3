/**
 * A piece of a subthreshold chip in emulation: arrivals at synapses in, spikes out, step by step. Every synapse knows its neuron, its kind and the charge of one event; words of
 * the content-addressable memory without a tag do nothing and are not here.
 */
import type { StepArrivals } from '../array.ts';
import type { StepSpikes } from '../membranes.ts';
import type { DynapseParameters } from './circuit.ts';
import { DynapseNeurons, type DynapseNeuronOptions, type DynapseState, type SynapseEvent } from './neurons.ts';

/** Synapses in the order in which sources list them. */
export interface DynapseSynapses {
  /** Neuron on the die. */
  readonly circuit: Uint32Array;
  /** Index into DYNAPSE_SYNAPSES. */
  readonly kind: Uint8Array;
  /** Jump of the synaptic current by one event on this die, A. */
  readonly charge: Float64Array;
}

/** All that a part is built from: plain data. */
export interface DynapsePartPlan {
  readonly parameters: DynapseParameters;
  readonly synapses: DynapseSynapses;
  readonly options: DynapseNeuronOptions;
}

export class DynapsePart {
  readonly #neurons: DynapseNeurons;
  readonly #synapses: DynapseSynapses;
  readonly #first: number;
  readonly #events: SynapseEvent[] = [];

  constructor({ parameters, synapses, options }: DynapsePartPlan) {
    this.#neurons = new DynapseNeurons(parameters, options);
    this.#synapses = synapses;
    this.#first = options.first;
  }

  get count(): number {
    return this.#neurons.count;
  }

  /** Integrates step `index` with these arrivals. Arrivals at neurons of other parts are passed over. The spikes are reused by the next call. */
  advance(index: number, arrivals: StepArrivals): StepSpikes {
    const { circuit, kind, charge } = this.#synapses;
    const events = this.#events;
    events.length = 0;
    for (let i = 0; i < arrivals.count; i++) {
      const remaining = arrivals.remaining[i]!;
      for (let k = arrivals.from[i]!; k < arrivals.to[i]!; k++) {
        const neuron = circuit[k]! - this.#first;
        if (neuron < 0 || neuron >= this.count) continue;
        events.push({ neuron, kind: kind[k]!, charge: charge[k]!, remaining });
      }
    }
    return this.#neurons.advance(index, events);
  }

  /** Membrane currents, A. */
  currents(): Float64Array {
    return this.#neurons.currents();
  }

  snapshot(): DynapseState {
    return this.#neurons.snapshot();
  }

  restore(state: DynapseState): void {
    this.#neurons.restore(state);
  }
}
