/** What cannot be built of a card is a mistake of that card: told with its file, line and field. */
import { CardError, findingsOf, type Mistake } from '../base/index.ts';
import type { Card } from './load.ts';

/** Takes a step; what it finds that cannot be met (InfeasibleError, alone or beside the mistakes of files) becomes mistakes of the card, in the order of their lines. Other errors as they are. */
export function blamingCard<T>(card: Pick<Card<unknown>, 'label' | 'lineOf'>, step: () => T): T {
  try {
    return step();
  } catch (error) {
    const found = findingsOf(error);
    if (found === undefined) throw error;
    const asked = found.unmet.map((part): Mistake => {
      const path = part.path ?? 'routing';
      const line = card.lineOf(path);
      return { file: card.label, ...(line === undefined ? {} : { line }), path, expected: `another one: ${part.message}` };
    });
    asked.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
    throw new CardError([...asked, ...found.mistakes]);
  }
}
