/**
 * One LIF neuron with conductance-based exponential synapses.
 *   C dV/dt = -g_L (V - E_L) - g_ex (V - E_ex) - g_in (V - E_in) + I,   dg/dt = -g / tau;   state: V (mV), g_ex, g_in (nS)
 *   V >= threshold: spike, V = reset and clamped for the refractory time, the conductances keep decaying (exactly, there is no voltage to integrate)
 * Dormand-Prince with an adaptive step. A crossing is looked for at the end of a step and, when V rises at its start and falls at its end, at the maximum between; the
 * continuous extension gives a first guess, repeated steps of the right length (Newton) the spike time at the full order of the method. While no conductance is open the
 * course is an exponential and taken in closed form.
 * Source: equations as in Vogels and Abbott 2005; dense output as in dormand-prince.ts.
 */
import { exp, InfeasibleError, InternalError, log1p } from '../../base/index.ts';
import { DEFAULT_TOLERANCE, type Cell } from './cell.ts';
import { DormandPrince, stepFactor } from '../dormand-prince.ts';
import { bracketedRoot } from '../root.ts';

/** Parameters of the cell. */
export interface LifConductanceParameters {
  readonly capacitance: number; // pF
  readonly leakConductance: number; // nS
  readonly rest: number; // mV
  readonly threshold: number; // mV
  readonly reset: number; // mV
  readonly refractory: number; // ms
  readonly tauExc: number; // ms
  readonly tauInh: number; // ms
  readonly reversalExc: number; // mV
  readonly reversalInh: number; // mV
}

/** Conductance-based LIF cell; throws InfeasibleError when reset does not lie below threshold. */
export class LifConductanceCell implements Cell {
  readonly #parameters: LifConductanceParameters;
  readonly #tolerance: number;
  readonly #core: DormandPrince;
  #current = 0; // pA
  #refractoryLeft = 0; // ms
  #step = 0.1; // ms, what the last accepted step suggests for the next

  constructor(parameters: LifConductanceParameters, tolerance = DEFAULT_TOLERANCE) {
    const p = parameters;
    if (p.reset >= p.threshold) throw new InfeasibleError(`reset ${String(p.reset)} mV must lie below threshold ${String(p.threshold)} mV`);
    this.#parameters = p;
    this.#tolerance = tolerance;
    this.#core = new DormandPrince(3, (_t, y, out) => {
      const [voltage, exc, inh] = [y[0]!, y[1]!, y[2]!];
      const synaptic = exc * (voltage - p.reversalExc) + inh * (voltage - p.reversalInh);
      out[0] = (this.#current - p.leakConductance * (voltage - p.rest) - synaptic) / p.capacitance;
      out[1] = -exc / p.tauExc;
      out[2] = -inh / p.tauInh;
    });
    this.#core.y[0] = p.rest;
  }

  state(): Float64Array {
    return this.#core.y.slice();
  }

  setState(state: ArrayLike<number>): void {
    this.#core.y.set(Array.from(state).slice(0, 3));
  }

  setCurrent(current: number): void {
    this.#current = current;
  }

  kick(index: number, amount: number): void {
    this.#core.y[index]! += amount;
  }

  advance(duration: number, spike: (offset: number) => void): void {
    const y = this.#core.y;
    let done = 0;
    this.#core.restart(0);
    while (done < duration) {
      const rest = duration - done;
      if (this.#refractoryLeft > 0) {
        const pause = Math.min(this.#refractoryLeft, rest);
        this.#clamped(pause);
        done = pause === rest ? duration : done + pause;
      } else {
        const closed = y[1] === 0 && y[2] === 0;
        const used = y[0]! >= this.#parameters.threshold ? 0 : closed ? this.#leakyStep(rest) : this.#freeStep(rest);
        done = used === rest ? duration : done + used;
        if (y[0]! >= this.#parameters.threshold) {
          spike(done);
          this.#fire();
        }
      }
    }
  }

  /** With both conductances closed the course is an exponential: at most `limit`, ends on the threshold when V crosses it. Returns its length (ms). */
  #leakyStep(limit: number): number {
    const { capacitance, leakConductance, rest, threshold } = this.#parameters;
    const y = this.#core.y;
    const tau = capacitance / leakConductance;
    const asymptote = rest + this.#current / leakConductance;
    const crossing = asymptote > threshold ? tau * log1p((threshold - y[0]!) / (asymptote - threshold)) : Infinity;
    y[0] = crossing <= limit ? threshold : asymptote + (y[0]! - asymptote) * exp(-limit / tau);
    this.#core.restart(0);
    return Math.min(crossing, limit);
  }

  /** One accepted step of at most `limit`; ends on the threshold when V crosses it. Returns its length (ms). */
  #freeStep(limit: number): number {
    const core = this.#core;
    const threshold = this.#parameters.threshold;
    let h = Math.min(this.#step, limit);
    for (;;) {
      const error = core.trial(0, h, this.#tolerance);
      if (error <= 1) {
        if (h < limit || stepFactor(error) < 1) this.#step = h * stepFactor(error);
        break;
      }
      h *= Math.min(0.9, stepFactor(error));
      if (h < 1e-14) throw new InternalError('the step size of a conductance-based LIF cell vanished');
    }
    const top = this.#maximumWithin(h);
    if (core.interpolate(0, h, top) < threshold) {
      core.accept();
      return h;
    }
    const guess = bracketedRoot((theta) => core.interpolate(0, h, theta) - threshold, 0, top, 1e-9);
    let used = guess * h;
    for (let iteration = 0; iteration < 6; iteration++) {
      core.trial(0, used, this.#tolerance);
      const correction = (core.next[0]! - threshold) / core.nextSlope[0]!;
      // near a grazing maximum Newton may run away: the dense guess then stands
      if (!(Math.abs(correction) < 1e-3 * h)) break;
      used = Math.min(h, Math.max(0, used - correction));
      if (Math.abs(correction) <= 4 * Number.EPSILON * used) break;
    }
    core.accept();
    core.y[0] = threshold;
    return used;
  }

  /** Where in the trial step V is largest, as a part of the step: its end, unless V rises at the start and falls at the end. */
  #maximumWithin(h: number): number {
    const core = this.#core;
    if (!(core.slope[0]! > 0 && core.nextSlope[0]! < 0)) return 1;
    // slope of the continuous extension by central difference: only the place of a flat maximum is wanted
    const tilt = (theta: number): number =>
      core.interpolate(0, h, Math.min(1, theta + 1e-5)) - core.interpolate(0, h, Math.max(0, theta - 1e-5));
    return tilt(0) > 0 && tilt(1) < 0 ? bracketedRoot(tilt, 0, 1, 1e-6) : 1;
  }

  #clamped(pause: number): void {
    const y = this.#core.y;
    y[1]! *= exp(-pause / this.#parameters.tauExc);
    y[2]! *= exp(-pause / this.#parameters.tauInh);
    this.#refractoryLeft -= pause;
    this.#core.restart(0);
  }

  #fire(): void {
    this.#core.y[0] = this.#parameters.reset;
    this.#refractoryLeft = this.#parameters.refractory;
    this.#core.restart(0);
  }
}
