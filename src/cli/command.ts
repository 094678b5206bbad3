/**
 * What a command is: how it is called, its options and examples, and the module that runs it.
 */
import type { Options, PositionalOptions } from 'yargs';
import type { Host } from './host.ts';

/** Values of a command line; `values` in a module reads them with their types. */
export type Arguments = Readonly<Record<string, unknown>>;

export interface Command {
  /** `name <positional>`, or `group verb <positional>` for a command of a group. */
  readonly usage: string;
  readonly summary: string;
  readonly positionals?: Readonly<Record<string, PositionalOptions>>;
  readonly options: Readonly<Record<string, Options>>;
  readonly examples: readonly (readonly [string, string])[];
  readonly load: () => Promise<{ readonly run: (argv: Arguments, host: Host) => Promise<number> }>;
}
