/**
 * A die of the subthreshold family on the laboratory bench: biases in, spikes and monitor readings out, time billed. The truth stays inside.
 * A run begins where the circuits rest: the membrane at the end of a long wait with the configured biases, synapses at zero. Only neurons that are looked at can fire.
 */
import { Chance } from '../../base/index.ts';
import {
  DYNAPSE_SYNAPSES,
  type BiasCapabilities,
  type BiasChange,
  type BiasCodes,
  type BiasEvents,
  type BiasExperiment,
  type BiasReadings,
  type BiasSubstrate,
  type Bill,
  type DynapseCard,
  type DynapseSynapse,
  type SubstrateState,
} from '../../model/index.ts';
import { biasCurrent, designBiases, nearestBias } from './biases.ts';
import { dynapseParameters, weightCurrent, type DynapseParameters } from './circuit.ts';
import { compileDynapseDie, type DynapseDie } from './die.ts';
import { FastDynapseNeurons } from './fast.ts';
import type { SynapseEvent } from './neuron-options.ts';

/** Longest step of the integration on the bench, s: its error is far below the noise of a reading. */
const LONGEST = 20e-6;

export class DynapseBench implements BiasSubstrate {
  readonly capabilities: BiasCapabilities;
  readonly #card: DynapseCard;
  readonly #die: DynapseDie;
  readonly #readout: Chance;
  readonly #noiseSeed: number;
  #bill = { settling: 0, reading: 0, running: 0 };
  #biases: readonly BiasCodes[];
  /** Of every neuron that has been looked at: strength of each of its synapses relative to the others. */
  readonly #words = new Map<number, Float64Array>();
  /** Steps of the integration in one interval of the monitor, and the length of one, s. */
  readonly #finer: number;
  readonly #step: number;
  #runs = 0;

  /** The die of this number; `noiseSeed` decides the noise of all runs. */
  constructor(card: DynapseCard, dieSeed: number, noiseSeed: number) {
    this.#card = card;
    this.#die = compileDynapseDie(card, dieSeed);
    this.#readout = new Chance(noiseSeed, 'readout');
    this.#noiseSeed = noiseSeed;
    this.#finer = Math.ceil(card.monitor.sample_interval.value / LONGEST - 1e-9);
    this.#step = card.monitor.sample_interval.value / this.#finer;
    const design = designBiases(card);
    this.capabilities = {
      cores: card.geometry.cores.value,
      neuronsPerCore: card.geometry.neurons_per_core.value,
      design,
      currentOf: (code) => biasCurrent(card, code),
      codeOf: (current) => nearestBias(card, current),
      resolutionOf: ({ coarse, fine }) => {
        const next = fine < card.bias_generator.fine.value ? fine + 1 : fine - 1;
        return Math.abs(biasCurrent(card, { coarse, fine: next }) / biasCurrent(card, { coarse, fine }) - 1);
      },
      weightBits: card.weight_bits.value,
      synapsesPerNeuron: card.geometry.synapses_per_neuron.value,
      sampleInterval: card.monitor.sample_interval.value,
    };
    this.#biases = Array.from({ length: card.geometry.cores.value }, () => design);
  }

  get bill(): Bill {
    return { ...this.#bill };
  }

  configure(biases: readonly BiasCodes[]): Promise<void> {
    // refuses codes that are none, before anything changes
    dynapseParameters(this.#card, this.#die, biases);
    this.#biases = biases;
    this.#bill.settling += this.#card.settling.value;
    return Promise.resolve();
  }

  run({ duration, from = 0, neurons, events, monitor, rested = {}, switched = {} }: BiasExperiment): Promise<BiasReadings> {
    const { cores, neuronsPerCore, sampleInterval } = this.capabilities;
    const run = this.#runs++;
    const active = new Uint8Array(this.#die.neurons);
    const looked = Array.from({ length: cores }, (_, core) => neurons.map((n) => core * neuronsPerCore + n)).flat();
    for (const unit of looked) active[unit] = 1;
    const rest = this.#bank(this.#with(rested), active, run, false);
    const settled = Math.ceil(this.#card.settling.value / this.#step);
    // a monitored membrane must not be reset: with spikes it rests nowhere
    if (monitor === 'membrane') for (let step = 0; step < settled; step++) rest.advance(step, []);
    const parameters = this.#with(switched);
    const bank = this.#bank(parameters, active, run, monitor === undefined);
    bank.restore(rest.snapshot());
    const steps = Math.max(Math.round(duration / sampleInterval), 1);
    const spikes = new Uint32Array(this.#die.neurons);
    const samples = monitor === undefined ? [] : looked.map(() => new Float64Array(steps));
    const node = monitor === undefined || monitor === 'membrane' ? -1 : DYNAPSE_SYNAPSES.indexOf(monitor);
    const {
      monitor: instrument,
      noise: { membrane, scale },
    } = this.#card;
    const noise = scale * (node < 0 ? Math.sqrt(instrument.noise.value ** 2 + membrane.value ** 2) : instrument.noise.value);
    for (let sample = 0; sample < steps; sample++) {
      for (let k = 0; k < this.#finer; k++) {
        const step = sample * this.#finer + k;
        const fired = bank.advance(step, events === undefined ? [] : this.#events(parameters, looked, events, step));
        for (let s = 0; s < fired.count; s++) if ((step + fired.fraction[s]!) * this.#step > from) spikes[fired.circuit[s]!]!++;
      }
      if (monitor === undefined) continue;
      const currents = node < 0 ? bank.currents() : bank.synapses(node);
      looked.forEach((unit, i) => {
        samples[i]![sample] = currents[unit]! * (1 + noise * this.#readout.normal(unit, run * 2 ** 20 + sample));
      });
    }
    const times = monitor === undefined ? 1 : neurons.length;
    this.#bill.running += duration * times;
    this.#bill.settling += monitor === 'membrane' ? this.#card.settling.value * (times - 1) : 0;
    return Promise.resolve({ spikes: Uint32Array.from(looked, (unit) => spikes[unit]!), samples });
  }

  /** Draws go by the number of the run: nothing else changes. */
  snapshot(): SubstrateState {
    return { biases: this.#biases, bill: this.bill, runs: this.#runs };
  }

  restore(state: SubstrateState): void {
    this.#biases = state['biases'] as readonly BiasCodes[];
    this.#bill = { ...(state['bill'] as Bill) };
    this.#runs = state['runs'] as number;
  }

  /** What this die does with its present biases, a synapse of a neuron being the mean of all that it has: for grading only. */
  truth(): DynapseParameters {
    const parameters = dynapseParameters(this.#card, this.#die, this.#biases);
    const means = Array.from({ length: parameters.neurons }, (_, n) => {
      const words = this.#wordsOf(n);
      return words.reduce((sum, factor) => sum + factor, 0) / words.length;
    });
    const ofMean = (kind: DynapseSynapse): Float64Array => parameters.synapseGain[kind].map((gain, n) => gain * means[n]!);
    return {
      ...parameters,
      synapseGain: Object.fromEntries(DYNAPSE_SYNAPSES.map((kind) => [kind, ofMean(kind)])) as DynapseParameters['synapseGain'],
    };
  }

  #wordsOf(neuron: number): Float64Array {
    const known = this.#words.get(neuron);
    if (known !== undefined) return known;
    const words = Float64Array.from({ length: this.#card.geometry.synapses_per_neuron.value }, (_, word) =>
      this.#die.synapseFactor(neuron, word),
    );
    this.#words.set(neuron, words);
    return words;
  }

  #with(change: BiasChange | readonly BiasChange[]): DynapseParameters {
    return dynapseParameters(
      this.#card,
      this.#die,
      this.#biases.map((core, i) => ({ ...core, ...(isList(change) ? change[i]! : change) })),
    );
  }

  #bank(parameters: DynapseParameters, active: Uint8Array, run: number, spiking: boolean): FastDynapseNeurons {
    const silent = spiking ? parameters : { ...parameters, threshold: new Float64Array(parameters.neurons).fill(Infinity) };
    return new FastDynapseNeurons(silent, {
      first: 0,
      count: this.#die.neurons,
      step: this.#step,
      noise: this.#card.noise.membrane.value * this.#card.noise.scale,
      noiseSteps: Math.max(Math.round(this.#card.noise.interval.value / this.#step), 1),
      noiseSeed: this.#noiseSeed + run,
      active,
    });
  }

  /** Events within a step, neuron after neuron, in the order of time. A membrane moves from the next step on: what the charges of a train would lose until then they keep. */
  #events(parameters: DynapseParameters, looked: readonly number[], asked: BiasEvents, step: number): SynapseEvent[] {
    const { neuronsPerCore } = this.capabilities;
    const h = this.#step;
    const { kind, code, period = Infinity, synapses = 1, first: begin = 0 } = asked;
    const first = period === Infinity ? Math.min(step, 1) : Math.ceil((step * h) / period - 1e-9);
    const end = period === Infinity ? 1 : Math.ceil(((step + 1) * h) / period - 1e-9);
    const found: SynapseEvent[] = [];
    // most steps of a slow train hold none
    if (first >= end) return found;
    for (const neuron of looked) {
      const words = this.#wordsOf(neuron);
      const weight = weightCurrent(parameters, Math.floor(neuron / neuronsPerCore), code) * parameters.synapseGain[kind][neuron]!;
      for (let k = first; k < end; k++) {
        const at = period === Infinity ? 0 : Math.max(k * period - step * h, 0);
        let factor = 0;
        for (let s = 0; s < synapses; s++) factor += words[(begin + k * synapses + s) % words.length]!;
        found.push({ neuron, kind: DYNAPSE_SYNAPSES.indexOf(kind), charge: weight * factor, remaining: period === Infinity ? h - at : 0 });
      }
    }
    return found;
  }
}

function isList(change: BiasChange | readonly BiasChange[]): change is readonly BiasChange[] {
  return Array.isArray(change);
}
