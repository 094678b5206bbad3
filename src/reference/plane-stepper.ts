/**
 * The step of `dormand-prince.ts` for two variables, a voltage and one that follows it, in time or over the voltage; written out in local variables. The same operations in the
 * same order, hence the same bits, in less than half the time: a neuron of this kind that receives nothing costs this step and little else.
 *   in time        y = (V, w):   dV/dt = rise(V, w),       dw/dt = follow(V, w)
 *   over V         y = (t, w):   dt/dV = 1 / rise(V, w),   dw/dV = follow(V, w) / rise(V, w)
 * Sources: as there.
 */
import type { Stepper } from './dormand-prince.ts';

/** The equations. */
export interface PlaneField {
  rise(voltage: number, w: number): number;
  follow(voltage: number, w: number): number;
}

/** One integrator. */
export class PlaneStepper implements Stepper {
  readonly y: Float64Array;
  readonly next: Float64Array;
  readonly slope = new Float64Array(2);
  readonly #nextSlope = new Float64Array(2);
  readonly #field: PlaneField;
  readonly #overVoltage: boolean;

  /** Of `size` places the first two are the state, the others stay as they are. */
  constructor(field: PlaneField, over: 'time' | 'voltage', size = 2) {
    this.#field = field;
    this.#overVoltage = over === 'voltage';
    this.y = new Float64Array(size);
    this.next = new Float64Array(size);
  }

  restart(x: number): void {
    const v = this.#overVoltage ? x : this.y[0]!;
    const w = this.y[1]!;
    const rise = this.#field.rise(v, w);
    const scale = this.#overVoltage ? 1 / rise : 1;
    this.slope[0] = this.#overVoltage ? scale : rise;
    this.slope[1] = this.#field.follow(v, w) * scale;
  }

  trial(x: number, h: number, tolerance: number): number {
    const field = this.#field;
    const over = this.#overVoltage;
    const a = this.y[0]!;
    const b = this.y[1]!;
    const a1 = this.slope[0]!;
    const b1 = this.slope[1]!;

    let v = over ? x + h / 5 : a + h * (1 / 5) * a1;
    let w = b + h * (1 / 5) * b1;
    let rise = field.rise(v, w);
    const a2 = over ? 1 / rise : rise;
    const b2 = field.follow(v, w) * (over ? a2 : 1);

    v = over ? x + (3 / 10) * h : a + h * ((3 / 40) * a1 + (9 / 40) * a2);
    w = b + h * ((3 / 40) * b1 + (9 / 40) * b2);
    rise = field.rise(v, w);
    const a3 = over ? 1 / rise : rise;
    const b3 = field.follow(v, w) * (over ? a3 : 1);

    v = over ? x + (4 / 5) * h : a + h * ((44 / 45) * a1 - (56 / 15) * a2 + (32 / 9) * a3);
    w = b + h * ((44 / 45) * b1 - (56 / 15) * b2 + (32 / 9) * b3);
    rise = field.rise(v, w);
    const a4 = over ? 1 / rise : rise;
    const b4 = field.follow(v, w) * (over ? a4 : 1);

    v = over ? x + (8 / 9) * h : a + h * ((19372 / 6561) * a1 - (25360 / 2187) * a2 + (64448 / 6561) * a3 - (212 / 729) * a4);
    w = b + h * ((19372 / 6561) * b1 - (25360 / 2187) * b2 + (64448 / 6561) * b3 - (212 / 729) * b4);
    rise = field.rise(v, w);
    const a5 = over ? 1 / rise : rise;
    const b5 = field.follow(v, w) * (over ? a5 : 1);

    v = over ? x + h : a + h * ((9017 / 3168) * a1 - (355 / 33) * a2 + (46732 / 5247) * a3 + (49 / 176) * a4 - (5103 / 18656) * a5);
    w = b + h * ((9017 / 3168) * b1 - (355 / 33) * b2 + (46732 / 5247) * b3 + (49 / 176) * b4 - (5103 / 18656) * b5);
    rise = field.rise(v, w);
    const a6 = over ? 1 / rise : rise;
    const b6 = field.follow(v, w) * (over ? a6 : 1);

    const nextA = a + h * ((35 / 384) * a1 + (500 / 1113) * a3 + (125 / 192) * a4 - (2187 / 6784) * a5 + (11 / 84) * a6);
    w = b + h * ((35 / 384) * b1 + (500 / 1113) * b3 + (125 / 192) * b4 - (2187 / 6784) * b5 + (11 / 84) * b6);
    v = over ? x + h : nextA;
    rise = field.rise(v, w);
    const a7 = over ? 1 / rise : rise;
    const b7 = field.follow(v, w) * (over ? a7 : 1);

    this.next[0] = nextA;
    this.next[1] = w;
    this.#nextSlope[0] = a7;
    this.#nextSlope[1] = b7;
    const errorA = h * ((71 / 57600) * a1 - (71 / 16695) * a3 + (71 / 1920) * a4 - (17253 / 339200) * a5 + (22 / 525) * a6 - (1 / 40) * a7);
    const errorB = h * ((71 / 57600) * b1 - (71 / 16695) * b3 + (71 / 1920) * b4 - (17253 / 339200) * b5 + (22 / 525) * b6 - (1 / 40) * b7);
    const shareA = Math.abs(errorA) / (tolerance * (1 + 0.1 * Math.max(Math.abs(a), Math.abs(nextA))));
    const shareB = Math.abs(errorB) / (tolerance * (1 + 0.1 * Math.max(Math.abs(b), Math.abs(w))));
    // NaN, of either variable, comes through Math.max
    return Math.max(shareA, shareB);
  }

  accept(): void {
    this.y[0] = this.next[0]!;
    this.y[1] = this.next[1]!;
    this.slope[0] = this.#nextSlope[0]!;
    this.slope[1] = this.#nextSlope[1]!;
  }
}
