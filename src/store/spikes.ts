/** Spikes in a run directory: one pair of column files per train, `NAME.tick.npy` (u8) and `NAME.neuron.npy` (u4). */
import { isAbsolute, join, relative, resolve } from 'node:path';
import { CardError } from '../base/index.ts';
import type { SpikeColumns } from '../model/recording.ts';
import type { SpikeFiles } from '../model/index.ts';
import { readNpy, writeNpy } from './npy.ts';

/** Writes both columns into the run directory; the answer, relative to it, goes into the run record. */
export async function writeSpikes(directory: string, name: string, spikes: SpikeColumns): Promise<SpikeFiles> {
  const files = { tick: `${name}.tick.npy`, neuron: `${name}.neuron.npy` };
  await writeNpy(join(directory, files.tick), { type: 'u8', shape: [spikes.tick.length], data: spikes.tick });
  await writeNpy(join(directory, files.neuron), { type: 'u4', shape: [spikes.neuron.length], data: spikes.neuron });
  return files;
}

/** Reads a pair of columns named by a run record. Throws CardError when they do not fit together or lie outside the run directory. */
export async function readSpikes(directory: string, files: SpikeFiles): Promise<SpikeColumns> {
  const [tick, neuron] = await Promise.all([readNpy(inside(directory, files.tick)), readNpy(inside(directory, files.neuron))]);
  if (!(tick.data instanceof Float64Array) || !(neuron.data instanceof Uint32Array)) {
    throw new CardError([{ file: files.tick, found: `${tick.type} and ${neuron.type}`, expected: 'ticks as u8 and neurons as u4' }]);
  }
  if (tick.data.length !== neuron.data.length) {
    throw new CardError([
      {
        file: files.neuron,
        found: `${String(neuron.data.length)} neurons`,
        expected: `as many as there are ticks: ${String(tick.data.length)}`,
      },
    ]);
  }
  return { tick: tick.data, neuron: neuron.data };
}

/** A run record may come from anywhere: it must not name files elsewhere on the disk. */
export function inside(directory: string, name: string): string {
  const path = resolve(directory, name);
  const way = relative(resolve(directory), path);
  if (way === '' || way.startsWith('..') || isAbsolute(way)) {
    throw new CardError([{ file: name, found: 'a path that leaves the run directory', expected: 'a file inside it' }]);
  }
  return path;
}
