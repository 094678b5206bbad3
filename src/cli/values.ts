/**
 * Typed values of a command line.
 */
import { UsageError } from '../base/errors.ts';
import type { Arguments } from './command.ts';

/** A text option that is there. */
export function text(argv: Arguments, name: string): string {
  const value = argv[name];
  if (typeof value !== 'string') throw new UsageError(`--${name}: give it once, with a value`);
  return value;
}

export function optionalText(argv: Arguments, name: string): string | undefined {
  return argv[name] === undefined ? undefined : text(argv, name);
}

export function optionalNumber(argv: Arguments, name: string): number | undefined {
  const value = argv[name];
  if (Array.isArray(value)) throw new UsageError(`--${name}: give it once`);
  return value as number | undefined;
}

export function flag(argv: Arguments, name: string): boolean {
  return argv[name] === true;
}

/** All values of a repeatable option, in order. */
export function list(argv: Arguments, name: string): readonly string[] {
  const value = argv[name];
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

/**
 * Splits `-S` overrides: those that put a file in the place of a named card (`workload=FILE.csv`) from those that set fields.
 * A value with a slash or an ending is a file; a bare name is a card.
 */
export function splitFiles(overrides: readonly string[]): {
  readonly files: Readonly<Record<string, string>>;
  readonly fields: readonly string[];
} {
  const files: Record<string, string> = {};
  const fields: string[] = [];
  for (const override of overrides) {
    const match = /^(workload|chip|noc)=(.*[./\\].*)$/.exec(override);
    if (match) files[match[1]!] = match[2]!;
    else fields.push(override);
  }
  return { files, fields };
}
