/**
 * All mistakes of one command line at once: options that are none, with the nearest that is, and values that cannot be. The parser alone stops at the first.
 */
import type { Options } from 'yargs';
import { NeurolithError, UsageError } from '../base/errors.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import type { Command } from './command.ts';

const HINT = ' (neurolith --help lists the commands, neurolith COMMAND --help its arguments)';
/** Options that the parser has of its own. */
const OWN = ['help', 'version'];

/** Gathers while the parser works. */
export class LineMistakes {
  readonly #args: readonly string[];
  readonly #values = new Map<string, string>(); // by option
  #command: Command | undefined;

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  /** The options of the command that was asked for, with checks of values that note what they find and go on. */
  watch(command: Command): Readonly<Record<string, Options>> {
    this.#command = command;
    return Object.fromEntries(Object.entries(command.options).map(([name, option]) => [name, this.#watched(name, option)]));
  }

  /** UsageError with all that was found. `said` are the parser's own words, where it stopped. */
  tell(said?: string): void {
    const unknown = this.#unknownOptions();
    const own = said === undefined ? [] : this.#inOurWords(said, unknown);
    const lines = [...unknown.values(), ...this.#values.values(), ...own];
    if (lines.length > 0) throw new UsageError(lines.join('\n'));
  }

  #watched(name: string, option: Options): Options {
    const check = option.coerce as ((value: unknown) => unknown) | undefined;
    if (check === undefined) return option;
    const coerce = (value: unknown): unknown => {
      try {
        return check(value);
      } catch (error) {
        if (!(error instanceof NeurolithError)) throw error;
        this.#values.set(name, error.message);
        return value;
      }
    };
    return { ...option, coerce };
  }

  /** Options of the line that the command has not, by name. */
  #unknownOptions(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    const { options = {}, usage = '' } = this.#command ?? {};
    if (this.#command === undefined) return found;
    const names = [...Object.keys(options), ...OWN];
    const known = new Set([...names, ...names.map(camelCase), ...Object.values(options).flatMap(({ alias = [] }) => alias)]);
    for (const arg of this.#args) {
      if (arg === '--') break;
      const name = /^--?(?:no-)?([A-Za-z][^=]*)/.exec(arg)?.[1];
      // letters together, or a letter with its value, are the parser's affair
      if (name === undefined || known.has(name) || known.has(/^--?([A-Za-z][^=]*)/.exec(arg)![1]!)) continue;
      if (!arg.startsWith('--') && (name.length > 1 ? known.has(name[0]!) : false)) continue;
      const nearest = didYouMean(name, names);
      found.set(
        name,
        `${/^--?/.exec(arg)![0]}${name}: found an option that "${usage.replaceAll(/ ?<.*/g, '')}" has not, expected one of ${names.map((one) => `--${one}`).join(', ')}${nearest === undefined ? '' : `; did you mean "--${nearest}"?`}`,
      );
    }
    return found;
  }

  /** A line for each thing that the parser says and that is not told yet. */
  #inOurWords(said: string, unknown: ReadonlyMap<string, string>): string[] {
    const names = /^Unknown arguments?: (.*)$/.exec(said)?.[1]?.split(', ');
    if (names !== undefined && this.#command !== undefined)
      return names
        .filter((name) => !unknown.has(name) && !unknown.has(name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)))
        .map(
          (name) =>
            `${this.#command!.usage.replaceAll(/ ?<.*/g, '')}: found "${name}", expected no more arguments than ${this.#command!.usage}`,
        );
    const choices = Array.from(said.matchAll(/Argument: (\S+), Given: (.*), Choices: (.*)/g), ([, name = '', given = '', valid = '']) => {
      const nearest = didYouMean(given.replaceAll('"', ''), valid.replaceAll('"', '').split(', '));
      return `--${name}: found ${given}, expected one of ${valid.replaceAll('"', '')}${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`;
    });
    return choices.length > 0 ? choices : [`${said}${HINT}`];
  }
}

function camelCase(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
