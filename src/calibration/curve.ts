/**
 * Characteristic curves: what a search has read of a circuit on its way to the answer, as a parabola over the code,
 *   y(c) = a0 + a1 u + a2 u^2,   u = (c - code of the answer) / scale of all circuits,   y: the reading, or its inverse for a time constant,
 * fitted by least squares per circuit. One degree serves all circuits of a parameter: the parabola where it predicts readings that it has not seen better than the straight line
 * does (sum of squared leave-one-out residuals, Allen 1974). With it a new target is met without a new search: its code is where the curve has it.
 * Source of the idea: the transformations of the BrainScaleS-1 software (calibtic), a polynomial per neuron and parameter.
 */
import type { CharacteristicCurve } from '../model/index.ts';

/** Codes of all circuits, and what was read of each; NaN or infinite where nothing was. */
export interface CurvePoint {
  readonly codes: Int32Array;
  readonly values: Float64Array;
}

/** Fewest points of a circuit for a curve. */
const FEWEST = 5;
/** Seven digits: more would be noise. */
const DIGITS = 7;

/** Curves of all circuits through what was read of them; null for circuits that were read too seldom. */
export function fitCurves(points: readonly CurvePoint[], answer: Int32Array, inverse: boolean, highest: number): CharacteristicCurve {
  const scale = highest / 8;
  const circuits = Array.from(answer, (code, n) => seen(points, n, code, scale));
  const fits = ([1, 2] as const).map((degree) => circuits.map((rows) => (rows.length < FEWEST ? null : fit(rows, degree))));
  const lost = fits.map((list) => list.reduce((sum, one, n) => sum + (one === null ? 0 : one.press / variance(circuits[n]!)), 0));
  const degree = lost[1]! < lost[0]! ? 2 : 1;
  const chosen = fits[degree - 1]!;
  return {
    of: inverse ? 'inverse' : 'reading',
    scale,
    origin: Array.from(answer),
    coefficients: chosen.map((one) => one && one.coefficients.map((value) => Number(value.toPrecision(DIGITS)))),
    error: chosen.map((one) => one && Number(one.error.toPrecision(3))),
  };
}

/** Curves of the same shape at the level of newer readings. */
export function shiftedCurve(curve: CharacteristicCurve, points: readonly CurvePoint[]): CharacteristicCurve {
  return {
    ...curve,
    coefficients: curve.coefficients.map((one, n) => {
      const rows = one === null ? [] : seen(points, n, curve.origin[n]!, curve.scale);
      if (one === null || rows.length === 0) return one;
      const above = rows.reduce((sum, { u, y }) => sum + y - valueAt(one, u), 0) / rows.length;
      return one.map((value, k) => (k === 0 ? Number((value + above).toPrecision(DIGITS)) : value));
    }),
  };
}

/** Change of y per code of a curve at a code. */
export function slopeOf({ coefficients, origin, scale }: CharacteristicCurve, n: number, code: number): number {
  const [, a1 = NaN, a2 = 0] = coefficients[n] ?? [];
  return (a1 + (2 * a2 * (code - origin[n]!)) / scale) / scale;
}

function valueAt([a0 = 0, a1 = 0, a2 = 0]: readonly number[], u: number): number {
  return a0 + (a1 + a2 * u) * u;
}

/** Codes at which the curves have these readings, unrounded; NaN for circuits without a curve or whose curve never gets there. */
export function codesOf(curve: CharacteristicCurve, targets: Float64Array): Float64Array {
  return targets.map((target, n) => {
    const coefficients = curve.coefficients[n];
    if (coefficients === null || coefficients === undefined) return NaN;
    const [a0, a1, a2 = 0] = coefficients as [number, number, number?];
    const distance = (curve.of === 'inverse' ? 1 / target : target) - a0;
    const root = a1 * a1 + 4 * a2 * distance;
    // the branch through the answer, in the form that does not cancel
    const u = (2 * distance) / (a1 + Math.sign(a1) * Math.sqrt(root));
    return curve.origin[n]! + u * curve.scale;
  });
}

interface Row {
  readonly u: number;
  readonly y: number;
}

function seen(points: readonly CurvePoint[], n: number, origin: number, scale: number): readonly Row[] {
  return points.flatMap(({ codes, values }) => (Number.isFinite(values[n]) ? [{ u: (codes[n]! - origin) / scale, y: values[n]! }] : []));
}

/** Least squares of a polynomial; `press`: sum of squared residuals of points that were left out, `error`: standard deviation of a residual. Null where the codes do not carry it. */
function fit(
  rows: readonly Row[],
  degree: 1 | 2,
): { readonly coefficients: number[]; readonly press: number; readonly error: number } | null {
  const size = degree + 1;
  const basis = rows.map(({ u }) => (degree === 1 ? [1, u] : [1, u, u * u]));
  const normal = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (__, j) => basis.reduce((sum, b) => sum + b[i]! * b[j]!, 0)),
  );
  const inverse = inverseOf(normal);
  if (inverse === null) return null;
  const right = Array.from({ length: size }, (_, i) => rows.reduce((sum, { y }, k) => sum + basis[k]![i]! * y, 0));
  const coefficients = inverse.map((row) => row.reduce((sum, value, j) => sum + value * right[j]!, 0));
  let [press, squares] = [0, 0];
  rows.forEach(({ y }, k) => {
    const b = basis[k]!;
    const residual = y - b.reduce((sum, value, i) => sum + value * coefficients[i]!, 0);
    const leverage = b.reduce((sum, value, i) => sum + value * inverse[i]!.reduce((inner, one, j) => inner + one * b[j]!, 0), 0);
    press += (residual / Math.max(1 - leverage, 1e-6)) ** 2;
    squares += residual * residual;
  });
  return { coefficients, press, error: Math.sqrt(squares / Math.max(rows.length - size, 1)) };
}

/** Inverse of a small symmetric matrix by Gauss and Jordan; null where it has none. */
function inverseOf(matrix: readonly (readonly number[])[]): number[][] | null {
  const size = matrix.length;
  const work = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let k = 0; k < size; k++) {
    const pivot = work[k]![k]!;
    if (!(Math.abs(pivot) > 1e-9 * matrix[k]![k]!)) return null;
    work[k] = work[k]!.map((value) => value / pivot);
    for (let i = 0; i < size; i++) {
      const factor = i === k ? 0 : work[i]![k]!;
      if (factor !== 0) work[i] = work[i]!.map((value, j) => value - factor * work[k]![j]!);
    }
  }
  return work.map((row) => row.slice(size));
}

function variance(rows: readonly Row[]): number {
  const mean = rows.reduce((sum, { y }) => sum + y, 0) / rows.length;
  return Math.max(
    rows.reduce((sum, { y }) => sum + (y - mean) ** 2, 0),
    Number.MIN_VALUE,
  );
}
