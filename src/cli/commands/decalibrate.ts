/** `neurolith decalibrate CARD`: transferred weights against weights tuned in the loop, on dies whose circuits spread more and more. */
import { readFileSync } from 'node:fs';
import { decalibration } from '../../codesign/index.ts';
import { writeReport } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import { CIRCUITS, dieCommand } from '../die-command.ts';
import type { Host } from '../host.ts';
import { flag } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const { card, plan, target, context } = dieCommand(argv, host, CIRCUITS);
  const record = await decalibration({ card, plan, dies: plan.dies, seed: plan.effort.seed, context: await context('dies') });
  const report = await writeReport(target.directory, { png: flag(argv, 'png') });
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(record.result)}\n` : `${readFileSync(report.summary, 'utf8')}\n`);
  return 0;
}
