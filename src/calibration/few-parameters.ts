/**
 * Least squares in a handful of parameters, once per circuit and some thousand times per calibration: Levenberg-Marquardt with derivatives by differences. Small and without
 * allocation in its loop; what is linear in the model is simply one more parameter.
 * Source: Marquardt 1963; damping by the diagonal of the normal matrix.
 */

/** What is fitted. */
export interface FewParameters {
  /** Writes the model at all points for these parameters. */
  readonly model: (parameters: Float64Array, out: Float64Array) => void;
  readonly values: Float64Array;
  readonly start: readonly number[];
  /** Step of the differences per parameter; a change a thousand times smaller ends the fit. */
  readonly scale: readonly number[];
}

const ITERATIONS = 25;

/** The parameters, or null where the fit did not settle. */
export function fitFew({ model, values, start, scale }: FewParameters): Float64Array | null {
  const [count, points] = [start.length, values.length];
  if (points <= count) return null;
  let at = Float64Array.from(start);
  let now = new Float64Array(points);
  let tried = new Float64Array(points);
  const moved = new Float64Array(points);
  const slopes = Array.from({ length: count }, () => new Float64Array(points));
  model(at, now);
  let squares = distance(now, values);
  let damping = 1e-3;
  for (let iteration = 0; iteration < ITERATIONS && Number.isFinite(squares); iteration++) {
    for (let p = 0; p < count; p++) {
      const aside = at.slice();
      aside[p]! += scale[p]!;
      model(aside, moved);
      for (let k = 0; k < points; k++) slopes[p]![k] = (moved[k]! - now[k]!) / scale[p]!;
    }
    for (let k = 0; k < points; k++) moved[k] = values[k]! - now[k]!;
    const normal = slopes.map((one) => slopes.map((other) => product(one, other)));
    const gradient = slopes.map((one) => product(one, moved));
    let accepted = false;
    while (!accepted && damping < 1e6) {
      const step = solve(normal, gradient, damping);
      if (step === null) return null;
      const next = at.map((value, p) => value + step[p]!);
      model(next, tried);
      const better = distance(tried, values);
      if (better <= squares) {
        const small = step.every((change, p) => Math.abs(change) < 1e-3 * scale[p]!);
        [at, now, tried, squares, accepted] = [next, tried, now, better, true];
        damping = Math.max(damping / 10, 1e-9);
        if (small) return at;
      } else {
        damping *= 10;
      }
    }
    // no step helps any more: the minimum is reached to rounding
    if (!accepted) return at;
  }
  return Number.isFinite(squares) ? at : null;
}

function distance(model: Float64Array, values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += (model[k]! - values[k]!) ** 2;
  return Number.isNaN(sum) ? Infinity : sum;
}

function product(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < one.length; k++) sum += one[k]! * other[k]!;
  return sum;
}

/** Gaussian elimination with pivots of the damped normal equations; null for a singular matrix. */
function solve(normal: readonly (readonly number[])[], gradient: readonly number[], damping: number): number[] | null {
  const rows = normal.map((row, p) => [...row.map((value, q) => (p === q ? value * (1 + damping) : value)), gradient[p]!]);
  const size = rows.length;
  for (let p = 0; p < size; p++) {
    let pivot = p;
    for (let q = p + 1; q < size; q++) if (Math.abs(rows[q]![p]!) > Math.abs(rows[pivot]![p]!)) pivot = q;
    [rows[p], rows[pivot]] = [rows[pivot]!, rows[p]!];
    const lead = rows[p]![p]!;
    if (!(Math.abs(lead) > 0)) return null;
    for (let q = p + 1; q < size; q++) {
      const factor = rows[q]![p]! / lead;
      for (let k = p; k <= size; k++) rows[q]![k]! -= factor * rows[p]![k]!;
    }
  }
  const result = Array.from({ length: size }, () => 0);
  for (let p = size - 1; p >= 0; p--) {
    let sum = rows[p]![size]!;
    for (let q = p + 1; q < size; q++) sum -= rows[p]![q]! * result[q]!;
    result[p] = sum / rows[p]![p]!;
  }
  return result.every(Number.isFinite) ? result : null;
}
