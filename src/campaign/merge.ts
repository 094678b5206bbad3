/**
 * The end of a campaign: all shards together, one result per point, in the order of the plan. `results.ndjson` is a pure function of the points and their results: it has the
 * same bytes whatever the number of workers, attempts and crashes, and it is there only when every point is.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, IncompleteError, InternalError } from '../base/index.ts';
import { mergeShards, writeAtomically } from '../store/index.ts';

/** What a campaign must know of a point; the rest belongs to the work. Plain data. */
export interface CampaignPoint {
  readonly id: string;
  readonly label: string;
}

/** A campaign that is complete. */
export interface CampaignOutcome<Result> {
  /** One per point, in the order of the points; as JSON keeps them, so a typed array has become a list. */
  readonly results: readonly Result[];
  /** Lines that a crash had cut short. */
  readonly torn: number;
  /** Results that were computed again and came out the same. */
  readonly repeated: number;
}

const RESULTS = 'results.ndjson';
const MOST_NAMED = 5;

/**
 * Merges the shards of a run directory. Throws IncompleteError when points are missing, ContractError when two results of one point differ. `onResults` is told the results while they are
 * written, and waited for.
 */
export async function mergeCampaign<Result>(
  directory: string,
  points: readonly CampaignPoint[],
  onResults?: (results: readonly Result[]) => Promise<void>,
): Promise<CampaignOutcome<Result>> {
  const { points: lines, torn, repeated } = await mergeShards<Result>(directory);
  const found = new Map(lines.map(({ id, result }) => [id, result]));
  const missing = points.filter(({ id }) => !found.has(id));
  if (missing.length > 0) {
    const names = missing.slice(0, MOST_NAMED).map(({ label }) => `"${label}"`);
    const more = missing.length > MOST_NAMED ? ` and ${String(missing.length - MOST_NAMED)} more` : '';
    throw new IncompleteError(
      `${String(missing.length)} of ${String(points.length)} points are missing: ${names.join(', ')}${more}; the same command computes them`,
    );
  }
  const results = points.map(({ id }) => found.get(id) as Result);
  await Promise.all([writeAtomically(join(directory, RESULTS), mergedLines(points, results)), onResults?.(results)]);
  return { results, torn, repeated };
}

/** Takes away what an earlier attempt merged, since it says that the campaign is complete. */
export async function forgetMerged(directory: string): Promise<void> {
  await rm(join(directory, RESULTS), { force: true });
}

/** Throws InternalError when two points of a plan have one id. */
export function checkUnique(points: readonly CampaignPoint[]): void {
  const labels = new Map<string, string>();
  for (const { id, label } of points) {
    const other = labels.get(id);
    if (other !== undefined) throw new InternalError(`points "${other}" and "${label}" have the same id ${id}`);
    labels.set(id, label);
  }
}

function* mergedLines(points: readonly CampaignPoint[], results: readonly unknown[]): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const [k, point] of points.entries()) yield encoder.encode(`${canonicalJson({ ...point, result: results[k] })}\n`);
}
