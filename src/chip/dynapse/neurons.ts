/**
 * All neurons of a part of a subthreshold chip, integrated accurately, step after step. A step covers (t, t + h]:
 *   1. arrivals add their charge to the synaptic current of their kind, up to the clip, at their exact time; a neuron's step is cut there;
 *   2. between cuts synaptic and adaptation currents decay exactly, the membrane moves by steps of `membrane.ts` whose size it controls itself: one step against two half steps,
 *      extrapolated (third order), halved until they agree to `tolerance`;
 *   3. a crossing of the threshold is found inside its step; the membrane is put to the dark current, adaptation jumps, and after the refractory period the rest is integrated.
 * The comparator sees I (1 + noise z), with a fresh z(neuron, interval) every `noise.interval`; one value stands for a whole step.
 * Nothing depends on other neurons, so a chip may be cut anywhere.
 */
import { Chance, exp } from '../../base/index.ts';
import { DYNAPSE_SYNAPSES } from '../../model/index.ts';
import type { StepSpikes } from '../membranes.ts';
import type { DynapseParameters } from './circuit.ts';
import { membraneStep, type Membrane } from './membrane.ts';
import type { DynapseNeuronOptions, SynapseEvent } from './neuron-options.ts';

/** State of all neurons: what a snapshot holds. */
export interface DynapseState {
  readonly membrane: Float64Array;
  /** s until the neuron is released. */
  readonly held: Float64Array;
  readonly ahp: Float64Array;
  /** Kind after kind. */
  readonly synapses: Float64Array;
}

const TOLERANCE = 1e-8;
/** Below this a current has decayed: it becomes zero. A millionth of the dark current. */
const NOTHING = 1e-19;
/** Step control gives up here: a step so short is taken as it is. */
const MOST_HALVINGS = 30;
/** What noise leaves of the membrane current at least. */
const LEAST_SEEN = 0.1;

export class DynapseNeurons {
  readonly count: number;
  readonly #p: DynapseParameters;
  readonly #options: DynapseNeuronOptions;
  readonly #state: DynapseState;
  readonly #chance: Chance;
  readonly #m: Membrane;
  /** Decay rates of AMPA, NMDA, GABA-A, GABA-B and AHP, 1/s, kind after kind. */
  readonly #rates: readonly Float64Array[];
  /** The five currents of the neuron at work, and where a trial step begins. */
  readonly #slow = new Float64Array(5);
  readonly #spikes: { count: number; circuit: Uint32Array; fraction: Float64Array } = {
    count: 0,
    circuit: new Uint32Array(64),
    fraction: new Float64Array(64),
  };
  #head: Int32Array;

  constructor(parameters: DynapseParameters, options: DynapseNeuronOptions) {
    const { first, count } = options;
    this.count = count;
    this.#p = parameters;
    this.#options = options;
    this.#chance = new Chance(options.noiseSeed, 'noise');
    this.#head = new Int32Array(count);
    const of = (values: Float64Array): Float64Array => values.slice(first, first + count).map((tau) => 1 / tau);
    this.#rates = [...DYNAPSE_SYNAPSES.map((kind) => of(parameters.tauSyn[kind])), of(parameters.tauAhp)];
    this.#state = {
      membrane: new Float64Array(count).fill(parameters.dark),
      held: new Float64Array(count),
      ahp: new Float64Array(count),
      synapses: new Float64Array(4 * count),
    };
    const { dark, clip } = parameters;
    this.#m = {
      tau: 1,
      leak: 1,
      gain: 1,
      feedback: 0,
      feedbackThreshold: 1,
      feedbackWidth: 1,
      nmdaGate: 0,
      dark,
      clip,
      drive: 0,
      nmda: 0,
      shunt: 0,
    };
  }

  /** One step with these events, in the order in which they arrive. The result is reused by the next call; circuits are numbers on the die. */
  advance(step: number, events: readonly SynapseEvent[]): StepSpikes {
    const spikes = this.#spikes;
    spikes.count = 0;
    const head = this.#head.fill(-1);
    const next = new Int32Array(events.length);
    for (let e = events.length - 1; e >= 0; e--) {
      next[e] = head[events[e]!.neuron]!;
      head[events[e]!.neuron] = e;
    }
    const { step: h } = this.#options;
    const interval = Math.floor(step / this.#options.noiseSteps);
    for (let n = 0; n < this.count; n++) {
      if (this.#options.active?.[this.#options.first + n] === 0) continue;
      const threshold = this.#seenThreshold(n, interval);
      let at = 0;
      for (let e = head[n]!; e >= 0; e = next[e]!) {
        const event = events[e]!;
        const until = Math.max(h - event.remaining, at);
        this.#integrate(n, at, until, threshold);
        at = until;
        const k = event.kind * this.count + n;
        this.#state.synapses[k] = Math.min(this.#state.synapses[k]! + event.charge, this.#p.clip);
      }
      this.#integrate(n, at, h, threshold);
    }
    return spikes;
  }

  /** Membrane currents, A, a copy. */
  currents(): Float64Array {
    return this.#state.membrane.slice();
  }

  /** Synaptic currents of one kind, A, a copy. */
  synapses(kind: number): Float64Array {
    return this.#state.synapses.slice(kind * this.count, (kind + 1) * this.count);
  }

  snapshot(): DynapseState {
    const { membrane, held, ahp, synapses } = this.#state;
    return { membrane: membrane.slice(), held: held.slice(), ahp: ahp.slice(), synapses: synapses.slice() };
  }

  restore(state: DynapseState): void {
    this.#state.membrane.set(state.membrane);
    this.#state.held.set(state.held);
    this.#state.ahp.set(state.ahp);
    this.#state.synapses.set(state.synapses);
  }

  /** Threshold over which the true current looks larger than the threshold. */
  #seenThreshold(n: number, interval: number): number {
    const { noise, first } = this.#options;
    const threshold = this.#p.threshold[first + n]!;
    if (noise === 0 || threshold === Infinity) return threshold;
    return threshold / Math.max(1 + noise * this.#chance.normal(first + n, interval), LEAST_SEEN);
  }

  /** One neuron from `from` to `to` within the step, with its spikes. */
  #integrate(n: number, from: number, to: number, threshold: number): void {
    const state = this.#state;
    const unit = this.#options.first + n;
    let at = from;
    this.#load(n);
    while (at < to) {
      if (state.held[n]! > 0) {
        const rest = Math.min(state.held[n]!, to - at);
        this.#decay(n, rest);
        // what is left of a subtraction is not another period
        state.held[n] = state.held[n]! - rest < 1e-15 ? 0 : state.held[n]! - rest;
        at = rest === to - at ? to : at + rest;
        continue;
      }
      const spikeAfter = this.#move(n, to - at, threshold);
      if (spikeAfter === undefined) break;
      at = Math.min(at + spikeAfter, to);
      state.membrane[n] = this.#p.dark;
      state.held[n] = this.#p.refractory[unit]!;
      this.#slow[4] = Math.min(this.#slow[4]! + this.#p.ahpJump[unit]!, this.#p.clip);
      this.#emit(unit, at / this.#options.step);
    }
    this.#store(n);
  }

  /** Integrates up to `span`; ends early, with the time passed, at a spike. */
  #move(n: number, span: number, threshold: number): number | undefined {
    const { tolerance = TOLERANCE, largest = Infinity } = this.#options;
    const membrane = this.#state.membrane;
    let [passed, h, halvings] = [0, Math.min(span, largest), 0];
    if (membrane[n]! >= threshold) return 0;
    while (passed < span) {
      h = Math.min(h, span - passed);
      const start = membrane[n]!;
      const { coarse, fine } = this.#trial(n, start, h);
      const difference = this.#difference(start, coarse, fine);
      if (difference > tolerance && halvings < MOST_HALVINGS) {
        h /= 2;
        halvings++;
        continue;
      }
      const end = extrapolated(coarse, fine, this.#m);
      if (end >= threshold) {
        const crossing = this.#crossing(n, start, h, threshold);
        this.#decay(n, crossing);
        return passed + crossing;
      }
      this.#decay(n, h);
      membrane[n] = end;
      passed = span - passed - h < 1e-15 ? span : passed + h;
      if (difference < tolerance / 16 && halvings > 0) {
        h = Math.min(2 * h, largest);
        halvings--;
      }
    }
    return undefined;
  }

  /** One step of `h`, and two half steps. */
  #trial(n: number, start: number, h: number): { readonly coarse: number; readonly fine: number } {
    const m = this.#m;
    this.#inputs(n, h / 2);
    const coarse = membraneStep(m, start, h);
    this.#inputs(n, h / 4);
    const half = membraneStep(m, start, h / 2);
    this.#inputs(n, (3 * h) / 4);
    return { coarse, fine: membraneStep(m, half, h / 2) };
  }

  /** Of one step and two half steps, relative. Two that end at the clip look alike and tell nothing, unless the membrane stood there. */
  #difference(start: number, coarse: number, fine: number): number {
    const { clip } = this.#m;
    if (Math.max(coarse, fine) >= clip && start < clip / 2) return Infinity;
    return Math.abs(fine - coarse) / Math.max(fine, coarse);
  }

  /** s after which the membrane crosses, in (0, h]: bisection, because a trial is a continuous function of its length. */
  #crossing(n: number, start: number, h: number, threshold: number): number {
    let [low, high] = [0, h];
    for (let i = 0; i < 40 && high - low > 1e-13; i++) {
      const middle = (low + high) / 2;
      const { coarse, fine } = this.#trial(n, start, middle);
      if (extrapolated(coarse, fine, this.#m) >= threshold) high = middle;
      else low = middle;
    }
    return high;
  }

  /** Freezes the inputs of the membrane as they will be `after` s from now. */
  #inputs(n: number, after: number): void {
    const slow = this.#slow;
    const at = (k: number): number => (slow[k] === 0 ? 0 : slow[k]! * exp(-after * this.#rates[k]![n]!));
    const m = this.#m;
    m.drive = this.#p.dark + this.#p.dc[this.#options.first + n]! + at(0) - at(3);
    m.nmda = at(1);
    m.shunt = at(2) + at(4);
  }

  #load(n: number): void {
    const { synapses, ahp } = this.#state;
    for (let k = 0; k < 4; k++) this.#slow[k] = synapses[k * this.count + n]!;
    this.#slow[4] = ahp[n]!;
    const m = this.#m;
    const p = this.#p;
    const unit = this.#options.first + n;
    m.tau = p.tauMem[unit]!;
    m.leak = p.leak[unit]!;
    m.gain = p.gain[unit]!;
    m.feedback = p.feedback[unit]!;
    m.feedbackThreshold = p.feedbackThreshold[unit]!;
    m.feedbackWidth = p.feedbackWidth[unit]!;
    m.nmdaGate = p.nmdaGate[unit]!;
  }

  #store(n: number): void {
    const { synapses, ahp } = this.#state;
    for (let k = 0; k < 4; k++) synapses[k * this.count + n] = this.#slow[k]!;
    ahp[n] = this.#slow[4]!;
  }

  #decay(n: number, span: number): void {
    for (let k = 0; k < 5; k++) {
      if (this.#slow[k] === 0) continue;
      const left = this.#slow[k]! * exp(-span * this.#rates[k]![n]!);
      this.#slow[k] = left < NOTHING ? 0 : left;
    }
  }

  #emit(circuit: number, fraction: number): void {
    const spikes = this.#spikes;
    if (spikes.count === spikes.circuit.length) {
      spikes.circuit = Uint32Array.from({ length: 2 * spikes.count }, (_, i) => spikes.circuit[i] ?? 0);
      spikes.fraction = Float64Array.from({ length: 2 * spikes.count }, (_, i) => spikes.fraction[i] ?? 0);
    }
    spikes.circuit[spikes.count] = circuit;
    spikes.fraction[spikes.count++] = Math.min(fraction, 1);
  }
}

/** Third order of a step and two half steps of second order, within the same bounds. */
function extrapolated(coarse: number, fine: number, { dark, clip }: Membrane): number {
  return Math.min(Math.max(fine + (fine - coarse) / 3, dark), clip);
}
