/**
 * NIRData: spikes in and out of a NIR graph. HDF5 groups with a `__type__` attribute, one per node of the graph; times in s.
 *   TimeGriddedData    data (samples, steps, neurons), @dt         a spike where data is not 0, at step x dt
 *   EventData          idx, time (samples, events), @n_neurons, @t_max        unused places hold a time that is not finite, or t_max
 *   ValuedEventData    the same with a value per event
 * Written are EventData. Samples (a batch) beyond the first become populations NAME#1, NAME#2 ...
 * Source: nir/data_ir of neuromorphs/NIR.
 */
import { CardError } from '../../base/index.ts';
import type { Hdf5File } from '../hdf5.ts';
import { writeHdf5, type Hdf5Tree } from '../hdf5-write.ts';
import { tableOf, type SpikeTable } from './table.ts';

const TYPES = new Set(['TimeGriddedData', 'EventData', 'ValuedEventData']);

/** Paths of the groups of an open HDF5 file that hold NIRData, sorted. */
export function nirDataGroups(file: Hdf5File, path = '', depth = 0): string[] {
  if (typeOf(file, path) !== undefined) return [path];
  if (depth > 3) return [];
  const inside = path === '' ? '' : `${path}/`;
  return file
    .names(path)
    .flatMap((name) => (file.kind(`${inside}${name}`) === 'group' ? nirDataGroups(file, `${inside}${name}`, depth + 1) : []));
}

function typeOf(file: Hdf5File, path: string): string | undefined {
  const type = file.attribute(path, '__type__');
  const word = type !== undefined && 'texts' in type ? type.texts[0] : undefined;
  return word !== undefined && TYPES.has(word) ? word : undefined;
}

/** All tables of an open file. */
export function readNirData(file: Hdf5File): SpikeTable[] {
  return nirDataGroups(file).flatMap((path) => (typeOf(file, path) === 'TimeGriddedData' ? gridded(file, path) : events(file, path)));
}

function gridded(file: Hdf5File, path: string): SpikeTable[] {
  const { shape, data } = file.numbers(join(path, 'data'));
  if (shape.length !== 3) throw wrong(file, join(path, 'data'), `${String(shape.length)} dimensions`, 'samples, steps, neurons');
  const [samples = 0, steps = 0, neurons = 0] = shape;
  const dt = number(file, path, 'dt');
  return Array.from({ length: samples }, (_, sample) => {
    const [time, node]: [number[], number[]] = [[], []];
    for (let k = 0; k < steps * neurons; k++) {
      // dt in ms first: 3 x (0.1 ms) has fewer odd digits than 3 x 0.0001 s x 1000
      if (data[sample * steps * neurons + k] === 0) continue;
      time.push(Math.floor(k / neurons) * (dt * 1000));
      node.push(k % neurons);
    }
    return tableOf(file.path, populationOf(path, sample), time, node, { nodes: neurons, end: steps * dt * 1000 });
  });
}

function events(file: Hdf5File, path: string): SpikeTable[] {
  const [idx, time] = [file.numbers(join(path, 'idx')), file.numbers(join(path, 'time'))];
  if (idx.data.length !== time.data.length)
    throw wrong(file, path, `${String(idx.data.length)} idx and ${String(time.data.length)} time`, 'as many of both');
  const neurons = number(file, path, 'n_neurons');
  const end = number(file, path, 't_max');
  const samples = time.shape.length === 2 ? time.shape[0]! : 1;
  const per = time.data.length / Math.max(samples, 1);
  return Array.from({ length: samples }, (_, sample) => {
    const [times, nodes]: [number[], number[]] = [[], []];
    for (let k = sample * per; k < (sample + 1) * per; k++) {
      // padding of shorter samples
      if (!Number.isFinite(time.data[k]!) || time.data[k]! >= end || idx.data[k]! < 0) continue;
      times.push(time.data[k]! * 1000);
      nodes.push(idx.data[k]!);
    }
    return tableOf(file.path, populationOf(path, sample), times, nodes, { nodes: neurons, end: end * 1000 });
  });
}

/** Writes one EventData group per table, in `nodes/NAME`. */
export async function writeNirData(path: string, tables: readonly SpikeTable[]): Promise<void> {
  const groups = tables.map(({ population, time, node, nodes, end }): [string, Hdf5Tree] => [
    population === '' ? 'neurons' : population,
    {
      attributes: {
        __type__: 'EventData',
        n_neurons: BigInt64Array.of(BigInt(nodes ?? node.reduce((most, one) => Math.max(most, one + 1), 0))),
        // behind the last spike: an event at t_max is padding
        t_max: (end ?? (time.at(-1) ?? 0) + 1) / 1000,
      },
      sets: {
        idx: { data: BigInt64Array.from(node, BigInt), shape: [1, node.length] },
        time: { data: time.map((value) => value / 1000), shape: [1, time.length] },
      },
    },
  ]);
  await writeHdf5(path, { attributes: { __type__: 'NIRGraphData' }, groups: { nodes: { groups: Object.fromEntries(groups) } } });
}

function populationOf(path: string, sample: number): string {
  const name = path.split('/').at(-1) ?? '';
  return sample === 0 ? name : `${name}#${String(sample)}`;
}

function number(file: Hdf5File, path: string, name: string): number {
  const value = file.attribute(path, name);
  const [first] = value !== undefined && 'numbers' in value ? value.numbers : [];
  if (first === undefined || !(first > 0))
    throw wrong(file, `${path}@${name}`, first === undefined ? 'nothing' : String(first), 'a number above 0');
  return first;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}

function wrong(file: Hdf5File, path: string, found: string, expected: string): CardError {
  return new CardError([{ file: file.path, path, found, expected }]);
}
