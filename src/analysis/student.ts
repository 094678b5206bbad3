/**
 * Quantiles of Student's t distribution, and the two derivatives of the log-gamma function that go with variances of few degrees of freedom.
 * Sources: Hill 1970, "Algorithm 396: Student's t-quantiles", Comm. ACM 13:619, polished by Newton steps on the exact tail; digamma and trigamma by recurrence and the
 * asymptotic series of Abramowitz and Stegun 6.3.18 and 6.4.12.
 */
import { exp, InternalError, log } from '../base/index.ts';
import { normalQuantile } from './normal.ts';

/** From here on the normal quantile is right to 1e-9 of itself. */
const NEARLY_NORMAL = 1e9;
/** Where the asymptotic series of digamma and trigamma begin to serve: 1e-13. */
const ASYMPTOTIC = 12;

/** The t with P(T <= t) = p for `freedom` degrees of freedom, which need not be whole; Infinity gives the normal quantile. Throws InternalError unless 0 < p < 1 and freedom > 0. */
export function studentQuantile(p: number, freedom: number): number {
  if (!(p > 0 && p < 1 && freedom > 0))
    throw new InternalError(`a quantile needs 0 < p < 1 and freedom > 0, found ${String(p)} and ${String(freedom)}`);
  const z = normalQuantile(p);
  if (freedom > NEARLY_NORMAL || z === 0) return z;
  if (p < 0.5) return -studentQuantile(1 - p, freedom);
  let [low, high] = [z, 2 * z + 1];
  while (studentTail(high, freedom) > 1 - p) [low, high] = [high, 2 * high];
  // bisection on the tail: some 60 halvings of a bracket are microseconds, and it cannot go astray
  for (let k = 0; k < 200 && high - low > 1e-13 * high; k++) {
    const middle = (low + high) / 2;
    if (studentTail(middle, freedom) > 1 - p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(T > t) for t >= 0: half of the regularised incomplete beta function of freedom / (freedom + t^2). */
function studentTail(t: number, freedom: number): number {
  const [a, b] = [freedom / 2, 0.5];
  const square = t * t;
  // both sides are formed without cancellation
  const x = freedom / (freedom + square);
  const y = square / (freedom + square);
  const front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(y));
  const inner = x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(y, b, a)) / b;
  return inner / 2;
}

/** Continued fraction of the incomplete beta function by Lentz's method (Press et al., Numerical Recipes, 6.4). */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1), tiny);
  let value = d;
  for (let m = 1; m <= 2000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d, tiny);
    c = nonZero(1 + even / c, tiny);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d, tiny);
    c = nonZero(1 + odd / c, tiny);
    const change = d * c;
    value *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return value;
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/** ln Gamma(x) for x > 0 by Stirling's series above 12 and recurrence below. */
function logGamma(x: number): number {
  let [shift, at] = [0, x];
  for (; at < ASYMPTOTIC; at++) shift += log(at);
  const s = 1 / (at * at);
  const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / at;
  return (at - 0.5) * log(at) - at + 0.5 * log(2 * Math.PI) + series - shift;
}

/** Derivative of ln Gamma at x > 0. */
export function digamma(x: number): number {
  let [value, at] = [0, x];
  for (; at < ASYMPTOTIC; at++) value -= 1 / at;
  const s = 1 / (at * at);
  return value + log(at) - 0.5 / at - s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s / 132))));
}

/** Second derivative of ln Gamma at x > 0. */
export function trigamma(x: number): number {
  let [value, at] = [0, x];
  for (; at < ASYMPTOTIC; at++) value += 1 / (at * at);
  const s = 1 / (at * at);
  return value + 1 / at + s / 2 + (s / at) * (1 / 6 - s * (1 / 30 - s * (1 / 42 - s * (1 / 30 - (5 * s) / 66))));
}

/** The x > 0 with trigamma(x) = y, for y > 0: Newton's method on 1 / trigamma, which is nearly a straight line. Source: Smyth 2004, appendix. */
export function trigammaInverse(y: number): number {
  if (!(y > 0)) throw new InternalError(`trigamma is positive, found ${String(y)}`);
  if (y > 1e7) return 1 / Math.sqrt(y);
  if (y < 1e-6) return 1 / y;
  let x = 0.5 + 1 / y;
  for (let k = 0; k < 60; k++) {
    const value = trigamma(x);
    const step = (value * (1 - value / y)) / tetragamma(x);
    x += step;
    if (Math.abs(step) < 1e-12 * x) break;
  }
  return x;
}

/** Third derivative of ln Gamma at x > 0. */
function tetragamma(x: number): number {
  let [value, at] = [0, x];
  for (; at < ASYMPTOTIC; at++) value -= 2 / (at * at * at);
  const s = 1 / (at * at);
  return value - s - s / at - s * s * (1 / 2 - s * (1 / 6 - s * (1 / 6 - (3 * s) / 10)));
}
