/**
 * A piece of a subthreshold chip in emulation: arrivals at synapses in, spikes out, step by step. Every synapse knows its neuron, its kind and the charge of one event; words of
 * the content-addressable memory without a tag do nothing and are not here.
 */
import { log } from '../../base/index.ts';
import type { DynapseCard } from '../../model/index.ts';
import type { StepArrivals } from '../array.ts';
import type { StepSpikes } from '../membranes.ts';
import type { DynapseParameters } from './circuit.ts';
import { FastDynapseNeurons, type FastDynapseState } from './fast.ts';
import type { DynapseNeuronOptions, SynapseEvent } from './neuron-options.ts';
import { DynapseNeurons, type DynapseState } from './neurons.ts';

/** Synapses in the order in which sources list them. */
export interface DynapseSynapses {
  /** Neuron on the die. */
  readonly circuit: Uint32Array;
  /** Index into DYNAPSE_SYNAPSES. */
  readonly kind: Uint8Array;
  /** Jump of the synaptic current by one event on this die, A. */
  readonly charge: Float64Array;
}

/** State of a part, of whichever integrator. */
export type DynapsePartState = DynapseState | FastDynapseState;

/** All that a part is built from: plain data. */
export interface DynapsePartPlan {
  readonly integrator: DynapseCard['integrator'];
  readonly parameters: DynapseParameters;
  readonly synapses: DynapseSynapses;
  readonly options: DynapseNeuronOptions;
}

export class DynapsePart {
  readonly #neurons: DynapseNeurons | FastDynapseNeurons;
  readonly #synapses: DynapseSynapses;
  readonly #first: number;
  readonly #events: SynapseEvent[] = [];

  constructor({ integrator, parameters, synapses, options }: DynapsePartPlan) {
    this.#neurons = dynapseNeurons(integrator, parameters, options);
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

  /** Voltage of every membrane node over that at the dark current, V: (U_T / kappa) ln(I / I_dark). */
  voltages({ physics, bias_generator: { dark } }: Pick<DynapseCard, 'physics' | 'bias_generator'>): Float64Array {
    const unit = physics.thermal_voltage.value / physics.kappa.value;
    return this.#neurons.currents().map((current) => unit * log(current / dark.value));
  }

  snapshot(): DynapsePartState {
    return this.#neurons.snapshot();
  }

  restore(state: DynapsePartState): void {
    // a snapshot goes back to the integrator that made it
    (this.#neurons as { restore(state: unknown): void }).restore(state);
  }
}

/** Neurons of a part under either integrator. */
export function dynapseNeurons(
  integrator: DynapseCard['integrator'],
  parameters: DynapseParameters,
  options: DynapseNeuronOptions,
): DynapseNeurons | FastDynapseNeurons {
  return integrator === 'fast' ? new FastDynapseNeurons(parameters, options) : new DynapseNeurons(parameters, options);
}
