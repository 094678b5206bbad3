/** `neurolith die export CARD --die N -o FILE`. */
import { UsageError } from '../../base/index.ts';
import { dieCsv, dieJson, dynapseCsv, dynapseJson } from '../../codesign/index.ts';
import { writeAtomically } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import { dieOf, loadAnalog } from '../die.ts';
import type { Host } from '../host.ts';
import { list, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const { family, card } = loadAnalog(text(argv, 'card'), list(argv, 'set'));
  const file = text(argv, 'out');
  if (!/\.(csv|json)$/.test(file)) throw new UsageError(`--out: found "${file}", expected a file that ends with .csv or .json`);
  const die = dieOf(card.value, text(argv, 'die'));
  const isTable = file.endsWith('.csv');
  if (family === 'dynapse') await writeAtomically(file, (isTable ? dynapseCsv : dynapseJson)(card.value, die));
  else await writeAtomically(file, (isTable ? dieCsv : dieJson)(card.value, die));
  host.stdout.write(`${file}\n`);
  return 0;
}
