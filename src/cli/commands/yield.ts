/** `neurolith yield CARD`: how many dies of a chip can be calibrated to the gates? */
import { readFileSync } from 'node:fs';
import { calibrationYield, intendYield } from '../../codesign/index.ts';
import { CalibrationPlanSchema, GatesSchema, loadCard, type CalibrationRecord } from '../../model/index.ts';
import { writeReport } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import { dieCommand, shippedPlan } from '../die-command.ts';
import type { Host } from '../host.ts';
import { tellIntent } from '../intent.ts';
import { flag, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const { card, plan, target, context } = dieCommand(argv, host, {
    schema: CalibrationPlanSchema,
    shipped: 'spiking',
    dies: counted(text(argv, 'dies')),
  });
  const gates = loadCard(GatesSchema, optionalText(argv, 'gates') ?? shippedPlan('gates')).value;
  const request = { card, plan, gates, studies: flag(argv, 'studies') };
  if (flag(argv, 'dry-run')) return tellIntent(await intendYield({ ...request, context: target }), argv, host);
  const record = await calibrationYield({ ...request, context: await context('calibrations') });
  const report = await writeReport(target.directory, { png: flag(argv, 'png') });
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
