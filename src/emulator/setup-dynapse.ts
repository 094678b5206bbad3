/**
 * From a network bound to a subthreshold chip to a running emulator: the same time, network-on-chip and order of events as any other chip, with parts of this family.
 */
import {
  compileDynapseDie,
  dynapseParameters,
  DynapsePart,
  weightCurrent,
  type DynapsePartState,
  type StepArrivals,
  type StepSpikes,
} from '../chip/index.ts';
import { DYNAPSE_SYNAPSES, type DynapseCard } from '../model/index.ts';
import type { Network, StimulusEvents } from '../network/index.ts';
import type { NocLayout } from '../noc/index.ts';
import { Emulator } from './emulator.ts';
import type { Part } from './emulator-plan.ts';
import type { DynapseBinding } from './mapping/bind-dynapse.ts';
import { cut, fanOutOf, interfaceTiming, type Emulation } from './setup.ts';
import { IdealTransport } from './ideal-transport.ts';
import { NocTransport } from './noc-transport.ts';

export interface DynapseEmulationOptions {
  readonly card: DynapseCard;
  readonly network: Network;
  readonly binding: DynapseBinding;
  /** The network-on-chip, or 'ideal': constant latency equal to the workload's delay. */
  readonly noc: NocLayout | 'ideal';
  readonly dieSeed: number;
  readonly noiseSeed: number;
  readonly stimulus: StimulusEvents;
  readonly confluence?: 'internal-first' | 'external-first';
  /** Neurons whose membrane is recorded at the end of every window, V. */
  readonly probes?: readonly number[];
  /** Pieces into which the chip is cut, all in this thread. */
  readonly parts?: number;
}

/** Builds an emulation. Throws InfeasibleError when the window does not fit the interface. */
export function setUpDynapse(options: DynapseEmulationOptions): Pick<Emulation, 'emulator' | 'transport' | 'timing'> {
  const { card, network, binding, noc, noiseSeed } = options;
  const die = compileDynapseDie(card, options.dieSeed);
  const parameters = dynapseParameters(card, die, binding.biases);
  const timing = interfaceTiming(card, binding.delay);
  const perCore = card.geometry.neurons_per_core.value;
  const { circuit, kind, code, word } = binding.synapses;
  const charge = Float64Array.from(
    circuit,
    (c, k) =>
      weightCurrent(parameters, Math.floor(c / perCore), code[k]!) *
      parameters.synapseGain[DYNAPSE_SYNAPSES[kind[k]!]!][c]! *
      die.synapseFactor(c, word[k]!),
  );
  const parts = cut(die.neurons, options.parts ?? 1).map(({ first, count }) => {
    const part = new DynapsePart({
      integrator: card.integrator,
      parameters,
      synapses: { circuit, kind, charge },
      options: {
        first,
        count,
        step: card.step.value,
        noise: card.noise.membrane.value * card.noise.scale,
        noiseSteps: Math.max(Math.round(card.noise.interval.value / card.step.value), 1),
        noiseSeed,
        active: Uint8Array.from(binding.neuronOf, (neuron) => (neuron < 0 ? 0 : 1)),
      },
    });
    return new PartOfDynapse(part, card);
  });
  const ideal = noc === 'ideal';
  const transport = ideal ? new IdealTransport(timing.delay) : new NocTransport(noc, timing.in, timing.ticksPerSecond, perCore, noiseSeed);
  const emulator = new Emulator(
    {
      timing,
      fanOut: fanOutOf(binding.synapses, network.count, perCore, !ideal && noc.design.packet.mode === 'per-synapse' ? 'synapse' : 'core'),
      coreOfCircuit: (c) => Math.floor(c / perCore),
      neuronInCore: (c) => c % perCore,
      neuronOf: binding.neuronOf,
      stimulus: options.stimulus,
      neurons: network.count,
      everythingOverNetwork: ideal,
      confluence: options.confluence ?? 'internal-first',
      microstepLimit: 1000,
      probes: (options.probes ?? []).map((neuron) => binding.circuitOf[neuron]!),
    },
    parts,
    transport,
  );
  return { emulator, transport, timing };
}

class PartOfDynapse implements Part {
  readonly count: number;
  readonly #part: DynapsePart;
  readonly #card: DynapseCard;
  #spikes: StepSpikes = { count: 0, circuit: new Uint32Array(0), fraction: new Float64Array(0) };

  constructor(part: DynapsePart, card: DynapseCard) {
    this.count = part.count;
    this.#part = part;
    this.#card = card;
  }

  begin(step: number, arrivals: StepArrivals): void {
    this.#spikes = this.#part.advance(step, arrivals);
  }

  finish(): StepSpikes {
    return this.#spikes;
  }

  /** Voltage of the membrane node over that of the dark current: (U_T / kappa) ln(I / I_dark). */
  voltages(): Float64Array {
    return this.#part.voltages(this.#card);
  }

  snapshot(): DynapsePartState {
    return this.#part.snapshot();
  }

  restore(snapshot: unknown): void {
    this.#part.restore(snapshot as DynapsePartState);
  }

  close(): void {
    // nothing to release
  }
}
