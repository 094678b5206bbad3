/**
 * Steps of the AdEx neuron in hand, in the units of adex-course.ts: Dormand-Prince in time, over V in the upstroke. A neuron without input takes those of the plane (V, w): x_e and
 * x_i stay 0, to the same bits.
 */
import { InternalError } from '../../base/index.ts';
import { AdexCourse, type AdexColumns } from '../cells/adex-course.ts';
import { DormandPrince, stepFactor, type Stepper } from '../dormand-prince.ts';
import { PlaneStepper } from '../plane-stepper.ts';

interface Integrators {
  readonly inTime: Stepper;
  readonly inVoltage: Stepper;
}

/** V, w, x_e, x_i. */
export const ADEX_VARIABLES = 4;
/** Units, after every event: a step that remembers the past would have to be part of the state. */
export const FIRST_STEP = 0.1;

/** Integrates one neuron at a time. Throws InternalError where a step vanishes. */
export class AdexSteps {
  /** State and trial step of the neuron in hand. */
  inTime: Stepper; // y = V, w, x_e, x_i
  #inVoltage: Stepper; // y = t, w, x_e, x_i
  readonly #tolerance: number;
  readonly #course = new AdexCourse();
  readonly #driven: Integrators;
  readonly #free: Integrators;

  constructor(tolerance: number) {
    this.#tolerance = tolerance;
    const course = this.#course;
    this.#driven = {
      inTime: new DormandPrince(ADEX_VARIABLES, (_t, y, out) => course.inTime(y, out)),
      inVoltage: new DormandPrince(ADEX_VARIABLES, (voltage, y, out) => course.inVoltage(voltage, y, out)),
    };
    this.#free = {
      inTime: new PlaneStepper(course, 'time', ADEX_VARIABLES),
      inVoltage: new PlaneStepper(course, 'voltage', ADEX_VARIABLES),
    };
    ({ inTime: this.inTime, inVoltage: this.#inVoltage } = this.#free);
  }

  /** Takes neuron `n` in hand; `free` where nothing drives its synapses. */
  select(c: AdexColumns, n: number, free: boolean): void {
    this.#course.select(c, n);
    ({ inTime: this.inTime, inVoltage: this.#inVoltage } = free ? this.#free : this.#driven);
  }

  /** Whether the exponential carries V from here to its peak. */
  climbs(): boolean {
    return this.#course.climbs(this.inTime.y[0]!, this.inTime.slope[0]!);
  }

  /** Lets `duration` (units) pass with V clamped. */
  clamped(duration: number): void {
    this.#course.clamped(this.inTime.y, duration);
  }

  /** Lets `duration` (units) pass in steps in time, the last one cut to length. */
  through(duration: number, step: number): void {
    let rest = duration;
    let h = step;
    while (rest > 0) {
      const { used, next } = this.trial(Math.min(h, rest));
      this.inTime.accept();
      rest = used === rest ? 0 : rest - used;
      h = next;
    }
  }

  /** Whether one step of this length is good and stays below the peak; it is left in the integrator. */
  reaches(length: number): boolean {
    return this.inTime.trial(0, length, this.#tolerance) <= 1 && this.inTime.next[0]! < this.#course.peak;
  }

  /** A good trial step in time of at most `limit` units that stays below the peak, not yet accepted. */
  trial(limit: number): { used: number; next: number } {
    const core = this.inTime;
    let h = limit;
    for (;;) {
      const error = core.trial(0, h, this.#tolerance);
      const overshoots = core.next[0]! >= this.#course.peak;
      if (error <= 1 && !overshoots) return { used: h, next: h * stepFactor(error) };
      if (overshoots && h < 1e-12) {
        // the peak lies within an instant
        core.next[0] = core.y[0]!;
        return { used: limit, next: FIRST_STEP };
      }
      h *= overshoots ? 0.25 : Math.min(0.9, stepFactor(error));
      if (h < 1e-15) throw new InternalError('the time step of an AdEx neuron vanished');
    }
  }

  /** Integrates `y` over V as long as the upstroke carries; it then holds the state reached. */
  climb(): { used: number; peaked: boolean } {
    const { y } = this.inTime;
    const core = this.#inVoltage;
    const { peak, voltageStep } = this.#course;
    let voltage = y[0]!;
    let step = voltageStep;
    core.y.set(y);
    core.y[0] = 0;
    core.restart(voltage);
    while (voltage < peak && this.#course.climbs(voltage, 1 / core.slope[0]!)) {
      const h = Math.min(step, peak - voltage);
      const error = core.trial(voltage, h, this.#tolerance);
      if (error <= 1) {
        core.accept();
        voltage = h < step ? peak : voltage + h;
        if (h === step) step = h * stepFactor(error);
      } else {
        step = h * Math.min(0.9, stepFactor(error));
        if (step < 1e-9) throw new InternalError('the step of an AdEx upstroke vanished');
      }
    }
    const [used = 0] = core.y;
    y.set(core.y);
    y[0] = voltage;
    return { used, peaked: voltage >= peak };
  }
}
