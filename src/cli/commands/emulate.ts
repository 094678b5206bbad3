/** `neurolith emulate WORKLOAD`: one die, one network-on-chip, one stimulus. */
import { UsageError, parseQuantity } from '../../base/index.ts';
import { cardFile, chipFamily, emulate, intendEmulate } from '../../codesign/index.ts';
import { ChipSchema, loadCard } from '../../model/index.ts';
import { writeReport } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import { dieInFile } from '../die.ts';
import { runContext, type Host } from '../host.ts';
import { tellIntent } from '../intent.ts';
import { flag, list, optionalNumber, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const directory = text(argv, 'out');
  const chip = cardFile('chip', text(argv, 'chip'));
  const request = {
    files: { workload: cardFile('workload', text(argv, 'workload')), chip, noc: cardFile('noc', text(argv, 'noc')) },
    die: dieInFile(chip, text(argv, 'die')),
    ...stimuliOf(list(argv, 'stimulus')),
    seed: optionalNumber(argv, 'seed') ?? 1,
    duration: duration(optionalText(argv, 'for'), chip),
    codes: text(argv, 'codes') as 'calibrated' | 'nominal',
    parts: optionalNumber(argv, 'parts') ?? 1,
    contract: optionalText(argv, 'contract'),
    allow: flag(argv, 'allow'),
    probes: list(argv, 'probe'),
    parquet: flag(argv, 'parquet'),
    overrides: list(argv, 'set'),
  };
  if (flag(argv, 'dry-run'))
    return tellIntent(await intendEmulate({ ...request, context: { directory, force: flag(argv, 'force') } }), argv, host);
  const context = await runContext({ directory, force: flag(argv, 'force'), workers: 1, quiet: flag(argv, 'quiet'), noun: 'runs' }, host);
  const record = await emulate({ ...request, context });
  const report = await writeReport(directory, { png: flag(argv, 'png') });
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(record)}\n` : `${report.markdown}\n`);
  return 0;
}

/** A whole number is the seed of the workload's own stimuli, everything else a stimulus more. */
function stimuliOf(given: readonly string[]): { readonly stimulus: number; readonly stimuli: readonly string[] } {
  const seeds = given.filter((one) => /^\d+$/.test(one));
  if (seeds.length > 1) throw new UsageError(`--stimulus: found the seeds ${seeds.join(' and ')}, expected one`);
  const stimulus = Number(seeds[0] ?? 1);
  if (!Number.isSafeInteger(stimulus)) throw new UsageError(`--stimulus: found "${seeds[0]!}", expected a seed below 2^53`);
  return { stimulus, stimuli: given.filter((one) => !/^\d+$/.test(one)) };
}

/** Biological s of "1 s" or "1 ms hw". */
function duration(given: string | undefined, chip: string): number | undefined {
  if (given === undefined) return undefined;
  const match = /^(.*?)(\s+hw)?$/.exec(given.trim());
  const seconds = parseQuantity(match?.[1] ?? '', 'time');
  if (seconds === undefined || !(seconds > 0)) throw new UsageError(`--for: found "${given}", expected a time such as "1 s" or "1 ms hw"`);
  return match?.[2] === undefined || chipFamily(chip) === 'dynapse' ? seconds : seconds * loadCard(ChipSchema, chip).value.speed_up.value;
}
