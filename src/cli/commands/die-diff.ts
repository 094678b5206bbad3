/** `neurolith die diff CARD A B`: exit code 1 where the dies differ. */
import { UsageError } from '../../base/index.ts';
import { dieDifferences, dynapseDifferences } from '../../codesign/index.ts';
import type { DieDifference } from '../../model/index.ts';
import { differenceText } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import { dieOf, loadAnalog, type AnalogCard } from '../die.ts';
import type { Host } from '../host.ts';
import { flag, list, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const first = loadAnalog(text(argv, 'card'), list(argv, 'set'));
  const other = optionalText(argv, 'other');
  const second = other === undefined ? first : loadAnalog(other, list(argv, 'set'));
  const [a, b] = [text(argv, 'first'), text(argv, 'second')];
  const differences = differencesOf(first, a, second, b);
  const words = differenceText(differences, `die ${a} of ${first.card.value.name}`, `die ${b} of ${second.card.value.name}`);
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(differences)}\n` : `${words}\n`);
  return differences.some(({ differing }) => differing > 0) ? 1 : 0;
}

function differencesOf(first: AnalogCard, a: string, second: AnalogCard, b: string): DieDifference[] {
  const seeds = [dieOf(first.card.value, a), dieOf(second.card.value, b)] as const;
  if (first.family === 'dynapse' && second.family === 'dynapse')
    return dynapseDifferences({ card: first.card.value, seed: seeds[0] }, { card: second.card.value, seed: seeds[1] });
  if (first.family === 'bss2' && second.family === 'bss2')
    return dieDifferences({ card: first.card.value, seed: seeds[0] }, { card: second.card.value, seed: seeds[1] });
  throw new UsageError(`die diff: ${first.card.value.name} and ${second.card.value.name} are of two families, expected two cards of one`);
}
