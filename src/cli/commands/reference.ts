/** `neurolith reference WORKLOAD`: the workload on the teacher alone, in biological time. */
import { parseQuantity, UsageError } from '../../base/index.ts';
import { cardFile, intendReference, reference } from '../../codesign/index.ts';
import { writeReport } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import { runContext, type Host } from '../host.ts';
import { tellIntent } from '../intent.ts';
import { flag, list, optionalNumber, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const directory = text(argv, 'out');
  const request = {
    workload: cardFile('workload', text(argv, 'workload')),
    method: {
      mode: text(argv, 'mode') as 'precise' | 'grid',
      tolerance: optionalNumber(argv, 'tolerance')!,
      step: time('step', text(argv, 'step')),
    },
    duration: optionalText(argv, 'for') === undefined ? undefined : time('for', text(argv, 'for')),
    delay: time('delay', text(argv, 'delay')),
    stimulus: optionalNumber(argv, 'stimulus') ?? 1,
    overrides: list(argv, 'set'),
    checkpointEvery: time('checkpoint-every', text(argv, 'checkpoint-every')),
  };
  const force = flag(argv, 'force');
  if (flag(argv, 'dry-run')) return tellIntent(await intendReference({ ...request, context: { directory, force } }), argv, host);
  const context = await runContext(
    { directory, force, workers: optionalNumber(argv, 'workers') ?? 1, quiet: flag(argv, 'quiet'), noun: '% of the run' },
    host,
  );
  const record = await reference({ ...request, context });
  const report = await writeReport(directory, { png: flag(argv, 'png') });
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(record)}\n` : `${report.markdown}\n`);
  return 0;
}

/** Biological s. */
function time(option: string, given: string): number {
  const seconds = parseQuantity(given, 'time');
  if (seconds === undefined || !(seconds > 0)) throw new UsageError(`--${option}: found "${given}", expected a time such as "1 s"`);
  return seconds;
}
