/** `neurolith codesign PLAN`: the main job. */
import { codesign, intendCodesign } from '../../codesign/index.ts';
import { CodesignSchema, loadCard } from '../../model/index.ts';
import { writeReport } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import { runContext, type Host } from '../host.ts';
import { tellIntent } from '../intent.ts';
import { flag, list, optionalNumber, splitFiles, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const { files, fields } = splitFiles(list(argv, 'set'));
  const seed = optionalNumber(argv, 'seed');
  const overrides = seed === undefined ? fields : [...fields, `seed=${String(seed)}`];
  const plan = loadCard(CodesignSchema, text(argv, 'plan'), { overrides });
  const directory = text(argv, 'out');
  const request = { plan, files, allow: flag(argv, 'allow') };
  if (flag(argv, 'dry-run'))
    return tellIntent(await intendCodesign({ ...request, context: { directory, force: flag(argv, 'force') } }), argv, host);
  const context = await runContext(
    { directory, force: flag(argv, 'force'), workers: optionalNumber(argv, 'workers'), quiet: flag(argv, 'quiet'), noun: 'runs' },
    host,
  );
  const record = await codesign({ ...request, context });
  const report = await writeReport(directory, { png: flag(argv, 'png') });
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(record)}\n` : `${report.markdown}\n`);
  return 0;
}
