/**
 * Parse, call one function, print, give the exit code. Command modules are imported when their command runs, so --help costs the parser and nothing else.
 */
import { yargs } from '#vendor/yargs';
import { NeurolithError } from '../base/errors.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { ownVersion, type Host } from './host.ts';
import { LineMistakes } from './line-mistakes.ts';

/** Runs one command line and resolves to the exit code; prints results to `host.stdout`, everything else to `host.stderr`. */
export async function main(args: readonly string[], host: Host): Promise<number> {
  let code = 0;
  try {
    let parser = yargs(args.length > 0 ? [...args] : ['--help'])
      .scriptName('neurolith')
      .usage('$0 <command>\n\nCo-design, calibration and emulation of neuromorphic chips.')
      .parserConfiguration({ 'dot-notation': false })
      .detectLocale(false)
      .wrap(Math.min(host.stdout.columns ?? 100, 110))
      .version(ownVersion());
    const finish = (result: number): void => void (code = result);
    const mistakes = new LineMistakes(args);
    for (const [group, commands] of groupsOf(COMMANDS)) {
      if (group === '') for (const command of commands) parser = register(parser, command, { host, finish, mistakes });
      else parser = registerGroup(parser, group, commands, { host, finish, mistakes });
    }
    await parser
      .demandCommand(1, 'say a command: neurolith --help lists them')
      .recommendCommands()
      .strict()
      .exitProcess(false)
      .fail((message: string | null, error?: Error) => {
        // the parser wraps what a check of an option throws; only a command's own error comes through as it is
        if (error !== undefined && error.name !== 'YError') throw error;
        mistakes.tell(message ?? error?.message ?? 'this command line cannot be read');
      })
      .help()
      .parseAsync();
    return code;
  } catch (error) {
    return tell(error, host);
  }
}

/** What a command needs besides its arguments. */
interface Run {
  readonly host: Host;
  readonly finish: (code: number) => void;
  readonly mistakes: LineMistakes;
}

/** Commands without a group under '', the others by the first word of their usage, in order. */
function groupsOf(commands: readonly Command[]): Map<string, Command[]> {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    const [name = '', second = ''] = command.usage.split(' ');
    // `import <file>` belongs to the group of `import booksim <file>`: what is no verb is its file
    const group = /^[a-z]/.test(second) || groups.has(name) ? name : '';
    groups.set(group, [...(groups.get(group) ?? []), command]);
  }
  return groups;
}

/** What the groups are about. */
const GROUPS: Readonly<Record<string, string>> = {
  noc: 'networks-on-chip: run, saturate, replay, compare',
  import: 'networks, spikes and designs of other tools',
};

function registerGroup(parser: ReturnType<typeof yargs>, group: string, commands: readonly Command[], run: Run): ReturnType<typeof yargs> {
  return parser.command(group, GROUPS[group] ?? '', (y) => {
    for (const command of commands) {
      const rest = command.usage.slice(group.length + 1);
      const usage = rest.startsWith('<') ? `$0 ${rest}` : rest;
      register(y, { ...command, usage }, run, command);
    }
    if (commands.some(({ usage }) => usage.startsWith(`${group} <`))) return y;
    return y.demandCommand(1, `say what: neurolith ${group} --help lists the commands`).recommendCommands();
  });
}

/** `whole` says the command with its group. */
function register(
  parser: ReturnType<typeof yargs>,
  command: Command,
  { host, finish, mistakes }: Run,
  whole = command,
): ReturnType<typeof yargs> {
  return parser.command(
    command.usage,
    command.summary,
    (y) => {
      for (const [name, options] of Object.entries(command.positionals ?? {})) y.positional(name, options);
      y.options(mistakes.watch(whole));
      for (const [line, words] of command.examples) y.example(line, words);
      return y;
    },
    async (argv) => {
      mistakes.tell();
      const { run } = await command.load();
      finish(await run(argv, host));
    },
  );
}

/** The user's mistakes in words, ours with their stack. */
function tell(error: unknown, host: Host): number {
  if (error instanceof NeurolithError && error.exitCode !== 70) {
    host.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  host.stderr.write(`internal error, please report it:\n${text}\n`);
  return 70;
}
