/** `neurolith die show CARD --die N`: histograms of every true parameter. */
import { dieSheet, dynapseDieSheet } from '../../codesign/index.ts';
import type { DieSheet } from '../../model/index.ts';
import { diePage, dieText, renderPage } from '../../report/index.ts';
import { writeAtomically } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import { dieOf, loadAnalog, type AnalogCard } from '../die.ts';
import type { Host } from '../host.ts';
import { flag, list, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const sheet = sheetOf(loadAnalog(text(argv, 'card'), list(argv, 'set')), text(argv, 'die'));
  const page = optionalText(argv, 'out');
  if (page !== undefined) await writeAtomically(page, await renderPage(diePage(sheet)));
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(sheet)}\n` : `${dieText(sheet)}\n${page === undefined ? '' : `\n${page}\n`}`);
  return 0;
}

function sheetOf({ family, card }: AnalogCard, die: string): DieSheet {
  const seed = dieOf(card.value, die);
  return family === 'dynapse' ? dynapseDieSheet(card.value, seed) : dieSheet(card.value, seed);
}
