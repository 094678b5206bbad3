/** `neurolith calibrate CARD`: dies of a chip against the targets of a plan. */
import { calibrate, cardFile, chipFamily, intendCalibrate, type CalibrateRequest } from '../../codesign/index.ts';
import { UsageError } from '../../base/index.ts';
import { QUANTITY_NAMES } from '../../model/index.ts';
import { writeReport } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import { CIRCUITS, dieCommand } from '../die-command.ts';
import type { Host } from '../host.ts';
import { calibrateShared } from './calibrate-dynapse.ts';
import { tellIntent } from '../intent.ts';
import { recordOf, updateOf } from '../update.ts';
import { flag, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  if (chipFamily(cardFile('chip', text(argv, 'card'))) === 'dynapse') return calibrateShared(argv, host);
  const { card, plan, target, context: open } = dieCommand(argv, host, CIRCUITS);
  if (flag(argv, 'dry-run')) return tellIntent(await intendCalibrate({ card, plan, context: target }), argv, host);
  const context = await open('dies');
  const update = await goesOnFrom(argv);
  const cache = optionalText(argv, 'cache');
  if (cache !== undefined && update !== undefined)
    throw new UsageError('--cache chooses what to go on from: leave out --update and --from-curves');
  const record = await calibrate({ card, plan, ...(update && { update }), ...(cache !== undefined && { cache }), context });
  const report = await writeReport(target.directory, { png: flag(argv, 'png') });
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(record)}\n` : `${report.markdown}\n`);
  return 0;
}

/** The run to go on from and what to do again: of `--update`, or of `--from-curves`. Throws UsageError for names that are none and for a run of another kind. */
async function goesOnFrom(argv: Arguments): Promise<CalibrateRequest['update']> {
  const curves = optionalText(argv, 'from-curves');
  if (curves === undefined) return updateOf(argv, 'calibrate', QUANTITY_NAMES);
  if (optionalText(argv, 'only') !== undefined || optionalText(argv, 'update') !== undefined)
    throw new UsageError('--from-curves RUN takes what has another target: leave out --update and --only');
  return { record: await recordOf(curves, 'from-curves', 'calibrate'), only: 'changed', fromCurves: true };
}
