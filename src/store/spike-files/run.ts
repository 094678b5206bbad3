/** The spikes of a run directory as a table for exchange: biological ms, neurons counted from 0. */
import { CardError } from '../../base/index.ts';
import type { SpikeFiles } from '../../model/index.ts';
import { readNpy } from '../npy.ts';
import { readRunRecord } from '../run-record.ts';
import { inside, readSpikes } from '../spikes.ts';
import { tableOf, type SpikeTable } from './table.ts';

/** Trains that a run may hold. */
export const SPIKE_TRAINS = ['student', 'teacher', 'uncalibrated'] as const;
export type SpikeTrain = (typeof SPIKE_TRAINS)[number];

/** Spikes of one train of a finished run: unless named the student's, of a run without one the teacher's. Throws CardError for a run that holds no such train. */
export async function runSpikes(directory: string, asked?: SpikeTrain): Promise<SpikeTable> {
  const { result, kind } = await readRunRecord(directory);
  const raster =
    'raster' in result
      ? (result.raster as Partial<Record<SpikeTrain, SpikeFiles>> & { readonly ticksPerSecond: number; readonly speedUp: number })
      : undefined;
  const train = asked ?? SPIKE_TRAINS.find((name) => raster?.[name] !== undefined) ?? 'student';
  const files = raster?.[train];
  if (raster === undefined || files === undefined) {
    const there = SPIKE_TRAINS.filter((name) => raster?.[name] !== undefined);
    throw new CardError([
      {
        file: directory,
        found: `a ${kind} run without spikes of the ${train}`,
        expected: there.length > 0 ? `one of ${there.join(', ')}` : 'the run of a workload (codesign, emulate)',
      },
    ]);
  }
  const { tick, neuron } = await readSpikes(directory, files);
  const scale = (1000 * raster.speedUp) / raster.ticksPerSecond;
  const fraction = train === 'teacher' ? await fractionsOf(directory, result, tick.length) : undefined;
  return tableOf(
    directory,
    train,
    tick.map((value, k) => (value + (fraction?.[k] ?? 0)) * scale),
    neuron,
  );
}

/** Places of the spikes of a `precise` teacher within their ticks; undefined for a run that has none. */
async function fractionsOf(directory: string, result: object, count: number): Promise<ArrayLike<number> | undefined> {
  if (!('fraction' in result) || typeof result.fraction !== 'string') return undefined;
  const { data } = await readNpy(inside(directory, result.fraction));
  if (data.length !== count)
    throw new CardError([{ file: result.fraction, found: `${String(data.length)} values`, expected: `${String(count)}, one per spike` }]);
  return data;
}

/** The same by population where the run knows its populations, nodes counted from 0 in each, with the number of neurons and the end of the run. */
export async function runTables(directory: string, asked?: SpikeTrain): Promise<SpikeTable[]> {
  const table = await runSpikes(directory, asked);
  const { result } = await readRunRecord(directory);
  if (!('workload' in result)) return [table];
  const { neurons, duration } = result.workload;
  const end = duration * 1000;
  if (!('mode' in result)) return [{ ...table, nodes: neurons, end }];
  let begin = 0;
  return result.populations.map((population) => {
    const [low, high] = [begin, (begin += population.neurons)];
    const chosen = Array.from(table.node.keys()).filter((k) => table.node[k]! >= low && table.node[k]! < high);
    return {
      population: population.name,
      time: Float64Array.from(chosen, (k) => table.time[k]!),
      node: Uint32Array.from(chosen, (k) => table.node[k]! - low),
      nodes: population.neurons,
      end,
    };
  });
}
