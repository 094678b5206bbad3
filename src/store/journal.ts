/**
 * Journal of a long job: the results of the steps that are done, and the state in which the last of them left the world, in one file that is replaced in one step. A job that
 * was killed takes the results from there, puts the world back and goes on as if nothing had happened.
 */
import { readFile, rm } from 'node:fs/promises';
import { CardError } from '../base/index.ts';
import { writeAtomically } from './atomic.ts';
import { codeOf } from './make-folder.ts';
import { exactText, exactValue } from './exact.ts';

/** What a step works on: told and put back as plain data. */
export interface Resumable {
  snapshot?(): unknown;
  restore?(state: never): void;
}

/** A step and what came out of it. */
interface Done {
  readonly name: string;
  readonly value: unknown;
}

interface Content {
  readonly schema: string;
  readonly key: string;
  readonly steps: readonly Done[];
  readonly state: unknown;
}

const SCHEMA = 'neurolith/journal/1';
/** Text above this is no journal of ours. */
const LARGEST = 2 ** 28;

/** Steps of one job, kept in a file. */
export class StepJournal {
  readonly #file: string;
  readonly #key: string;
  /** Steps that were there at first, the text of all of them, and how many were asked for since. */
  readonly #found: readonly Done[];
  readonly #texts: string[];
  readonly #state: unknown;
  #asked = 0;

  private constructor(file: string, key: string, { steps, state }: Pick<Content, 'steps' | 'state'>) {
    this.#file = file;
    this.#key = key;
    this.#found = steps;
    this.#texts = steps.map(exactText);
    this.#state = state;
  }

  /** Takes up the journal that is there, or begins one. `key` names the job: throws CardError for the journal of another, or for what is none. */
  static async open(file: string, key: string): Promise<StepJournal> {
    let bytes: Buffer;
    try {
      bytes = await readFile(file);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return new StepJournal(file, key, { steps: [], state: undefined });
      throw error;
    }
    const wrong = (found: string): CardError =>
      new CardError([{ file, found, expected: 'the journal of this job; removed, it begins anew' }]);
    if (bytes.length > LARGEST) throw wrong(`${String(bytes.length)} bytes`);
    let content: Partial<Content>;
    try {
      content = exactValue(bytes.toString('utf8')) as Partial<Content>;
    } catch (error) {
      throw wrong((error as Error).message);
    }
    if (content.schema !== SCHEMA || !Array.isArray(content.steps)) throw wrong('another kind of file');
    if (content.key !== key) throw wrong('the journal of another job');
    return new StepJournal(file, key, { steps: content.steps, state: content.state });
  }

  /** How many steps were there at first. */
  get found(): number {
    return this.#found.length;
  }

  /** The result of a step: as it was kept, or of `work`, which is then kept. Steps come in the same order whenever the job runs. */
  async step<T>(name: string, world: Resumable, work: () => Promise<T>): Promise<T> {
    if (world.snapshot === undefined || world.restore === undefined) return work();
    const at = this.#asked++;
    const done = this.#found[at];
    if (done !== undefined) {
      if (done.name !== name)
        throw new CardError([{ file: this.#file, found: `step ${done.name}`, expected: `${name}; removed, the job begins anew` }]);
      if (at === this.#found.length - 1) world.restore(this.#state as never);
      return done.value as T;
    }
    const value = await work();
    // what a step has found stays as it is now, whatever later steps do with it
    this.#texts.push(exactText({ name, value }));
    const head = exactText({ schema: SCHEMA, key: this.#key, state: world.snapshot() });
    await writeAtomically(this.#file, `${head.slice(0, -1)},"steps":[${this.#texts.join(',')}]}`);
    return value;
  }

  /** Removes the file: the job is done. */
  async close(): Promise<void> {
    await rm(this.#file, { force: true });
  }
}
