/**
 * Cache of calibrations: a folder per die (card, die seed, options, model version) with a file per set of targets, which holds what was found and the die as it was left.
 *   the same targets    the die is put back and nothing is measured
 *   other targets       the calibration with the fewest different ones is taken up: what has another target begins where its characteristic curve has it and is refined, what it
 *                       shifts follows, all else stands unread
 * Files are written in one step, so any number of processes may share a folder. A file that is none of ours, or is cut short, is refused by name.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CardError, hashOf } from '../base/index.ts';
import type { DieCalibration, EarlierCalibration } from '../calibration/index.ts';
import {
  factsOf,
  MODEL_VERSION,
  QUANTITY_NAMES,
  type CalibratedQuantity,
  type CalibrationPlan,
  type ChipCard,
  type SubstrateState,
} from '../model/index.ts';
import { exactText, exactValue, writeAtomically } from '../store/index.ts';

const SCHEMA = 'neurolith/calibration-cache/1';
const ENDING = '.json';
/** Text above this is no entry of ours. */
const LARGEST = 2 ** 28;

type Targets = CalibrationPlan['targets'];

/** What is kept of one calibration. */
interface Entry {
  readonly schema: string;
  readonly key: string;
  readonly targets: Targets;
  readonly calibration: DieCalibration;
  readonly state: SubstrateState;
}

/** What the cache has for a die: the calibration itself, one to go on from, or nothing. */
export interface CacheFind {
  readonly key: string;
  readonly hit: 'none' | 'nearest' | 'same';
  /** Quantities with another target. */
  readonly again: readonly CalibratedQuantity['quantity'][];
  readonly calibration?: DieCalibration;
  readonly state?: SubstrateState;
}

/** A folder of calibrations, as one die of a plan sees it. */
export class CalibrationCache {
  readonly #folder: string;
  readonly #targets: Targets;
  readonly #key: string;

  constructor(directory: string, card: ChipCard, { effort, targets }: CalibrationPlan, die: number) {
    const ofDie = hashOf({ card, die, effort, model: MODEL_VERSION });
    this.#folder = join(directory, ofDie.slice(0, 24));
    this.#targets = targets;
    this.#key = hashOf({ ofDie, targets }).slice(0, 24);
  }

  /** The entry of these targets, or else the one with the fewest others; firing rates are met or not, never gone on from. */
  async find(): Promise<CacheFind> {
    const own = await this.#read(this.#key);
    const none: CacheFind = { key: this.#key, hit: 'none', again: [] };
    if (own !== undefined) return { ...none, hit: 'same', calibration: own.calibration, state: own.state };
    if (this.#targets.rate !== undefined) return none;
    let nearest: CacheFind = none;
    for (const name of (await namesIn(this.#folder)).toSorted()) {
      const entry = await this.#read(name.slice(0, -ENDING.length));
      const again = entry === undefined ? undefined : this.#different(entry.targets);
      if (entry === undefined || again === undefined || (nearest.hit !== 'none' && again.length >= nearest.again.length)) continue;
      nearest = { key: this.#key, hit: 'nearest', again, calibration: entry.calibration, state: entry.state };
    }
    return nearest;
  }

  /** Keeps what was found; `state` is the die as it was left. */
  async keep(calibration: DieCalibration, state: SubstrateState): Promise<void> {
    const entry: Entry = { schema: SCHEMA, key: this.#key, targets: this.#targets, calibration, state };
    await writeAtomically(join(this.#folder, `${this.#key}${ENDING}`), `${exactText(entry)}\n`);
  }

  /** Quantities that these targets ask for differently; undefined for a set that names others. */
  #different(found: Targets): CacheFind['again'] | undefined {
    const names = Object.keys(this.#targets) as (keyof Targets)[];
    if (hashOf(names.toSorted()) !== hashOf(Object.keys(found).toSorted())) return undefined;
    const changed = new Set<string>(names.filter((name) => !isDeepStrictEqual(this.#targets[name], found[name])));
    // the strength of an input follows from the potential that it shall make, and from both time constants
    if (names.includes('psp') && (changed.has('tau_mem') || changed.has('tau_syn'))) changed.add('psp');
    return QUANTITY_NAMES.filter((name) => changed.has(factsOf(name).target ?? ''));
  }

  async #read(key: string): Promise<Entry | undefined> {
    const file = join(this.#folder, `${key}${ENDING}`);
    let text: Buffer;
    try {
      text = await readFile(file);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
    const wrong = (found: string): CardError =>
      new CardError([{ file, found, expected: 'a calibration that this cache has kept; removed, it is made anew' }]);
    if (text.length > LARGEST) throw wrong(`${String(text.length)} bytes`);
    try {
      const entry = exactValue(text.toString('utf8')) as Entry;
      if (entry.schema === SCHEMA && entry.key === key) return entry;
    } catch (error) {
      throw wrong((error as Error).message);
    }
    throw wrong('another kind of file');
  }
}

/** What a calibration goes on from. */
export function earlierOfCache({ calibration, state, again }: CacheFind): EarlierCalibration | undefined {
  if (calibration === undefined || state === undefined) return undefined;
  const { setting, quantities, channels } = calibration;
  const { codes = {}, leakMode, ...settings } = setting;
  return {
    codes,
    ...(leakMode && { leakMode }),
    settings,
    quantities,
    ...(channels && { channels }),
    state,
    only: again,
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(ENDING) && !name.startsWith('.'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
