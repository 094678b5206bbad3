/** `neurolith trace RUN`: membranes and spikes as a page and pictures. */
import { parseQuantity, UsageError } from '../../base/index.ts';
import { writeTrace } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const time = (name: string): number | undefined => {
    const given = optionalText(argv, name);
    if (given === undefined) return undefined;
    const seconds = parseQuantity(given, 'time');
    if (seconds === undefined || seconds < 0) throw new UsageError(`--${name}: found "${given}", expected a time such as "120 ms"`);
    return seconds;
  };
  const [from, to] = [time('from'), time('to')];
  const files = await writeTrace(text(argv, 'run'), { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(files)}\n` : `${files.join('\n')}\n`);
  return 0;
}
