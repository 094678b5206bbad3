/** Which die a command line means. */
import { UsageError } from '../base/errors.ts';
import { dieNumber } from '../chip/index.ts';
import type { ChipCard } from '../model/index.ts';

/** Number of a die given as a number or by the name of a measured die. Throws UsageError with the names there are. */
export function dieOf(card: ChipCard, given: string): number {
  const number = dieNumber(card, given);
  if (number !== undefined) return number;
  const names = card.measured?.map(({ name }) => name) ?? [];
  throw new UsageError(
    `die "${given}": expected a whole number${names.length === 0 ? `; ${card.name} has no measured dies` : `, or a measured die: ${names.join(', ')}`}`,
  );
}
