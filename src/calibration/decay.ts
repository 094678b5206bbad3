/**
 * Exponential decays sampled at regular times, fitted near a time constant that is known roughly:  v(t) = offset + amplitude exp(-t / tau).
 * Offset and amplitude follow linearly for a given tau; tau moves by Gauss-Newton in its logarithm. With samples at t_k = k dt the exponentials are powers of one number, so
 * an iteration costs one exp per circuit. A calibration fits some ten thousand decays whose time constants it knows within a factor of a few: this is seven times faster than
 * the general fit of the search room, which remains the fallback for the decays that this one does not find.
 * Source: variable projection, Golub and Pereyra 1973; Kaufman's approximation 1975.
 */
import { exp } from '../base/index.ts';
import { fitDecays } from '../search/index.ts';

const ITERATIONS = 20;
/** Change of log tau at which the iteration ends: far below any standard error. */
const CONVERGED = 1e-5;
/** Largest change of log tau in one iteration. */
const LARGEST_STEP = 1;
/** A decay whose time constant is known worse than this is none, as in the general fit. */
const LARGEST_RELATIVE_ERROR = 0.5;
/** Factor from the expected time constant within which a fit is believed; others go to the general fit, which decides by its standard errors. */
const NEAR = 6;

/** Time constants of all circuits, s; NaN where none was seen. `times` are regular and ascending; `values` are circuits x times.length, row after row. */
export function fitRegularDecays(times: Float64Array, values: Float64Array, circuits: number, expected: number): Float64Array {
  const samples = times.length;
  const interval = (times.at(-1)! - times[0]!) / (samples - 1);
  const taus = new Float64Array(circuits);
  const missing: number[] = [];
  for (let n = 0; n < circuits; n++) {
    taus[n] = fitOne(values, n * samples, samples, interval, expected);
    if (Number.isNaN(taus[n])) missing.push(n);
  }
  if (missing.length > 0) {
    const rows = new Float64Array(missing.length * samples);
    missing.forEach((n, i) => rows.set(values.subarray(n * samples, (n + 1) * samples), i * samples));
    const { tau } = fitDecays(times, rows, missing.length);
    missing.forEach((n, i) => (taus[n] = tau[i]!));
  }
  return taus;
}

/** Time constant of one row, NaN when the iteration does not settle near the expected value. */
function fitOne(values: Float64Array, row: number, samples: number, interval: number, expected: number): number {
  let tau = expected;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const ratio = exp(-interval / tau);
    let [sumE, sumEE, sumY, sumYY, sumEY] = [0, 0, 0, 0, 0];
    let [sumL, sumEL, sumLL, sumLY] = [0, 0, 0, 0];
    let e = 1;
    for (let k = 0; k < samples; k++) {
      const y = values[row + k]!;
      // d exp(-t / tau) / d log tau
      const l = ((k * interval) / tau) * e;
      sumE += e;
      sumEE += e * e;
      sumY += y;
      sumYY += y * y;
      sumEY += e * y;
      sumL += l;
      sumEL += e * l;
      sumLL += l * l;
      sumLY += l * y;
      e *= ratio;
    }
    const ee = sumEE - (sumE * sumE) / samples;
    const ey = sumEY - (sumE * sumY) / samples;
    const el = sumEL - (sumE * sumL) / samples;
    const ll = sumLL - (sumL * sumL) / samples;
    const ly = sumLY - (sumL * sumY) / samples;
    const amplitude = ey / ee;
    // l with offset and e projected out, against the residual
    const curvature = ll - (el * el) / ee;
    const step = (ly - amplitude * el) / (amplitude * curvature);
    if (!Number.isFinite(step)) return NaN;
    tau *= exp(Math.min(LARGEST_STEP, Math.max(-LARGEST_STEP, step)));
    if (!(tau < expected * NEAR && tau > expected / NEAR)) return NaN;
    if (Math.abs(step) < CONVERGED) {
      const squares = Math.max(0, sumYY - (sumY * sumY) / samples - amplitude * ey);
      const error = Math.sqrt(squares / (samples - 3) / curvature) / Math.abs(amplitude);
      return error <= LARGEST_RELATIVE_ERROR ? tau : NaN;
    }
  }
  return NaN;
}
