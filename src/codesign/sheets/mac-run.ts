/** Products of a matrix and vectors on one die in multiply-accumulate mode, beside the integers: what `chip mac` prints. */
import { CardError, InfeasibleError, UsageError, type Mistake } from '../../base/index.ts';
import { MacArray, macNominal, macSetting, pairedInputs, signedWeights } from '../../chip/index.ts';
import type { CalibratedQuantity, CalibrationRecord, ChipCard, QuantityName, Setting } from '../../model/index.ts';
import { splitCsv } from '../../network/index.ts';

/** A CSV file of whole numbers without a header. */
export interface MatrixFile {
  readonly file: string;
  readonly text: string;
}

export interface MacRequest {
  /** One line per input, one column per output; signed: two rows of the array each. */
  readonly weights: MatrixFile;
  /** One line per vector, one column per input. */
  readonly inputs: MatrixFile;
  readonly die: number;
  /** Noise of this trial. */
  readonly seed: number;
  /** A run that has calibrated this mode of this die; the nominal codes of the card without it. */
  readonly calibrated?: CalibrationRecord;
}

/** Per vector and column: the sum of products, what a nominal array reads for it, and what this die read. */
export interface MacRun {
  readonly kind: 'mac';
  readonly card: string;
  readonly die: number;
  readonly seed: number;
  /** LSB per unit of input x weight, and reading of a sum of zero, LSB: of the nominal codes. */
  readonly gain: number;
  readonly baseline: number;
  readonly sums: readonly (readonly number[])[];
  readonly expected: readonly (readonly number[])[];
  readonly readings: readonly (readonly number[])[];
  /** Of reading minus expected, LSB. */
  readonly meanError: number;
  readonly rmsError: number;
}

/** Runs the product. Throws CardError for files that hold anything but whole numbers in range, InfeasibleError for what does not fit the array, UsageError for a run that has no such calibration of the die. */
export async function macRun(card: ChipCard, { weights, inputs, die, seed, calibrated }: MacRequest): Promise<MacRun> {
  const most = { input: 2 ** (card.mac?.input_bits.value ?? 0) - 1, weight: 2 ** card.synapse.weight_bits.value - 1 };
  const array = new MacArray(card, die, seed);
  const matrix = readMatrix(weights, -most.weight, most.weight);
  const vectors = readMatrix(inputs, 0, most.input, matrix.length);
  const columns = matrix[0]!.length;
  if (columns > array.neurons || 2 * matrix.length > array.rows)
    throw new InfeasibleError(
      `a matrix of ${String(matrix.length)} x ${String(columns)}: ${card.name} holds ${String(Math.floor(array.rows / 2))} signed inputs x ${String(array.neurons)}`,
    );
  await array.configure(calibrated === undefined ? macSetting(card) : calibratedSetting(card, die, calibrated));
  const padded = new Int8Array(matrix.length * array.neurons);
  matrix.forEach((row, i) => padded.set(row, i * array.neurons));
  array.load(signedWeights(card, padded));
  const { gain, baseline } = macNominal(card);
  const top = 2 ** card.cadc.bits.value - 1;
  const sums = vectors.map((x) => Array.from({ length: columns }, (_, n) => x.reduce((sum, value, i) => sum + value * matrix[i]![n]!, 0)));
  const expected = sums.map((row) => row.map((sum) => Math.min(Math.max(Math.round(baseline + gain * sum), 0), top)));
  const readings = vectors.map((x) => Array.from(array.multiply(pairedInputs(card, x)).subarray(0, columns)));
  const errors = readings.flatMap((row, k) => row.map((reading, n) => reading - expected[k]![n]!));
  const mean = (of: (error: number) => number): number => errors.reduce((sum, error) => sum + of(error), 0) / errors.length;
  const meanError = mean((error) => error);
  const rmsError = Math.sqrt(mean((error) => error * error));
  return { kind: 'mac', card: card.name, die, seed, gain, baseline, sums, expected, readings, meanError, rmsError };
}

/** The codes that a calibration has found for this mode of a die. */
function calibratedSetting(card: ChipCard, die: number, { result, title }: CalibrationRecord): Setting {
  const found = result.dies.find((one) => one.die === die && one.chip === card.name);
  if (found === undefined)
    throw new UsageError(
      `--calibrated: the run "${title}" has no die ${String(die)} of ${card.name}, it has ${result.dies.map((one) => `${one.chip} ${String(one.die)}`).join(', ')}`,
    );
  const of = (name: QuantityName): CalibratedQuantity | undefined => found.quantities.find(({ quantity }) => quantity === name);
  const [baseline, up, down, drivers] = (['mac_baseline', 'mac_gain_excitatory', 'mac_gain_inhibitory', 'mac_driver'] as const).map(of);
  const neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
  if (baseline === undefined || up === undefined || down === undefined || baseline.codes.length !== neurons)
    throw new UsageError(
      `--calibrated: the run "${title}" has not calibrated the multiply-accumulate mode of ${card.name} (effort.mac, plan calibration/mac.yaml)`,
    );
  return {
    codes: {
      ...macSetting(card).codes,
      reset: Int32Array.from(baseline.codes),
      synapse_bias_excitatory: Int32Array.from(up.codes),
      synapse_bias_inhibitory: Int32Array.from(down.codes),
    },
    ...(drivers && { driverTrim: Uint8Array.from(drivers.codes) }),
  };
}

/** Whole numbers from `least` to `most`; all lines of the same length, `columns` unless it is the first file. */
function readMatrix({ file, text }: MatrixFile, least: number, most: number, columns?: number): number[][] {
  const mistakes: Mistake[] = [];
  const records = splitCsv(text, ',', file);
  const width = columns ?? records[0]?.fields.length ?? 0;
  if (records.length === 0 || width === 0) throw new CardError([{ file, found: 'no numbers', expected: 'lines of whole numbers' }]);
  const rows = records.map(({ fields, line }) => {
    if (fields.length !== width)
      mistakes.push({ file, line, found: `${String(fields.length)} columns`, expected: `${String(width)} columns` });
    return fields.map((field) => {
      const value = Number(field);
      if (field.trim() === '' || !Number.isInteger(value) || value < least || value > most)
        mistakes.push({ file, line, found: `"${field}"`, expected: `a whole number from ${String(least)} to ${String(most)}` });
      return value;
    });
  });
  if (mistakes.length > 0) throw new CardError(mistakes);
  return rows;
}
