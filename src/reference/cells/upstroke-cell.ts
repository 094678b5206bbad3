/**
 * A neuron whose spike is an explosion of V up to a peak: adaptive exponential, quadratic, with or without passive dendrites.
 * Two independent variables. Below the upstroke: time. In it, once the explosive term carries: V itself (Henon), with time as one of the integrated variables;
 * dt/dV = 1 / (dV/dt) is smooth and shrinks, where dV/dt explodes, so the spike is integrated to the peak exactly and nothing is ever capped. A reset that falls into the
 * upstroke while the rest pulls V down stays in time until the explosive term wins. An event inside the upstroke ends the V-stretch before it and is reached in time.
 * Integrator: Dormand-Prince 5(4), local error at most tolerance x (1 + |variable| / 10) in the units of the model.
 * Source: Henon 1982, "On the numerical computation of Poincare maps", Physica D 5.
 */
import { InfeasibleError, InternalError } from '../../base/index.ts';
import { DEFAULT_TOLERANCE, type Cell, type Injected } from './cell.ts';
import { DormandPrince, stepFactor, type Stepper } from '../dormand-prince.ts';
import { PlaneStepper, type PlaneField } from '../plane-stepper.ts';

/** The equations of such a neuron. Variables are an array `y` with V in place 0; in the functions that are given a voltage, place 0 of `y` is not to be read. */
export interface UpstrokeModel {
  readonly rest: readonly number[]; // state at rest; its length is the number of variables
  readonly peak: number; // mV, where the spike is told
  readonly reset: number; // mV
  readonly refractory: number; // ms for which V is clamped at the reset
  readonly voltageStep: number; // mV, first step in V
  readonly kicked: readonly number[]; // variables that synaptic events may change
  /** dV/dt (mV/ms). */
  slope(voltage: number, y: Float64Array, injected: Injected): number;
  /** Derivatives of the other variables (per ms) into places 1 and following of `out`. */
  others(voltage: number, y: Float64Array, injected: Injected, out: Float64Array): void;
  /** Whether V may serve as the independent variable here: the explosive term dominates whatever pulls V down. */
  climbs(voltage: number, slope: number): boolean;
  /** What a spike does besides resetting V. */
  fire(y: Float64Array): void;
  /** With two variables and nothing that injects but the soma: the equations as a plane. */
  plane?(injected: Injected): PlaneField;
  /** Closed form of the other variables over `pause` ms with V clamped, where there is one. */
  clamped?(y: Float64Array, pause: number): void;
}

/** A remainder of a stretch below this (ms) inside an upstroke is no time at all. */
const INSTANT = 1e-12;

/** One neuron on such equations; throws InfeasibleError when the reset does not lie below the peak. */
export class UpstrokeCell implements Cell {
  readonly #model: UpstrokeModel;
  readonly #tolerance: number;
  readonly #inTime: Stepper; // y = V and the others
  readonly #inVoltage: Stepper; // y = t and the others
  readonly #injected: [number, number] = [0, 0];
  #refractoryLeft = 0; // ms
  #timeStep = 0.1; // ms
  #lastStep = 0; // ms, the step in time before it

  constructor(model: UpstrokeModel, tolerance = DEFAULT_TOLERANCE) {
    if (model.reset >= model.peak) {
      throw new InfeasibleError(`reset ${String(model.reset)} mV must lie below the peak ${String(model.peak)} mV`);
    }
    this.#model = model;
    this.#tolerance = tolerance;
    const size = model.rest.length;
    const plane = model.plane?.(this.#injected);
    if (plane !== undefined) {
      this.#inTime = new PlaneStepper(plane, 'time');
      this.#inVoltage = new PlaneStepper(plane, 'voltage');
      this.#inTime.y.set(model.rest);
      return;
    }
    this.#inTime = new DormandPrince(size, (_t, y, out) => {
      const clamped = this.#refractoryLeft > 0;
      const voltage = clamped ? model.reset : y[0]!;
      out[0] = clamped ? 0 : model.slope(voltage, y, this.#injected);
      model.others(voltage, y, this.#injected, out);
    });
    this.#inVoltage = new DormandPrince(size, (voltage, y, out) => {
      const timePerVoltage = 1 / model.slope(voltage, y, this.#injected);
      model.others(voltage, y, this.#injected, out);
      out[0] = timePerVoltage;
      for (let i = 1; i < size; i++) out[i]! *= timePerVoltage;
    });
    this.#inTime.y.set(model.rest);
  }

  state(): Float64Array {
    return this.#inTime.y.slice();
  }

  setState(state: ArrayLike<number>): void {
    this.#inTime.y.set(Array.from(state).slice(0, this.#inTime.y.length));
  }

  setCurrent(current: number, compartment: number): void {
    this.#injected[compartment === 0 ? 0 : 1] = current;
  }

  kick(index: number, amount: number): void {
    if (!this.#model.kicked.includes(index)) throw new InfeasibleError('a synaptic event needs a cell with synapses');
    this.#inTime.y[index]! += amount;
  }

  advance(duration: number, spike: (offset: number) => void): void {
    const y = this.#inTime.y;
    const { peak } = this.#model;
    let done = 0;
    let mayClimb = true;
    this.#inTime.restart(0);
    while (done < duration) {
      const rest = duration - done;
      if (Number.isNaN(y[0])) throw new InfeasibleError('the voltage left the numbers: an input or a parameter beyond all measure');
      if (this.#refractoryLeft > 0) {
        const pause = Math.min(this.#refractoryLeft, rest);
        this.#clamped(pause);
        done = pause === rest ? duration : done + pause;
        continue;
      }
      if (y[0]! < peak) {
        if (mayClimb && this.#model.climbs(y[0]!, this.#inTime.slope[0]!)) {
          const { used, outOfTime } = this.#climb(rest);
          done += used;
          // the stretch ends inside this upstroke: the remainder is done in time, up to its end and no further
          mayClimb = !outOfTime;
          if (outOfTime && duration - done < INSTANT) break;
        }
        if (y[0]! < peak) {
          const used = this.#stepInTime(duration - done);
          done = used === duration - done ? duration : done + used;
        }
      }
      if (y[0]! >= peak) {
        spike(done);
        this.#fire();
      }
    }
  }

  /**
   * Integrates with V as the independent variable until the peak, until the upstroke no longer carries, or until the next step would pass `limit` (ms); the state then is
   * the last one reached. Returns the time used.
   */
  #climb(limit: number): { used: number; outOfTime: boolean } {
    const core = this.#inVoltage;
    const y = this.#inTime.y;
    const { peak, voltageStep } = this.#model;
    let voltage = y[0]!;
    let step = voltageStep;
    core.y.set(y);
    core.y[0] = 0;
    core.restart(voltage);
    let outOfTime = false;
    while (voltage < peak && !outOfTime && this.#model.climbs(voltage, 1 / core.slope[0]!)) {
      const h = Math.min(step, peak - voltage);
      const error = core.trial(voltage, h, this.#tolerance);
      if (error <= 1) {
        outOfTime = core.next[0]! > limit;
        if (!outOfTime) {
          core.accept();
          voltage = h < step ? peak : voltage + h;
          if (h === step) step = h * stepFactor(error);
        }
      } else {
        step = h * Math.min(0.9, stepFactor(error));
        if (step < 1e-9) throw new InternalError('the step of an upstroke vanished');
      }
    }
    const [used = 0] = core.y;
    y.set(core.y);
    y[0] = voltage;
    this.#inTime.restart(0);
    return { used, outOfTime };
  }

  /** One accepted step in time of at most `limit` (ms), never to or past the peak: that is for the upstroke. Returns its length. */
  #stepInTime(limit: number): number {
    const core = this.#inTime;
    const { peak } = this.#model;
    let h = Math.min(this.#timeStep, limit);
    for (;;) {
      const error = core.trial(0, h, this.#tolerance);
      const overshoots = core.next[0]! >= peak;
      if (error <= 1 && !overshoots) {
        // a step cut short by the end of the stretch says little about the next one
        if (h < limit || stepFactor(error) < 1) {
          // on the way to an upstroke the error grows from step to step: a step that had to shrink foretells the next
          const trend = h < this.#lastStep ? Math.max(0.5, h / this.#lastStep) : 1;
          this.#timeStep = h * stepFactor(error) * trend;
          this.#lastStep = h;
        }
        core.accept();
        return h;
      }
      // the peak lies within an instant: only rounding decides on which side of the stretch's end
      if (overshoots && h < INSTANT) {
        core.y[0] = peak;
        return 0;
      }
      h *= overshoots ? 0.25 : Math.min(0.9, stepFactor(error));
      if (h < 1e-14) throw new InternalError('the time step of an upstroke cell vanished');
    }
  }

  /** V stands still at the reset; the rest goes on, in closed form where the model has one. */
  #clamped(pause: number): void {
    const core = this.#inTime;
    if (this.#model.clamped !== undefined) {
      this.#model.clamped(core.y, pause);
      this.#refractoryLeft -= pause;
    } else {
      core.y[0] = this.#model.reset;
      core.restart(0);
      let done = 0;
      while (done < pause) done += this.#stepInTime(pause - done);
      const left = this.#refractoryLeft - pause;
      this.#refractoryLeft = left;
    }
    core.restart(0);
  }

  #fire(): void {
    const y = this.#inTime.y;
    y[0] = this.#model.reset;
    this.#model.fire(y);
    this.#refractoryLeft = this.#model.refractory;
    this.#inTime.restart(0);
  }
}
