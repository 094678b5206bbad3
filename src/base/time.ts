/**
 * Integer time. A tick is the declared resolution of a run (by default 1 ns of hardware time); every recorded or exchanged event time is an integer tick, held in a
 * number as long as it is safe (2^53 ns = 104 days). Ratios between time domains are exact rationals; nothing accumulates, so nothing drifts:
 *   cycle k of a clock of f Hz begins at tick floor(k * ticksPerSecond / f).
 * Source: Cremona et al. 2017, "Hybrid co-simulation: it's about time" (integer superdense time); FMI 3.0, mathematical description.
 */
import { InfeasibleError } from './errors.ts';

/** Integer number of ticks since the start of a run. */
export type Tick = number;

export const DEFAULT_TICKS_PER_SECOND = 1_000_000_000;

/** An exact ratio of two integers, in lowest terms, with a positive denominator. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The ratio in lowest terms. Throws InfeasibleError when the denominator is zero. */
export function rational(numerator: bigint | number, denominator: bigint | number = 1n): Rational {
  let [n, d] = [BigInt(numerator), BigInt(denominator)];
  if (d === 0n) throw new InfeasibleError('a ratio needs a denominator other than 0');
  if (d < 0n) [n, d] = [-n, -d];
  const divisor = gcd(n < 0n ? -n : n, d);
  return { numerator: n / divisor, denominator: d / divisor };
}

/** The exact ratio that a decimal number stands for as it is written: 0.1 becomes 1/10, 333e6 becomes 333000000/1. */
export function rationalOf(value: number): Rational {
  if (!Number.isFinite(value)) throw new InfeasibleError(`${String(value)} is no ratio`);
  const [mantissa = '0', exponent = '0'] = value.toString().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const power = Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  return power >= 0 ? rational(digits * 10n ** BigInt(power)) : rational(digits, 10n ** BigInt(-power));
}

/** a * b, exact. */
export function multiply(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** a / b, exact. */
export function divide(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** Largest integer not above the ratio times `k`. */
export function floorTimes(ratio: Rational, k: bigint): bigint {
  return floorDivide(ratio.numerator * k, ratio.denominator);
}

/** Smallest integer not below the ratio times `k`. */
export function ceilTimes(ratio: Rational, k: bigint): bigint {
  return -floorDivide(-ratio.numerator * k, ratio.denominator);
}

/** A clock of a hardware domain: cycles <-> ticks, exact for any rational frequency. */
export class Clock {
  readonly ticksPerCycle: Rational;
  /** Whole ticks per cycle where the ratio is an integer: the fast path without big integers. */
  readonly #whole: number | undefined;

  constructor(hertz: number, ticksPerSecond = DEFAULT_TICKS_PER_SECOND) {
    if (!(hertz > 0)) throw new InfeasibleError(`a clock needs a frequency above 0 Hz, found ${String(hertz)}`);
    this.ticksPerCycle = divide(rationalOf(ticksPerSecond), rationalOf(hertz));
    if (this.ticksPerCycle.denominator === 1n) this.#whole = Number(this.ticksPerCycle.numerator);
  }

  /** Tick at which cycle `k` begins: floor(k * ticksPerCycle). */
  tickOfCycle(k: number): Tick {
    if (this.#whole !== undefined) return k * this.#whole;
    return Number(floorTimes(this.ticksPerCycle, BigInt(k)));
  }

  /** Smallest k whose cycle begins at or after `tick`. */
  cycleAtOrAfter(tick: Tick): number {
    if (this.#whole !== undefined) return Math.ceil(tick / this.#whole);
    // tickOfCycle(k) >= tick  <=>  k * n / d >= tick (tick is an integer)  <=>  k >= tick * d / n
    const { numerator, denominator } = this.ticksPerCycle;
    return Number(-floorDivide(-BigInt(tick) * denominator, numerator));
  }

  /** The cycle that is running at `tick`: the largest k that begins at or before it. */
  cycleAt(tick: Tick): number {
    return this.cycleAtOrAfter(tick + 1) - 1;
  }
}

/** Seconds of hardware time to ticks, rounded to the nearest tick. Only for values that a person wrote; event times are never floats. */
export function ticksOf(seconds: number, ticksPerSecond = DEFAULT_TICKS_PER_SECOND): Tick {
  return Math.round(Number((seconds * ticksPerSecond).toPrecision(15)));
}

/** Ticks to seconds, for reports. */
export function secondsOf(ticks: Tick, ticksPerSecond = DEFAULT_TICKS_PER_SECOND): number {
  return ticks / ticksPerSecond;
}

/** Divides, rounding down also for negative numbers; `d` > 0. */
function floorDivide(n: bigint, d: bigint): bigint {
  const quotient = n / d;
  return n % d !== 0n && n < 0n ? quotient - 1n : quotient;
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? 1n : a;
}
