/**
 * The points of a sweep while it runs: one line of JSON each, in shards that are only ever appended to. Every attempt (a worker, a restarted worker, a requeued job) opens a
 * new shard of its own, so no two processes write to one file and a crash can only tear the last line of one shard. Slurm and its like run a task at least once; exactly-once
 * is made here, by point id: equal results of one id are one result, different ones are an alarm.
 */
import { mkdir, open, readdir, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, CardError, ContractError } from '../base/index.ts';
import { codeOf } from './make-folder.ts';

const FOLDER = 'shards';

/** One finished point. */
export interface PointLine<T = unknown> {
  /** Hash of model version, configuration and seed. */
  readonly id: string;
  /** What the point gave: must be the same in every attempt. */
  readonly result: T;
  /** Where and how long: may differ between attempts and is never compared. */
  readonly about?: Readonly<Record<string, string | number>>;
}

/** An open shard. */
export interface ShardWriter {
  readonly path: string;
  /** Appends one line in one write. NaN and infinities are refused with a TypeError: they have no JSON form. */
  append(point: PointLine): Promise<void>;
  /** Brings what was appended to the disk; costs milliseconds, so call it per chunk of short points. */
  sync(): Promise<void>;
  /** Syncs and closes. */
  close(): Promise<void>;
}

/** Opens a shard that nobody else has: `shards/NAME.K.ndjson` with the first free K. */
export async function openShard(directory: string, name: string): Promise<ShardWriter> {
  const folder = join(directory, FOLDER);
  await mkdir(folder, { recursive: true });
  const { file, path } = await openFirstFree(folder, name);
  return {
    path,
    append: async (point) => {
      await file.writeFile(`${canonicalJson(point)}\n`);
    },
    sync: async () => {
      await file.sync();
    },
    close: async () => {
      await file.sync();
      await file.close();
    },
  };
}

export interface Merged<T> {
  /** One line per id, in the order of the ids: the same for any number of workers. */
  readonly points: readonly PointLine<T>[];
  readonly shards: number;
  /** Lines that a crash cut short; their points run again. */
  readonly torn: number;
  /** Lines that repeated a result exactly. */
  readonly repeated: number;
}

/**
 * All points of all shards, one per id. Throws ContractError when two attempts gave different results for one id (the run is not deterministic), CardError for a broken line
 * that is not the last of its shard.
 */
export async function mergeShards<T = unknown>(directory: string): Promise<Merged<T>> {
  const names = await shardNames(directory);
  const points = new Map<string, { line: PointLine<T>; shard: string }>();
  let [torn, repeated] = [0, 0];
  for (const shard of names) {
    const read = await readShard<T>(join(directory, FOLDER, shard));
    torn += read.torn ? 1 : 0;
    for (const line of read.points) {
      const earlier = points.get(line.id);
      if (earlier === undefined) points.set(line.id, { line, shard });
      else if (canonicalJson(earlier.line.result) === canonicalJson(line.result)) repeated++;
      else
        throw new ContractError(
          `point ${line.id} has two different results, in ${earlier.shard} and ${shard}: the run is not deterministic`,
        );
    }
  }
  const sorted = [...points.values()].map(({ line }) => line).toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return { points: sorted, shards: names.length, torn, repeated };
}

/** The points of one shard; a last line without its line feed is torn and left out. */
export async function readShard<T = unknown>(path: string): Promise<{ readonly points: PointLine<T>[]; readonly torn: boolean }> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  const torn = lines.pop() !== '';
  return { points: lines.map((line, k) => parseLine<T>(line, path, k + 1)), torn };
}

async function openFirstFree(folder: string, name: string): Promise<{ file: FileHandle; path: string }> {
  for (let attempt = 0; ; attempt++) {
    const path = join(folder, `${name}.${String(attempt)}.ndjson`);
    try {
      return { file: await open(path, 'ax'), path };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

async function shardNames(directory: string): Promise<string[]> {
  try {
    return (await readdir(join(directory, FOLDER))).filter((name) => name.endsWith('.ndjson')).toSorted();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function parseLine<T>(text: string, file: string, line: number): PointLine<T> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' && 'result' in value) {
      return value as PointLine<T>;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new CardError([{ file, line, found: text.slice(0, 60), expected: 'a point: {"id": ..., "result": ...}' }]);
}
