/** `neurolith chip mac CARD --weights FILE --inputs FILE`: products of a matrix and vectors on one die. */
import { readFileSync } from 'node:fs';
import { cardFile, macRun, type MacRun } from '../../codesign/index.ts';
import { UsageError } from '../../base/index.ts';
import { ChipSchema, loadCard, type CalibrationRecord } from '../../model/index.ts';
import { readRunRecord, writeAtomically } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import { dieOf } from '../die.ts';
import type { Host } from '../host.ts';
import { flag, list, optionalNumber, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const card = loadCard(ChipSchema, cardFile('chip', text(argv, 'card')), { overrides: list(argv, 'set') }).value;
  const read = (name: 'weights' | 'inputs') => ({ file: text(argv, name), text: readFileSync(text(argv, name), 'utf8') });
  const calibrated = await calibrationOf(optionalText(argv, 'calibrated'));
  const result = await macRun(card, {
    weights: read('weights'),
    inputs: read('inputs'),
    die: dieOf(card, text(argv, 'die')),
    seed: optionalNumber(argv, 'seed') ?? 1,
    ...(calibrated && { calibrated }),
  });
  const out = optionalText(argv, 'out');
  if (out !== undefined) await writeAtomically(out, `${result.readings.map((row) => row.join(',')).join('\n')}\n`);
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(result)}\n` : `${describe(result)}${out === undefined ? '' : `${out}\n`}`);
  return 0;
}

/** The run of a calibration. Throws UsageError for one of another kind. */
async function calibrationOf(directory: string | undefined): Promise<CalibrationRecord | undefined> {
  if (directory === undefined) return undefined;
  const record = await readRunRecord(directory);
  if (record.kind === 'calibrate') return record;
  throw new UsageError(`--calibrated: ${directory} is a run of ${record.kind}, expected one of calibrate`);
}

/** Of every vector the sums, and what the die read for them; then how far it is from integers. */
function describe({ card, die, gain, baseline, sums, expected, readings, meanError, rmsError }: MacRun): string {
  const shown = 8;
  const row = (values: readonly number[]): string =>
    values
      .slice(0, shown)
      .map((value) => String(value).padStart(7))
      .join('') + (values.length > shown ? ' ...' : '');
  return [
    `${card}, die ${String(die)}: reading = ${baseline.toFixed(2)} + ${gain.toPrecision(4)} x sum, rounded and clipped`,
    ...sums.flatMap((values, k) => [`  sums     ${row(values)}`, `  expected ${row(expected[k]!)}`, `  readings ${row(readings[k]!)}`]),
    `reading - expected: mean ${meanError.toFixed(2)} LSB, rms ${rmsError.toFixed(2)} LSB`,
    '',
  ].join('\n');
}
