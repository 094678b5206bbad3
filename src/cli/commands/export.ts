/** `neurolith export RUN`: spikes of a run in a layout that other tools read. */
import { runTables, writeSpikeFile, type SpikeFormat, type SpikeTrain } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const tables = await runTables(text(argv, 'run'), optionalText(argv, 'train') as SpikeTrain | undefined);
  const file = text(argv, 'out');
  await writeSpikeFile(file, text(argv, 'to') as SpikeFormat, tables);
  host.stdout.write(
    `${file}: ${String(tables.reduce((sum, { time }) => sum + time.length, 0))} spikes of ${tables.map(({ population }) => population).join(', ')}\n`,
  );
  return 0;
}
