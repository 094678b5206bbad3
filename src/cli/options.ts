/** Options that several commands share, and the checks of their values. */
import type { Options } from 'yargs';
import { UsageError } from '../base/errors.ts';

/** A whole number from a command line: "abc" must not become NaN. */
export function wholeNumber(name: string, least = 0): (value: unknown) => number | undefined {
  return (value) => {
    if (value === undefined) return undefined;
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
    const given = typeof value === 'string' ? value : JSON.stringify(value);
    const number = given.trim() === '' ? NaN : Number(given);
    if (!(number >= least && number <= most)) {
      throw new UsageError(`--${name}: found "${given}", expected a number between ${String(least)} and ${String(most)}`);
    }
    return number;
  };
}

/** The run directory of a command that always writes one. */
export const out = (byDefault: string): Options => ({
  alias: 'o',
  type: 'string',
  requiresArg: true,
  default: byDefault,
  describe: 'run directory to write',
});

export const COMMON = {
  set: { alias: 'S', type: 'string', array: false, describe: 'override key=value (may be repeated)', requiresArg: true },
  workers: {
    alias: 'j',
    type: 'string',
    requiresArg: true,
    coerce: wholeNumber('workers', 1),
    describe: 'worker threads (default: one per core)',
  },
  force: { type: 'boolean', default: false, describe: 'replace what an earlier run wrote there' },
  quiet: { alias: 'q', type: 'boolean', default: false, describe: 'no progress on stderr' },
  json: { type: 'boolean', default: false, describe: 'print one JSON object instead of the summary' },
} as const satisfies Record<string, Options>;

export const seed = (describe = 'seed of the run'): Options => ({
  type: 'string',
  requiresArg: true,
  coerce: wholeNumber('seed'),
  describe,
});
