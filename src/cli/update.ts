/** `--update RUN --only NAMES`: the run that a calibration goes on from, and what it does again. */
import { UsageError } from '../base/errors.ts';
import { didYouMean, type RunRecord } from '../model/index.ts';
import { readRunRecord } from '../store/index.ts';
import type { Arguments } from './command.ts';
import { optionalText } from './values.ts';

/** The record, of the kind that the chip's calibrations leave, and the names, in their own order; undefined without `--update`. Throws UsageError. */
export async function updateOf<K extends RunRecord['kind'], N extends string>(
  argv: Arguments,
  kind: K,
  names: readonly N[],
): Promise<{ readonly record: Extract<RunRecord, { kind: K }>; readonly only?: readonly N[] | 'moved' | 'changed' } | undefined> {
  const [old, only] = [optionalText(argv, 'update'), optionalText(argv, 'only')];
  if (old === undefined) {
    if (only !== undefined) throw new UsageError('--only needs --update RUN: what is not done again keeps its codes from there');
    return undefined;
  }
  const record = await recordOf(old, 'update', kind);
  if (only === undefined) return { record };
  if (only === 'moved' || only === 'changed') return { record, only };
  const chosen = only.split(',').map((name) => name.trim());
  const unknown = chosen.find((name) => !names.some((known) => known === name));
  if (unknown === undefined) return { record, only: names.filter((name) => chosen.includes(name)) };
  const nearest = didYouMean(unknown, names);
  throw new UsageError(
    `--only: found "${unknown}", expected moved, changed, or some of ${names.join(', ')}${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
  );
}

/** The record of a run of this kind. Throws UsageError for one of another. */
export async function recordOf<K extends RunRecord['kind']>(
  run: string,
  option: string,
  kind: K,
): Promise<Extract<RunRecord, { kind: K }>> {
  const record = await readRunRecord(run);
  if (record.kind !== kind) throw new UsageError(`--${option}: ${run} is a run of ${record.kind}, expected one of ${kind}`);
  return record as Extract<RunRecord, { kind: K }>;
}
