/** `neurolith die show CARD --die N`: histograms of every true parameter. */
import { cardFile, chipFamily, dieSheet, dynapseDieSheet } from '../../codesign/index.ts';
import { ChipSchema, DynapseSchema, loadCard, type DieSheet } from '../../model/index.ts';
import { diePage, dieText, renderPage } from '../../report/index.ts';
import { writeAtomically } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import { wholeNumber } from '../options.ts';
import { dieOf } from '../die.ts';
import type { Host } from '../host.ts';
import { flag, list, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const file = cardFile('chip', text(argv, 'card'));
  const sheet = sheetOf(file, text(argv, 'die'), list(argv, 'set'));
  const page = optionalText(argv, 'out');
  if (page !== undefined) await writeAtomically(page, await renderPage(diePage(sheet)));
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(sheet)}\n` : `${dieText(sheet)}\n${page === undefined ? '' : `\n${page}\n`}`);
  return 0;
}

function sheetOf(file: string, die: string, overrides: readonly string[]): DieSheet {
  if (chipFamily(file) === 'dynapse')
    return dynapseDieSheet(loadCard(DynapseSchema, file, { overrides }).value, wholeNumber('die')(die) ?? 1);
  const card = loadCard(ChipSchema, file, { overrides }).value;
  return dieSheet(card, dieOf(card, die));
}
