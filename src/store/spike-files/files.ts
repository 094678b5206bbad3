/**
 * Spike files of any known layout: which one is told by the content, never by the name.
 */
import { open } from 'node:fs/promises';
import { CardError } from '../../base/index.ts';
import { writeAtomically } from '../atomic.ts';
import { codeOf } from '../make-folder.ts';
import { openHdf5 } from '../hdf5.ts';
import { writeNpy, type NpyArray } from '../npy.ts';
import { writeParquet } from '../parquet.ts';
import { nirDataGroups, readNirData, writeNirData } from './nir-data.ts';
import { hasSonataSpikes, readSonataSpikes, writeSonataSpikes } from './sonata.ts';
import type { SpikeTable } from './table.ts';
import { nestDat, readSpikeText, spikeCsv } from './text.ts';

/** Larger texts are no spike lists for this tool; HDF5 has its own bound. */
const LARGEST_TEXT = 2 ** 29;
const HDF5_MAGIC = Buffer.from([0x89, 0x48, 0x44, 0x46]);

export const SPIKE_FORMATS = ['sonata', 'nir', 'nest', 'csv', 'parquet', 'npy'] as const;
export type SpikeFormat = (typeof SPIKE_FORMATS)[number];

/** Reads SONATA (both layouts), NIRData, CSV with or without header, NEST's .dat. Throws CardError for anything else. */
export async function readSpikeFile(path: string): Promise<SpikeTable[]> {
  const { hdf5, text } = await contentOf(path);
  if (!hdf5) return readSpikeText(path, text);
  const file = await openHdf5(path);
  try {
    if (hasSonataSpikes(file)) return readSonataSpikes(file);
    if (nirDataGroups(file).length > 0) return readNirData(file);
    throw new CardError([
      { file: path, found: 'an HDF5 file without spikes', expected: 'SONATA spikes (group spikes) or NIRData (attribute __type__)' },
    ]);
  } finally {
    file.close();
  }
}

/** Writes tables in a layout of the field. */
export async function writeSpikeFile(path: string, format: SpikeFormat, tables: readonly SpikeTable[]): Promise<void> {
  switch (format) {
    case 'sonata':
      return writeSonataSpikes(path, tables);
    case 'nir':
      return writeNirData(path, tables);
    case 'nest':
      return writeAtomically(path, nestDat(tables));
    case 'npy':
      return writeNpy(path, spikeArray(tables));
    case 'csv':
      return writeAtomically(path, spikeCsv(tables));
    case 'parquet':
      return writeParquet(
        path,
        tables.flatMap(({ population, time, node }) => Array.from(time, (time_ms, k) => ({ time_ms, population, node: node[k]! }))),
      );
  }
}

/** Rows of time (ms) and node, by time; the nodes of each population start after the last of the one before. */
function spikeArray(tables: readonly SpikeTable[]): NpyArray {
  const rows: [number, number][] = [];
  let first = 0;
  for (const { time, node, nodes } of tables) {
    for (let k = 0; k < time.length; k++) rows.push([time[k]!, first + node[k]!]);
    first += nodes ?? node.reduce((most, one) => Math.max(most, one + 1), 0);
  }
  rows.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return { type: 'f8', shape: [rows.length, 2], data: Float64Array.from(rows.flat()) };
}

/** Whether a file is HDF5, and its text if it is not. */
async function contentOf(path: string): Promise<{ hdf5: boolean; text: string }> {
  try {
    const file = await open(path, 'r');
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw new CardError([{ file: path, found: 'no regular file', expected: 'a spike file' }]);
      const head = Buffer.alloc(4);
      await file.read(head, 0, 4, 0);
      if (head.equals(HDF5_MAGIC)) return { hdf5: true, text: '' };
      if (stat.size > LARGEST_TEXT)
        throw new CardError([{ file: path, found: `${String(stat.size)} bytes`, expected: `at most ${String(LARGEST_TEXT)}` }]);
      const bytes = await file.readFile();
      if (bytes.includes(0))
        throw new CardError([{ file: path, found: 'another kind of file', expected: 'HDF5 or text with one spike a line' }]);
      return { hdf5: false, text: bytes.toString('utf8') };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new CardError([{ file: path, found: 'no such file', expected: 'a spike file' }]);
    throw error;
  }
}
