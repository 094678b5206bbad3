/** `neurolith chip show CARD`: the data sheet. */
import { chipPage, chipText, renderPage } from '../../report/index.ts';
import { writeAtomically } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import { chipOf } from '../die.ts';
import type { Host } from '../host.ts';
import { flag, list, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const sheet = chipOf(text(argv, 'card'), list(argv, 'set')).sheet();
  const page = optionalText(argv, 'out');
  if (page !== undefined) await writeAtomically(page, await renderPage(chipPage(sheet)));
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(sheet)}\n` : `${chipText(sheet)}\n${page === undefined ? '' : `\n${page}\n`}`);
  return 0;
}
