/**
 * Neuronal avalanches: the spikes of a population in bins of equal width; an avalanche is a run of bins that are not empty, its size the spikes in it, its duration the bins.
 *   branching ratio   sum over bins within avalanches of n(t + 1) / n(t), divided by their number            1 at criticality
 *   power law         p(s) = s^(-a) / zeta(a, s_min) for whole s >= s_min; a by maximum likelihood, its error 1 / sqrt(n (zeta''/zeta - (zeta'/zeta)^2)), s_min by the smallest KS distance
 * The exponents of a critical branching process are 3/2 for sizes and 2 for durations. An exponent is a fit, not a proof: the KS distance stands beside it.
 * Sources: Beggs and Plenz 2003, J. Neurosci. 23:11167; Clauset, Shalizi and Newman 2009, SIAM Review 51:661 (3.7, discrete case); zeta by Euler and Maclaurin.
 */
import { exp, log } from '../base/index.ts';
import { type SpikeTrains, withinWindow } from './spike-trains.ts';

export interface Avalanches {
  readonly sizes: readonly number[];
  readonly durations: readonly number[];
  readonly branchingRatio: number | null;
  /** Width of a bin, unit of the times. */
  readonly bin: number;
}

export interface PowerLaw {
  readonly exponent: number;
  readonly error: number;
  readonly minimum: number;
  /** Values from `minimum` on. */
  readonly count: number;
  /** Kolmogorov-Smirnov distance of data and fit. */
  readonly distance: number;
}

const MOST_BINS = 10_000_000;
/** Fewer values allow no fit. */
const FEWEST = 50;
/** Candidates for s_min: the smallest values that occur. */
const MOST_MINIMA = 50;

/** Avalanches in [from, until). `bin` is the mean interval between spikes of the population unless given. Null for a population with fewer than two spikes. */
export function avalanches(trains: SpikeTrains, from: number, until: number, bin?: number): Avalanches | null {
  const { times } = withinWindow(trains, from, until);
  const spikes = times.reduce((sum, train) => sum + train.length, 0);
  if (spikes < 2) return null;
  const width = bin ?? (until - from) / spikes;
  const bins = Math.ceil((until - from) / width - 1e-9);
  if (bins > MOST_BINS) return null;
  const counts = new Uint32Array(bins);
  for (const train of times) for (const time of train) counts[Math.min(bins - 1, Math.floor((time - from) / width))]!++;
  const [sizes, durations]: [number[], number[]] = [[], []];
  let [size, duration, ratios, ancestors] = [0, 0, 0, 0];
  for (let k = 0; k <= bins; k++) {
    const count = k < bins ? counts[k]! : 0;
    if (count > 0) {
      size += count;
      duration++;
      if (k + 1 < bins) {
        ratios += counts[k + 1]! / count;
        ancestors++;
      }
    } else if (duration > 0) {
      sizes.push(size);
      durations.push(duration);
      [size, duration] = [0, 0];
    }
  }
  return { sizes, durations, branchingRatio: ancestors === 0 ? null : ratios / ancestors, bin: width };
}

/** Power law through whole numbers of at least 1; `minimum` is chosen by the KS distance unless given. Null for fewer than 50 values from there on, or where all are equal. */
export function powerLaw(values: readonly number[], minimum?: number): PowerLaw | null {
  const sorted = values.filter((value) => value >= 1).toSorted((a, b) => a - b);
  const distinct = [...new Set(sorted)];
  const candidates = minimum === undefined ? distinct.slice(0, MOST_MINIMA) : [minimum];
  const fits = candidates.flatMap((one) => fitFrom(sorted, one) ?? []);
  return fits.length === 0 ? null : fits.reduce((best, fit) => (fit.distance < best.distance ? fit : best));
}

function fitFrom(sorted: readonly number[], minimum: number): PowerLaw | null {
  const tail = sorted.filter((value) => value >= minimum);
  if (tail.length < FEWEST || tail[0] === tail.at(-1)) return null;
  const meanLog = tail.reduce((sum, value) => sum + log(value), 0) / tail.length;
  const loss = (a: number): number => log(zeta(a, minimum)) + a * meanLog;
  // convex in the exponent
  let [low, high] = [1.01, 20];
  for (let step = 0; step < 100; step++) {
    const [x, y] = [low + (high - low) * 0.381966, low + (high - low) * 0.618034];
    if (loss(x) < loss(y)) high = y;
    else low = x;
  }
  const exponent = (low + high) / 2;
  const h = 1e-3;
  const curvature = (log(zeta(exponent + h, minimum)) - 2 * log(zeta(exponent, minimum)) + log(zeta(exponent - h, minimum))) / (h * h);
  return {
    exponent,
    error: 1 / Math.sqrt(tail.length * curvature),
    minimum,
    count: tail.length,
    distance: distanceOf(tail, exponent, minimum),
  };
}

function distanceOf(tail: readonly number[], exponent: number, minimum: number): number {
  const whole = zeta(exponent, minimum);
  let distance = 0;
  for (let k = 0; k < tail.length; k++) {
    if (k + 1 < tail.length && tail[k + 1] === tail[k]) continue;
    // up to and with this value; before it the staircase of data and that of the law jump at the same places
    distance = Math.max(distance, Math.abs((k + 1) / tail.length - (1 - zeta(exponent, tail[k]! + 1) / whole)));
  }
  return distance;
}

/** Hurwitz zeta: sum over k >= 0 of (q + k)^(-a), a > 1. */
function zeta(a: number, q: number): number {
  const terms = 12;
  let sum = 0;
  for (let k = 0; k < terms; k++) sum += exp(-a * log(q + k));
  const n = q + terms;
  const power = exp(-a * log(n));
  const tail = (power * n) / (a - 1) + power / 2 + (power * a) / (12 * n) - (power * a * (a + 1) * (a + 2)) / (720 * n ** 3);
  return sum + tail + (power * a * (a + 1) * (a + 2) * (a + 3) * (a + 4)) / (30_240 * n ** 5);
}
