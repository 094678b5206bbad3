/** Options that several commands share, and the checks of their values. */
import type { Options, PositionalOptions } from 'yargs';
import { UsageError } from '../base/errors.ts';
import { writablePath } from './written-paths.ts';

/** A whole number from a command line: "abc" must not become NaN. */
export function wholeNumber(name: string, least = 0): (value: unknown) => number | undefined {
  return (value) => {
    if (value === undefined) return undefined;
    if (Array.isArray(value)) throw new UsageError(`--${name}: give it once`);
    const given = typeof value === 'string' ? value : JSON.stringify(value);
    const number = Number(given);
    if (!/^\d+$/.test(given) || !Number.isSafeInteger(number) || number < least) {
      throw new UsageError(`--${name}: found "${given}", expected a whole number of at least ${String(least)}`);
    }
    return number;
  };
}

/** A number from a command line, within bounds. */
export function realNumber(name: string, least: number, most: number): (value: unknown) => number | undefined {
  return (value) => {
    if (value === undefined) return undefined;
    if (Array.isArray(value)) throw new UsageError(`--${name}: give it once`);
    const given = typeof value === 'string' ? value : JSON.stringify(value);
    // decimal only: 0x1 is a slip, not a load
    const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(given) ? Number(given) : NaN;
    if (!(number >= least && number <= most)) {
      throw new UsageError(`--${name}: found "${given}", expected a number between ${String(least)} and ${String(most)}`);
    }
    return number;
  };
}

/** An option with a value. */
export const text = (describe: string, more: Options = {}): Options => ({ type: 'string', requiresArg: true, describe, ...more });

/** A file or folder to write: `-o`. */
export const written = (describe: string, more: Options = {}): Options => ({
  alias: 'o',
  coerce: writablePath('out'),
  ...text(describe, more),
});

/** An option without a value. */
export const flag = (describe: string, alias?: string): Options => ({
  type: 'boolean',
  default: false,
  describe,
  ...(alias === undefined ? {} : { alias }),
});

/** A word that a command needs, by position. */
export const argument = (describe: string): PositionalOptions => ({ type: 'string', demandOption: true, describe });

/** A chip card, by position. */
export const CARD = argument('chip card: a file, or the name of a shipped one');

/** The run directory of a command that always writes one. */
export const out = (byDefault: string): Options => written('run directory to write', { default: byDefault });

export const seed = (describe = 'seed of the run'): Options => text(describe, { coerce: wholeNumber('seed') });

export const COMMON = {
  set: text('override key=value (may be repeated)', { alias: 'S', array: false }),
  workers: text('worker threads (default: one per core)', { alias: 'j', coerce: wholeNumber('workers', 1) }),
  force: flag('replace what an earlier run wrote there'),
  quiet: flag('no progress on stderr', 'q'),
  json: flag('print one JSON object instead of the summary'),
  png: { type: 'boolean', default: true, describe: 'draw figures/*.png; --no-png writes the page alone, a few seconds earlier' },
} as const satisfies Record<string, Options>;

export const DRY_RUN = flag('check everything, say what would be run, write nothing');
