/**
 * `run.json`: the run record, from which alone a report is made. The envelope (what kind of run, by which tool, seed and plan) is checked on reading; the result inside is
 * the business of the model version it names.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { CardError, InternalError } from '../base/index.ts';
import type { RunRecord } from '../model/run-record.ts';
import { writeAtomically } from './atomic.ts';
import { codeOf } from './make-folder.ts';
import { RUN_RECORD } from './run-directory.ts';

/** Text before the schema check fails on it: 1 GiB is far above any run. */
const LARGEST = 2 ** 30;

const EnvelopeSchema = z.looseObject({
  schema: z.literal('neurolith/run/1'),
  kind: z.enum([
    'codesign',
    'calibrate',
    'emulate',
    'reference',
    'regress',
    'noc',
    'sweep',
    'patterns',
    'decalibration',
    'shared calibration',
  ]),
  title: z.string(),
  provenance: z.looseObject({
    version: z.string(),
    modelVersion: z.number(),
    command: z.array(z.string()),
    git: z.string().nullable(),
    node: z.string(),
    host: z.looseObject({ platform: z.string(), cpu: z.string(), cores: z.number() }),
    seed: z.number(),
    planHash: z.string(),
    started: z.string(),
    timings: z.record(z.string(), z.number()),
  }),
  contract: z.looseObject({}).nullable(),
  contractHash: z.string().nullable(),
  evidence: z.looseObject({
    counts: z.record(z.string(), z.number()),
    assumptions: z.array(z.looseObject({ card: z.string(), path: z.string(), value: z.string(), source: z.string() })),
  }),
  result: z.looseObject({}),
});

/** Writes the record in one step; from then on the run counts as finished. Throws InternalError on NaN and infinities, which JSON would silently turn into null. */
export async function writeRunRecord(directory: string, record: RunRecord): Promise<void> {
  const text = JSON.stringify(record, (key, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new InternalError(`the run record holds ${String(value)} at "${key}"`);
    return value;
  });
  await writeAtomically(join(directory, RUN_RECORD), `${text}\n`);
}

/** Reads the record of a run directory. Throws CardError when it is missing, no JSON, or no run record. */
export async function readRunRecord(directory: string): Promise<RunRecord> {
  const file = join(directory, RUN_RECORD);
  const value = parse(await textOf(file), file);
  const checked = EnvelopeSchema.safeParse(value);
  if (!checked.success) {
    throw new CardError(checked.error.issues.map((issue) => ({ file, path: issue.path.join('.'), expected: issue.message })));
  }
  return value as RunRecord;
}

async function textOf(file: string): Promise<string> {
  try {
    const bytes = await readFile(file);
    if (bytes.length > LARGEST)
      throw new CardError([{ file, found: `${String(bytes.length)} bytes`, expected: 'a run record below 1 GiB' }]);
    return bytes.toString('utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new CardError([{ file, found: 'no such file', expected: 'the run record of a finished run' }]);
    throw error;
  }
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CardError([{ file, found: (error as Error).message, expected: 'a run record in JSON' }]);
  }
}
