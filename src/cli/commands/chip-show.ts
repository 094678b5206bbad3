/** `neurolith chip show CARD`: the data sheet. */
import { cardFile, chipFamily, chipSheet, dynapseSheet } from '../../codesign/index.ts';
import { ChipSchema, DynapseSchema, loadCard } from '../../model/index.ts';
import { chipPage, chipText, renderPage } from '../../report/index.ts';
import { writeAtomically } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, list, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const file = cardFile('chip', text(argv, 'card'));
  const options = { overrides: list(argv, 'set') };
  const sheet =
    chipFamily(file) === 'dynapse' ? dynapseSheet(loadCard(DynapseSchema, file, options)) : chipSheet(loadCard(ChipSchema, file, options));
  const page = optionalText(argv, 'out');
  if (page !== undefined) await writeAtomically(page, await renderPage(chipPage(sheet)));
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(sheet)}\n` : `${chipText(sheet)}\n${page === undefined ? '' : `\n${page}\n`}`);
  return 0;
}
