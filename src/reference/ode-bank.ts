/**
 * Neurons of any smooth equations with a reset at a level, for the event-driven network: Dormand-Prince 5(4) from event to event, the crossing located by shortened steps.
 * The course after an event is a chain of whole steps that depends on the state after that event alone; the last step, onto the next event or the crossing, is cut to length.
 * How far a caller looks ahead therefore leaves no trace in the bits. Inside ms and mV; the caller's time is ticks.
 */
import { InternalError } from '../base/index.ts';
import { DormandPrince, stepFactor } from './dormand-prince.ts';
import type { NeuronBank } from './neuron-bank.ts';
import { bracketedRoot } from './root.ts';

/** The equations of one neuron; all neurons of a bank share them. V (mV) is variable 0. */
export interface OdeModel {
  readonly rest: readonly number[]; // its length is the number of variables
  readonly level: number; // mV, V at or above it is a spike
  readonly reset: number; // mV, below the level
  readonly refractory: number; // ms, V held at the reset while the other variables go on
  readonly firstStep: number; // ms, after every event
  /** Derivatives per ms into `out`; `drive` (mV/ms) is the constant part of dV/dt. */
  derivative(y: Float64Array, drive: number, out: Float64Array): void;
  /** An event of this amplitude arrives; its sign selects the synapse. */
  receive(y: Float64Array, amplitude: number): void;
}

/** Steps below this (ms) are no steps. */
const VANISHED = 1e-14;

/** A bank of such neurons at rest. */
export class OdeBank implements NeuronBank {
  readonly count: number;
  /** One column per variable (mV first) and the ticks left of the refractory time. */
  readonly state: Readonly<Record<string, Float64Array>>;
  readonly #model: OdeModel;
  readonly #ticksPerMs: number;
  readonly #tolerance: number;
  readonly #core: DormandPrince;
  readonly #probe: DormandPrince; // cut steps, so that the course is not disturbed
  readonly #variables: readonly Float64Array[];
  readonly #held: Float64Array; // ticks
  readonly #drive: Float64Array; // mV/ms
  readonly #cursors = new Map<number, Cursor>();
  #driveInHand = 0;
  #clamped = false;

  constructor(count: number, model: OdeModel, ticksPerMs: number, tolerance: number) {
    this.count = count;
    this.#model = model;
    this.#ticksPerMs = ticksPerMs;
    this.#tolerance = tolerance;
    this.#variables = model.rest.map((value) => new Float64Array(count).fill(value));
    this.#held = new Float64Array(count);
    this.#drive = new Float64Array(count);
    this.state = {
      ...Object.fromEntries(this.#variables.map((column, i) => [`variable${String(i)}`, column])),
      refractoryLeft: this.#held,
    };
    const derivative = (_t: number, y: Float64Array, out: Float64Array): void => {
      model.derivative(y, this.#driveInHand, out);
      if (this.#clamped) out[0] = 0;
    };
    this.#core = new DormandPrince(model.rest.length, derivative);
    this.#probe = new DormandPrince(model.rest.length, derivative);
  }

  quietFor(neuron: number): number {
    const cursor = this.#cursors.get(neuron);
    return cursor === undefined ? this.#held[neuron]! : Math.min(cursor.spike, cursor.silent) * this.#ticksPerMs;
  }

  untilSpike(neuron: number, horizon: number): number {
    const end = horizon / this.#ticksPerMs;
    const cursor = this.#cursor(neuron);
    while (cursor.spike === Infinity && cursor.silent <= end) {
      const length = this.#trial(neuron, cursor);
      const place = this.#clamped ? Infinity : this.#crossing(length);
      if (place < Infinity) {
        cursor.spike = cursor.at + place;
      } else if (cursor.at + length > end) {
        cursor.silent = cursor.at + length;
        return Infinity;
      } else {
        this.#accept(cursor, length);
      }
    }
    return cursor.spike * this.#ticksPerMs;
  }

  advance(neuron: number, elapsed: number): void {
    if (elapsed === 0) return;
    const time = elapsed / this.#ticksPerMs;
    const cursor = this.#reached(neuron, time);
    const y = this.#partOf(neuron, cursor, time - cursor.at);
    this.#variables.forEach((column, i) => (column[neuron] = y[i]!));
    this.#held[neuron] = Math.max(0, this.#held[neuron]! - elapsed);
    this.#cursors.delete(neuron);
  }

  receive(neuron: number, amplitude: number): void {
    const y = this.#load(neuron);
    this.#model.receive(y, amplitude);
    if (this.#held[neuron]! > 0) y[0] = this.#model.reset;
    this.#variables.forEach((column, i) => (column[neuron] = y[i]!));
    this.#cursors.delete(neuron);
  }

  fire(neuron: number): void {
    this.#variables[0]![neuron] = this.#model.reset;
    this.#held[neuron] = this.#model.refractory * this.#ticksPerMs;
    this.#cursors.delete(neuron);
  }

  voltageAfter(neuron: number, elapsed: number): number {
    const time = elapsed / this.#ticksPerMs;
    const kept = this.#cursors.get(neuron);
    this.#cursors.delete(neuron);
    const cursor = this.#reached(neuron, time);
    const [voltage = NaN] = this.#partOf(neuron, cursor, time - cursor.at);
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

  /** Where whole steps have come since the last event. */
  #cursor(neuron: number): Cursor {
    let cursor = this.#cursors.get(neuron);
    if (cursor === undefined) {
      const y = this.#load(neuron);
      const held = this.#held[neuron]! / this.#ticksPerMs;
      cursor = { at: 0, step: this.#model.firstStep, y, held, silent: 0, spike: held <= 0 && y[0]! >= this.#model.level ? 0 : Infinity };
      this.#cursors.set(neuron, cursor);
    }
    return cursor;
  }

  /** The cursor after all whole steps up to `time`. */
  #reached(neuron: number, time: number): Cursor {
    let cursor = this.#cursor(neuron);
    if (cursor.at > time) {
      this.#cursors.delete(neuron);
      cursor = this.#cursor(neuron);
    }
    for (;;) {
      const length = this.#trial(neuron, cursor);
      if (cursor.at + length > time) return cursor;
      this.#accept(cursor, length);
    }
  }

  /** A good step from the cursor, not accepted; it ends with the clamp at the latest. */
  #trial(neuron: number, cursor: Cursor): number {
    this.#driveInHand = this.#drive[neuron]!;
    const left = cursor.held - cursor.at;
    this.#clamped = left > 0;
    const core = this.#core;
    core.y.set(cursor.y);
    core.restart(0);
    let h = this.#clamped ? Math.min(cursor.step, left) : cursor.step;
    for (;;) {
      const error = core.trial(0, h, this.#tolerance);
      if (error <= 1) {
        cursor.next = h * stepFactor(error);
        return h;
      }
      h *= Math.min(0.9, stepFactor(error));
      if (h < VANISHED) throw new InternalError('the step of a neuron vanished');
    }
  }

  #accept(cursor: Cursor, length: number): void {
    cursor.y.set(this.#core.next);
    const left = cursor.held - cursor.at;
    // onto the end of the clamp exactly
    cursor.at = length === left ? cursor.held : cursor.at + length;
    cursor.step = cursor.next ?? cursor.step;
    cursor.silent = Math.max(cursor.silent, cursor.at);
  }

  /** The state `time` after the cursor, within its next step. */
  #partOf(neuron: number, cursor: Cursor, time: number): Float64Array {
    if (time <= 0) return cursor.y;
    this.#driveInHand = this.#drive[neuron]!;
    this.#clamped = cursor.held - cursor.at > 0;
    return this.#cut(cursor.y, time);
  }

  #cut(y: Float64Array, length: number): Float64Array {
    this.#probe.y.set(y);
    this.#probe.restart(0);
    this.#probe.trial(0, length, this.#tolerance);
    return this.#probe.next;
  }

  /** Where in the trial step V first reaches the level, Infinity if it does not; a bump within the step counts. */
  #crossing(length: number): number {
    const core = this.#core;
    const { level } = this.#model;
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

interface Cursor {
  at: number; // ms since the last event
  step: number; // ms, the next whole step
  next?: number; // ms, the step after that
  readonly y: Float64Array;
  readonly held: number; // ms since the last event at which the clamp opens
  silent: number; // ms since the last event before which there is surely no spike
  spike: number; // ms since the last event; Infinity as long as none is known
}
