/**
 * The `accurate` integrator of the whole neuron circuit (equations: adex-circuit.ts): f64, fourth-order Runge-Kutta.
 * Two independent variables. Below a switching voltage: time, one step per stretch. Above it, where the exponential is faster than RATE / tau_mem: the voltage, once the
 * exponential carries at least half of dV/dt; time and adaptation are then integrated over V up to the threshold, in steps of a part of the slope D that grows with the height, because time is made lower down; before it carries, time in shorter
 * steps. All step lengths are proportional to the analog step, so halving that halves everything. The exponential is never capped but by its own clip.
 * What happens in a step: arrivals (sorted by time) cut it into stretches; a stretch ends early where the comparator fires, where a delay or a blind time ends, or at the end of the
 * reset. A crossing starts the comparator's delay; after it the event goes out, the adaptation jumps and the reset OTA pulls the membrane to its level for refractory - hold-off; until the end
 * of the refractory period the comparator is blind. The rest of the step is integrated. Noise is added once at the end of the step as in accurate.ts. Voltages stop at the rails.
 * A circuit that would fire without end (reset over the threshold, exponential on at the reset) fires at most MOST_SPIKES times per step, the rate of its event encoder.
 * Sources: Runge-Kutta and Hermite interpolation as in accurate.ts; change of the independent variable: Henon 1982, Physica D 5.
 */
import { Chance, exp, InternalError, log, tanh } from '../base/index.ts';
import { firstCrossing } from './accurate.ts';
import { exponentialDrive, type AdexParameters } from './adex-circuit.ts';
import type { CircuitParameters } from './circuit.ts';
import { synapticDrive } from './synaptic-input.ts';
import type { AdexOptions, MembraneOptions, Membranes, MembraneSnapshot, StepSpikes } from './membranes.ts';

const MOST_SPIKES = 12;
/** Smallest fraction of a step at which a spike is reported, as in accurate.ts. */
const SMALLEST_FRACTION = 2 ** -24;
/** Currents below this are zero, V/s. */
const SMALLEST_CURRENT = 1e-30;
/** A remainder of time below this is none, s. */
const INSTANT = 1e-18;
/** Rate of the exponential, per membrane time constant, from which the voltage is the independent variable. */
const RATE = 5;
/** Step in voltage over step in time, where the exponential has just taken over; higher up it grows with the distance in slopes D. */
const FIRST = 2;
/** The comparator draws its noise from units of its own. */
const COMPARATOR = 2 ** 41;

/** The whole circuit of a range of circuits in f64. */
export class AccurateAdexMembranes implements Membranes {
  readonly #p: CircuitParameters;
  readonly #x: AdexParameters;
  readonly #o: MembraneOptions;
  readonly #a: AdexOptions;
  readonly #v: Float64Array;
  /** Adaptation voltage over its reference, V. */
  readonly #u: Float64Array;
  readonly #excitatory: Float64Array;
  readonly #inhibitory: Float64Array;
  /** Time left in reset, in which the comparator is blind, and of its delay, s. */
  readonly #clamped: Float64Array;
  readonly #blind: Float64Array;
  readonly #delay: Float64Array;
  /** Threshold of the next spike over its mean, V. */
  readonly #shift: Float64Array;
  readonly #current: Float64Array;
  readonly #spikes: StepSpikes;
  readonly #chance: Chance;
  readonly #arrivals: number[][];
  readonly #sigma: Float64Array;
  /** Rate of the exponential at the switching voltage, 1/s, and that voltage, V. */
  readonly #rate: Float64Array;
  readonly #switch: Float64Array;
  #index = 0;
  #fired = 0;
  #free = 0;
  /** The last stretch ended at the threshold. */
  #crossed = false;
  /** Result of the last trial step: membrane or elapsed time, and adaptation. */
  #first = 0;
  #second = 0;

  constructor(parameters: CircuitParameters, options: MembraneOptions) {
    const { first, count } = options;
    const { adex } = parameters;
    if (adex === undefined || options.adex === undefined) throw new InternalError('the whole circuit needs its parameters and options');
    const zeros = (): Float64Array => new Float64Array(count);
    this.#p = parameters;
    this.#x = adex;
    this.#o = options;
    this.#a = options.adex;
    this.#v = parameters.rest.slice(first, first + count).map((v) => this.#withinRails(v));
    this.#u = this.#v.map((v, n) => this.#adaptationTarget(first + n, v));
    this.#excitatory = zeros();
    this.#inhibitory = zeros();
    this.#clamped = zeros();
    this.#blind = zeros();
    this.#delay = zeros();
    this.#shift = zeros();
    this.#current = zeros();
    const room = MOST_SPIKES * count;
    this.#spikes = { count: 0, circuit: new Uint32Array(room), fraction: new Float64Array(room) };
    this.#chance = new Chance(options.noiseSeed, 'noise', options.dieSeed);
    this.#arrivals = Array.from({ length: count }, () => []);
    this.#sigma = zeros().map((_, n) => options.noise * Math.sqrt(1 - exp((-2 * options.step) / parameters.tauMem[first + n]!)));
    this.#rate = zeros().map((_, n) => RATE / parameters.tauMem[first + n]!);
    this.#switch = zeros().map((_, n) => {
      const rate = adex.exponentialRate[first + n]!;
      const slope = adex.exponentialSlope[first + n]!;
      return rate === 0 ? Infinity : adex.exponentialVoltage[first + n]! + slope * log((this.#rate[n]! * slope) / rate);
    });
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
    this.#index = index;
    for (let n = 0; n < this.#o.count; n++) this.#advanceOne(n);
    return this.#spikes;
  }

  snapshot(): MembraneSnapshot {
    return { kind: 'accurate adex', columns: this.#state().map((column) => column.slice()) };
  }

  restore({ columns }: MembraneSnapshot): void {
    this.#state().forEach((column, i) => column.set(columns[i]!));
  }

  #state(): readonly Float64Array[] {
    return [this.#v, this.#u, this.#excitatory, this.#inhibitory, this.#clamped, this.#blind, this.#delay, this.#shift, this.#current];
  }

  #advanceOne(n: number): void {
    const arrivals = this.#arrivals[n]!;
    let left = this.#o.step;
    this.#free = 0;
    this.#fired = 0;
    for (let k = 0; k < arrivals.length; k += 3) {
      const until = Math.min(arrivals[k]!, left);
      this.#stretch(n, left, until);
      left = until;
      if (arrivals[k + 1]! > 0) this.#excitatory[n]! += arrivals[k + 2]!;
      else this.#inhibitory[n]! += arrivals[k + 2]!;
    }
    arrivals.length = 0;
    this.#stretch(n, left, 0);
    this.#addNoise(n);
  }

  #addNoise(n: number): void {
    if (!(this.#sigma[n]! > 0) || this.#clamped[n]! > 0 || this.#fired === MOST_SPIKES) return;
    const c = this.#o.first + n;
    const wholeStep = this.#free >= this.#o.step * (1 - 1e-9);
    const sigma = wholeStep ? this.#sigma[n]! : this.#o.noise * Math.sqrt(1 - exp((-2 * this.#free) / this.#p.tauMem[c]!));
    this.#v[n] = this.#withinRails(this.#v[n]! + sigma * this.#chance.normal(c, this.#index));
    if (this.#comparing(n) && this.#v[n] >= this.#threshold(n)) this.#cross(n, 0);
  }

  /** Advances one circuit from `from` to `to` seconds before the end of the step. */
  #stretch(n: number, from: number, to: number): void {
    let left = from;
    while (left - to > INSTANT) {
      const pause = Math.min(this.#clamped[n]!, left - to);
      if (pause > 0) {
        this.#hold(n, pause);
        this.#clamped[n] = remainder(this.#clamped[n]!, pause);
        this.#blind[n] = remainder(this.#blind[n]!, pause);
        left -= pause;
        continue;
      }
      const delay = this.#delay[n]!;
      const blind = this.#blind[n]!;
      const reach = Math.min(left - to, delay > 0 ? delay : blind > 0 ? blind : Infinity);
      const time = this.#integrate(n, reach, this.#comparing(n));
      this.#free += time;
      left -= time;
      this.#blind[n] = remainder(blind, time);
      if (delay > 0) {
        this.#delay[n] = remainder(delay, time);
        if (this.#delay[n] === 0) this.#fire(n, left);
      } else if (this.#crossed) this.#cross(n, left);
    }
  }

  #comparing(n: number): boolean {
    return this.#blind[n] === 0 && this.#delay[n] === 0;
  }

  #threshold(n: number): number {
    return this.#p.threshold[this.#o.first + n]! + this.#shift[n]!;
  }

  /** The comparator sees the crossing `left` seconds before the end of the step. */
  #cross(n: number, left: number): void {
    const delay = this.#x.comparatorDelay[this.#o.first + n]!;
    if (delay > 0) this.#delay[n] = delay;
    else this.#fire(n, left);
  }

  #fire(n: number, left: number): void {
    const c = this.#o.first + n;
    const { circuit, fraction, count } = this.#spikes;
    circuit[count] = c;
    fraction[count] = Math.max(1 - left / this.#o.step, SMALLEST_FRACTION);
    this.#spikes.count++;
    this.#fired++;
    const { refractory, step } = this.#o;
    const reset = this.#p.reset[c]!;
    let clamped = Math.max(refractory - this.#a.holdOff, 0);
    // without end otherwise
    if (reset >= this.#p.threshold[c]!) clamped = Math.max(clamped, step);
    if (this.#fired === MOST_SPIKES) clamped = Math.max(clamped, left);
    if (this.#a.resetTau === 0 || clamped === 0) this.#v[n] = this.#withinRails(reset);
    this.#clamped[n] = clamped;
    this.#blind[n] = Math.max(refractory, clamped);
    this.#u[n] = this.#adaptationWithinRails(c, this.#u[n]! + this.#x.adaptationJump[c]!);
    if (this.#a.comparatorNoise > 0) {
      this.#shift[n] = this.#a.comparatorNoise * this.#chance.normal(COMPARATOR + c, this.#index * MOST_SPIKES + this.#fired - 1);
    }
    this.#free = 0;
  }

  /** The reset OTA pulls the membrane for `pause` seconds; everything else goes on. */
  #hold(n: number, pause: number): void {
    const c = this.#o.first + n;
    const { resetTau } = this.#a;
    const level = this.#withinRails(this.#p.reset[c]!);
    const before = this.#v[n]!;
    this.#v[n] = resetTau === 0 ? level : level + (before - level) * exp(-pause / resetTau);
    // the membrane in the middle of the pause stands for all of it
    const middle = resetTau === 0 ? level : level + (before - level) * exp(-pause / 2 / resetTau);
    this.#relax(n, c, middle, pause);
    this.#decay(n, c, pause);
  }

  /** Adaptation with the membrane standing still, in closed form. */
  #relax(n: number, c: number, v: number, time: number): void {
    const target = this.#adaptationTarget(c, v);
    this.#u[n] = this.#adaptationWithinRails(c, target + (this.#u[n]! - target) * exp(-time / this.#x.adaptationTau[c]!));
  }

  /** Integrates up to `reach` seconds and no further than a crossing; returns the time used. */
  #integrate(n: number, reach: number, comparing: boolean): number {
    const c = this.#o.first + n;
    const [low, high] = this.#a.rails;
    const threshold = comparing ? this.#threshold(n) : Infinity;
    const ceiling = Math.min(threshold, high);
    const slope = this.#x.exponentialSlope[c]!;
    const switching = this.#switch[n]!;
    const perStep = Math.min(this.#rate[n]! * this.#o.step, 1 / FIRST);
    let done = 0;
    this.#crossed = false;
    while (reach - done > INSTANT) {
      const v = this.#v[n]!;
      if (v >= threshold) {
        this.#crossed = true;
        return done;
      }
      const rest = reach - done;
      let time = rest;
      const exponential = exponentialDrive(this.#x, c, v);
      const total = this.#slope(n, c, v, this.#u[n]!, 0, exponential);
      if (v >= high && total >= 0) {
        // the membrane stands at the rail
        this.#relax(n, c, v, rest);
        this.#decay(n, c, rest);
        return reach;
      }
      if (v > switching) {
        if (2 * total >= exponential) {
          const distance = Math.min(FIRST * perStep * (slope + v - switching), slope, ceiling - v);
          if (this.#overVoltage(n, c, v, distance) && this.#first <= rest) {
            const elapsed = this.#first;
            this.#u[n] = this.#adaptationWithinRails(c, this.#second);
            this.#v[n] = distance === ceiling - v ? ceiling : v + distance;
            this.#decay(n, c, elapsed);
            done += elapsed;
            continue;
          }
        } else time = Math.min(rest, (perStep * slope) / exponential);
      } else if (v + total * rest > switching) time = Math.min(rest, Math.max(slope / 2, switching - v) / total);
      const crossing = this.#overTime(n, c, v, time, total, threshold);
      if (crossing !== undefined) {
        this.#decay(n, c, crossing * time);
        this.#crossed = true;
        return done + crossing * time;
      }
      this.#v[n] = Math.min(Math.max(this.#first, low), high);
      this.#u[n] = this.#adaptationWithinRails(c, this.#second);
      this.#decay(n, c, time);
      done += time;
    }
    return reach;
  }

  /** One step in time: membrane and adaptation at its end, or the part of it after which the threshold is crossed (the adaptation is then moved by that part). */
  #overTime(n: number, c: number, v: number, h: number, k1: number, threshold: number): number | undefined {
    const u = this.#u[n]!;
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
      this.#v[n] = threshold;
      this.#u[n] = u + crossing * (this.#second - u) + (crossing * (1 - crossing) * h * (l1 - l4)) / 2;
    }
    return crossing;
  }

  /** One step of `distance` in voltage: elapsed time and adaptation; false where dV/dt does not stay above zero. */
  #overVoltage(n: number, c: number, v: number, distance: number): boolean {
    const u = this.#u[n]!;
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
    let [e, i] = [this.#excitatory[n]!, this.#inhibitory[n]!];
    if (e > 0 && time !== 0) e *= exp(-time / p.tauSynExcitatory[c]!);
    if (i > 0 && time !== 0) i *= exp(-time / p.tauSynInhibitory[c]!);
    const synapses = synapticDrive(p.inputs, c, v, e, i);
    return restoring / p.tauMem[c]! + exponential - adaptation + synapses + this.#current[n]!;
  }

  #adaptationSlope(c: number, v: number, u: number): number {
    return (this.#x.adaptationGain[c]! * this.#ota(v - this.#x.adaptationLeak[c]!) - u) / this.#x.adaptationTau[c]!;
  }

  /** Level to which the adaptation voltage settles over its reference. */
  #adaptationTarget(c: number, v: number): number {
    return this.#adaptationWithinRails(c, this.#x.adaptationGain[c]! * this.#ota(v - this.#x.adaptationLeak[c]!));
  }

  #ota(x: number): number {
    const { linearRange } = this.#a;
    return linearRange === Infinity ? x : linearRange * tanh(x / linearRange);
  }

  #withinRails(v: number): number {
    return Math.min(Math.max(v, this.#a.rails[0]), this.#a.rails[1]);
  }

  #adaptationWithinRails(c: number, u: number): number {
    const reference = this.#withinRails(this.#x.adaptationReference[c]!);
    return Math.min(Math.max(u, this.#a.rails[0] - reference), this.#a.rails[1] - reference);
  }

  #decay(n: number, c: number, time: number): void {
    if (this.#excitatory[n]! > 0) {
      const e = this.#excitatory[n]! * exp(-time / this.#p.tauSynExcitatory[c]!);
      this.#excitatory[n] = e < SMALLEST_CURRENT ? 0 : e;
    }
    if (this.#inhibitory[n]! > 0) {
      const i = this.#inhibitory[n]! * exp(-time / this.#p.tauSynInhibitory[c]!);
      this.#inhibitory[n] = i < SMALLEST_CURRENT ? 0 : i;
    }
  }
}

/** What is left of a span, exactly 0 when it is over. */
function remainder(span: number, time: number): number {
  const left = span - time;
  return left < INSTANT ? 0 : left;
}
