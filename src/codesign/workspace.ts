/**
 * Where named cards lie. A plan names cards (`chip: bss2`); they are looked up in the workspace of the plan - the folder above the plan's own, with `chips`, `noc` and
 * `calibration/workloads` in it - and then among the cards that ship with the package. A name holds no path, so nothing outside these folders can be reached.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CardError } from '../base/index.ts';
import { CARD_FOLDERS, didYouMean, FamilySchema, loadCard, namesIn, SHIPPED } from '../model/index.ts';

/** Stands for a file where the command line itself is the plan. */
export const COMMAND_LINE = 'command line';

/** Where a card was named, for messages. */
export interface NamedAt {
  /** The card that names it, where that is not the plan. */
  readonly file?: string;
  readonly path?: string;
  readonly line?: number;
}

/** File of a named card. Throws CardError with the names that exist in the workspace and in the package, and the nearest of them. */
export function findCard(kind: keyof typeof CARD_FOLDERS, name: string, planFile: string, at: NamedAt = {}): string {
  const roots = [dirname(dirname(resolve(planFile))), SHIPPED];
  for (const root of roots) {
    const file = join(root, CARD_FOLDERS[kind], `${name}.yaml`);
    if (existsSync(file)) return file;
  }
  const known = [...new Set(roots.flatMap((root) => namesIn(join(root, CARD_FOLDERS[kind]))))].toSorted();
  const nearest = didYouMean(name, known);
  const expected = `the name of a card in ${CARD_FOLDERS[kind]}: ${known.join(', ')}`;
  throw new CardError([{ file: planFile, path: kind, ...at, found: `"${name}"`, expected, ...(nearest === undefined ? {} : { nearest }) }]);
}

/** Family of the chip card in a file: which kind of chip it describes. Throws CardError for a file that is no card. */
export function chipFamily(file: string): string {
  return loadCard(FamilySchema, file).value.family;
}

/** A card given on the command line, or by the card that `at` says: a file as typed, or the name of a shipped card. */
export function cardFile(kind: keyof typeof CARD_FOLDERS, given: string, at: NamedAt = {}): string {
  return /[./\\]/.test(given) ? given : findCard(kind, given, COMMAND_LINE, at);
}
