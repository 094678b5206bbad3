/**
 * From a standard normal draw to the deviation of a parameter.
 *   normal      X = max(1 + cv z, L)                                          while the floor L is out of reach; a wider spread is
 *               X = L + s max(z - a, 0),   s = (1 - L) / m1(a),   a such that the standard deviation of X is cv:   (m2(a) - m1(a)^2) / m1(a)^2 = (cv / (1 - L))^2
 *               with m1 = phi(a) - a Q(a), m2 = (1 + a^2) Q(a) - a phi(a), Q = 1 - Phi:   mean 1 and spread as stated, floor included
 *   lognormal   X = exp(sigma z - sigma^2 / 2),   sigma^2 = ln(1 + cv^2)
 * Offsets: spread x z, or spread x a standardised lognormal of fixed shape. All have the stated mean and standard deviation.
 * Source: moments of a normal distribution censored from below (Tobin 1958).
 */
import { normalDistribution } from '../analysis/index.ts';
import { exp, log } from '../base/index.ts';

/** A spread as a card states it. */
export interface Spread {
  readonly value: number;
  readonly distribution: 'normal' | 'lognormal';
}

/** Shape of the lognormal that voltage offsets use when the card asks for one: its skew, standardised to mean 0 and standard deviation 1. */
const OFFSET_SHAPE = 0.25;
/** No circuit is slower or weaker than a twentieth of its nominal value by mismatch alone: below that it would be a defect. */
export const SMALLEST_FACTOR = 0.05;
/** Below this spread the floor is over three deviations away and moves the moments by less than a thousandth. */
export const WIDEST_UNFLOORED = 0.3;
/** Halvings of an interval of 64: to the last bit. */
const HALVINGS = 60;

/** The factor of a draw z (mean 0, variance 1) with mean 1 and coefficient of variation `scale` x the stated one. */
export function factorOf({ value, distribution }: Spread, scale: number): (z: number) => number {
  const cv = value * scale;
  if (distribution === 'lognormal') {
    const variance = log(1 + cv * cv);
    return (z) => exp(Math.sqrt(variance) * z - variance / 2);
  }
  if (cv <= WIDEST_UNFLOORED) return (z) => Math.max(1 + cv * z, SMALLEST_FACTOR);
  const a = censoredAt(cv / (1 - SMALLEST_FACTOR));
  const s = (1 - SMALLEST_FACTOR) / meanAbove(a);
  return (z) => SMALLEST_FACTOR + s * Math.max(z - a, 0);
}

/** The offset of a draw z (mean 0, variance 1) with mean 0 and standard deviation `scale` x the stated one. */
export function offsetOf({ value, distribution }: Spread, scale: number): (z: number) => number {
  return distribution === 'normal' ? (z) => scale * value * z : (z) => scale * value * standardisedLognormal(z);
}

/** Correlation of two deviations whose draws have the correlation `rho`, as long as no floor is felt. */
export function sharedCorrelation({ value, distribution }: Spread, scale: number, kind: 'factor' | 'offset', rho: number): number {
  if (distribution === 'normal') return rho;
  const variance = kind === 'offset' ? OFFSET_SHAPE * OFFSET_SHAPE : log(1 + (value * scale) ** 2);
  return variance === 0 ? rho : (exp(rho * variance) - 1) / (exp(variance) - 1);
}

/** The point at which a normal distribution must be censored for the ratio of deviation to mean, both from the floor on, to be `ratio`: it rises with the point. */
function censoredAt(ratio: number): number {
  let [low, high] = [-32, 32];
  for (let k = 0; k < HALVINGS; k++) {
    const a = (low + high) / 2;
    const tail = normalDistribution(-a);
    const first = meanAbove(a);
    const second = (1 + a * a) * tail - a * density(a);
    // far out both moments vanish; there the ratio is past every spread that a card can state
    const found = first <= 0 ? Infinity : Math.sqrt(Math.max(second - first * first, 0)) / first;
    if (found < ratio) low = a;
    else high = a;
  }
  return (low + high) / 2;
}

/** Mean of max(z - a, 0). */
function meanAbove(a: number): number {
  return density(a) - a * normalDistribution(-a);
}

function density(z: number): number {
  return exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

function standardisedLognormal(z: number): number {
  const variance = OFFSET_SHAPE * OFFSET_SHAPE;
  return (exp(OFFSET_SHAPE * z - variance / 2) - 1) / Math.sqrt(exp(variance) - 1);
}
