/**
 * Standard normal distribution. simple-statistics tabulates it to two digits of z and approximates its inverse to a few per mille, which is too coarse for p-values and
 * intervals that people compare; these are good to 1e-15
 * (1e-8 of the value in the far tails) and 1e-9.
 * Sources: distribution by the continued fraction and rational fit of Hart 1968 as given by West 2005, "Better approximations to cumulative normal functions";
 * inverse by Acklam's rational approximation, polished by one Halley step.
 */
import { exp, InternalError, log } from '../base/index.ts';

/** P(Z <= z). */
export function normalDistribution(z: number): number {
  const upper = upperTail(Math.abs(z));
  return z > 0 ? 1 - upper : upper;
}

/** The z with P(Z <= z) = p. Throws InternalError unless 0 < p < 1. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new InternalError(`a normal quantile needs 0 < p < 1, found ${String(p)}`);
  // by symmetry only the lower half is approximated: a tail keeps its relative precision
  if (p > 0.5) return -normalQuantile(1 - p);
  const z = p < 0.02425 ? tailQuantile(p) : centralQuantile(p - 0.5);
  const error = (normalDistribution(z) - p) * Math.sqrt(2 * Math.PI) * exp((z * z) / 2);
  return z - error / (1 + (z * error) / 2);
}

/** P(Z > z) for z >= 0. */
function upperTail(z: number): number {
  if (z > 37) return 0;
  const density = exp((-z * z) / 2);
  if (z >= 7.07106781186547) {
    return density / (z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))))) / 2.506628274631;
  }
  return (density * horner(NUMERATOR, z)) / horner(DENOMINATOR, z);
}

const NUMERATOR = [
  3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931, 220.206867912376,
];
const DENOMINATOR = [
  8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831, 793.826512519948,
  440.413735824752,
];

function centralQuantile(q: number): number {
  const r = q * q;
  return (
    (q * horner([-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239], r)) /
    horner([-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1], r)
  );
}

function tailQuantile(p: number): number {
  const q = Math.sqrt(-2 * log(p));
  return (
    horner([-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783], q) /
    horner([0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1], q)
  );
}

/** Polynomial with the highest power first. */
function horner(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((value, coefficient) => value * x + coefficient, 0);
}
