/** `neurolith yield CARD`: how many dies of a chip can be calibrated to the gates? */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { calibrationYield, cardFile, intendYield } from '../../codesign/index.ts';
import { CalibrationPlanSchema, ChipSchema, GatesSchema, loadCard, type CalibrationRecord } from '../../model/index.ts';
import { writeReport } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import { diesField } from '../die.ts';
import { runContext, type Host } from '../host.ts';
import { tellIntent } from '../intent.ts';
import { flag, list, optionalNumber, optionalText, text } from '../values.ts';

const SHIPPED = (name: string): string => fileURLToPath(new URL(`../../../calibration/${name}.yaml`, import.meta.url));

export async function run(argv: Arguments, host: Host): Promise<number> {
  const directory = text(argv, 'out');
  const chip = cardFile('chip', text(argv, 'card'));
  const overrides = [...list(argv, 'set'), diesField(chip, counted(text(argv, 'dies')))];
  const seed = optionalNumber(argv, 'seed');
  if (seed !== undefined) overrides.push(`effort.seed=${String(seed)}`);
  // fields of the chip are set with a prefix, fields of the plan without
  const chipFields = overrides.filter((field) => field.startsWith('chip.')).map((field) => field.slice('chip.'.length));
  const planFields = overrides.filter((field) => !field.startsWith('chip.'));
  const request = {
    card: loadCard(ChipSchema, chip, { overrides: chipFields }).value,
    plan: loadCard(CalibrationPlanSchema, optionalText(argv, 'plan') ?? SHIPPED('spiking'), { overrides: planFields }).value,
    gates: loadCard(GatesSchema, optionalText(argv, 'gates') ?? SHIPPED('gates')).value,
    studies: flag(argv, 'studies'),
  };
  if (flag(argv, 'dry-run'))
    return tellIntent(await intendYield({ ...request, context: { directory, force: flag(argv, 'force') } }), argv, host);
  const context = await runContext(
    { directory, force: flag(argv, 'force'), workers: optionalNumber(argv, 'workers'), quiet: flag(argv, 'quiet'), noun: 'calibrations' },
    host,
  );
  const record = await calibrationYield({ ...request, context });
  const report = await writeReport(directory);
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(rawOf(record))}\n` : `${readFileSync(report.summary, 'utf8')}\n`);
  return record.result.yield!.passed ? 0 : 1;
}

/** "100" is dies 1 to 100; ranges and lists stay as they are. */
function counted(dies: string): string {
  return /^\s*\d+\s*$/.test(dies) ? `1:${dies.trim()}` : dies;
}

/** The verdict with the raw figures per circuit, from which others can compute it again. */
function rawOf({ result }: CalibrationRecord): unknown {
  return {
    ...result.yield,
    perDie: result.dies.map(({ die, graded, quantities }) => ({
      die,
      quantities: graded.map(({ quantity, unit, target, before, after, masked, rmsAfter }) => {
        const searched = quantities.find((one) => one.quantity === quantity);
        return {
          quantity,
          unit,
          target,
          rms: rmsAfter,
          before,
          truth: after,
          masked,
          reading: searched?.verification?.reading ?? null,
          error68: searched?.verification?.error68 ?? null,
          error95: searched?.verification?.error95 ?? null,
          codes: searched?.codes ?? null,
          status: searched?.status ?? null,
        };
      }),
    })),
  };
}
