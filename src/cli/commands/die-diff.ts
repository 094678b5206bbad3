/** `neurolith die diff CARD A B`: exit code 1 where the dies differ. */
import { cardFile, dieDifferences } from '../../codesign/index.ts';
import { ChipSchema, loadCard } from '../../model/index.ts';
import { differenceText } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import { dieOf } from '../die.ts';
import type { Host } from '../host.ts';
import { flag, list, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const load = (given: string) => loadCard(ChipSchema, cardFile('chip', given), { overrides: list(argv, 'set') }).value;
  const card = load(text(argv, 'card'));
  const other = optionalText(argv, 'other');
  const second = other === undefined ? card : load(other);
  const [a, b] = [text(argv, 'first'), text(argv, 'second')];
  const differences = dieDifferences({ card, seed: dieOf(card, a) }, { card: second, seed: dieOf(second, b) });
  const words = differenceText(differences, `die ${a} of ${card.name}`, `die ${b} of ${second.name}`);
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(differences)}\n` : `${words}\n`);
  return differences.some(({ differing }) => differing > 0) ? 1 : 0;
}
