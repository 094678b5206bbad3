/**
 * Where an unfinished run stands: `checkpoint.json`, replaced in one step. Columns are kept as the bytes of their f64 in base64, so a resumed run has the very same bits.
 * What had been recorded up to there lies in numbered shards beside it; the checkpoint says how many of them count, so a shard that came after it is forgotten.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { CardError } from '../base/index.ts';
import { writeAtomically } from './atomic.ts';
import { codeOf } from './make-folder.ts';

const CHECKPOINT = 'checkpoint.json';
/** Text above this is no checkpoint of ours. */
const LARGEST = 2 ** 29;

const Schema = z.strictObject({
  schema: z.literal('neurolith/checkpoint/1'),
  planHash: z.string(),
  tick: z.int().min(0),
  shards: z.int().min(0),
  columns: z.record(z.string(), z.base64()),
});

/** A run at the tick before which everything has happened. */
export interface Checkpoint {
  readonly tick: number;
  /** Shards that hold what was recorded before it. */
  readonly shards: number;
  readonly columns: Readonly<Record<string, Float64Array>>;
}

/** Replaces the checkpoint of a run directory. */
export async function writeCheckpoint(directory: string, planHash: string, { tick, shards, columns }: Checkpoint): Promise<void> {
  const encoded = Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('base64'),
    ]),
  );
  const text = JSON.stringify({ schema: 'neurolith/checkpoint/1', planHash, tick, shards, columns: encoded });
  await writeAtomically(join(directory, CHECKPOINT), `${text}\n`);
}

/** The checkpoint of a run directory, undefined without one. Throws CardError for a file that is none, or that belongs to another plan. */
export async function readCheckpoint(directory: string, planHash: string): Promise<Checkpoint | undefined> {
  const file = join(directory, CHECKPOINT);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const wrong = (found: string): CardError => new CardError([{ file, found, expected: 'the checkpoint of this run; --force begins anew' }]);
  if (bytes.length > LARGEST) throw wrong(`${String(bytes.length)} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw wrong((error as Error).message);
  }
  const checked = Schema.safeParse(value);
  if (!checked.success) throw wrong(checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  if (checked.data.planHash !== planHash) throw wrong('the checkpoint of another plan');
  const { tick, shards } = checked.data;
  const columns = Object.fromEntries(
    Object.entries(checked.data.columns).map(([name, text]) => {
      const content = Buffer.from(text, 'base64');
      if (content.length % 8 !== 0) throw wrong(`a column ${name} of ${String(content.length)} bytes`);
      return [name, new Float64Array(new Uint8Array(content).buffer)];
    }),
  );
  return { tick, shards, columns };
}

/** Removes checkpoint and shards once the run is finished. */
export async function clearCheckpoint(directory: string): Promise<void> {
  await rm(join(directory, CHECKPOINT), { force: true });
  await rm(join(directory, 'shards'), { recursive: true, force: true });
}
