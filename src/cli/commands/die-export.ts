/** `neurolith die export CARD --die N -o FILE`. */
import { UsageError } from '../../base/index.ts';
import { cardFile, dieCsv, dieJson } from '../../codesign/index.ts';
import { ChipSchema, loadCard } from '../../model/index.ts';
import { writeAtomically } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import { dieOf } from '../die.ts';
import type { Host } from '../host.ts';
import { list, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const card = loadCard(ChipSchema, cardFile('chip', text(argv, 'card')), { overrides: list(argv, 'set') }).value;
  const file = text(argv, 'out');
  if (!/\.(csv|json)$/.test(file)) throw new UsageError(`--out: found "${file}", expected a file that ends with .csv or .json`);
  const die = dieOf(card, text(argv, 'die'));
  await writeAtomically(file, file.endsWith('.csv') ? dieCsv(card, die) : dieJson(card, die));
  host.stdout.write(`${file}\n`);
  return 0;
}
