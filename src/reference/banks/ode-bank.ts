/**
 * Neurons of any equations for the event-driven network: Dormand-Prince 5(4) from event to event, the crossing of the level located by shortened steps, or, where the equations
 * explode, reached by steps over V (Henon). The course after an event is a chain of whole steps in time and climbs over V that depends on the state after that event alone; the
 * way onto the next event is cut from it. How far a caller looks ahead therefore leaves no trace in the bits. Inside ms and mV; the caller's time is ticks.
 * Source: Henon 1982, "On the numerical computation of Poincare maps", Physica D 5.
 */
import { InternalError } from '../../base/index.ts';
import { DormandPrince, stepFactor } from '../dormand-prince.ts';
import type { NeuronBank } from './neuron-bank.ts';
import type { Climb, Cursor, OdeModel } from './ode-model.ts';
import { bracketedRoot } from '../root.ts';

/** A remainder below this (ms) inside an upstroke is no time at all. */
const INSTANT = 1e-12;
/** Steps below this (ms) are no steps. */
const VANISHED = 1e-14;

/** Below the level by more than this (mV) a neuron without reset may cross it anew. */
const BELOW = 1e-6;

/** A bank of such neurons at their start; models of one bank have the same variables. */
export class OdeBank implements NeuronBank {
  readonly count: number;
  /** One column per variable (mV first), the ticks left of the refractory time, and whether V is still above the level since the last spike (1) of a neuron without reset. */
  readonly state: Readonly<Record<string, Float64Array>>;
  readonly #models: readonly OdeModel[];
  readonly #ticksPerMs: number;
  readonly #tolerance: number;
  readonly #core: DormandPrince;
  readonly #probe: DormandPrince; // cut steps, so that the course is not disturbed
  readonly #climber: DormandPrince; // y = t and the others
  readonly #variables: readonly Float64Array[];
  readonly #held: Float64Array; // ticks
  readonly #above: Float64Array;
  readonly #drive: Float64Array; // mV/ms
  readonly #cursors = new Map<number, Cursor>();
  #model: OdeModel; // of the neuron in hand
  #driveInHand = 0;
  #clamped = false;

  /** `models` has one entry per neuron. */
  constructor(models: readonly OdeModel[], ticksPerMs: number, tolerance: number) {
    const first = models[0]!;
    this.count = models.length;
    this.#models = models;
    this.#model = first;
    this.#ticksPerMs = ticksPerMs;
    this.#tolerance = tolerance;
    this.#variables = first.start.map((_, i) => Float64Array.from(models, ({ start }) => start[i]!));
    this.#held = new Float64Array(this.count);
    this.#above = new Float64Array(this.count);
    this.#drive = new Float64Array(this.count);
    this.state = {
      ...Object.fromEntries(this.#variables.map((column, i) => [`variable${String(i)}`, column])),
      refractoryLeft: this.#held,
      above: this.#above,
    };
    const derivative = (_t: number, y: Float64Array, out: Float64Array): void => {
      this.#model.derivative(y, this.#driveInHand, out);
      if (this.#clamped) out[0] = 0;
    };
    const size = first.start.length;
    const place = new Float64Array(size);
    this.#core = new DormandPrince(size, derivative);
    this.#probe = new DormandPrince(size, derivative);
    this.#climber = new DormandPrince(size, (voltage, y, out) => {
      place.set(y);
      place[0] = voltage;
      this.#model.derivative(place, this.#driveInHand, out);
      const time = 1 / out[0]!;
      for (let i = 1; i < size; i++) out[i]! *= time;
      out[0] = time;
    });
  }

  quietFor(neuron: number): number {
    const cursor = this.#cursors.get(neuron);
    return cursor === undefined ? this.#held[neuron]! : Math.min(cursor.spike, cursor.silent) * this.#ticksPerMs;
  }

  untilSpike(neuron: number, horizon: number): number {
    const end = horizon / this.#ticksPerMs;
    const cursor = this.#cursor(neuron);
    this.#select(neuron);
    while (cursor.spike === Infinity && cursor.silent <= end) {
      const climb = this.#climb(cursor);
      if (climb?.peaked === true) {
        cursor.spike = cursor.at + climb.used;
        cursor.peak = climb.y;
      } else if (climb !== undefined) {
        if (cursor.at + climb.used > end) {
          cursor.silent = cursor.at + climb.used;
          return Infinity;
        }
        this.#climbed(cursor, climb);
      } else {
        const length = this.#trial(cursor);
        const place = this.#clamped ? Infinity : this.#crossing(cursor, length);
        if (place < Infinity) {
          cursor.spike = cursor.at + place;
        } else if (cursor.at + length > end) {
          cursor.silent = cursor.at + length;
          return Infinity;
        } else {
          this.#accept(cursor, length);
        }
      }
    }
    return cursor.spike * this.#ticksPerMs;
  }

  advance(neuron: number, elapsed: number): void {
    if (elapsed === 0) return;
    const known = this.#cursors.get(neuron);
    if (known?.peak !== undefined && elapsed === known.spike * this.#ticksPerMs) {
      this.#store(neuron, known.peak, 0, 0);
      return;
    }
    const time = elapsed / this.#ticksPerMs;
    const cursor = this.#reached(neuron, time);
    const y = this.#partOf(cursor, time);
    this.#store(neuron, y, Math.max(0, this.#held[neuron]! - elapsed), this.#stillAbove(cursor, y) ? 1 : 0);
  }

  receive(neuron: number, amplitude: number): void {
    const { reset, receive } = this.#models[neuron]!;
    const y = this.#load(neuron);
    receive(y, amplitude);
    if (this.#held[neuron]! > 0 && reset !== undefined) y[0] = reset;
    this.#store(neuron, y, this.#held[neuron]!, this.#above[neuron]!);
  }

  fire(neuron: number): void {
    const model = this.#models[neuron]!;
    const y = this.#load(neuron);
    if (model.reset !== undefined) y[0] = model.reset;
    model.fire?.(y);
    this.#store(neuron, y, model.refractory * this.#ticksPerMs, model.reset === undefined ? 1 : 0);
  }

  voltageAfter(neuron: number, elapsed: number): number {
    const time = elapsed / this.#ticksPerMs;
    const kept = this.#cursors.get(neuron);
    this.#cursors.delete(neuron);
    const cursor = this.#reached(neuron, time);
    const [voltage = NaN] = this.#partOf(cursor, time);
    if (kept === undefined) this.#cursors.delete(neuron);
    else this.#cursors.set(neuron, kept);
    return voltage / 1000;
  }

  /** From now on the constant part of dV/dt is `drive` (V per tick). The state must have been advanced to now. */
  setDrive(neuron: number, drive: number): void {
    this.#drive[neuron] = drive * 1000 * this.#ticksPerMs;
    this.#cursors.delete(neuron);
  }

  #select(neuron: number): void {
    this.#model = this.#models[neuron]!;
    this.#driveInHand = this.#drive[neuron]!;
  }

  #load(neuron: number): Float64Array {
    return Float64Array.from(this.#variables, (column) => column[neuron]!);
  }

  #store(neuron: number, y: Float64Array, held: number, above: number): void {
    this.#variables.forEach((column, i) => (column[neuron] = y[i]!));
    this.#held[neuron] = held;
    this.#above[neuron] = above;
    this.#cursors.delete(neuron);
  }

  /** Where the chain has come since the last event. */
  #cursor(neuron: number): Cursor {
    let cursor = this.#cursors.get(neuron);
    if (cursor === undefined) {
      const y = this.#load(neuron);
      const { firstStep, level } = this.#models[neuron]!;
      const held = this.#held[neuron]! / this.#ticksPerMs;
      const above = this.#above[neuron] === 1;
      const spike = held <= 0 && !above && y[0]! >= level ? 0 : Infinity;
      cursor = { at: 0, step: firstStep, y, held, above, silent: 0, spike };
      this.#cursors.set(neuron, cursor);
    }
    return cursor;
  }

  /** The cursor after all whole links of the chain up to `time`. */
  #reached(neuron: number, time: number): Cursor {
    let cursor = this.#cursor(neuron);
    this.#select(neuron);
    if (cursor.at > time) {
      this.#cursors.delete(neuron);
      cursor = this.#cursor(neuron);
    }
    for (;;) {
      const climb = this.#climb(cursor);
      if (climb === undefined) {
        const length = this.#trial(cursor);
        if (cursor.at + length > time) return cursor;
        this.#accept(cursor, length);
      } else {
        if (climb.peaked || cursor.at + climb.used > time) return cursor;
        this.#climbed(cursor, climb);
      }
    }
  }

  /** From the cursor over V as far as the upstroke carries, where it does at all. */
  #climb(cursor: Cursor): Climb | undefined {
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

  #climbed(cursor: Cursor, { used, y }: Climb): void {
    cursor.y.set(y);
    cursor.at += used;
    cursor.silent = Math.max(cursor.silent, cursor.at);
    cursor.climb = undefined;
  }

  /** A good step from the cursor, not accepted; it ends with the clamp at the latest. */
  #trial(cursor: Cursor): number {
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

  #accept(cursor: Cursor, length: number): void {
    cursor.above = this.#stillAbove(cursor, this.#core.next);
    cursor.y.set(this.#core.next);
    const left = cursor.held - cursor.at;
    // onto the end of the clamp exactly
    cursor.at = length === left ? cursor.held : cursor.at + length;
    cursor.step = cursor.next ?? cursor.step;
    cursor.silent = Math.max(cursor.silent, cursor.at);
    cursor.climb = undefined;
  }

  #stillAbove(cursor: Cursor, y: Float64Array): boolean {
    return cursor.above && y[0]! > this.#model.level - BELOW;
  }

  /** The state `time` after the last event, within the next link after the cursor. */
  #partOf(cursor: Cursor, time: number): Float64Array {
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
  #crossing(cursor: Cursor, length: number): number {
    const core = this.#core;
    const { level } = this.#model;
    if (cursor.above) return Infinity;
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
