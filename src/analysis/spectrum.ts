/**
 * Power spectra by Welch's method: segments that overlap by half, their mean taken off, a Hann window, one-sided density.
 *   P(f) = 2 dt |sum_k w_k x_k e^(-2 pi i f k dt)|^2 / sum w_k^2      (not doubled at 0 and at the highest frequency), averaged over segments
 * Its integral over f is the variance: white noise of variance s^2 has P = 2 s^2 dt; the mean rate of N Poisson neurons of rate r has P = 2 r / N.
 * Source: Welch 1967, IEEE Trans. Audio Electroacoust. 15:70.
 */
import { cos, InternalError, sin } from '../base/index.ts';
import { spikeCounts } from './firing.ts';
import type { SpikeTrains } from './spike-trains.ts';

export interface PowerSpectrum {
  /** Per unit of time of `dt`: Hz for s. The first is 0. */
  readonly frequency: Float64Array;
  /** Unit of the signal squared per frequency. */
  readonly density: Float64Array;
  readonly segments: number;
}

/**
 * Spectrum of a signal with one value every `dt`. `segment` is the number of values of a segment, a power of 2; unless given, the largest that gives at least 8 segments (16 at least).
 * Null for a signal of fewer values than a segment.
 */
export function powerSpectrum(signal: ArrayLike<number>, dt: number, segment = defaultSegment(signal.length)): PowerSpectrum | null {
  if (!(dt > 0) || segment < 4 || (segment & (segment - 1)) !== 0)
    throw new InternalError(`a spectrum needs a step above 0 and segments of a power of 2, found ${String(dt)} and ${String(segment)}`);
  if (signal.length < segment) return null;
  const window = Float64Array.from({ length: segment }, (_, k) => 0.5 - 0.5 * cos((2 * Math.PI * k) / segment));
  const power = window.reduce((sum, value) => sum + value * value, 0);
  const density = new Float64Array(segment / 2 + 1);
  let segments = 0;
  for (let from = 0; from + segment <= signal.length; from += segment / 2) {
    let mean = 0;
    for (let k = 0; k < segment; k++) mean += signal[from + k]! / segment;
    const re = window.map((value, k) => value * (signal[from + k]! - mean));
    const im = new Float64Array(segment);
    fourier(re, im);
    for (let k = 0; k <= segment / 2; k++) density[k]! += re[k]! ** 2 + im[k]! ** 2;
    segments++;
  }
  for (let k = 0; k < density.length; k++) density[k]! *= ((k === 0 || k === segment / 2 ? 1 : 2) * dt) / (power * segments);
  return { frequency: Float64Array.from(density, (_, k) => k / (segment * dt)), density, segments };
}

/** Spectrum of the mean rate of a population in [from, until), counted in bins of `bin`: rate^2 per frequency. Null for too short a window or no neurons. */
export function rateSpectrum(trains: SpikeTrains, from: number, until: number, bin: number): PowerSpectrum | null {
  const bins = Math.floor((until - from) / bin + 1e-9);
  if (trains.count === 0 || bins < 16) return null;
  const rate = new Float64Array(bins);
  for (const train of trains.times) {
    const counts = spikeCounts(train, from, from + bins * bin, bin);
    for (let k = 0; k < bins; k++) rate[k]! += counts[k]! / (trains.count * bin);
  }
  return powerSpectrum(rate, bin);
}

/** Frequency above 0 with the largest density, and how far it stands above the median; null where there is no power. */
export function spectralPeak({ frequency, density }: PowerSpectrum): { readonly frequency: number; readonly prominence: number } | null {
  let best = 1;
  for (let k = 2; k < density.length; k++) if (density[k]! > density[best]!) best = k;
  const sorted = density.subarray(1).toSorted();
  const middle = sorted[sorted.length >> 1]!;
  return density[best]! > 0 && middle > 0 ? { frequency: frequency[best]!, prominence: density[best]! / middle } : null;
}

function defaultSegment(length: number): number {
  let segment = 16;
  // n segments that overlap by half span (n + 1) / 2 of them
  while (segment * 2 * 4.5 <= length) segment *= 2;
  return segment;
}

/** Discrete Fourier transform in place; the length is a power of 2. Cooley and Tukey 1965. */
function fourier(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let k = 1, place = 0; k < n; k++) {
    let bit = n >> 1;
    for (; place & bit; bit >>= 1) place ^= bit;
    place ^= bit;
    if (k >= place) continue;
    [re[k], re[place]] = [re[place]!, re[k]!];
    [im[k], im[place]] = [im[place]!, im[k]!];
  }
  for (let length = 2; length <= n; length *= 2) {
    const half = length / 2;
    for (let j = 0; j < half; j++) {
      const angle = (-2 * Math.PI * j) / length;
      const [c, s] = [cos(angle), sin(angle)];
      for (let at = j; at < n; at += length) {
        const far = at + half;
        const [x, y] = [re[far]! * c - im[far]! * s, re[far]! * s + im[far]! * c];
        re[far] = re[at]! - x;
        im[far] = im[at]! - y;
        re[at]! += x;
        im[at]! += y;
      }
    }
  }
}
