/**
 * What a command would do: `--dry-run` reads and checks everything that can be checked without computing, and touches nothing.
 */
import { peekRunDirectory, type RunState } from '../store/index.ts';
import type { RunContext } from './context.ts';

/** A run before it begins. */
export interface Intent {
  readonly title: string;
  /** Runs with the same hash can resume one another. */
  readonly planHash: string;
  readonly directory: string;
  /** What is in the directory: nothing that counts, an unfinished run that would be resumed, or the finished run of this very plan. */
  readonly state: RunState;
  /** How many runs of each kind the plan has, finished ones included. */
  readonly jobs: Readonly<Record<string, number>>;
}

/** Where a run would be written: all that a dry run must know of its context. */
export type Target = Pick<RunContext, 'directory' | 'force'>;

/** Throws UsageError for a directory that the run would refuse. */
export async function intentOf({ directory, force }: Target, plan: Pick<Intent, 'title' | 'planHash' | 'jobs'>): Promise<Intent> {
  const { state } = await peekRunDirectory(directory, { planHash: plan.planHash, force });
  return { ...plan, directory, state };
}
