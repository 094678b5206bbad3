/** `neurolith report RUN`: the report of a run directory, made again from its record. */
import { writeReport } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const { markdown } = await writeReport(text(argv, 'run'), { png: flag(argv, 'png') });
  host.stdout.write(`${markdown}\n`);
  return 0;
}
