/** `neurolith decalibrate CARD`: transferred weights against weights tuned in the loop, on dies whose circuits spread more and more. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cardFile, decalibration } from '../../codesign/index.ts';
import { CalibrationPlanSchema, ChipSchema, loadCard } from '../../model/index.ts';
import { writeReport } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import { diesField } from '../die.ts';
import { runContext, type Host } from '../host.ts';
import { flag, list, optionalNumber, optionalText, text } from '../values.ts';

const SPIKING = fileURLToPath(new URL('../../../calibration/spiking.yaml', import.meta.url));

export async function run(argv: Arguments, host: Host): Promise<number> {
  const directory = text(argv, 'out');
  const chip = cardFile('chip', text(argv, 'card'));
  const overrides = [...list(argv, 'set'), diesField(chip, text(argv, 'dies'))];
  // fields of the chip are set with a prefix, fields of the plan without
  const chipFields = overrides.filter((field) => field.startsWith('chip.')).map((field) => field.slice('chip.'.length));
  const planFields = overrides.filter((field) => !field.startsWith('chip.'));
  const card = loadCard(ChipSchema, chip, { overrides: chipFields }).value;
  const plan = loadCard(CalibrationPlanSchema, optionalText(argv, 'plan') ?? SPIKING, { overrides: planFields }).value;
  const context = await runContext(
    { directory, force: flag(argv, 'force'), workers: optionalNumber(argv, 'workers'), quiet: flag(argv, 'quiet'), noun: 'dies' },
    host,
  );
  const record = await decalibration({ card, plan, dies: plan.dies, seed: optionalNumber(argv, 'seed') ?? plan.effort.seed, context });
  const report = await writeReport(directory);
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(record.result)}\n` : `${readFileSync(report.summary, 'utf8')}\n`);
  return 0;
}
