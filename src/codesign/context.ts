/**
 * What a job must be told from outside, because nothing in here looks at a clock, a process or a machine.
 */
import type { Progress } from '../campaign/index.ts';
import type { Provenance } from '../model/index.ts';

export interface RunContext {
  /** Run directory to write to. */
  readonly directory: string;
  readonly force: boolean;
  readonly workers: number;
  /** For the record only. */
  readonly command: readonly string[];
  readonly version: string;
  readonly git: string | null;
  readonly node: string;
  readonly host: Provenance['host'];
  /** ISO 8601. */
  readonly started: string;
  /** s since the start, for timings and progress. */
  readonly elapsed: () => number;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** Provenance of a run. */
export function provenanceOf(
  context: RunContext,
  modelVersion: number,
  seed: number,
  planHash: string,
  timings: Readonly<Record<string, number>>,
): Provenance {
  const { version, command, git, node, host, started } = context;
  return { version, modelVersion, command, git, node, host, seed, planHash, started, timings };
}

/** Times the phases of a job, s. */
export class Phases {
  readonly timings: Record<string, number> = {};
  readonly #elapsed: () => number;
  #last: number;

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
    this.#last = elapsed();
  }

  /** Books the time since the last call under a name. */
  end(name: string): void {
    const now = this.#elapsed();
    this.timings[name] = Math.round((now - this.#last) * 1000) / 1000;
    this.#last = now;
  }
}
