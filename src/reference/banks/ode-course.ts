/**
 * The course of one neuron of any equations after an event: Dormand-Prince 5(4), the crossing of the level located by shortened steps, or, where the equations explode, reached by
 * steps over V (Henon). It is a chain of whole steps in time and climbs over V; a cursor says how far it has been followed. ms and mV.
 * Source: Henon 1982, "On the numerical computation of Poincare maps", Physica D 5.
 */
import { InternalError } from '../../base/index.ts';
import { DormandPrince, stepFactor } from '../dormand-prince.ts';
import { bracketedRoot } from '../root.ts';
import type { Climb, Cursor, OdeModel } from './ode-model.ts';

/** A remainder below this (ms) inside an upstroke is no time at all. */
const INSTANT = 1e-12;
/** Steps below this (ms) are no steps. */
const VANISHED = 1e-14;

/** Below the level by more than this (mV) a neuron without reset may cross it anew. */
const BELOW = 1e-6;

/** Follows the courses of neurons with as many variables as `model`, one neuron at a time. Throws InternalError where a step vanishes. */
export class OdeCourse {
  readonly #tolerance: number;
  readonly #core: DormandPrince;
  readonly #probe: DormandPrince; // cut steps, so that the course is not disturbed
  readonly #climber: DormandPrince; // y = t and the others
  #model: OdeModel; // of the neuron in hand
  #drive = 0; // mV/ms, likewise
  #clamped = false;

  constructor(model: OdeModel, tolerance: number) {
    this.#model = model;
    this.#tolerance = tolerance;
    const derivative = (_t: number, y: Float64Array, out: Float64Array): void => {
      this.#model.derivative(y, this.#drive, out);
      if (this.#clamped) out[0] = 0;
    };
    const size = model.start.length;
    const place = new Float64Array(size);
    this.#core = new DormandPrince(size, derivative);
    this.#probe = new DormandPrince(size, derivative);
    this.#climber = new DormandPrince(size, (voltage, y, out) => {
      place.set(y);
      place[0] = voltage;
      this.#model.derivative(place, this.#drive, out);
      const time = 1 / out[0]!;
      for (let i = 1; i < size; i++) out[i]! *= time;
      out[0] = time;
    });
  }

  /** Takes a neuron in hand; `drive` (mV/ms) is the constant part of its dV/dt. */
  select(model: OdeModel, drive: number): void {
    this.#model = model;
    this.#drive = drive;
  }

  /** From the cursor over V as far as the upstroke carries, where it does at all. */
  climb(cursor: Cursor): Climb | undefined {
    const model = this.#model;
    if (model.climbs === undefined || cursor.held > cursor.at || cursor.y[0]! >= model.level) return undefined;
    if (cursor.climb !== undefined) return cursor.climb;
    const core = this.#climber;
    let voltage = cursor.y[0]!;
    let step = model.voltageStep!;
    core.y.set(cursor.y);
    core.y[0] = 0;
    core.restart(voltage);
    if (!model.climbs(voltage, 1 / core.slope[0]!)) return undefined;
    while (voltage < model.level && model.climbs(voltage, 1 / core.slope[0]!)) {
      const h = Math.min(step, model.level - voltage);
      const error = core.trial(voltage, h, this.#tolerance);
      if (error <= 1) {
        core.accept();
        voltage = h < step ? model.level : voltage + h;
        if (h === step) step = h * stepFactor(error);
      } else {
        step = h * Math.min(0.9, stepFactor(error));
        if (step < 1e-9) throw new InternalError('the step of an upstroke vanished');
      }
    }
    const y = core.y.slice();
    y[0] = voltage;
    cursor.climb = { used: core.y[0] ?? 0, y, peaked: voltage >= model.level };
    return cursor.climb;
  }

  /** Moves the cursor to where the climb ended. */
  climbed(cursor: Cursor, { used, y }: Climb): void {
    cursor.y.set(y);
    cursor.at += used;
    cursor.silent = Math.max(cursor.silent, cursor.at);
    cursor.climb = undefined;
  }

  /** A good step from the cursor, not accepted; it ends with the clamp at the latest. */
  trial(cursor: Cursor): number {
    const left = cursor.held - cursor.at;
    this.#clamped = left > 0;
    const core = this.#core;
    core.y.set(cursor.y);
    core.restart(0);
    const { used, next } = this.#good(core, this.#clamped ? Math.min(cursor.step, left) : cursor.step);
    cursor.next = next;
    return used;
  }

  #good(core: DormandPrince, limit: number): { used: number; next: number } {
    let h = limit;
    for (;;) {
      const error = core.trial(0, h, this.#tolerance);
      if (error <= 1) return { used: h, next: h * stepFactor(error) };
      h *= Math.min(0.9, stepFactor(error));
      if (h < VANISHED) throw new InternalError('the step of a neuron vanished');
    }
  }

  /** Moves the cursor to the end of the trial step of this length. */
  accept(cursor: Cursor, length: number): void {
    cursor.above = this.stillAbove(cursor, this.#core.next);
    cursor.y.set(this.#core.next);
    const left = cursor.held - cursor.at;
    // onto the end of the clamp exactly
    cursor.at = length === left ? cursor.held : cursor.at + length;
    cursor.step = cursor.next ?? cursor.step;
    cursor.silent = Math.max(cursor.silent, cursor.at);
    cursor.climb = undefined;
  }

  /** Whether a neuron without reset has not come down from its last spike in state `y`. */
  stillAbove(cursor: Cursor, y: Float64Array): boolean {
    return cursor.above && y[0]! > this.#model.level - BELOW;
  }

  /** The state `time` after the last event, within the next link after the cursor. */
  partOf(cursor: Cursor, time: number): Float64Array {
    let rest = time - cursor.at;
    if (rest <= 0) return cursor.y;
    this.#clamped = cursor.held - cursor.at > 0;
    if (cursor.climb === undefined) return this.#cut(cursor.y, rest);
    // inside a climb the time that is asked for is reached in steps of time
    const core = this.#probe;
    core.y.set(cursor.y);
    for (let h = cursor.step; rest > INSTANT;) {
      core.restart(0);
      const { used, next } = this.#good(core, Math.min(h, rest));
      core.accept();
      rest = used === rest ? 0 : rest - used;
      h = next;
    }
    return core.y;
  }

  #cut(y: Float64Array, length: number): Float64Array {
    this.#probe.y.set(y);
    this.#probe.restart(0);
    this.#probe.trial(0, length, this.#tolerance);
    return this.#probe.next;
  }

  /** Where in the trial step V first reaches the level, Infinity if it does not; a bump within the step counts. */
  crossing(cursor: Cursor, length: number): number {
    const core = this.#core;
    const { level } = this.#model;
    if (this.#clamped || cursor.above) return Infinity;
    const over = (theta: number): number => core.interpolate(0, length, theta) - level;
    let top = 1;
    if (core.next[0]! < level) {
      if (!(core.slope[0]! > 0 && core.nextSlope[0]! < 0)) return Infinity;
      const tilt = (theta: number): number => over(Math.min(1, theta + 1e-5)) - over(Math.max(0, theta - 1e-5));
      if (!(tilt(0) > 0 && tilt(1) < 0)) return Infinity;
      top = bracketedRoot(tilt, 0, 1, 1e-9);
      if (over(top) < 0) return Infinity;
    }
    let place = length * bracketedRoot(over, 0, top, 1e-12);
    for (let iteration = 0; iteration < 4; iteration++) {
      const [voltage = NaN] = this.#cut(core.y, place);
      const correction = (voltage - level) / this.#probe.nextSlope[0]!;
      if (!(Math.abs(correction) < 1e-2 * length)) break;
      place = Math.min(length, Math.max(0, place - correction));
    }
    return place;
  }
}
