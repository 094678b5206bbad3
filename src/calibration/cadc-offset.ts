/**
 * Offset and slope of the column ADC channels: every channel reads known debug voltages over the reliable range; a straight line through them is its characteristic,
 *   raw = level + slope (ideal - middle),   ideal = (V - zero) / lsb of the data sheet,
 * with which everything that follows is corrected. First of all routines, because everything else reads through it.
 * The slope of one channel from five voltages is poor. It is drawn towards the mean slope of all by as much as its noise exceeds the spread that is seen beyond that noise:
 * channels that share one ramp keep the common slope, channels that differ keep their own (empirical Bayes, Efron and Morris 1973).
 */
import type { CalibrationEffort, Substrate } from '../model/index.ts';
import { fitLine } from '../search/index.ts';
import { allCircuits, toLsb } from './reader.ts';

/** Fractions of the reliable range at which the debug voltage stands. */
const POSITIONS = [0.15, 0.35, 0.5, 0.65, 0.85];
/** The check stands between them. */
const CHECK = 0.42;
/** Fewest voltages for a line that is to be believed. */
const FEWEST = 3;

/** What the debug voltages say of the channels, one entry per channel. */
export interface ChannelOffsets {
  /** LSB: raw minus ideal reading in the middle of the reliable range; NaN for a channel that stands at an end of its scale for nearly all debug voltages. */
  readonly offsets: Float64Array;
  /** Raw LSB per ideal LSB. */
  readonly slopes: Float64Array;
  /** Ideal reading in the middle, LSB. */
  readonly middle: number;
  /** Fresh readings at another voltage, corrected, minus the ideal; LSB. */
  readonly residual: Float64Array;
  /** Standard deviation of one reading of a still voltage, LSB, rounding included. */
  readonly noise: number;
  /** Standard error of the correction at a corrected reading, LSB: what no repetition of a reading shows. */
  readonly errorAt: (level: number) => number;
}

/** The same as plain data: what is left open of the level (variance) and of a slope (standard error). */
export interface ChannelData extends Omit<ChannelOffsets, 'errorAt'> {
  readonly levelError: number;
  readonly slopeError: number;
}

/** Characteristics of all channels. */
export async function measureChannelOffsets(substrate: Substrate, effort: CalibrationEffort): Promise<ChannelOffsets> {
  return channelOffsetsOf(await readChannels(substrate, effort));
}

/** Characteristics as they were measured before. */
export function channelOffsetsOf(data: ChannelData): ChannelOffsets {
  return { ...data, errorAt: (level) => Math.sqrt(data.levelError + (data.slopeError * (level - data.middle)) ** 2) };
}

/** Reads the debug voltages. */
export async function readChannels(substrate: Substrate, effort: CalibrationEffort): Promise<ChannelData> {
  const { zero, lsb, reliable } = substrate.capabilities.cadc;
  const at = (position: number): number => zero + lsb * (reliable[0] + position * (reliable[1] - reliable[0]));
  const middle = toLsb(substrate, at(0.5));
  const points: Point[] = [];
  for (const position of POSITIONS) points.push(await readPoint(substrate, at(position), effort.samples));
  const variance = points.reduce((sum, point) => sum + point.variance, 0) / points.length;
  const lines = Array.from(points[0]!.mean, (_, n) => lineOf(points, n, middle));
  const { common, share, error } = shrinkage(lines, points, middle, variance / effort.samples);
  const slopes = Float64Array.from(lines, (line) => (line === null ? common : common + share * (line.slope - common)));
  // through the centre of the points, not through the fitted line's own level: the slope has been changed
  const offsets = Float64Array.from(lines, (line, n) =>
    line === null ? NaN : line.meanRaw - slopes[n]! * (line.meanIdeal - middle) - middle,
  );
  const check = await readPoint(substrate, at(CHECK), effort.samples);
  await substrate.configure({ cadcInput: 'membrane' });
  return {
    offsets,
    slopes,
    middle,
    residual: check.mean.map((raw, n) => middle + (raw - offsets[n]! - middle) / slopes[n]! - check.ideal),
    noise: Math.sqrt(variance),
    levelError: variance / (effort.samples * POSITIONS.length),
    slopeError: error,
  };
}

/** Readings of all channels at one debug voltage. */
interface Point {
  readonly ideal: number;
  /** NaN where a sample stood at an end of the scale: it says nothing about the offset. */
  readonly mean: Float64Array;
  /** Of one sample, mean over the channels. */
  readonly variance: number;
}

async function readPoint(substrate: Substrate, debugVoltage: number, samples: number): Promise<Point> {
  const top = 2 ** substrate.capabilities.cadc.bits - 1;
  await substrate.configure({ cadcInput: { debugVoltage } });
  const raw = await substrate.read(allCircuits(substrate), samples);
  let [squares, freedom] = [0, 0];
  const mean = Float64Array.from({ length: raw.length / samples }, (_, n) => {
    const row = raw.subarray(n * samples, (n + 1) * samples);
    if (row.some((value) => value <= 0 || value >= top)) return NaN;
    const centre = average(row);
    squares += row.reduce((sum, value) => sum + (value - centre) ** 2, 0);
    freedom += samples - 1;
    return centre;
  });
  return { ideal: toLsb(substrate, debugVoltage), mean, variance: freedom > 0 ? squares / freedom : 0 };
}

interface Line {
  readonly slope: number;
  readonly meanIdeal: number;
  readonly meanRaw: number;
}

function lineOf(points: readonly Point[], n: number, middle: number): Line | null {
  const seen = points.filter(({ mean }) => Number.isFinite(mean[n]));
  if (seen.length < FEWEST) return null;
  const ideal = seen.map((point) => point.ideal);
  const raw = seen.map(({ mean }) => mean[n]!);
  const fit = fitLine(
    ideal.map((value) => value - middle),
    raw,
  );
  return fit === null ? null : { slope: fit.slope, meanIdeal: average(ideal), meanRaw: average(raw) };
}

function average(values: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k]!;
  return sum / values.length;
}

/** The common slope, the share of its own deviation that a channel keeps, and what is left open of a slope. `variance` is that of a mean at one voltage. */
function shrinkage(
  lines: readonly (Line | null)[],
  points: readonly Point[],
  middle: number,
  variance: number,
): { readonly common: number; readonly share: number; readonly error: number } {
  const slopes = lines.flatMap((line) => (line === null ? [] : [line.slope]));
  if (slopes.length < 2) return { common: slopes[0] ?? 1, share: 1, error: 0 };
  const common = slopes.reduce((sum, slope) => sum + slope, 0) / slopes.length;
  const spread = slopes.reduce((sum, slope) => sum + (slope - common) ** 2, 0) / (slopes.length - 1);
  const own = variance / points.reduce((sum, { ideal }) => sum + (ideal - middle) ** 2, 0);
  const share = spread > own ? 1 - own / spread : 0;
  // the common slope, on which a channel leans with the rest of its share, is a mean of all
  return { common, share, error: Math.sqrt(share * own + ((1 - share) ** 2 * Math.max(spread, own)) / slopes.length) };
}
