/**
 * The `accurate` integrator of the membranes: f64, fourth-order Runge-Kutta on every stretch between synaptic arrivals, threshold crossings located on the cubic through
 * both ends and both slopes of the stretch, and the rest of the step after a reset integrated.
 *   dV/dt = linearRange tanh((rest - V) / linearRange) / tau_mem + drive(i_exc, i_inh, V) + noise (drive: synaptic-input.ts),   di/dt = -i / tau_syn,
 * with i solved in closed form. During refractoriness V stays at the reset plateau and i goes on decaying.
 * What happens in a step: arrivals (sorted by time) cut it into stretches, of one membrane time constant at the most; a stretch ends early at a crossing or at the end of refractoriness; noise is added once at the end
 * of the step, sized for an Ornstein-Uhlenbeck process of the stated rms over the part of the step in which the membrane was free; a membrane that the noise lifts over its
 * threshold fires at the end of the step.
 * A circuit whose reset lies over its threshold would fire without end: it fires once per refractory period, and at most once per step.
 * Sources: Runge-Kutta and cubic Hermite interpolation as in Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, II.1 and II.6.
 */
import { Chance, exp, InternalError, tanh } from '../base/index.ts';
import type { CircuitParameters } from './circuit.ts';
import { synapticDrive } from './synaptic-input.ts';
import { SMALLEST_FRACTION, noiseOf, type Membranes, type MembraneOptions, type MembraneSnapshot, type StepSpikes } from './membranes.ts';

/** Spikes of one circuit in one step for which there is room. */
const MOST_SPIKES = 64;
/** Longest stretch in membrane time constants: longer ones would ring. */
export const LONGEST = 1;
/** Currents below this are zero, V/s: subnormal numbers cost ten times the time of others. */
const SMALLEST_CURRENT = 1e-30;

/** Membranes of a range of circuits in f64. */
export class AccurateMembranes implements Membranes {
  readonly #p: CircuitParameters;
  readonly #o: MembraneOptions;
  readonly #v: Float64Array;
  readonly #excitatory: Float64Array;
  readonly #inhibitory: Float64Array;
  /** Constant current, V/s. */
  readonly #current: Float64Array;
  /** Refractory time left, s. */
  readonly #remaining: Float64Array;
  readonly #spikes: StepSpikes;
  readonly #chance: Chance;
  /** Arrivals of the step to come, per circuit: (remaining, sign, drive) triples in the order of delivery. */
  readonly #arrivals: number[][];
  /** Standard deviation of the noise added at the end of a step, V. */
  readonly #sigma: Float64Array;
  /** Time since the last refractoriness of the circuit that is being advanced, within this step, s. */
  #free = 0;

  constructor(parameters: CircuitParameters, options: MembraneOptions) {
    const { first, count } = options;
    this.#p = parameters;
    this.#o = options;
    this.#v = parameters.rest.slice(first, first + count);
    this.#excitatory = new Float64Array(count);
    this.#inhibitory = new Float64Array(count);
    this.#current = new Float64Array(count);
    this.#remaining = new Float64Array(count);
    this.#spikes = { count: 0, circuit: new Uint32Array(MOST_SPIKES * count), fraction: new Float64Array(MOST_SPIKES * count) };
    this.#chance = new Chance(options.noiseSeed, 'noise', options.dieSeed);
    this.#arrivals = Array.from({ length: count }, () => []);
    this.#sigma = Float64Array.from(
      { length: count },
      (_, n) => noiseOf(options, parameters.tauMem[first + n]!) * Math.sqrt(1 - exp((-2 * options.step) / parameters.tauMem[first + n]!)),
    );
  }

  voltages(): Float64Array {
    return this.#v.slice();
  }

  deliver(circuit: number, sign: number, drive: number, remaining: number): void {
    this.#arrivals[circuit - this.#o.first]!.push(remaining, sign, drive);
  }

  setCurrent(slopes: Float64Array): void {
    this.#current.set(slopes);
  }

  advance(index: number): StepSpikes {
    this.#spikes.count = 0;
    for (let n = 0; n < this.#o.count; n++) this.#advanceOne(n, index);
    return this.#spikes;
  }

  snapshot(): MembraneSnapshot {
    return { kind: 'accurate', columns: [this.#v, this.#excitatory, this.#inhibitory, this.#remaining].map((column) => column.slice()) };
  }

  restore(snapshot: MembraneSnapshot): void {
    [this.#v, this.#excitatory, this.#inhibitory, this.#remaining].forEach((column, i) => column.set(snapshot.columns[i]!));
  }

  #advanceOne(n: number, index: number): void {
    const arrivals = this.#arrivals[n]!;
    let left = this.#o.step;
    this.#free = 0;
    for (let k = 0; k < arrivals.length; k += 3) {
      const until = Math.min(arrivals[k]!, left);
      this.#stretch(n, left, until);
      left = until;
      if (arrivals[k + 1]! > 0) this.#excitatory[n]! += arrivals[k + 2]!;
      else this.#inhibitory[n]! += arrivals[k + 2]!;
    }
    arrivals.length = 0;
    this.#stretch(n, left, 0);
    this.#addNoise(n, index);
  }

  #addNoise(n: number, index: number): void {
    const c = this.#o.first + n;
    if (!(this.#sigma[n]! > 0) || this.#remaining[n]! > 0) return;
    const wholeStep = this.#free >= this.#o.step * (1 - 1e-9);
    const sigma = wholeStep
      ? this.#sigma[n]!
      : noiseOf(this.#o, this.#p.tauMem[c]!) * Math.sqrt(1 - exp((-2 * this.#free) / this.#p.tauMem[c]!));
    this.#v[n]! += sigma * this.#chance.normal(c, index);
    if (this.#v[n]! >= this.#p.threshold[c]!) this.#fire(n, 1);
  }

  /** Records a spike and puts the membrane on its reset plateau. */
  #fire(n: number, fraction: number): void {
    const c = this.#o.first + n;
    const { circuit, count } = this.#spikes;
    if (count === circuit.length) throw new InternalError(`over ${String(MOST_SPIKES)} spikes per circuit in one step`);
    circuit[count] = c;
    this.#spikes.fraction[count] = Math.max(fraction, SMALLEST_FRACTION);
    this.#spikes.count++;
    this.#v[n] = this.#p.reset[c]!;
    this.#remaining[n] = this.#p.reset[c]! < this.#p.threshold[c]! ? this.#o.refractory : Math.max(this.#o.refractory, this.#o.step);
    this.#free = 0;
  }

  /** Advances one membrane from `from` to `to` seconds before the end of the step. */
  #stretch(n: number, from: number, to: number): void {
    let left = from;
    const c = this.#o.first + n;
    while (left > to) {
      const pause = Math.min(this.#remaining[n]!, left - to);
      if (pause > 0) {
        this.#decay(n, c, pause);
        this.#remaining[n]! -= pause;
        if (this.#remaining[n]! < 1e-18) this.#remaining[n] = 0;
        left -= pause;
        continue;
      }
      const rest = left - to;
      const h = Math.min(rest, LONGEST * this.#p.tauMem[c]!);
      const crossing = this.#integrate(n, c, h);
      this.#free += crossing ?? h;
      left = crossing === undefined && h === rest ? to : left - (crossing ?? h);
      if (crossing !== undefined) this.#fire(n, 1 - left / this.#o.step);
    }
  }

  /** One Runge-Kutta stretch of length h; at a crossing only up to it, and its time since the start of the stretch is given. */
  #integrate(n: number, c: number, h: number): number | undefined {
    const p = this.#p;
    const [e0, i0] = [this.#excitatory[n]!, this.#inhibitory[n]!];
    const halfE = exp(-h / 2 / p.tauSynExcitatory[c]!);
    const halfI = exp(-h / 2 / p.tauSynInhibitory[c]!);
    const current = this.#current[n]!;
    const [eHalf, iHalf, e1, i1] = [e0 * halfE, i0 * halfI, e0 * halfE * halfE, i0 * halfI * halfI];
    const v0 = this.#v[n]!;
    const k1 = this.#slope(c, v0, e0, i0, current);
    const k2 = this.#slope(c, v0 + (h / 2) * k1, eHalf, iHalf, current);
    const k3 = this.#slope(c, v0 + (h / 2) * k2, eHalf, iHalf, current);
    const k4 = this.#slope(c, v0 + h * k3, e1, i1, current);
    const v1 = v0 + (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4);
    const slope1 = this.#slope(c, v1, e1, i1, current);
    const crossing = firstCrossing(v0, v1, k1 * h, slope1 * h, p.threshold[c]!);
    if (crossing === undefined) {
      this.#v[n] = v1;
      this.#decay(n, c, h);
      return undefined;
    }
    this.#decay(n, c, crossing * h);
    return crossing * h;
  }

  /** dV/dt, V/s, with the synaptic lines at e and i. */
  #slope(c: number, v: number, e: number, i: number, current: number): number {
    return this.#leak(c, v) + (synapticDrive(this.#p.inputs, c, v, e, i) + current);
  }

  #leak(c: number, v: number): number {
    const { linearRange } = this.#o;
    const distance = this.#p.rest[c]! - v;
    const restoring = linearRange === Infinity ? distance : linearRange * tanh(distance / linearRange);
    return restoring / this.#p.tauMem[c]!;
  }

  #decay(n: number, c: number, time: number): void {
    const e = this.#excitatory[n]! * exp(-time / this.#p.tauSynExcitatory[c]!);
    const i = this.#inhibitory[n]! * exp(-time / this.#p.tauSynInhibitory[c]!);
    this.#excitatory[n] = e < SMALLEST_CURRENT ? 0 : e;
    this.#inhibitory[n] = i < SMALLEST_CURRENT ? 0 : i;
  }
}

/**
 * First s in (0, 1] at which the cubic with these end values and slopes (per unit of s) reaches `threshold` from below; 0 when it starts above (noise put it there).
 */
export function firstCrossing(v0: number, v1: number, m0: number, m1: number, threshold: number): number | undefined {
  if (v0 >= threshold) return 0;
  // Hermite form as a polynomial: ((a s + b) s + m0) s + v0
  const a = 2 * (v0 - v1) + m0 + m1;
  const b = 3 * (v1 - v0) - 2 * m0 - m1;
  const at = (s: number): number => ((a * s + b) * s + m0) * s + v0;
  let high = 1;
  if (v1 < threshold) {
    // no crossing at the end: the maximum in between may still touch
    const discriminant = b * b - 3 * a * m0;
    if (!(m0 > 0 && m1 < 0) || discriminant < 0) return undefined;
    const root = Math.sqrt(discriminant);
    // zeros of 3 a s^2 + 2 b s + m0 in the form that does not cancel; the maximum is the one where the slope falls
    const peak = m0 / (-b + root) > 0 && m0 / (-b + root) < 1 ? m0 / (-b + root) : m0 / (-b - root);
    if (!(peak > 0 && peak < 1) || at(peak) < threshold) return undefined;
    high = peak;
  }
  let low = 0;
  while (high - low > 1e-13) {
    const middle = (low + high) / 2;
    if (at(middle) >= threshold) high = middle;
    else low = middle;
  }
  return high;
}
