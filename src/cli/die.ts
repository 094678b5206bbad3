/** Which die a command line means. */
import { UsageError } from '../base/errors.ts';
import { dieNumber } from '../chip/index.ts';
import { cardFile, openChip, type NamedDies, type OpenChip } from '../codesign/index.ts';
import { wholeNumber } from './options.ts';

/** Reads the chip card that a command names, of any family. Throws CardError. */
export function chipOf(given: string, overrides: readonly string[]): OpenChip {
  return openChip(cardFile('chip', given), overrides);
}

/** Number of a die given to `option` as a number or by the name of a measured die. Throws UsageError with the names there are. */
export function dieOf(card: NamedDies, given: string, option = 'die'): number {
  const number = dieNumber(card, given);
  if (number !== undefined) return number;
  const names = card.measured?.map(({ name }) => name) ?? [];
  throw new UsageError(
    `--${option}: found "${given}", expected a whole number${names.length === 0 ? `; ${card.name} has no measured dies` : `, or a measured die: ${names.join(', ')}`}`,
  );
}

/** The same where the card is only a file: it is read for names alone. Throws UsageError. */
export function dieInFile(file: string, given: string, option = 'die'): number {
  return /^[a-z]/i.test(given) ? dieOf(openChip(file).card, given, option) : wholeNumber(option)(given)!;
}

/** Several dies as a plan has them: "1:6" as it stands, "1,lab-3" as a list of numbers. Throws UsageError for a name that the card in `file` does not have. */
export function diesField(file: string, given: string): string {
  if (given.includes(':')) return `dies="${given}"`;
  const one = (die: string): string => (/^[a-z]/i.test(die) ? String(dieInFile(file, die, 'dies')) : die);
  return `dies=[${given
    .split(',')
    .map((die) => one(die.trim()))
    .join(',')}]`;
}
