/**
 * How a stretch of the whole neuron circuit is integrated (equations: adex-circuit.ts): f64, fourth-order Runge-Kutta.
 * Two independent variables. Below a switching voltage: time, one step per stretch. Above it, where the exponential is faster than RATE / tau_mem: the voltage, once the
 * exponential carries at least half of dV/dt; time and adaptation are then integrated over V up to the threshold, in steps of a part of the slope D that grows with the height, because time is made lower down; before it carries, time in shorter
 * steps. All step lengths are proportional to the analog step, so halving that halves everything. The exponential is never capped but by its own clip. Voltages stop at the rails.
 * Sources: Runge-Kutta and Hermite interpolation as in accurate.ts; change of the independent variable: Henon 1982, Physica D 5.
 */
import { exp, log, tanh } from '../base/index.ts';
import { firstCrossing, LONGEST } from './accurate.ts';
import { exponentialDrive, type AdexParameters } from './adex-circuit.ts';
import type { CircuitParameters } from './circuit.ts';
import type { AdexOptions, MembraneOptions } from './membranes.ts';
import { synapticDrive } from './synaptic-input.ts';

/** Currents below this are zero, V/s. */
const SMALLEST_CURRENT = 1e-30;
/** A remainder of time below this is none, s. */
export const INSTANT = 1e-18;
/** Rate of the exponential, per membrane time constant, from which the voltage is the independent variable. */
const RATE = 5;
/** Step in voltage over step in time, where the exponential has just taken over; higher up it grows with the distance in slopes D. */
const FIRST = 2;

/** State of a range of circuits, and how it moves while no comparator fires. Circuits are numbered within the range (n) and on the die (c). */
export class AdexIntegrator {
  readonly #p: CircuitParameters;
  readonly #x: AdexParameters;
  readonly #o: MembraneOptions;
  readonly #a: AdexOptions;
  /** Membrane, and adaptation voltage over its reference, V. */
  readonly v: Float64Array;
  readonly u: Float64Array;
  /** Synaptic lines and a constant current, V/s. */
  readonly excitatory: Float64Array;
  readonly inhibitory: Float64Array;
  readonly current: Float64Array;
  /** Rate of the exponential at the switching voltage, 1/s, and that voltage, V. */
  readonly #rate: Float64Array;
  readonly #switch: Float64Array;
  /** The last stretch ended at the threshold. */
  crossed = false;
  /** Result of the last trial step: membrane or elapsed time, and adaptation. */
  #first = 0;
  #second = 0;

  /** Everything at rest. */
  constructor(parameters: CircuitParameters, adex: AdexParameters, options: MembraneOptions, adexOptions: AdexOptions) {
    const { first, count } = options;
    const zeros = (): Float64Array => new Float64Array(count);
    this.#p = parameters;
    this.#x = adex;
    this.#o = options;
    this.#a = adexOptions;
    this.v = parameters.rest.slice(first, first + count).map((v) => this.withinRails(v));
    this.u = this.v.map((v, n) => this.adaptationTarget(first + n, v));
    this.excitatory = zeros();
    this.inhibitory = zeros();
    this.current = zeros();
    this.#rate = zeros().map((_, n) => RATE / parameters.tauMem[first + n]!);
    this.#switch = zeros().map((_, n) => {
      const rate = adex.exponentialRate[first + n]!;
      const slope = adex.exponentialSlope[first + n]!;
      return rate === 0 ? Infinity : adex.exponentialVoltage[first + n]! + slope * log((this.#rate[n]! * slope) / rate);
    });
  }

  /** Adaptation with the membrane standing still, in closed form. */
  relax(n: number, c: number, v: number, time: number): void {
    const target = this.adaptationTarget(c, v);
    this.u[n] = this.adaptationWithinRails(c, target + (this.u[n]! - target) * exp(-time / this.#x.adaptationTau[c]!));
  }

  /** Integrates up to `reach` seconds and no further than a crossing of `threshold` (Infinity: none); returns the time used. `crossed` tells how it ended. */
  integrate(n: number, reach: number, threshold: number): number {
    const c = this.#o.first + n;
    const [low, high] = this.#a.rails;
    const ceiling = Math.min(threshold, high);
    const slope = this.#x.exponentialSlope[c]!;
    const switching = this.#switch[n]!;
    const perStep = Math.min(this.#rate[n]! * this.#o.step, 1 / FIRST);
    const longest = LONGEST * this.#p.tauMem[c]!;
    let done = 0;
    this.crossed = false;
    while (reach - done > INSTANT) {
      const v = this.v[n]!;
      if (v >= threshold) {
        this.crossed = true;
        return done;
      }
      const rest = reach - done;
      let time = Math.min(rest, longest);
      const exponential = exponentialDrive(this.#x, c, v);
      const total = this.#slope(n, c, v, this.u[n]!, 0, exponential);
      if (v >= high && total >= 0) {
        // the membrane stands at the rail
        this.relax(n, c, v, rest);
        this.decay(n, c, rest);
        return reach;
      }
      if (v > switching) {
        if (2 * total >= exponential) {
          const distance = Math.min(FIRST * perStep * (slope + v - switching), slope, ceiling - v);
          if (this.#overVoltage(n, c, v, distance) && this.#first <= rest) {
            const elapsed = this.#first;
            this.u[n] = this.adaptationWithinRails(c, this.#second);
            this.v[n] = distance === ceiling - v ? ceiling : v + distance;
            this.decay(n, c, elapsed);
            done += elapsed;
            continue;
          }
        } else time = Math.min(time, (perStep * slope) / exponential);
      } else if (v + total * time > switching) time = Math.min(time, Math.max(slope / 2, switching - v) / total);
      const crossing = this.#overTime(n, c, v, time, total, threshold);
      if (crossing !== undefined) {
        this.decay(n, c, crossing * time);
        this.crossed = true;
        return done + crossing * time;
      }
      this.v[n] = Math.min(Math.max(this.#first, low), high);
      this.u[n] = this.adaptationWithinRails(c, this.#second);
      this.decay(n, c, time);
      done += time;
    }
    return reach;
  }

  /** One step in time: membrane and adaptation at its end, or the part of it after which the threshold is crossed (the adaptation is then moved by that part). */
  #overTime(n: number, c: number, v: number, h: number, k1: number, threshold: number): number | undefined {
    const u = this.u[n]!;
    const l1 = this.#adaptationSlope(c, v, u);
    const k2 = this.#slopeAt(n, c, v + (h / 2) * k1, u + (h / 2) * l1, h / 2);
    const l2 = this.#adaptationSlope(c, v + (h / 2) * k1, u + (h / 2) * l1);
    const k3 = this.#slopeAt(n, c, v + (h / 2) * k2, u + (h / 2) * l2, h / 2);
    const l3 = this.#adaptationSlope(c, v + (h / 2) * k2, u + (h / 2) * l2);
    const k4 = this.#slopeAt(n, c, v + h * k3, u + h * l3, h);
    const l4 = this.#adaptationSlope(c, v + h * k3, u + h * l3);
    this.#first = v + (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4);
    this.#second = u + (h / 6) * (l1 + 2 * l2 + 2 * l3 + l4);
    if (threshold === Infinity) return undefined;
    const crossing = firstCrossing(v, this.#first, k1 * h, this.#slopeAt(n, c, this.#first, this.#second, h) * h, threshold);
    if (crossing !== undefined) {
      this.v[n] = threshold;
      this.u[n] = u + crossing * (this.#second - u) + (crossing * (1 - crossing) * h * (l1 - l4)) / 2;
    }
    return crossing;
  }

  /** One step of `distance` in voltage: elapsed time and adaptation; false where dV/dt does not stay above zero. */
  #overVoltage(n: number, c: number, v: number, distance: number): boolean {
    const u = this.u[n]!;
    const f1 = this.#slopeAt(n, c, v, u, 0);
    const [t1, w1] = [1 / f1, this.#adaptationSlope(c, v, u) / f1];
    const middle = v + distance / 2;
    const u2 = u + (distance / 2) * w1;
    const f2 = this.#slopeAt(n, c, middle, u2, (distance / 2) * t1);
    const [t2, w2] = [1 / f2, this.#adaptationSlope(c, middle, u2) / f2];
    const u3 = u + (distance / 2) * w2;
    const f3 = this.#slopeAt(n, c, middle, u3, (distance / 2) * t2);
    const [t3, w3] = [1 / f3, this.#adaptationSlope(c, middle, u3) / f3];
    const end = v + distance;
    const u4 = u + distance * w3;
    const f4 = this.#slopeAt(n, c, end, u4, distance * t3);
    const [t4, w4] = [1 / f4, this.#adaptationSlope(c, end, u4) / f4];
    this.#first = (distance / 6) * (t1 + 2 * t2 + 2 * t3 + t4);
    this.#second = u + (distance / 6) * (w1 + 2 * w2 + 2 * w3 + w4);
    return f1 > 0 && f2 > 0 && f3 > 0 && f4 > 0;
  }

  #slopeAt(n: number, c: number, v: number, u: number, time: number): number {
    return this.#slope(n, c, v, u, time, exponentialDrive(this.#x, c, v));
  }

  /** dV/dt, V/s, `time` seconds after the synaptic currents were as they are stored. */
  #slope(n: number, c: number, v: number, u: number, time: number, exponential: number): number {
    const { linearRange } = this.#o;
    const p = this.#p;
    const distance = p.rest[c]! - v;
    const restoring = linearRange === Infinity ? distance : linearRange * tanh(distance / linearRange);
    const adaptation = this.#x.adaptationCoupling[c]! * this.#ota(u);
    let [e, i] = [this.excitatory[n]!, this.inhibitory[n]!];
    if (e > 0 && time !== 0) e *= exp(-time / p.tauSynExcitatory[c]!);
    if (i > 0 && time !== 0) i *= exp(-time / p.tauSynInhibitory[c]!);
    const synapses = synapticDrive(p.inputs, c, v, e, i);
    return restoring / p.tauMem[c]! + exponential - adaptation + synapses + this.current[n]!;
  }

  #adaptationSlope(c: number, v: number, u: number): number {
    return (this.#x.adaptationGain[c]! * this.#ota(v - this.#x.adaptationLeak[c]!) - u) / this.#x.adaptationTau[c]!;
  }

  /** Level to which the adaptation voltage settles over its reference. */
  adaptationTarget(c: number, v: number): number {
    return this.adaptationWithinRails(c, this.#x.adaptationGain[c]! * this.#ota(v - this.#x.adaptationLeak[c]!));
  }

  #ota(x: number): number {
    const { linearRange } = this.#a;
    return linearRange === Infinity ? x : linearRange * tanh(x / linearRange);
  }

  withinRails(v: number): number {
    return Math.min(Math.max(v, this.#a.rails[0]), this.#a.rails[1]);
  }

  adaptationWithinRails(c: number, u: number): number {
    const reference = this.withinRails(this.#x.adaptationReference[c]!);
    return Math.min(Math.max(u, this.#a.rails[0] - reference), this.#a.rails[1] - reference);
  }

  decay(n: number, c: number, time: number): void {
    if (this.excitatory[n]! > 0) {
      const e = this.excitatory[n]! * exp(-time / this.#p.tauSynExcitatory[c]!);
      this.excitatory[n] = e < SMALLEST_CURRENT ? 0 : e;
    }
    if (this.inhibitory[n]! > 0) {
      const i = this.inhibitory[n]! * exp(-time / this.#p.tauSynInhibitory[c]!);
      this.inhibitory[n] = i < SMALLEST_CURRENT ? 0 : i;
    }
  }
}
