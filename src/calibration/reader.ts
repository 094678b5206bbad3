/**
 * Reading potentials through the column ADC, corrected for the offsets and slopes of the channels that were measured first. Everything else in this room reads through here.
 */
import { exp } from '../base/index.ts';
import type { Setting, Substrate } from '../model/index.ts';

/** Characteristic of each channel: offset (raw minus ideal in the middle) and slope, with the ideal reading in the middle; LSB. */
export interface ChannelCharacteristics {
  readonly offsets: Float64Array;
  readonly slopes: Float64Array;
  readonly middle: number;
}

/** Corrected readings in LSB of an ideal channel. A reading at an end of the scale tells only a side: its mean is infinite, a single sample is NaN. */
export interface PotentialReader {
  /** Mean of `samples` readings per circuit, LSB; -Infinity or +Infinity where any of them stands at an end of the scale. */
  read(samples: number): Promise<Float64Array>;
  /** A raw sample of a channel, corrected; NaN at an end of the scale. */
  correct(circuit: number, raw: number): number;
  /** Raw LSB of a channel per ideal LSB: for readings whose offset does not matter. */
  slope(circuit: number): number;
}

/** Converter steps, LSB: what rounding leaves of a single reading at the most. */
export const HALF_STEP = 0.5;

/** All circuits of a substrate. */
export function allCircuits(substrate: Substrate): Uint32Array {
  return Uint32Array.from({ length: substrate.capabilities.neurons }, (_, n) => n);
}

/** Reader through channels with these characteristics. */
export function potentialReader(substrate: Substrate, { offsets, slopes, middle }: ChannelCharacteristics): PotentialReader {
  const ideal = (circuit: number, raw: number): number => middle + (raw - offsets[circuit]! - middle) / slopes[circuit]!;
  const circuits = allCircuits(substrate);
  const top = 2 ** substrate.capabilities.cadc.bits - 1;
  return {
    read: async (samples) => {
      const raw = await substrate.read(circuits, samples);
      return meanRows(raw, samples).map((mean, n) => {
        const clipped = raw.subarray(n * samples, (n + 1) * samples).some((value) => value <= 0 || value >= top);
        if (clipped && Number.isFinite(offsets[n])) return mean < top / 2 ? -Infinity : Infinity;
        return ideal(n, mean);
      });
    },
    correct: (circuit, raw) => (raw > 0 && raw < top ? ideal(circuit, raw) : NaN),
    slope: (circuit) => slopes[circuit]!,
  };
}

/** Mean of each row of `samples` values. */
function meanRows(readings: Float64Array, samples: number): Float64Array {
  return Float64Array.from({ length: readings.length / samples }, (_, row) => {
    let sum = 0;
    for (let s = 0; s < samples; s++) sum += readings[row * samples + s]!;
    return sum / samples;
  });
}

/** What a typical circuit has. */
export function medianOf(values: Float64Array): number {
  return values.toSorted()[values.length >> 1]!;
}

/** Voltage to ideal LSB by the data sheet. */
export function toLsb(substrate: Substrate, voltage: number): number {
  const { zero, lsb } = substrate.capabilities.cadc;
  return (voltage - zero) / lsb;
}

/**
 * Standard deviation of what rounding to whole steps leaves in a mean of many readings whose noise (standard deviation in steps) dithers it: the first harmonic of the saw tooth,
 *   exp(-2 pi^2 noise^2) / (sqrt(2) pi),   never more than that of rounding alone, 1 / sqrt(12).
 * Source: Widrow and Kollar 2008, Quantization Noise, chapter 4.
 */
export function roundingError(noise: number): number {
  return Math.min(exp(-2 * (Math.PI * noise) ** 2) / (Math.SQRT2 * Math.PI), 1 / Math.sqrt(12));
}

/** Membranes alone: comparators off, no current, nothing held. */
export const QUIET: Setting = { spiking: false, holdReset: false, offsetCurrentOn: false, cadcInput: 'membrane' };
/** Membranes kept at their reset plateau. */
export const HELD: Setting = { ...QUIET, holdReset: true };
