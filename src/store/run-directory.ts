/**
 * The folder of one run. A marker file `plan.json` names the plan by its hash from the first moment on; `run.json` (the run record) appears last and says that the run is
 * finished. What was paid for is never thrown away by accident: a folder that is not ours, or that belongs to another plan, is refused.
 */
import { statSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../base/index.ts';
import { isTemporary, writeAtomically } from './atomic.ts';
import { asWriting, codeOf, makeFolder, missingFolders } from './make-folder.ts';

export const RUN_RECORD = 'run.json';
const MARKER = 'plan.json';
const SCHEMA = 'neurolith/run-directory/1';
/** What a run writes; `--force` removes these and nothing else. Column files are recognised by their ending. */
const OWN_ENTRIES = new Set([
  MARKER,
  RUN_RECORD,
  'config.resolved.yaml',
  'points.ndjson',
  'results.ndjson',
  'preparation',
  'checkpoint.json',
  'journal',
  'spikes.csv',
  'shards',
  'results.parquet',
  'calibrated',
  'results.csv',
  'neurons.csv',
  'neurons.parquet',
  'stats.txt',
  'report.html',
  'summary.md',
  'figures',
  'log',
]);

/** `new`: nothing was there. `unfinished`: points of the same plan may be there already. `finished`: the run record of the same plan is there; report it, do not run it. */
export type RunState = 'new' | 'unfinished' | 'finished';

export interface RunDirectory {
  readonly path: string;
  readonly state: RunState;
}

export interface RunDirectoryOptions {
  /** Hash of the frozen plan: tells whether an existing folder can be continued. */
  readonly planHash: string;
  /** `--force`: what an earlier run wrote here is removed, whatever its plan. Files that are not ours stay. */
  readonly force?: boolean;
}

/**
 * Creates the folder of a run, or takes up the one that is there when it has the same plan.
 * Throws UsageError for a folder that is not ours or belongs to another plan, unless `force` is given.
 */
export async function openRunDirectory(path: string, options: RunDirectoryOptions): Promise<RunDirectory> {
  const { state } = await peekRunDirectory(path, options);
  if (state !== 'new') return { path, state };
  const entries = await entriesOf(path);
  await makeFolder(path);
  // the run record goes first: a folder that is half cleared must not look finished
  if (entries.includes(RUN_RECORD)) await rm(join(path, RUN_RECORD), { force: true });
  for (const entry of entries) {
    if (OWN_ENTRIES.has(entry) || entry.endsWith('.npy')) await rm(join(path, entry), { recursive: true, force: true });
  }
  await writeAtomically(join(path, MARKER), `${JSON.stringify({ schema: SCHEMA, planHash: options.planHash })}\n`);
  return { path, state: 'new' };
}

/** What `openRunDirectory` would find, and refuse, without touching anything. With `force` the answer is always `new`. */
export async function peekRunDirectory(path: string, { planHash, force = false }: RunDirectoryOptions): Promise<RunDirectory> {
  const entries = await entriesOf(path);
  if (entries.length > 0 && !force) {
    const found = await planHashOf(path);
    if (found === undefined) {
      throw new UsageError(
        `${path} is not empty and was not made by neurolith: choose another folder with -o, or write into it with --force`,
      );
    }
    if (found !== planHash) {
      throw new UsageError(
        `${path} holds a run of another plan (plan ${found.slice(0, 12)}, this one is ${planHash.slice(0, 12)}): choose another folder with -o, or replace it with --force`,
      );
    }
    return { path, state: entries.includes(RUN_RECORD) ? 'finished' : 'unfinished' };
  }
  return { path, state: 'new' };
}

/** Hash of the plan to which a run folder belongs, or undefined when the folder is not one of ours. */
export async function planHashOf(path: string): Promise<string | undefined> {
  try {
    const marker: unknown = JSON.parse(await readFile(join(path, MARKER), 'utf8'));
    if (typeof marker !== 'object' || marker === null || !('schema' in marker) || marker.schema !== SCHEMA) return undefined;
    return 'planHash' in marker && typeof marker.planHash === 'string' ? marker.planHash : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function entriesOf(path: string): Promise<string[]> {
  if (missingFolders(path).missing.length > 0) return [];
  if (!statSync(path).isDirectory()) throw new UsageError(`${path} is a file: a run needs a folder`);
  return (await asWriting(path, () => readdir(path))).filter((name) => !isTemporary(name));
}
