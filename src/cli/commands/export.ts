/** `neurolith export RUN`: spikes of a run in a layout that other tools read. */
import { runSpikes, writeSpikeFile, type SpikeFormat, type SpikeTrain } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const table = await runSpikes(text(argv, 'run'), optionalText(argv, 'train') as SpikeTrain | undefined);
  const file = text(argv, 'out');
  await writeSpikeFile(file, text(argv, 'to') as SpikeFormat, [table]);
  host.stdout.write(`${file}: ${String(table.time.length)} spikes of the ${table.population}\n`);
  return 0;
}
