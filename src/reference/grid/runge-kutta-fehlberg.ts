/**
 * Runge-Kutta-Fehlberg 4(5) with the step control of the GNU Scientific Library (gsl_odeiv_evolve_apply, absolute tolerance), which is what NEST's adaptive models run on:
 * `grid` mode follows it step for step. Not meant as a good integrator; that is dormand-prince.ts.
 * Source: Fehlberg 1969; GSL manual, "Ordinary differential equations", adaptive step-size control.
 */
import { pow } from '../../base/index.ts';

/** Writes dy/dt at y into `out`; the right-hand side does not depend on time. */
export type Autonomous = (y: Float64Array, out: Float64Array) => void;

const ORDER = 5;

/** The stepper. `apply` takes one accepted step of at most `rest`. */
export class RungeKuttaFehlberg {
  readonly #derivative: Autonomous;
  readonly #tolerance: number;
  readonly #k: readonly Float64Array[];
  readonly #start: Float64Array;
  readonly #stage: Float64Array;

  constructor(size: number, derivative: Autonomous, tolerance: number) {
    this.#derivative = derivative;
    this.#tolerance = tolerance;
    this.#k = Array.from({ length: 6 }, () => new Float64Array(size));
    this.#start = new Float64Array(size);
    this.#stage = new Float64Array(size);
  }

  /** Moves `y` by one accepted step; returns its length and what to try next. */
  apply(y: Float64Array, rest: number, suggested: number): { used: number; next: number } {
    let h = suggested;
    this.#start.set(y);
    this.#derivative(y, this.#k[0]!);
    for (;;) {
      const last = h > rest;
      if (last) h = rest;
      const worst = this.#attempt(y, h);
      const used = last ? rest : h;
      if (!(worst <= 1.1)) {
        const shorter = h * (worst < Infinity ? Math.max(0.2, 0.9 / pow(worst, 1 / ORDER)) : 0.2);
        if (shorter < h && used + shorter !== used) {
          y.set(this.#start);
          h = shorter;
          continue;
        }
      } else if (worst < 0.5) {
        h *= Math.min(5, Math.max(1, 0.9 / pow(worst, 1 / (ORDER + 1))));
      }
      return { used, next: h };
    }
  }

  /** One step from #start into `y`; returns the largest error in units of the tolerance. */
  #attempt(y: Float64Array, h: number): number {
    const [k1, k2, k3, k4, k5, k6] = this.#k as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    const [start, stage, f] = [this.#start, this.#stage, this.#derivative];
    const n = start.length;
    for (let i = 0; i < n; i++) stage[i] = start[i]! + (1 / 4) * h * k1[i]!;
    f(stage, k2);
    for (let i = 0; i < n; i++) stage[i] = start[i]! + h * ((3 / 32) * k1[i]! + (9 / 32) * k2[i]!);
    f(stage, k3);
    for (let i = 0; i < n; i++) stage[i] = start[i]! + h * ((1932 / 2197) * k1[i]! - (7200 / 2197) * k2[i]! + (7296 / 2197) * k3[i]!);
    f(stage, k4);
    for (let i = 0; i < n; i++) {
      stage[i] = start[i]! + h * ((8341 / 4104) * k1[i]! - (32832 / 4104) * k2[i]! + (29440 / 4104) * k3[i]! - (845 / 4104) * k4[i]!);
    }
    f(stage, k5);
    for (let i = 0; i < n; i++) {
      const sum = -(6080 / 20520) * k1[i]! + (41040 / 20520) * k2[i]! - (28352 / 20520) * k3[i]! + (9295 / 20520) * k4[i]!;
      stage[i] = start[i]! + h * (sum - (5643 / 20520) * k5[i]!);
    }
    f(stage, k6);
    let worst = Number.MIN_VALUE;
    for (let i = 0; i < n; i++) {
      const slope = (902880 / 7618050) * k1[i]! + (3953664 / 7618050) * k3[i]! + (3855735 / 7618050) * k4[i]!;
      y[i] = start[i]! + h * (slope - (1371249 / 7618050) * k5[i]! + (277020 / 7618050) * k6[i]!);
      const error = (1 / 360) * k1[i]! - (128 / 4275) * k3[i]! - (2197 / 75240) * k4[i]! + (1 / 50) * k5[i]! + (2 / 55) * k6[i]!;
      worst = Math.max(worst, Math.abs(h * error) / this.#tolerance);
    }
    return worst;
  }
}
