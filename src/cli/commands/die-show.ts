/** `neurolith die show CARD --die N`: histograms of every true parameter. */
import { diePage, dieText, renderPage } from '../../report/index.ts';
import { writeAtomically } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import { chipOf, dieOf } from '../die.ts';
import type { Host } from '../host.ts';
import { flag, list, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const chip = chipOf(text(argv, 'card'), list(argv, 'set'));
  const sheet = chip.dieSheet(dieOf(chip.card, text(argv, 'die')));
  const page = optionalText(argv, 'out');
  if (page !== undefined) await writeAtomically(page, await renderPage(diePage(sheet)));
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(sheet)}\n` : `${dieText(sheet)}\n${page === undefined ? '' : `\n${page}\n`}`);
  return 0;
}
