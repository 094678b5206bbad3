/**
 * SONATA spike files, both layouts:
 *   new   spikes/<population>/{node_ids u64, timestamps f64 @units}  @sorting       root @magic 2682, @version [0, 1]
 *   old   spikes/{gids, timestamps}                                  without a population
 * Source: SONATA developer guide, "Spike file" (AllenInstitute/sonata, docs/SONATA_DEVELOPER_GUIDE.md).
 */
import { CardError } from '../../base/index.ts';
import type { Hdf5File } from '../hdf5.ts';
import { writeHdf5 } from '../hdf5-write.ts';
import { tableOf, type SpikeTable } from './table.ts';

/** Whether an open HDF5 file has SONATA spikes. */
export function hasSonataSpikes(file: Hdf5File): boolean {
  return file.kind('spikes') === 'group';
}

/** All populations of an open file. Throws CardError for columns that do not fit and for units other than ms and s. */
export function readSonataSpikes(file: Hdf5File): SpikeTable[] {
  if (file.kind('spikes/gids') === 'dataset') return [readPopulation(file, 'spikes', 'gids', '')];
  return file.names('spikes').map((name) => readPopulation(file, `spikes/${name}`, 'node_ids', name));
}

function readPopulation(file: Hdf5File, path: string, nodes: string, population: string): SpikeTable {
  const unit = file.attribute(`${path}/timestamps`, 'units');
  const word = unit !== undefined && 'texts' in unit ? (unit.texts[0] ?? '') : 'ms';
  const scale = ({ ms: 1, millisecond: 1, milliseconds: 1, s: 1000, second: 1000, seconds: 1000 } as Record<string, number>)[word];
  if (scale === undefined)
    throw new CardError([{ file: file.path, path: `${path}/timestamps@units`, found: `"${word}"`, expected: 'ms or s' }]);
  const time = file.numbers(`${path}/timestamps`).data;
  return tableOf(file.path, population, scale === 1 ? time : time.map((value) => value * scale), file.numbers(`${path}/${nodes}`).data);
}

/** Writes the new layout, sorted by time. A population without a name is called "neurons". */
export async function writeSonataSpikes(path: string, tables: readonly SpikeTable[]): Promise<void> {
  const groups = tables.map(({ population, time, node }) => [
    population === '' ? 'neurons' : population,
    {
      attributes: { sorting: 'by_time' },
      sets: {
        node_ids: { data: BigUint64Array.from(node, BigInt) },
        timestamps: { data: time, attributes: { units: 'ms' } },
      },
    },
  ]);
  await writeHdf5(path, {
    attributes: { magic: Uint32Array.of(2682), version: Uint32Array.of(0, 1) },
    groups: { spikes: { groups: Object.fromEntries(groups) } },
  });
}
