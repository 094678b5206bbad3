/**
 * Dormand-Prince 5(4): explicit Runge-Kutta step with error estimate, step size control and continuous extension. The caller owns the loop, because events (spikes,
 * arrivals, a change of the independent variable) are its business; this file owns one step.
 * Source: Dormand and Prince 1980; coefficients, error norm and continuous extension as in Hairer, Norsett, Wanner, "Solving ordinary differential equations I", II.4-II.6
 * (DOPRI5).
 */

/** Writes dy/dx at (x, y) into `out`. */
export type Derivative = (x: number, y: Float64Array, out: Float64Array) => void;

/** What a loop over steps needs of an integrator; the members are those of DormandPrince. */
export interface Stepper {
  readonly y: Float64Array;
  readonly next: Float64Array;
  readonly slope: Float64Array;
  restart(x: number): void;
  trial(x: number, h: number, tolerance: number): number;
  accept(): void;
}

/** One integrator for systems of `size` variables. `y` is the state; `trial` computes a step, `accept` makes it the state. */
export class DormandPrince implements Stepper {
  readonly y: Float64Array; // state at the start of the step
  readonly next: Float64Array; // state at the end of the trial step
  readonly slope: Float64Array; // dy/dx at the start of the step
  readonly nextSlope: Float64Array; // dy/dx at the end of the trial step
  readonly #derivative: Derivative;
  readonly #stage: Float64Array;
  readonly #k2: Float64Array;
  readonly #k3: Float64Array;
  readonly #k4: Float64Array;
  readonly #k5: Float64Array;
  readonly #k6: Float64Array;

  constructor(size: number, derivative: Derivative) {
    const fresh = (): Float64Array => new Float64Array(size);
    this.y = fresh();
    this.next = fresh();
    this.slope = fresh();
    this.nextSlope = fresh();
    this.#stage = fresh();
    this.#k2 = fresh();
    this.#k3 = fresh();
    this.#k4 = fresh();
    this.#k5 = fresh();
    this.#k6 = fresh();
    this.#derivative = derivative;
  }

  /** To be called whenever `y` or the right-hand side has been changed from outside. */
  restart(x: number): void {
    this.#derivative(x, this.y, this.slope);
  }

  /**
   * Computes the step from x to x + h and returns its error in units of what is allowed, max over i of |error_i| / (tolerance (1 + max(|y_i|, |next_i|))): at most 1 means
   * good enough, NaN or Infinity that the step left the domain of the equations.
   */
  trial(x: number, h: number, tolerance: number): number {
    const { y, next, slope: k1, nextSlope: k7 } = this;
    const stage = this.#stage;
    const k2 = this.#k2;
    const k3 = this.#k3;
    const k4 = this.#k4;
    const k5 = this.#k5;
    const k6 = this.#k6;
    const derivative = this.#derivative;
    const n = y.length;
    for (let i = 0; i < n; i++) stage[i] = y[i]! + h * (1 / 5) * k1[i]!;
    derivative(x + h / 5, stage, k2);
    for (let i = 0; i < n; i++) stage[i] = y[i]! + h * ((3 / 40) * k1[i]! + (9 / 40) * k2[i]!);
    derivative(x + (3 / 10) * h, stage, k3);
    for (let i = 0; i < n; i++) stage[i] = y[i]! + h * ((44 / 45) * k1[i]! - (56 / 15) * k2[i]! + (32 / 9) * k3[i]!);
    derivative(x + (4 / 5) * h, stage, k4);
    for (let i = 0; i < n; i++) {
      stage[i] = y[i]! + h * ((19372 / 6561) * k1[i]! - (25360 / 2187) * k2[i]! + (64448 / 6561) * k3[i]! - (212 / 729) * k4[i]!);
    }
    derivative(x + (8 / 9) * h, stage, k5);
    for (let i = 0; i < n; i++) {
      stage[i] =
        y[i]! +
        h * ((9017 / 3168) * k1[i]! - (355 / 33) * k2[i]! + (46732 / 5247) * k3[i]! + (49 / 176) * k4[i]! - (5103 / 18656) * k5[i]!);
    }
    derivative(x + h, stage, k6);
    for (let i = 0; i < n; i++) {
      next[i] =
        y[i]! + h * ((35 / 384) * k1[i]! + (500 / 1113) * k3[i]! + (125 / 192) * k4[i]! - (2187 / 6784) * k5[i]! + (11 / 84) * k6[i]!);
    }
    derivative(x + h, next, k7);
    let worst = 0;
    for (let i = 0; i < n; i++) {
      const error =
        h *
        ((71 / 57600) * k1[i]! -
          (71 / 16695) * k3[i]! +
          (71 / 1920) * k4[i]! -
          (17253 / 339200) * k5[i]! +
          (22 / 525) * k6[i]! -
          (1 / 40) * k7[i]!);
      const share = Math.abs(error) / (tolerance * (1 + 0.1 * Math.max(Math.abs(y[i]!), Math.abs(next[i]!))));
      // a NaN of one variable must not be lost in the next
      if (Number.isNaN(share)) return NaN;
      if (share > worst) worst = share;
    }
    return worst;
  }

  /** Makes the trial step the state; the slope at its end is the slope at the next start. */
  accept(): void {
    this.y.set(this.next);
    this.slope.set(this.nextSlope);
  }

  /** Variable `i` at the part `theta` (0 to 1) of the trial step of length `h`: continuous extension, error of fourth order in h. */
  interpolate(i: number, h: number, theta: number): number {
    const y0 = this.y[i]!;
    const difference = this.next[i]! - y0;
    const bend = h * this.slope[i]! - difference;
    const counter = difference - h * this.nextSlope[i]! - bend;
    const last =
      h *
      ((-12715105075 / 11282082432) * this.slope[i]! +
        (87487479700 / 32700410799) * this.#k3[i]! -
        (10690763975 / 1880347072) * this.#k4[i]! +
        (701980252875 / 199316789632) * this.#k5[i]! -
        (1453857185 / 822651844) * this.#k6[i]! +
        (69997945 / 29380423) * this.nextSlope[i]!);
    const rest = 1 - theta;
    return y0 + theta * (difference + rest * (bend + theta * (counter + rest * last)));
  }
}

/**
 * By how much to change the step size after a step with this error (as returned by `trial`): 0.9 error^(-3/16), between 1/5 and 5. The textbook's exponent is 1/5; 3/16 is
 * made of square roots alone, which have the same bits everywhere, and differs by less than the safety factor.
 */
export function stepFactor(error: number): number {
  if (!(error < Infinity)) return 0.2;
  if (error < 1e-6) return 5;
  const eighth = Math.sqrt(Math.sqrt(Math.sqrt(error)));
  return Math.min(5, Math.max(0.2, 0.9 / (eighth * Math.sqrt(eighth))));
}
