/** One explicit step of fifth order with an error of fourth. Source: Dormand and Prince 1980, J. Comput. Appl. Math. 6:19. The teacher has an integrator of its own. */

const STAGES: readonly (readonly number[])[] = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19_372 / 6561, -25_360 / 2187, 64_448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46_732 / 5247, 49 / 176, -5103 / 18_656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const NODES = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
const ERRORS = [71 / 57_600, 0, -71 / 16_695, 71 / 1920, -17_253 / 339_200, 22 / 525, -1 / 40];

/** Trial steps of a system of `size` variables whose slopes, `time` after the beginning of the step, `derivative` writes into `out`. */
export class DormandPrinceStep {
  /** Where the last step led. */
  readonly next: Float64Array;
  /** Slopes at its beginning and at its end. */
  readonly first: Float64Array;
  readonly last: Float64Array;
  readonly #slopes: readonly Float64Array[];
  readonly #trial: Float64Array;
  readonly #derivative: (y: Float64Array, time: number, out: Float64Array) => void;

  constructor(size: number, derivative: (y: Float64Array, time: number, out: Float64Array) => void) {
    this.#slopes = STAGES.map(() => new Float64Array(size));
    this.first = this.#slopes[0]!;
    this.last = this.#slopes[6]!;
    this.#trial = new Float64Array(size);
    this.next = new Float64Array(size);
    this.#derivative = derivative;
  }

  /** Takes a step of `h` from `y`, which stays; returns the largest error of any variable, Infinity where one is no number. */
  take(y: Float64Array, h: number): number {
    const k = this.#slopes;
    const { next } = this;
    this.#derivative(y, 0, k[0]!);
    for (let s = 1; s < 7; s++) {
      const target = s === 6 ? next : this.#trial;
      const row = STAGES[s]!;
      for (let i = 0; i < y.length; i++) {
        let sum = 0;
        for (let j = 0; j < s; j++) sum += row[j]! * k[j]![i]!;
        target[i] = y[i]! + h * sum;
      }
      this.#derivative(target, NODES[s]! * h, k[s]!);
    }
    let largest = 0;
    for (let i = 0; i < y.length; i++) {
      let error = 0;
      for (let j = 0; j < 7; j++) error += ERRORS[j]! * k[j]![i]!;
      error = Math.abs(h * error);
      // a comparison that is false for what is no number
      if (!(error <= largest)) largest = Number.isNaN(error) ? Infinity : error;
    }
    return largest;
  }
}
