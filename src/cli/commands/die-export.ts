/** `neurolith die export CARD --die N -o FILE`. */
import { UsageError } from '../../base/index.ts';
import { writeAtomically } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import { chipOf, dieOf } from '../die.ts';
import type { Host } from '../host.ts';
import { list, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const chip = chipOf(text(argv, 'card'), list(argv, 'set'));
  const file = text(argv, 'out');
  if (!/\.(csv|json)$/.test(file)) throw new UsageError(`--out: found "${file}", expected a file that ends with .csv or .json`);
  await writeAtomically(file, chip.exported(dieOf(chip.card, text(argv, 'die')), file.endsWith('.csv') ? 'csv' : 'json'));
  host.stdout.write(`${file}\n`);
  return 0;
}
