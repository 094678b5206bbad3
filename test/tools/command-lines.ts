/** Command lines of the documentation, checked without running them: programs, commands, options, named cards, overrides. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { COMMANDS } from '../../src/cli/commands.ts';
import { splitFiles } from '../../src/cli/values.ts';
import { cardFile, chipFamily } from '../../src/codesign/index.ts';
import { CalibrationPlanSchema, ChipSchema, CodesignSchema, CoresPlanSchema, DynapseSchema, loadCard } from '../../src/model/index.ts';
import { read, ROOT } from './pages.ts';

/** Commands of npm itself that a page may name. */
const NPM = new Set(['ci', 'install', 'link', 'pack']);

/** Words before the first positional: "regress", "noc run". */
export function nameOf({ usage }: (typeof COMMANDS)[number]): string {
  return usage.replace(/ [<[].*$/, '');
}

/** Command lines of a shell block as words: comments and continuations gone, `a && b` in two. */
export function commandLines(block: string): string[][] {
  return block
    .replaceAll('\\\n', ' ')
    .split(/\n|&&/)
    .map((line) => Array.from(line.matchAll(/(?:^|\s)(#.*|(?:'[^']*'|"[^"]*"|[^\s'"])+)/g), (match) => match[1]!))
    .map((words) => words.filter((word) => !word.startsWith('#')).map((word) => word.replaceAll(/['"]/g, '')))
    .filter((words) => words.length > 0);
}

/** What is wrong with a command line; nothing when the tool would take it. */
export function complaintsAbout(words: readonly string[]): string[] {
  const [program, first, second] = words;
  if (program === 'npm') return npmComplaints(first === 'run' ? second! : first!);
  const command = COMMANDS.find((candidate) => [first, `${first!} ${second!}`].includes(nameOf(candidate)));
  const name = command === undefined ? first : nameOf(command);
  const rest = words.slice(1 + (name?.split(' ').length ?? 1));
  if (program !== 'neurolith' || command === undefined) return [`${words.join(' ')}: no such command`];
  const { positionals, values, complaints } = parse(command, rest);
  const cards = [...positionals, ...values.filter(([option]) => option !== 'set').map(([, value]) => value)].filter((word) =>
    /\.ya?ml$/.test(word),
  );
  // designs/ stands for the reader's own folder, into which examples write
  const missing = cards
    .filter((file) => !file.startsWith('designs/') && !existsSync(join(ROOT, file)))
    .map((file) => `${file} does not exist`);
  if (complaints.length + missing.length > 0) return [...complaints, ...missing];
  loadWithOverrides(
    name!,
    positionals,
    values.filter(([option]) => option === 'set').map(([, value]) => value),
  );
  return [];
}

function npmComplaints(script: string): string[] {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  return NPM.has(script) || script in scripts ? [] : [`npm run ${script}: no such script`];
}

function parse(command: (typeof COMMANDS)[number], words: readonly string[]) {
  const options = new Map(
    Object.entries(command.options).flatMap(([name, { alias, type }]) =>
      [name, ...[alias ?? []].flat()].map((spelling) => [spelling, { name, takesValue: type !== 'boolean' }] as const),
    ),
  );
  const positionals: string[] = [];
  const values: (readonly [option: string, value: string])[] = [];
  const complaints: string[] = [];
  for (let i = 0; i < words.length && words[i] !== '>'; i++) {
    const spelling = /^--?(?:no-)?([a-z-]+)$/i.exec(words[i]!)?.[1];
    const option = options.get(spelling ?? '');
    if (spelling === undefined) positionals.push(words[i]!);
    else if (option === undefined) complaints.push(`${words[i]!} is no option of ${nameOf(command)}`);
    else if (option.takesValue) values.push([option.name, words[++i] ?? '']);
  }
  return { positionals, values, complaints };
}

/** Throws CardError for an override that its card does not know. */
function loadWithOverrides(command: string, positionals: readonly string[], sets: readonly string[]): void {
  const { fields } = splitFiles(sets);
  if (command === 'codesign') loadCard(CodesignSchema, join(ROOT, positionals[0]!), { overrides: fields });
  if (command !== 'calibrate' && command !== 'yield') return;
  const given = positionals[0]!;
  const card = cardFile('chip', given.includes('/') ? join(ROOT, given) : given);
  const cores = chipFamily(card) === 'dynapse';
  loadCard<z.ZodType>(cores ? DynapseSchema : ChipSchema, card, {
    overrides: fields.filter((field) => field.startsWith('chip.')).map((field) => field.slice('chip.'.length)),
  });
  loadCard<z.ZodType>(cores ? CoresPlanSchema : CalibrationPlanSchema, join(ROOT, `calibration/${cores ? 'cores' : 'spiking'}.yaml`), {
    overrides: fields.filter((field) => !field.startsWith('chip.')),
  });
}
