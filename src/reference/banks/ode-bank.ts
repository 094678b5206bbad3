/**
 * Neurons of any equations for the event-driven network. The course after an event is the chain of ode-course.ts, which depends on the state after that event alone; the way onto
 * the next event is cut from it. How far a caller looks ahead therefore leaves no trace in the bits. Inside ms and mV; the caller's time is ticks.
 */
import type { NeuronBank } from './neuron-bank.ts';
import { OdeCourse } from './ode-course.ts';
import type { Cursor, OdeModel } from './ode-model.ts';

/** A bank of such neurons at their start; models of one bank have the same variables. */
export class OdeBank implements NeuronBank {
  readonly count: number;
  /** One column per variable (mV first), the ticks left of the refractory time, and whether V is still above the level since the last spike (1) of a neuron without reset. */
  readonly state: Readonly<Record<string, Float64Array>>;
  readonly #models: readonly OdeModel[];
  readonly #ticksPerMs: number;
  readonly #course: OdeCourse;
  readonly #variables: readonly Float64Array[];
  readonly #held: Float64Array; // ticks
  readonly #above: Float64Array;
  readonly #drive: Float64Array; // mV/ms
  readonly #cursors = new Map<number, Cursor>();

  /** `models` has one entry per neuron. */
  constructor(models: readonly OdeModel[], ticksPerMs: number, tolerance: number) {
    const first = models[0]!;
    this.count = models.length;
    this.#models = models;
    this.#ticksPerMs = ticksPerMs;
    this.#variables = first.start.map((_, i) => Float64Array.from(models, ({ start }) => start[i]!));
    this.#held = new Float64Array(this.count);
    this.#above = new Float64Array(this.count);
    this.#drive = new Float64Array(this.count);
    this.state = {
      ...Object.fromEntries(this.#variables.map((column, i) => [`variable${String(i)}`, column])),
      refractoryLeft: this.#held,
      above: this.#above,
    };
    this.#course = new OdeCourse(first, tolerance);
  }

  quietFor(neuron: number): number {
    const cursor = this.#cursors.get(neuron);
    return cursor === undefined ? this.#held[neuron]! : Math.min(cursor.spike, cursor.silent) * this.#ticksPerMs;
  }

  untilSpike(neuron: number, horizon: number): number {
    const end = horizon / this.#ticksPerMs;
    const cursor = this.#cursor(neuron);
    this.#course.select(this.#models[neuron]!, this.#drive[neuron]!);
    while (cursor.spike === Infinity && cursor.silent <= end) {
      const climb = this.#course.climb(cursor);
      if (climb?.peaked === true) {
        cursor.spike = cursor.at + climb.used;
        cursor.peak = climb.y;
      } else if (climb !== undefined) {
        if (cursor.at + climb.used > end) {
          cursor.silent = cursor.at + climb.used;
          return Infinity;
        }
        this.#course.climbed(cursor, climb);
      } else {
        const length = this.#course.trial(cursor);
        const place = this.#course.crossing(cursor, length);
        if (place < Infinity) {
          cursor.spike = cursor.at + place;
        } else if (cursor.at + length > end) {
          cursor.silent = cursor.at + length;
          return Infinity;
        } else {
          this.#course.accept(cursor, length);
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
    const y = this.#course.partOf(cursor, time);
    this.#store(neuron, y, Math.max(0, this.#held[neuron]! - elapsed), this.#course.stillAbove(cursor, y) ? 1 : 0);
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
    const [voltage = NaN] = this.#course.partOf(cursor, time);
    if (kept === undefined) this.#cursors.delete(neuron);
    else this.#cursors.set(neuron, kept);
    return voltage / 1000;
  }

  /** From now on the constant part of dV/dt is `drive` (V per tick). The state must have been advanced to now. */
  setDrive(neuron: number, drive: number): void {
    this.#drive[neuron] = drive * 1000 * this.#ticksPerMs;
    this.#cursors.delete(neuron);
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
    this.#course.select(this.#models[neuron]!, this.#drive[neuron]!);
    if (cursor.at > time) {
      this.#cursors.delete(neuron);
      cursor = this.#cursor(neuron);
    }
    for (;;) {
      const climb = this.#course.climb(cursor);
      if (climb === undefined) {
        const length = this.#course.trial(cursor);
        if (cursor.at + length > time) return cursor;
        this.#course.accept(cursor, length);
      } else {
        if (climb.peaked || cursor.at + climb.used > time) return cursor;
        this.#course.climbed(cursor, climb);
      }
    }
  }
}
