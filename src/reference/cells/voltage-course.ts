/**
 * Free course of a LIF membrane between two events, and the first instant at which it reaches the threshold, without ever missing one.
 *   V(t) = Vinf + (V0 - Vinf) e^(-at) + xe K(a, be, t) + xi K(a, bi, t)      a = 1/tauMem, b = 1/tauSyn, K = unit PSP
 * The search is lossless. V'(t) e^(at) has the derivative -e^(at) (be xe e^(-be t) + bi xi e^(-bi t)), which is zero at most once, at
 *   t* = ln(-bi xi / (be xe)) / (bi - be),
 * so V' has at most one zero on either side of t*. These extrema cut the course into at most three monotone pieces; the first piece that ends at or above the threshold
 * holds the crossing, found there by safeguarded Newton steps. The search always looks at the whole future: its result depends on the state alone, not on how far a
 * caller means to go, which keeps runs bit-identical however they are cut.
 * Source: Hanuschkin et al. 2010, "A general and efficient method for incorporating precise spike times in globally time-driven simulations" (lossless detection);
 * Krishnan et al. 2018 for the geometric view. The monotonicity argument is spelled out above.
 */
import { exp, log, log1p } from '../../base/index.ts';
import { unitPspFrom } from '../psp.ts';
import { bracketedRoot } from '../root.ts';

/** After this many of the slowest time constants V is Vinf to the last bit (e^-64 = 2e-28). */
const SETTLED = 64;
/** Extrema are needed to this part of the fastest time constant only: V is flat there, the error of V is its square. */
const EXTREMUM_RESOLUTION = 1e-9;

/** One free course; `begin` describes it, the object is reused for the next one. All times in one unit of the caller's choice, all voltages in another. */
export class VoltageCourse {
  #membraneRate = 1; // 1/time
  #excRate = 1; // 1/time
  #inhRate = 1; // 1/time
  #deviation = 0; // V0 - Vinf, voltage
  #gap = 0; // Vinf - threshold, voltage
  #exc = 0; // voltage/time
  #inh = 0; // voltage/time
  #excDistance = 0; // |1/tauMem - 1/tauExc|, 1/time
  #inhDistance = 0; // 1/time
  #slopeThere = 0; // V' where #height was evaluated last, voltage/time

  /** Time constants (time), start, asymptote and threshold (voltage), synaptic currents as dV/dt at the start (voltage/time, signed). */
  begin(
    tauMem: number,
    tauExc: number,
    tauInh: number,
    start: number,
    asymptote: number,
    threshold: number,
    excitation: number,
    inhibition: number,
  ): void {
    this.#membraneRate = 1 / tauMem;
    this.#excRate = 1 / tauExc;
    this.#inhRate = 1 / tauInh;
    this.#deviation = start - asymptote;
    this.#gap = asymptote - threshold;
    this.#exc = excitation;
    this.#inh = inhibition;
    // one effective channel goes into `exc`: its extremum has a closed form
    if (tauExc === tauInh) {
      this.#exc += this.#inh;
      this.#inh = 0;
    } else if (this.#exc === 0) {
      this.#exc = this.#inh;
      this.#excRate = this.#inhRate;
      this.#inh = 0;
    }
    this.#excDistance = Math.abs(this.#excRate - this.#membraneRate);
    this.#inhDistance = Math.abs(this.#inhRate - this.#membraneRate);
  }

  /** Time to the first crossing of the threshold; 0 when the course starts at or above it, Infinity when it never gets there. */
  firstCrossing(): number {
    if (this.#deviation + this.#gap >= 0) return 0;
    if (this.#exc === 0 && this.#inh === 0) return this.#leakCrossing();
    let slowest = Math.min(this.#membraneRate, this.#excRate);
    if (this.#inh !== 0) slowest = Math.min(slowest, this.#inhRate);
    const end = SETTLED / slowest;
    let [first, second] = this.#inh === 0 ? [this.#singleExtremum(), Infinity] : this.#twoExtrema(end, slowest);
    first = Math.min(first, end);
    second = Math.min(second, end);
    if (this.#height(first) >= 0) return this.#crossingWithin(0, first);
    if (first < end && this.#height(second) >= 0) return this.#crossingWithin(first, second);
    if (second < end && this.#height(end) >= 0) return this.#crossingWithin(second, end);
    return Infinity;
  }

  /** Without synaptic current the crossing has a closed form: tauMem ln((Vinf - V0) / (Vinf - threshold)). */
  #leakCrossing(): number {
    if (this.#gap <= 0) return Infinity;
    const missing = -(this.#deviation + this.#gap);
    return log1p(missing / this.#gap) / this.#membraneRate;
  }

  /** The one extremum with one synaptic channel, closed form; Infinity when it lies in the past or nowhere. */
  #singleExtremum(): number {
    const slope = this.#exc - this.#membraneRate * this.#deviation;
    const ratio = slope / (this.#excRate * this.#exc);
    const argument = -(this.#excRate - this.#membraneRate) * ratio;
    if (argument <= -1) return Infinity;
    const time = argument === 0 ? ratio : (ratio * log1p(argument)) / argument;
    return time > 0 ? time : Infinity;
  }

  /** The up to two extrema in (0, end) with two different channels, in order; Infinity where there is none. */
  #twoExtrema(end: number, slowest: number): [number, number] {
    const tilt = (t: number): number => this.#tilt(t, slowest);
    const resolution = EXTREMUM_RESOLUTION / Math.max(this.#membraneRate, this.#excRate, this.#inhRate);
    const ratio = -(this.#inhRate * this.#inh) / (this.#excRate * this.#exc);
    const turn = ratio > 0 ? log(ratio) / (this.#inhRate - this.#excRate) : 0;
    const knots = turn > 0 && turn < end ? [0, turn, end] : [0, end];
    const extrema: number[] = [];
    for (let i = 1; i < knots.length; i++) {
      const [from, to] = [knots[i - 1]!, knots[i]!];
      if (tilt(from) > 0 !== tilt(to) > 0) extrema.push(bracketedRoot(tilt, from, to, resolution));
    }
    return [extrema[0] ?? Infinity, extrema[1] ?? Infinity];
  }

  /** The crossing inside a rising piece, to the last ulp or two: Newton steps, bisection where a step would leave the bracket. */
  #crossingWithin(from: number, to: number): number {
    let [low, high] = [from, to];
    let t = from;
    for (let iteration = 0; iteration < 200; iteration++) {
      const height = this.#height(t);
      if (height === 0) return t;
      if (height < 0) low = t;
      else high = t;
      let next = t - height / this.#slopeThere;
      if (!(next > low && next < high)) {
        // a Newton step that does not move any more has arrived
        if (Math.abs(next - t) <= 2 * Number.EPSILON * t) return t;
        next = low + (high - low) / 2;
      }
      if (next === t || next === low || next === high) return next;
      if (Math.abs(next - t) <= Number.EPSILON * t) return next;
      t = next;
    }
    return t;
  }

  /** V(t) - threshold; leaves V'(t) in `#slopeThere`, which costs next to nothing once the exponentials are known. */
  #height(t: number): number {
    const a = this.#membraneRate;
    const leak = exp(-a * t);
    const excDecay = exp(-this.#excRate * t);
    let deviation = this.#deviation * leak + this.#exc * unitPspFrom(leak, excDecay, this.#excDistance, t);
    let current = this.#exc * excDecay;
    if (this.#inh !== 0) {
      const inhDecay = exp(-this.#inhRate * t);
      deviation += this.#inh * unitPspFrom(leak, inhDecay, this.#inhDistance, t);
      current += this.#inh * inhDecay;
    }
    this.#slopeThere = current - a * deviation;
    return deviation + this.#gap;
  }

  /** V'(t) e^(rate t). With the slowest rate no term fades away or overflows, so the sign stays right far out. */
  #tilt(t: number, rate: number): number {
    const a = this.#membraneRate;
    const leak = exp(-(a - rate) * t);
    const excDecay = exp(-(this.#excRate - rate) * t);
    let tilt = -a * this.#deviation * leak;
    tilt += this.#exc * (excDecay - a * unitPspFrom(leak, excDecay, this.#excDistance, t));
    if (this.#inh !== 0) {
      const inhDecay = exp(-(this.#inhRate - rate) * t);
      tilt += this.#inh * (inhDecay - a * unitPspFrom(leak, inhDecay, this.#inhDistance, t));
    }
    return tilt;
  }
}
