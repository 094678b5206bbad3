/** `neurolith calibrate CARD`: dies of a chip against the targets of a plan. */
import { fileURLToPath } from 'node:url';
import { calibrate, cardFile, intendCalibrate } from '../../codesign/index.ts';
import { CalibrationPlanSchema, ChipSchema, loadCard } from '../../model/index.ts';
import { writeReport } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import { runContext, type Host } from '../host.ts';
import { tellIntent } from '../intent.ts';
import { flag, list, optionalNumber, optionalText, text } from '../values.ts';

const SPIKING = fileURLToPath(new URL('../../../calibration/spiking.yaml', import.meta.url));

export async function run(argv: Arguments, host: Host): Promise<number> {
  const directory = text(argv, 'out');
  const overrides = [...list(argv, 'set')];
  const dies = optionalText(argv, 'dies');
  if (dies !== undefined) overrides.push(`dies=${dies.includes(':') ? `"${dies}"` : `[${dies}]`}`);
  const seed = optionalNumber(argv, 'seed');
  if (seed !== undefined) overrides.push(`effort.seed=${String(seed)}`);
  // fields of the chip are set with a prefix, fields of the plan without
  const chipFields = overrides.filter((field) => field.startsWith('chip.')).map((field) => field.slice('chip.'.length));
  const planFields = overrides.filter((field) => !field.startsWith('chip.'));
  const card = loadCard(ChipSchema, cardFile('chip', text(argv, 'card')), { overrides: chipFields }).value;
  const plan = loadCard(CalibrationPlanSchema, optionalText(argv, 'plan') ?? SPIKING, { overrides: planFields }).value;
  if (flag(argv, 'dry-run'))
    return tellIntent(await intendCalibrate({ card, plan, context: { directory, force: flag(argv, 'force') } }), argv, host);
  const context = await runContext(
    { directory, force: flag(argv, 'force'), workers: optionalNumber(argv, 'workers'), quiet: flag(argv, 'quiet'), noun: 'dies' },
    host,
  );
  const record = await calibrate({ card, plan, context });
  const report = await writeReport(directory);
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(record)}\n` : `${report.markdown}\n`);
  return 0;
}
