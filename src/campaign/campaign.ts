/**
 * A campaign: points of a plan, computed once each whatever happens. The order of things makes it safe to kill at any instant:
 *   1. `points.ndjson` (the plan) is written whole, or must equal what is there;
 *   2. ids that any shard holds are skipped;
 *   3. every other point is computed and appended, in one write, to the shard of this attempt alone;
 *   4. when all are there, the shards are merged from disk: what is returned is what a resumed run would return.
 * Where nothing can be there yet (`making`), points are computed from the start; what they gave waits until 1 is on the disk.
 * A kill loses the points that were being computed or waited, no other. A point that is computed twice (two processes in one directory) gives the same bytes or an alarm.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, InternalError, UsageError } from '../base/index.ts';
import { mergeShards, openShard, writeAtomically, type ShardWriter } from '../store/index.ts';
import { checkUnique, forgetMerged, mergeCampaign, type CampaignOutcome, type CampaignPoint } from './merge.ts';
import { runJobs, type JobKind } from './pool.ts';
import type { Progress } from './progress.ts';
import { StoppedError } from './stopped.ts';

/** A campaign and how it runs. */
export interface CampaignOptions<Setup, Point extends CampaignPoint, Result> {
  /** A run directory. */
  readonly directory: string;
  /** Makes the directory ready, where it is new and thus without points; they are computed meanwhile, and none is kept before this has settled. Its error is that of the campaign. */
  readonly making?: Promise<unknown>;
  readonly points: readonly Point[];
  readonly workers: number;
  /** Computes a point; its result must have a JSON form (no NaN: null marks what is not defined). */
  readonly work: JobKind<Setup, Point, Result>;
  /** Points with the same word share what a worker remembers (see runJobs). */
  readonly affinity?: (point: Point) => string;
  /** How long a point takes, in any unit: long ones go first among those of one word. */
  readonly cost?: (point: Point) => number;
  /** False refuses a directory that holds finished points. */
  readonly resume?: boolean;
  readonly progress?: Progress;
  /** On abort the running points end and are kept, then StoppedError says that the campaign can be resumed. */
  readonly signal?: AbortSignal;
  readonly heapMegabytes?: number;
  /** Told all results while they are written; the campaign ends when this has too. */
  readonly onResults?: (results: readonly Result[]) => Promise<void>;
}

const POINTS = 'points.ndjson';
const SHARD = 'local';
/** Bringing a line to the disk costs milliseconds, so it is done once per second; only a power cut can lose that second. */
const SYNC_EVERY = 1000; // ms

/** Computes the points that are missing, and merges. Errors: those of the work, StoppedError (75), ContractError (4), IncompleteError (3), UsageError for a foreign directory. */
export async function runCampaign<Setup, Point extends CampaignPoint, Result>(
  options: CampaignOptions<Setup, Point, Result>,
): Promise<CampaignOutcome<Result>> {
  const { directory, points, making, progress } = options;
  checkUnique(points);
  const taken = takeUp(options);
  // an error is thrown where the first result is to be kept; until then it is not unhandled
  taken.catch(() => undefined);
  const there = making === undefined ? await taken : new Set<string>();
  const missing = points.filter(({ id }) => !there.has(id));
  if (missing.length > 0) {
    progress?.begin(points.length, points.length - missing.length);
    try {
      await computePoints(missing, openAfter(taken, directory), options);
    } finally {
      progress?.end();
    }
  }
  await taken;
  return mergeCampaign(directory, points, options.onResults);
}

/** Writes the plan and gives the ids of the points that are there. */
async function takeUp<Setup, Point extends CampaignPoint, Result>({
  directory,
  points,
  making,
  resume = true,
}: CampaignOptions<Setup, Point, Result>): Promise<ReadonlySet<string>> {
  await making;
  await writePlan(directory, points);
  const there = new Set((await mergeShards(directory)).points.map(({ id }) => id));
  if (there.size > 0 && !resume) {
    throw new UsageError(
      `${directory} holds ${String(there.size)} finished points: resume it, choose another folder with -o, or replace it with --force`,
    );
  }
  return there;
}

/** The shard of this attempt. */
async function openAfter(taken: Promise<unknown>, directory: string): Promise<ShardWriter> {
  await taken;
  await forgetMerged(directory);
  return openShard(directory, SHARD);
}

/** Another process of the same campaign may be running: the plan is compared, never replaced. */
async function writePlan(directory: string, points: readonly CampaignPoint[]): Promise<void> {
  const path = join(directory, POINTS);
  const text = points.map((point) => `${canonicalJson(point)}\n`).join('');
  const found = await textOf(path);
  if (found === undefined) await writeAtomically(path, text);
  else if (found !== text) {
    throw new UsageError(
      `${path} holds the points of another plan or of another version of the models: choose another folder with -o, or replace it with --force`,
    );
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function computePoints<Setup, Point extends CampaignPoint, Result>(
  points: readonly Point[],
  opening: Promise<ShardWriter>,
  { points: all, workers, work, affinity, cost, progress, signal, heapMegabytes }: CampaignOptions<Setup, Point, Result>,
): Promise<void> {
  opening.catch(() => undefined);
  let finished = 0;
  let syncDue = false;
  const second = setInterval(() => {
    syncDue = true;
    progress?.refresh();
  }, SYNC_EVERY);
  try {
    await runJobs<Setup, Point, Result>({
      ...work,
      workers,
      jobs: points,
      affinity,
      cost,
      signal,
      heapMegabytes,
      nameOf: ({ label }) => `point "${label}"`,
      onResult: async (index, result) => {
        const point = points[index]!;
        const shard = await opening;
        await append(shard, point, result);
        if (syncDue) {
          syncDue = false;
          await shard.sync();
        }
        finished++;
        progress?.advance(point.label);
      },
      onFailure: (index) => progress?.note(`point "${points[index]!.label}" failed`),
    });
  } catch (error) {
    if (!(error instanceof StoppedError)) throw error;
    const done = all.length - points.length + finished;
    throw new StoppedError(
      `stopped on request: ${String(done)} of ${String(all.length)} points are done; the same command goes on from there`,
      {
        cause: error,
      },
    );
  } finally {
    clearInterval(second);
    const [opened] = await Promise.allSettled([opening]);
    if (opened.status === 'fulfilled') await opened.value.close();
  }
}

async function append(shard: ShardWriter, { id, label }: CampaignPoint, result: unknown): Promise<void> {
  try {
    await shard.append({ id, result });
  } catch (error) {
    // canonical JSON has no NaN, no infinity and no function: a fault of the work, which must be told with the point it happened on
    if (error instanceof TypeError)
      throw new InternalError(`the result of point "${label}" cannot be kept: ${error.message}`, { cause: error });
    throw error;
  }
}
