/** What calibrations of any kind leave of their dies for other programs: one JSON per die, and how each of them begins. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MODEL_VERSION, type Bill, type Calibrated } from '../model/index.ts';
import { writeAtomically } from '../store/index.ts';

/** Writes `calibrated/die-N.json` of every die into a run directory. Errors: those of the file system. */
export async function writeDies<T extends { readonly die: number }>(
  directory: string,
  dies: readonly T[],
  jsonOf: (die: T) => object,
): Promise<void> {
  await mkdir(join(directory, 'calibrated'), { recursive: true });
  for (const die of dies)
    await writeAtomically(join(directory, 'calibrated', `die-${String(die.die)}.json`), `${JSON.stringify(jsonOf(die))}\n`);
}

/** What the file of a die of this chip says first; `hardware_time` in s. */
export function headOf(
  chip: string,
  { die, order, hardwareTime }: { readonly die: number; readonly order: readonly string[]; readonly hardwareTime: Bill },
  planHash: string,
): Pick<Calibrated, 'chip' | 'die' | 'model' | 'plan' | 'order' | 'hardware_time'> {
  return {
    chip,
    die,
    model: String(MODEL_VERSION),
    plan: planHash,
    order: [...order],
    hardware_time: hardwareTime.settling + hardwareTime.reading + hardwareTime.running,
  };
}
