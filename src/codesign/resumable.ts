/** A die's job that can be killed at any point: what it has found so far is kept in the run directory, `journal/JOB.json`, until the job is done. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UNBROKEN, type Journal } from '../calibration/index.ts';
import { StepJournal } from '../store/index.ts';

const FOLDER = 'journal';

/**
 * Runs a job with its journal; without a run directory nothing is kept. `id` names the job and all that it depends on. With `keep` the journal
 * stays: a job that leaves something outside of its run must not find that, if it is asked again before its result is safe.
 */
export async function resumable<T>(
  directory: string | undefined,
  id: string,
  job: (journal: Journal) => Promise<T>,
  keep = false,
): Promise<T> {
  if (directory === undefined) return job(UNBROKEN);
  await mkdir(join(directory, FOLDER), { recursive: true });
  const journal = await StepJournal.open(join(directory, FOLDER, `${id}.json`), id);
  const result = await job(journal);
  if (!keep) await journal.close();
  return result;
}
