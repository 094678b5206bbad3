/** `neurolith calibrate CARD` for chips whose biases are shared by the neurons of a core. */
import { join } from 'node:path';
import { calibrateDynapse, calibrationFiles, calibrationText } from '../../codesign/index.ts';
import { UsageError } from '../../base/index.ts';
import { DynapseSchema, loadCard } from '../../model/index.ts';
import { writeAtomically } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, list, optionalNumber, optionalText, text } from '../values.ts';

/** Every die in turn; files into the run directory, the verdict to stdout. Exit code 1 where a median misses its target by more than the gate. */
export async function calibrateShared(file: string, argv: Arguments, host: Host): Promise<number> {
  for (const name of ['plan', 'update', 'only'])
    if (optionalText(argv, name) !== undefined)
      throw new UsageError(`--${name} is for chips with a code per circuit; this card shares its biases, targets are its design`);
  const overrides = list(argv, 'set');
  const stray = overrides.find((field) => !field.startsWith('chip.'));
  if (stray !== undefined) throw new UsageError(`-S ${stray}: expected a field of the chip, such as -S chip.design.tau_mem.value="30 ms"`);
  const card = loadCard(DynapseSchema, file, { overrides: overrides.map((field) => field.slice('chip.'.length)) }).value;
  const dies = diesOf(optionalText(argv, 'dies') ?? '1');
  if (flag(argv, 'dry-run')) {
    host.stdout.write(`would calibrate ${String(dies.length)} dies of ${card.name}\n`);
    return 0;
  }
  const directory = text(argv, 'out');
  const results = [];
  for (const die of dies) results.push(await calibrateDynapse(card, die, optionalNumber(argv, 'seed') ?? 1));
  for (const { name, content } of calibrationFiles(card, results)) await writeAtomically(join(directory, name), content);
  host.stdout.write(
    flag(argv, 'json') ? `${calibrationFiles(card, results)[0]!.content}\n` : `${calibrationText(card, results)}\n${directory}\n`,
  );
  return results.every(({ met }) => met) ? 0 : 1;
}

/** Seeds of "1,2,5" or "1:6". */
function diesOf(given: string): readonly number[] {
  const range = /^(\d+):(\d+)$/.exec(given);
  if (range !== null && Number(range[1]) <= Number(range[2]) && Number(range[2]) - Number(range[1]) < 1000)
    return Array.from({ length: Number(range[2]) - Number(range[1]) + 1 }, (_, i) => Number(range[1]) + i);
  if (/^\d+(,\d+)*$/.test(given)) return given.split(',').map(Number);
  throw new UsageError(`--dies: found "${given}", expected seeds such as 1,2,3 or a range such as 1:6`);
}
