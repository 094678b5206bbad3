/**
 * The heads of the tables that networks read (edge lists, traffic matrices, lists of packets). A column that nobody knows is a mistake and not left out in silence: a misspelt `latency` would
 * give every link the default.
 */
import { CardError, type Mistake } from '../../base/index.ts';
import { didYouMean } from '../../model/did-you-mean.ts';

/** Which columns a table has. */
export interface Columns<Name extends string> {
  readonly needed: readonly Name[];
  readonly optional?: readonly Name[];
  /** What is expected, in words. */
  readonly words: string;
}

/** Places of the columns in the cells of a head, -1 for an optional one that is not there. CardError for a column that is missing, unknown (with the nearest name) or there twice. */
export function columnsOf<Name extends string>(
  cells: readonly string[],
  place: Pick<Mistake, 'file' | 'line'>,
  { needed, optional = [], words }: Columns<Name>,
): Readonly<Record<Name, number>> {
  const known: readonly Name[] = [...needed, ...optional];
  const strange = cells.filter((cell, at) => !known.includes(cell as Name) || cells.indexOf(cell) !== at);
  const missing = needed.filter((name) => !cells.includes(name));
  if (missing.length === needed.length) throw new CardError([{ ...place, found: `"${cells.join(',').slice(0, 60)}"`, expected: words }]);
  const mistakes = strange.map((cell): Mistake => {
    const isTwice = known.includes(cell as Name);
    const nearest = isTwice
      ? undefined
      : didYouMean(
          cell,
          known.filter((name) => !cells.includes(name)),
        );
    const found = `the column "${cell.slice(0, 60)}"${isTwice ? ' twice' : ''}`;
    return { ...place, found, expected: isTwice ? 'each column once' : words, ...(nearest === undefined ? {} : { nearest }) };
  });
  if (mistakes.length === 0 && missing.length > 0) mistakes.push({ ...place, found: `"${cells.join(',').slice(0, 60)}"`, expected: words });
  if (mistakes.length > 0) throw new CardError(mistakes);
  return Object.fromEntries(known.map((name) => [name, cells.indexOf(name)])) as Record<Name, number>;
}
