/** `neurolith calibrate CARD` for chips whose biases are shared by the neurons of a core. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calibrateSharedBiases, intendSharedCalibration } from '../../codesign/index.ts';
import { UsageError } from '../../base/index.ts';
import { DynapseSchema, loadCard, type DynapseCard } from '../../model/index.ts';
import { writeReport } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import { dieOf } from '../die.ts';
import { runContext, type Host } from '../host.ts';
import { tellIntent } from '../intent.ts';
import { flag, list, optionalNumber, optionalText, text } from '../values.ts';

/** Every die, over worker threads; record, files and page into the run directory, the verdict to stdout. Exit code 1 where a median misses its target by more than the gate. */
export async function calibrateShared(file: string, argv: Arguments, host: Host): Promise<number> {
  for (const name of ['plan', 'update', 'only'])
    if (optionalText(argv, name) !== undefined)
      throw new UsageError(`--${name} is for chips with a code per circuit; this card shares its biases, targets are its design`);
  const overrides = list(argv, 'set');
  const stray = overrides.find((field) => !field.startsWith('chip.'));
  if (stray !== undefined) throw new UsageError(`-S ${stray}: expected a field of the chip, such as -S chip.design.tau_mem.value="30 ms"`);
  const card = loadCard(DynapseSchema, file, { overrides: overrides.map((field) => field.slice('chip.'.length)) }).value;
  const directory = text(argv, 'out');
  const force = flag(argv, 'force');
  const request = { card, dies: diesOf(card, optionalText(argv, 'dies') ?? '1'), seed: optionalNumber(argv, 'seed') ?? 1 };
  if (flag(argv, 'dry-run')) return tellIntent(await intendSharedCalibration({ ...request, context: { directory, force } }), argv, host);
  const context = await runContext(
    { directory, force, workers: optionalNumber(argv, 'workers'), quiet: flag(argv, 'quiet'), noun: 'dies' },
    host,
  );
  const record = await calibrateSharedBiases({ ...request, context });
  const report = await writeReport(directory, { png: flag(argv, 'png') });
  host.stdout.write(
    flag(argv, 'json') ? `${readFileSync(join(directory, 'calibration.json'), 'utf8')}\n` : `${readFileSync(report.summary, 'utf8')}\n`,
  );
  return record.result.dies.every(({ met }) => met) ? 0 : 1;
}

/** Dies of "1,2,lab-3" or "1:6". */
function diesOf(card: DynapseCard, given: string): readonly number[] {
  const range = /^(\d+):(\d+)$/.exec(given);
  if (range !== null && Number(range[1]) <= Number(range[2]) && Number(range[2]) - Number(range[1]) < 1000)
    return Array.from({ length: Number(range[2]) - Number(range[1]) + 1 }, (_, i) => Number(range[1]) + i);
  const all = given.split(',').map((die) => die.trim());
  if (!given.includes(':') && all.every((die) => /^(\d+|[a-z][\w.-]*)$/i.test(die))) {
    const dies = all.map((die) => dieOf(card, die, 'dies'));
    const twice = dies.find((die, i) => dies.indexOf(die) < i);
    if (twice !== undefined) throw new UsageError(`--dies: found die ${String(twice)} twice`);
    return dies;
  }
  throw new UsageError(`--dies: found "${given}", expected dies such as 1,2,lab-3 or a range such as 1:6`);
}
