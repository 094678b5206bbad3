/** `neurolith calibrate CARD` for chips whose biases are shared by the neurons of a core. */
import { readFileSync } from 'node:fs';
import { calibrateSharedBiases, intendSharedCalibration } from '../../codesign/index.ts';
import { UsageError } from '../../base/index.ts';
import { writeReport } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import { CORE_QUANTITY_NAMES } from '../../model/index.ts';
import { CORES, dieCommand } from '../die-command.ts';
import type { Host } from '../host.ts';
import { tellIntent } from '../intent.ts';
import { updateOf } from '../update.ts';
import { flag, optionalText } from '../values.ts';

/** Every die of the plan; record, files and page into the run directory, the verdict to stdout. Exit code 1 where a median misses its target by more than the tolerance of the plan. */
export async function calibrateShared(argv: Arguments, host: Host): Promise<number> {
  for (const name of ['from-curves', 'cache'])
    if (optionalText(argv, name) !== undefined)
      throw new UsageError(`--${name} is for chips with a code per circuit; this card shares its biases`);
  const { card, plan, target, context } = dieCommand(argv, host, CORES);
  const update = await updateOf(argv, 'shared calibration', CORE_QUANTITY_NAMES);
  const request = { card, plan, ...(update && { update }) };
  if (flag(argv, 'dry-run')) return tellIntent(await intendSharedCalibration({ ...request, context: target }), argv, host);
  const record = await calibrateSharedBiases({ ...request, context: await context('dies') });
  const report = await writeReport(target.directory, { png: flag(argv, 'png') });
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(record)}\n` : `${readFileSync(report.summary, 'utf8')}\n`);
  return record.result.dies.every(({ met }) => met) ? 0 : 1;
}
