/**
 * All neurons of a part of a subthreshold chip, integrator `fast`: the kernel of `src/kernels/assembly/dpi.ts` with the parameters of a die, step after step, as `neurons.ts` does it
 * accurately. Currents in the kernel are in pA; those above 1e14 are cut (a hundred amperes, far beyond the clip of any circuit).
 */
import { exp, InternalError } from '../../base/index.ts';
import { DpiBank, DPI_STATE, type DpiField } from '../../kernels/index.ts';
import { DYNAPSE_SYNAPSES, type DynapseSynapse } from '../../model/index.ts';
import type { StepSpikes } from '../membranes.ts';
import type { DynapseParameters } from './circuit.ts';
import type { DynapseNeuronOptions, SynapseEvent } from './neuron-options.ts';

/** State of all neurons: what a snapshot holds. */
export type FastDynapseState = Readonly<Record<(typeof DPI_STATE)[number], Float32Array>>;

/** pA per A. */
const UNIT = 1e12;
const LARGEST = 1e14;
/** A threshold that nothing reaches. */
const NEVER = 3e38;
const FIELDS: Readonly<Record<DynapseSynapse, 'ampa' | 'nmda' | 'gabaA' | 'gabaB'>> = {
  ampa: 'ampa',
  nmda: 'nmda',
  gaba_a: 'gabaA',
  gaba_b: 'gabaB',
};

export class FastDynapseNeurons {
  readonly count: number;
  readonly #bank: DpiBank;
  readonly #options: DynapseNeuronOptions;
  /** 1/s, kind after kind. */
  readonly #rates: Float64Array;
  #interval = -1;

  constructor(parameters: DynapseParameters, options: DynapseNeuronOptions) {
    const { first, count, step, noise, noiseSeed, active } = options;
    const p = parameters;
    this.count = count;
    this.#options = options;
    this.#rates = Float64Array.from(
      { length: 4 * count },
      (_, i) => 1 / p.tauSyn[DYNAPSE_SYNAPSES[Math.floor(i / count)]!][first + (i % count)]!,
    );
    this.#bank = new DpiBank(count, {
      maxSpikes: count,
      dark: p.dark * UNIT,
      clip: p.clip * UNIT,
      noise,
      firstNeuron: first,
      seed: noiseSeed,
    });
    const set = (name: DpiField, value: (unit: number) => number): void => {
      const field = this.#bank.field(name);
      for (let n = 0; n < count; n++) field[n] = Math.min(value(first + n), NEVER);
    };
    const current = (name: DpiField, values: Float64Array): void => {
      set(name, (unit) => Math.min(values[unit]! * UNIT, LARGEST));
    };
    for (const kind of DYNAPSE_SYNAPSES) {
      set(`${FIELDS[kind]}Decay`, (unit) => exp(-step / p.tauSyn[kind][unit]!));
      set(`${FIELDS[kind]}Half`, (unit) => exp(-step / (2 * p.tauSyn[kind][unit]!)));
    }
    set('ahpDecay', (unit) => exp(-step / p.tauAhp[unit]!));
    set('ahpHalf', (unit) => exp(-step / (2 * p.tauAhp[unit]!)));
    current('ahpJump', p.ahpJump);
    set('span', (unit) => step / p.tauMem[unit]!);
    set('gainRatio', (unit) => p.gain[unit]! / p.leak[unit]!);
    current('gain', p.gain);
    set('inverseLeak', (unit) => 1 / (p.leak[unit]! * UNIT));
    current('nmdaGate', p.nmdaGate);
    set('dc', (unit) => (p.dc[unit]! + p.dark) * UNIT);
    set('refractory', (unit) => p.refractory[unit]! / step);
    set('threshold', (unit) => (active?.[unit] === 0 || p.threshold[unit] === Infinity ? NEVER : p.threshold[unit]! * UNIT));
    set('feedback', (unit) => p.feedback[unit]! / p.leak[unit]!);
    current('feedbackThreshold', p.feedbackThreshold);
    set('inverseWidth', (unit) => 1 / (p.feedbackWidth[unit]! * UNIT));
    set('membrane', () => p.dark * UNIT);
    this.#bank.drawNoise(0);
  }

  /** One step with these events. The result is reused by the next call; circuits are numbers on the die. */
  advance(step: number, events: readonly SynapseEvent[]): StepSpikes {
    this.#draw(Math.floor(step / this.#options.noiseSteps));
    for (const { neuron, kind, charge, remaining } of events) {
      const slot = this.#bank.field(`${FIELDS[DYNAPSE_SYNAPSES[kind]!]}In`);
      slot[neuron] = Math.min(slot[neuron]! + charge * UNIT * exp(-remaining * this.#rates[kind * this.count + neuron]!), LARGEST);
    }
    const { spikes, neurons, fractions } = this.#bank.run(1);
    return { count: spikes, circuit: neurons, fraction: Float64Array.from(fractions) };
  }

  /** Membrane currents, A. */
  currents(): Float64Array {
    return Float64Array.from(this.#bank.field('membrane'), (value) => value / UNIT);
  }

  /** Synaptic currents of one kind, A. */
  synapses(kind: number): Float64Array {
    const name = DYNAPSE_SYNAPSES[kind];
    if (name === undefined) throw new InternalError(`synapses of kind ${String(kind)}`);
    return Float64Array.from(this.#bank.field(FIELDS[name]), (value) => value / UNIT);
  }

  /** A field of the kernel, for tests of the kernel: a window. */
  field(name: DpiField): Float32Array {
    return this.#bank.field(name);
  }

  snapshot(): FastDynapseState {
    return Object.fromEntries(DPI_STATE.map((name) => [name, this.#bank.field(name).slice()])) as Record<
      (typeof DPI_STATE)[number],
      Float32Array
    >;
  }

  restore(state: FastDynapseState): void {
    for (const name of DPI_STATE) this.#bank.field(name).set(state[name]);
    // drawn anew with the next step: the same values again
    this.#interval = -1;
  }

  #draw(interval: number): void {
    if (interval === this.#interval) return;
    this.#bank.drawNoise(interval);
    this.#interval = interval;
  }
}
