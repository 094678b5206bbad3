/**
 * Passive compartments in a row: linear, so exact from event to event by the matrix exponential of the system extended by its constant input.
 *   C_i dV_i/dt = -g_i (V_i - E_L) + sum over neighbours j of g_ij (V_j - V_i) + I_i;   I into the first, I1 into the last compartment;   state: V_i (mV)
 * Source: scaling and squaring with the Taylor series (Moler and Van Loan 2003, method 3), here to rounding.
 */
import { InfeasibleError } from '../../base/index.ts';
import type { Cell } from './cell.ts';

/** Parameters: one capacitance (pF) and leak (nS) per compartment, one coupling (nS) per pair of neighbours. */
export interface PassiveParameters {
  readonly capacitances: readonly number[];
  readonly leaks: readonly number[];
  readonly couplings: readonly number[];
  readonly rest: number; // mV
}

/** A chain of passive compartments. */
export class PassiveCell implements Cell {
  readonly #p: PassiveParameters;
  readonly #size: number;
  readonly #injected = [0, 0];
  readonly #voltages: Float64Array;
  #known: { duration: number; propagator: Float64Array } | undefined;

  constructor(parameters: PassiveParameters) {
    const { capacitances, leaks, couplings } = parameters;
    this.#size = capacitances.length;
    if (leaks.length !== this.#size || couplings.length !== this.#size - 1 || capacitances.some((c) => !(c > 0))) {
      throw new InfeasibleError('a passive chain needs a positive capacitance and a leak per compartment and a coupling per pair');
    }
    this.#p = parameters;
    this.#voltages = new Float64Array(this.#size).fill(parameters.rest);
  }

  state(): Float64Array {
    return this.#voltages.slice();
  }

  setState(state: ArrayLike<number>): void {
    this.#voltages.set(Array.from(state).slice(0, this.#size));
  }

  setCurrent(current: number, compartment: number): void {
    this.#injected[compartment === 0 ? 0 : 1] = current;
    this.#known = undefined;
  }

  kick(): void {
    throw new InfeasibleError('a passive chain has no synapses');
  }

  advance(duration: number): void {
    const n = this.#size + 1;
    if (this.#known?.duration !== duration) this.#known = { duration, propagator: exponential(this.#rates(duration), n) };
    const { propagator } = this.#known;
    // deviations from rest, so that the digits are spent on what moves; the last place is the constant 1
    const before = Float64Array.from({ length: n }, (_, i) => (i < this.#size ? this.#voltages[i]! - this.#p.rest : 1));
    for (let i = 0; i < this.#size; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += propagator[i * n + j]! * before[j]!;
      this.#voltages[i] = this.#p.rest + sum;
    }
  }

  /** The matrix of the extended system times `duration`, row by row. */
  #rates(duration: number): Float64Array {
    const { capacitances, leaks, couplings } = this.#p;
    const n = this.#size + 1;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < this.#size; i++) {
      const share = duration / capacitances[i]!;
      const [left, right] = [i > 0 ? couplings[i - 1]! : 0, i < this.#size - 1 ? couplings[i]! : 0];
      matrix[i * n + i] = -share * (leaks[i]! + left + right);
      if (i > 0) matrix[i * n + i - 1] = share * left;
      if (i < this.#size - 1) matrix[i * n + i + 1] = share * right;
      const current = (i === 0 ? this.#injected[0]! : 0) + (i === this.#size - 1 ? this.#injected[1]! : 0);
      matrix[i * n + this.#size] = share * current;
    }
    return matrix;
  }
}

/** e^matrix of an n x n matrix. */
function exponential(matrix: Float64Array, n: number): Float64Array {
  let norm = 0;
  for (let i = 0; i < n; i++) {
    let row = 0;
    for (let j = 0; j < n; j++) row += Math.abs(matrix[i * n + j]!);
    norm = Math.max(norm, row);
  }
  let halvings = 0;
  while (norm > 0.5) {
    norm /= 2;
    halvings++;
  }
  const scaled = matrix.map((value) => value / 2 ** halvings);
  const identity = Float64Array.from(matrix, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  let sum = identity;
  // Horner: I + A (I + A/2 (I + A/3 ...)); 0.5^18 / 18! is far below rounding
  for (let k = 18; k > 0; k--) {
    const product = times(scaled, sum, n);
    sum = identity.map((value, i) => value + product[i]! / k);
  }
  for (let k = 0; k < halvings; k++) sum = times(sum, sum, n);
  return sum;
}

function times(a: Float64Array, b: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) product[i * n + j]! += a[i * n + k]! * b[k * n + j]!;
  return product;
}
