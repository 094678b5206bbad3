/**
 * Adaptive exponential integrate-and-fire neuron (AdEx), optionally with conductance-based exponential synapses.
 *   C dV/dt = -g_L (V - E_L) + g_L D e^((V - V_T) / D) - w - g_ex (V - E_ex) - g_in (V - E_in) + I
 *   tau_w dw/dt = a (V - E_L) - w,   dg/dt = -g / tau;          state: V (mV), w (pA), g_ex, g_in (nS)
 *   V reaches V_peak: spike, V = V_reset, w += b; for the refractory time V is clamped at V_reset, w and g go on (linear, so in closed form)
 * Two independent variables. Below V_T + 2 D: time. Above it, once the exponential carries the upstroke: V itself (Henon), with time as one of the integrated variables;
 * dt/dV = 1 / (dV/dt) is smooth and shrinks, where dV/dt explodes, so the spike is integrated to V_peak exactly and nothing is ever capped. A reset that falls above the
 * switch with w pulling V down stays in time until the exponential wins. An arrival inside the upstroke ends the V-stretch before it and is reached in time.
 * Source: Brette and Gerstner 2005; Naud et al. 2008; Henon 1982, "On the numerical computation of Poincare maps", Physica D 5.
 */
import { exp, InfeasibleError, InternalError } from '../base/index.ts';
import { DEFAULT_TOLERANCE, type Cell } from './cell.ts';
import { DormandPrince, stepFactor } from './dormand-prince.ts';

/** Parameters of the cell. */
export interface AdexParameters {
  readonly capacitance: number; // pF
  readonly leakConductance: number; // nS
  readonly rest: number; // mV
  readonly thresholdVoltage: number; // mV, V_T: where the exponential takes over
  readonly slopeFactor: number; // mV, D
  readonly adaptationConductance: number; // nS, a
  readonly adaptationJump: number; // pA, b
  readonly adaptationTau: number; // ms, tau_w
  readonly reset: number; // mV
  readonly peak: number; // mV, V_peak: the spike time depends on it
  readonly refractory: number; // ms
  readonly synapses?: {
    readonly tauExc: number; // ms
    readonly tauInh: number; // ms
    readonly reversalExc: number; // mV
    readonly reversalInh: number; // mV
  };
}

/** The exponential carries the upstroke when it exceeds this many times the net current: before that dV/dt may still turn around. */
const CARRIES = 4;
/** A remainder of a stretch below this (ms) inside an upstroke is no time at all. */
const INSTANT = 1e-12;

/** AdEx cell; throws InfeasibleError when the slope factor is not above 0 or the reset does not lie below the peak. */
export class AdexCell implements Cell {
  readonly #p: AdexParameters;
  readonly #tolerance: number;
  readonly #inTime: DormandPrince; // y = V, w, g_ex, g_in
  readonly #inVoltage: DormandPrince; // y = t, w, g_ex, g_in
  readonly #switchVoltage: number; // mV
  #current = 0; // pA
  #refractoryLeft = 0; // ms
  #timeStep = 0.1; // ms
  #voltageStep: number; // mV

  constructor(parameters: AdexParameters, tolerance = DEFAULT_TOLERANCE) {
    const p = parameters;
    if (!(p.slopeFactor > 0))
      throw new InfeasibleError(`slope factor: found ${String(p.slopeFactor)} mV, expected more than 0 (0 is a LIF neuron)`);
    if (p.reset >= p.peak) throw new InfeasibleError(`reset ${String(p.reset)} mV must lie below the peak ${String(p.peak)} mV`);
    this.#p = p;
    this.#tolerance = tolerance;
    this.#switchVoltage = p.thresholdVoltage + 2 * p.slopeFactor;
    this.#voltageStep = p.slopeFactor / 4;
    const size = p.synapses === undefined ? 2 : 4;
    this.#inTime = new DormandPrince(size, (_t, y, out) => {
      const voltage = y[0]!;
      out[0] = this.#netCurrent(voltage, y) / p.capacitance;
      this.#slowSlopes(voltage, y, out);
    });
    this.#inVoltage = new DormandPrince(size, (voltage, y, out) => {
      const timePerVoltage = p.capacitance / this.#netCurrent(voltage, y);
      out[0] = 1;
      this.#slowSlopes(voltage, y, out);
      for (let i = 0; i < size; i++) out[i]! *= timePerVoltage;
    });
    this.#inTime.y[0] = p.rest;
  }

  state(): Float64Array {
    const state = new Float64Array(4);
    state.set(this.#inTime.y);
    return state;
  }

  setState(state: ArrayLike<number>): void {
    this.#inTime.y.set(Array.from(state).slice(0, this.#inTime.y.length));
  }

  setCurrent(current: number): void {
    this.#current = current;
  }

  kick(index: number, amount: number): void {
    if (index >= this.#inTime.y.length) throw new InfeasibleError('a synaptic event needs an AdEx cell with synapses');
    this.#inTime.y[index]! += amount;
  }

  advance(duration: number, spike: (offset: number) => void): void {
    const y = this.#inTime.y;
    let done = 0;
    let mayClimb = true;
    this.#inTime.restart(0);
    while (done < duration) {
      const rest = duration - done;
      if (this.#refractoryLeft > 0) {
        const pause = Math.min(this.#refractoryLeft, rest);
        this.#clamped(pause);
        done = pause === rest ? duration : done + pause;
        continue;
      }
      if (y[0]! < this.#p.peak) {
        if (mayClimb && this.#upstroke(y[0]!, y)) {
          const { used, outOfTime } = this.#climb(rest);
          done += used;
          // the stretch ends inside this upstroke: the remainder is done in time, up to its end and no further
          mayClimb = !outOfTime;
          if (outOfTime && duration - done < INSTANT) break;
        }
        if (y[0]! < this.#p.peak) {
          const used = this.#stepInTime(duration - done);
          done = used === duration - done ? duration : done + used;
        }
      }
      if (y[0]! >= this.#p.peak) {
        spike(done);
        this.#fire();
      }
    }
  }

  /**
   * Integrates with V as the independent variable until V_peak, until the exponential no longer carries, or until the next step would pass `limit` (ms); the state then is
   * the last one reached. Returns the time used.
   */
  #climb(limit: number): { used: number; outOfTime: boolean } {
    const core = this.#inVoltage;
    const y = this.#inTime.y;
    let voltage = y[0]!;
    core.y.set(y);
    core.y[0] = 0;
    core.restart(voltage);
    let outOfTime = false;
    while (voltage < this.#p.peak && !outOfTime && this.#upstroke(voltage, core.y)) {
      const h = Math.min(this.#voltageStep, this.#p.peak - voltage);
      const error = core.trial(voltage, h, this.#tolerance);
      if (error <= 1) {
        outOfTime = core.next[0]! > limit;
        if (!outOfTime) {
          core.accept();
          voltage = h < this.#voltageStep ? this.#p.peak : voltage + h;
          if (h === this.#voltageStep) this.#voltageStep = h * stepFactor(error);
        }
      } else {
        this.#voltageStep = h * Math.min(0.9, stepFactor(error));
        if (this.#voltageStep < 1e-9) throw new InternalError('the step of an AdEx upstroke vanished');
      }
    }
    const [used = 0] = core.y;
    y.set(core.y);
    y[0] = voltage;
    this.#inTime.restart(0);
    return { used, outOfTime };
  }

  /** One accepted step in time of at most `limit` (ms), never to or past V_peak: that is for the upstroke. Returns its length. */
  #stepInTime(limit: number): number {
    const core = this.#inTime;
    let h = Math.min(this.#timeStep, limit);
    for (;;) {
      const error = core.trial(0, h, this.#tolerance);
      const overshoots = core.next[0]! >= this.#p.peak;
      if (error <= 1 && !overshoots) {
        // a step cut short by the end of the stretch says little about the next one
        if (h < limit || stepFactor(error) < 1) this.#timeStep = h * stepFactor(error);
        core.accept();
        return h;
      }
      // the peak lies within an instant: only rounding decides on which side of the stretch's end
      if (overshoots && h < INSTANT) {
        core.y[0] = this.#p.peak;
        return 0;
      }
      h *= overshoots ? 0.25 : Math.min(0.9, stepFactor(error));
      if (h < 1e-14) throw new InternalError('the time step of an AdEx cell vanished');
    }
  }

  /** Whether V may serve as the independent variable here: above the switch, and the exponential dominates what pulls V down. */
  #upstroke(voltage: number, y: Float64Array): boolean {
    if (voltage < this.#switchVoltage) return false;
    const { leakConductance, slopeFactor, thresholdVoltage } = this.#p;
    const exponential = leakConductance * slopeFactor * exp((voltage - thresholdVoltage) / slopeFactor);
    return CARRIES * this.#netCurrent(voltage, y) > exponential;
  }

  /** C dV/dt (pA) with w and the conductances taken from places 1 to 3 of `y`. */
  #netCurrent(voltage: number, y: Float64Array): number {
    const p = this.#p;
    let net = p.leakConductance * (p.slopeFactor * exp((voltage - p.thresholdVoltage) / p.slopeFactor) - (voltage - p.rest));
    net += this.#current - y[1]!;
    if (p.synapses !== undefined) net -= y[2]! * (voltage - p.synapses.reversalExc) + y[3]! * (voltage - p.synapses.reversalInh);
    return net;
  }

  /** dw/dt and dg/dt into places 1 to 3 of `out`. */
  #slowSlopes(voltage: number, y: Float64Array, out: Float64Array): void {
    const p = this.#p;
    out[1] = (p.adaptationConductance * (voltage - p.rest) - y[1]!) / p.adaptationTau;
    if (p.synapses === undefined) return;
    out[2] = -y[2]! / p.synapses.tauExc;
    out[3] = -y[3]! / p.synapses.tauInh;
  }

  /** V stands still at the reset; the rest is linear. */
  #clamped(pause: number): void {
    const y = this.#inTime.y;
    const p = this.#p;
    const settled = p.adaptationConductance * (y[0]! - p.rest);
    y[1] = settled + (y[1]! - settled) * exp(-pause / p.adaptationTau);
    if (p.synapses !== undefined) {
      y[2]! *= exp(-pause / p.synapses.tauExc);
      y[3]! *= exp(-pause / p.synapses.tauInh);
    }
    this.#refractoryLeft -= pause;
    this.#inTime.restart(0);
  }

  #fire(): void {
    const y = this.#inTime.y;
    y[0] = this.#p.reset;
    y[1]! += this.#p.adaptationJump;
    this.#refractoryLeft = this.#p.refractory;
    this.#inTime.restart(0);
  }
}
