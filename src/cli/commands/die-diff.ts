/** `neurolith die diff CARD A B`: exit code 1 where the dies differ. */
import { differenceText } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import { chipOf, dieOf } from '../die.ts';
import type { Host } from '../host.ts';
import { flag, list, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const first = chipOf(text(argv, 'card'), list(argv, 'set'));
  const other = optionalText(argv, 'other');
  const second = other === undefined ? first : chipOf(other, list(argv, 'set'));
  const [a, b] = [text(argv, 'first'), text(argv, 'second')];
  const differences = first.differences(dieOf(first.card, a), second, dieOf(second.card, b));
  const words = differenceText(differences, `die ${a} of ${first.card.name}`, `die ${b} of ${second.card.name}`);
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(differences)}\n` : `${words}\n`);
  return differences.some(({ differing }) => differing > 0) ? 1 : 0;
}
