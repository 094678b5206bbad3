/**
 * Where named cards lie. A plan names cards (`chip: bss2`); they are looked up in the workspace of the plan - the folder above the plan's own, with `chips`, `noc` and
 * `calibration/workloads` in it - and then among the cards that ship with the package. A name holds no path, so nothing outside these folders can be reached.
 */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CardError } from '../base/index.ts';
import { didYouMean } from '../model/index.ts';

const SHIPPED = fileURLToPath(new URL('../../', import.meta.url));
const FOLDERS = { chip: 'chips', noc: 'noc', workload: join('calibration', 'workloads') } as const;

/** Stands for a file where the command line itself is the plan. */
export const COMMAND_LINE = 'command line';

/** Where a card was named, for messages. */
export interface NamedAt {
  readonly path?: string;
  readonly line?: number;
}

/** File of a named card. Throws CardError with the names that exist in the workspace and in the package, and the nearest of them. */
export function findCard(kind: keyof typeof FOLDERS, name: string, planFile: string, at: NamedAt = {}): string {
  const roots = [dirname(dirname(resolve(planFile))), SHIPPED];
  for (const root of roots) {
    const file = join(root, FOLDERS[kind], `${name}.yaml`);
    if (existsSync(file)) return file;
  }
  const known = [...new Set(roots.flatMap((root) => namesIn(join(root, FOLDERS[kind]))))].toSorted();
  const nearest = didYouMean(name, known);
  const expected = `the name of a card in ${FOLDERS[kind]}: ${known.join(', ')}`;
  throw new CardError([{ file: planFile, path: kind, ...at, found: `"${name}"`, expected, ...(nearest === undefined ? {} : { nearest }) }]);
}

function namesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length));
}

/** A card given on the command line: a file as typed, or the name of a shipped card. */
export function cardFile(kind: keyof typeof FOLDERS, given: string): string {
  return /[./\\]/.test(given) ? given : findCard(kind, given, COMMAND_LINE);
}
