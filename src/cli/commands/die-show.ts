/** `neurolith die show CARD --die N`: histograms of every true parameter. */
import { cardFile, dieSheet } from '../../codesign/index.ts';
import { ChipSchema, loadCard } from '../../model/index.ts';
import { diePage, dieText, renderPage } from '../../report/index.ts';
import { writeAtomically } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import { dieOf } from '../die.ts';
import type { Host } from '../host.ts';
import { flag, list, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const card = loadCard(ChipSchema, cardFile('chip', text(argv, 'card')), { overrides: list(argv, 'set') }).value;
  const sheet = dieSheet(card, dieOf(card, text(argv, 'die')));
  const page = optionalText(argv, 'out');
  if (page !== undefined) await writeAtomically(page, await renderPage(diePage(sheet)));
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(sheet)}\n` : `${dieText(sheet)}\n${page === undefined ? '' : `\n${page}\n`}`);
  return 0;
}
