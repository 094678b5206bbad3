/**
 * Robust straight lines of many similar circuits at once, from a few noisy probes of each:  reading = level + slope * (code - centre).
 *   - The slope of one circuit from few probes is poor, the median slope of all circuits is good. They are combined by their precision, the spread of true slopes taken as
 *     30 % of the median: a noisy circuit leans on its neighbours, a quiet one (or one alone) on itself.
 *   - What is proportional to its code has at one reading a slope that goes as one over the code; circuits that need very different codes are then alike in slope x code.
 *   - Probes far off the line (a comparator that fired once, a failed fit) lose weight: Tukey's biweight, scaled by the median absolute residual over all circuits and
 *     started from the median level, so that one wild probe of a circuit cannot take the line along.
 * Sources: Huber and Ronchetti 2009, Robust Statistics, chapter 7; the combination of slopes is the normal-normal posterior mean.
 */
import { median } from 'simple-statistics';
import { lineMoments } from './least-squares.ts';

/** One entry per probe: the codes written and the readings of all circuits. Readings that are not finite are left out. */
export interface Probes {
  readonly codes: readonly Int32Array[];
  readonly readings: readonly Float64Array[];
}

/** One line per circuit; NaN where a circuit gave no reading, and for all when no circuit's reading follows its code in the stated direction. */
export interface LocalLines {
  /** Reading at the centre, unit of the readings. */
  readonly level: Float64Array;
  /** Change of the reading per code. */
  readonly slope: Float64Array;
  /** Standard error of the line at a code. */
  readonly errorAt: (circuit: number, code: number) => number;
}

/** Relative spread of true slopes over an array: what a bias current and a converter's gain vary by at the worst. */
const SLOPE_SPREAD = 0.3;
const ROBUST_ROUNDS = 4;
/** Tukey's constant: 95 % efficiency for normal errors. */
const BIWEIGHT = 4.685;
/** Median absolute deviation to standard deviation of a normal law. */
const NORMAL_MAD = 1.4826;

/**
 * Lines through the probes around `centre`; slopes of the wrong sign (`direction` +1 rising, -1 falling) do not count towards the median slope. `proportional`: readings are
 * proportional to the code, so that slopes are compared as slope x code.
 */
export function localLines(probes: Probes, centre: Int32Array, direction: 1 | -1, proportional = false): LocalLines {
  const rows = Array.from(centre, (code, circuit) => rowOf(probes, circuit, code));
  const weights = Array.from(centre, (code) => (proportional ? Math.max(code, 1) : 1));
  const alike = typicalSlope(rows, direction, weights);
  const typical = (circuit: number): number | undefined => (alike === undefined ? undefined : alike / weights[circuit]!);
  let lines = rows.map((row, i) => medianLine(row, typical(i)));
  let noise = 0;
  for (let round = 0; round < ROBUST_ROUNDS; round++) {
    // readings without noise leave rounding errors as residuals: the floor keeps them from counting as outliers of one another
    noise = Math.max(noiseOf(rows, lines), 1e-9 * Math.abs(alike ?? 0));
    lines = rows.map((row, i) => weightedLine(row, lines[i]!, typical(i), noise));
  }
  return {
    level: Float64Array.from(lines, (line) => line.level),
    slope: Float64Array.from(lines, (line) => line.slope),
    errorAt: (circuit, code) => {
      const { weight, meanX, slopeVariance } = lines[circuit]!;
      return Math.sqrt((noise * noise) / weight + slopeVariance * (code - centre[circuit]! - meanX) ** 2);
    },
  };
}

interface Row {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

interface Line {
  readonly level: number;
  readonly slope: number;
  /** Sum of the weights of the probes, their mean x, and the variance of the slope. */
  readonly weight: number;
  readonly meanX: number;
  readonly slopeVariance: number;
  /** How far the slope is the circuit's own: 1 = fitted freely, 0 = the median slope. */
  readonly ownShare: number;
}

function rowOf({ codes, readings }: Probes, circuit: number, centre: number): Row {
  const finite = readings.flatMap((reading, k) => (Number.isFinite(reading[circuit]) ? [k] : []));
  return { x: Float64Array.from(finite, (k) => codes[k]![circuit]! - centre), y: Float64Array.from(finite, (k) => readings[k]![circuit]!) };
}

/** Median over circuits of the plain slope times the weight of the circuit, of those with the right sign; undefined when there is none. */
function typicalSlope(rows: readonly Row[], direction: 1 | -1, weights: readonly number[]): number | undefined {
  const slopes = rows.map(({ x, y }, i) => {
    const { xx, xy } = lineMoments(x, y, new Float64Array(x.length).fill(1));
    return (weights[i]! * xy) / xx;
  });
  const sound = slopes.filter((slope) => slope * direction > 0 && Number.isFinite(slope));
  return sound.length === 0 ? undefined : median(sound);
}

function medianLine({ x, y }: Row, typical: number | undefined): Line {
  const slope = typical ?? NaN;
  const level = x.length === 0 ? NaN : median(Array.from(y, (reading, k) => reading - slope * x[k]!));
  return { level, slope, weight: x.length, meanX: 0, slopeVariance: 0, ownShare: 0 };
}

/** Standard deviation of one reading, from the residuals of all circuits; each circuit spent one probe on its level and a share of one on its slope. */
function noiseOf(rows: readonly Row[], lines: readonly Line[]): number {
  const residuals: number[] = [];
  let freedom = 0;
  rows.forEach(({ x, y }, i) => {
    x.forEach((distance, k) => residuals.push(Math.abs(y[k]! - lines[i]!.level - lines[i]!.slope * distance)));
    freedom += Math.max(0, x.length - 1 - lines[i]!.ownShare);
  });
  const finite = residuals.filter(Number.isFinite);
  return finite.length === 0 || freedom === 0 ? 0 : NORMAL_MAD * median(finite) * Math.sqrt(finite.length / freedom);
}

function weightedLine({ x, y }: Row, { level, slope }: Line, typical: number | undefined, noise: number): Line {
  const weight = x.map((distance, k) => biweight(y[k]! - level - slope * distance, noise));
  const { total, meanX, meanY, xx, xy } = lineMoments(x, y, weight);
  if (typical === undefined || !(total > 0)) return { level, slope, weight: total, meanX: 0, slopeVariance: 0, ownShare: 0 };
  const prior = 1 / (SLOPE_SPREAD * typical) ** 2;
  const own = xx / (noise * noise);
  // own * (xy / xx), without dividing by an xx of 0 when one probe is left
  const combined = (xy / (noise * noise) + typical * prior) / (own + prior);
  return {
    level: meanY - combined * meanX,
    slope: combined,
    weight: total,
    meanX,
    slopeVariance: 1 / (own + prior),
    ownShare: own / (own + prior),
  };
}

function biweight(residual: number, noise: number): number {
  const share = residual / (BIWEIGHT * noise);
  return Math.abs(share) < 1 ? (1 - share * share) ** 2 : 0;
}
