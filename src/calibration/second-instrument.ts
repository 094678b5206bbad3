/**
 * The second instrument: a sample of circuits is read by the membrane ADC too, which shares neither channel, ramp nor noise with the column ADC. Both see one settled membrane, so
 *   difference = column reading - membrane ADC reading = error of the channel's correction + noise of both + offset of the line (one per parity, the same for all its circuits)
 * With the lines' means taken off, what the differences spread beyond the noise of both is the systematic error of the column reader, as an instrument sees it that took no part
 * in the calibration. It stands in the budget beside what the debug voltages say of the same error.
 */
import type { SecondInstrument, Setting, Substrate } from '../model/index.ts';
import { allCircuits, type PotentialReader } from './reader.ts';

/** Circuits that are compared, and readings of each by the membrane ADC: long enough to average over the noise of a membrane. */
const COMPARED = 32;
const SAMPLES = 2048;
/** Readings by each instrument: what they spread is its noise. */
const REPEATS = 4;

/** Compares both instruments in a state of the membranes (quiet, or held in reset); undefined for a chip without a membrane ADC. LSB of the column ADC. */
export async function compareInstruments(
  substrate: Substrate,
  reader: PotentialReader,
  state: Setting,
  samples: number,
): Promise<SecondInstrument | undefined> {
  const { madc, cadc } = substrate.capabilities;
  if (madc === undefined) return undefined;
  const circuits = sampleOf(substrate);
  await substrate.configure(state);
  const [column, membrane]: [Float64Array[], Float64Array[]] = [[], []];
  for (let k = 0; k < REPEATS; k++) {
    const all = await reader.read(samples);
    column.push(Float64Array.from(circuits, (n) => all[n]!));
    const raw = await substrate.read(circuits, SAMPLES, 'madc');
    membrane.push(
      Float64Array.from(circuits, (_, i) => {
        const row = raw.subarray(i * SAMPLES, (i + 1) * SAMPLES);
        const volts = madc.zero + madc.lsb * (row.reduce((sum, value) => sum + value, 0) / SAMPLES);
        return (volts - cadc.zero) / cadc.lsb;
      }),
    );
  }
  const differences = Array.from(circuits, (_, i) => meanOf(column.map((row, k) => row[i]! - membrane[k]![i]!)));
  const offsets = [0, 1].map((line) => meanOf(differences.filter((value, i) => circuits[i]! % 2 === line && Number.isFinite(value))));
  const left = differences.map((value, i) => value - offsets[circuits[i]! % 2]!);
  const seen = left.filter(Number.isFinite);
  // two offsets were taken off
  const variance = seen.reduce((sum, value) => sum + value * value, 0) / Math.max(seen.length - 2, 1);
  const noise = varianceOfMean(column) + varianceOfMean(membrane);
  return {
    instrument: 'madc',
    circuits: Array.from(circuits),
    difference: left.map((value) => (Number.isFinite(value) ? value : null)),
    rms: Math.sqrt(variance),
    noise: Math.sqrt(noise),
    systematic: Math.sqrt(Math.max(variance - noise, 0)),
  };
}

/** Circuits spread evenly over the die, as many even as odd ones. */
function sampleOf(substrate: Substrate): Uint32Array {
  const { length } = allCircuits(substrate);
  const count = Math.min(COMPARED, length);
  const step = length / count;
  return Uint32Array.from({ length: count }, (_, i) => Math.min(2 * Math.floor((i * step) / 2) + (i % 2), length - 1));
}

/** Variance of the mean of repeated readings, from what they spread; mean over the circuits. */
function varianceOfMean(rows: readonly Float64Array[]): number {
  const variances = Array.from(rows[0]!, (_, i) => {
    const mean = meanOf(rows.map((row) => row[i]!));
    return rows.reduce((sum, row) => sum + (row[i]! - mean) ** 2, 0) / (rows.length * (rows.length - 1));
  });
  return meanOf(variances.filter(Number.isFinite));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
}
