/**
 * Sources whose spikes stand in a file: one per node of the file that has a synapse, and one more for each other delay of that node, because the events of a source act without a delay.
 *   event of a synapse at   time of the spike + delay
 */
import { CardError } from '../base/index.ts';
import type { WorkloadStimulus } from '../model/schemas/workload.ts';
import { readSpikeText, type SpikeTable } from '../store/index.ts';
import { readEdgesCsv, RowMistakes } from './edges-csv.ts';
import type { PopulationRange } from './network.ts';

type SpikeFile = Extract<WorkloadStimulus, { kind: 'spike-file' }>;

export interface FileSource {
  /** s, never falling. */
  readonly times: Float64Array;
  readonly targets: readonly number[];
  /** V. */
  readonly weights: readonly number[];
}

export interface FileSourceOptions {
  /** Text of a file that the stimulus names; `path` is the field that names it. */
  readonly readText: (name: string, path: string) => string;
  readonly indexOf: ReadonlyMap<string, number>;
  readonly populations: readonly PopulationRange[];
}

/** Sources in the order of (node, delay). Throws CardError for files that do not fit the network. */
export function fileSources(stimulus: SpikeFile, options: FileSourceOptions): FileSource[] {
  const { time, node } = tableOf(stimulus, options);
  const trains = new Map<number, number[]>();
  time.forEach((ms, k) => {
    const train = trains.get(node[k]!);
    if (train === undefined) trains.set(node[k]!, [ms]);
    else train.push(ms);
  });
  const timesOf = (one: number, delay: number): Float64Array =>
    // to 15 digits: 1.1 ms is 0.0011 s
    Float64Array.from(trains.get(one) ?? [], (ms) => Number((ms / 1000 + delay).toPrecision(15)));
  if (stimulus.synapses === undefined) {
    const { first, count, name } = options.populations.find((population) => population.name === stimulus.to)!;
    const beyond = [...trains.keys()].filter((one) => one >= count);
    if (beyond.length > 0)
      throw new CardError([
        { file: stimulus.file, found: `node ${String(beyond[0])}`, expected: `0 to ${String(count - 1)}, the neurons of ${name}` },
      ]);
    return [...trains.keys()]
      .toSorted((a, b) => a - b)
      .map((one) => ({ times: timesOf(one, 0), targets: [first + one], weights: [stimulus.weight] }));
  }
  const synapses = synapsesOf(stimulus, stimulus.synapses, options);
  const sources = new Map<string, { node: number; delay: number; targets: number[]; weights: number[] }>();
  for (const { pre, post, weight, delay } of synapses) {
    const key = `${String(pre)} ${String(delay)}`;
    const source = sources.get(key) ?? { node: pre, delay, targets: [], weights: [] };
    sources.set(key, source);
    source.targets.push(post);
    source.weights.push(weight);
  }
  return [...sources.values()]
    .toSorted((a, b) => a.node - b.node || a.delay - b.delay)
    .map(({ node: one, delay, targets, weights }) => ({ times: timesOf(one, delay), targets, weights }));
}

function tableOf({ file, population }: SpikeFile, { readText }: FileSourceOptions): SpikeTable {
  const tables = readSpikeText(file, readText(file, 'file'));
  const found = population === undefined ? tables : tables.filter((table) => table.population === population);
  if (found.length === 1) return found[0]!;
  const names = tables.map((table) => table.population).join(', ');
  throw new CardError([
    {
      file,
      found: `the populations ${names}`,
      expected: population === undefined ? 'one population, or `population` to choose it' : `population ${population}`,
    },
  ]);
}

function synapsesOf(
  stimulus: SpikeFile,
  { file, columns, delay: unit }: NonNullable<SpikeFile['synapses']>,
  { readText, indexOf, populations }: FileSourceOptions,
): { pre: number; post: number; weight: number; delay: number }[] {
  const rows = readEdgesCsv(readText(file, 'synapses.file'), {
    label: file,
    separator: 'comma',
    columns: { pre: columns.pre, post: columns.post, weight: columns.weight },
    types: {},
    signedWeights: true,
    ...(columns.delay === undefined ? {} : { delayColumn: columns.delay }),
  });
  const mistakes = new RowMistakes(file);
  const count = populations.reduce((sum, population) => sum + population.count, 0);
  const synapses = rows.pre.map((pre, k) => {
    const name = rows.post[k]!;
    const post = indexOf.get(name) ?? (/^\d{1,9}$/.test(name) ? Number(name) : -1);
    if (!(post >= 0 && post < count))
      mistakes.add(rows.line[k]!, columns.post, name, 'the name or number of a neuron of the network', [...indexOf.keys()]);
    if (!/^\d{1,9}$/.test(pre)) mistakes.add(rows.line[k]!, columns.pre, pre, 'the number of a node of the spike file');
    const delay = columns.delay === undefined ? unit : Number((rows.delay[k]! * unit).toPrecision(15));
    return { pre: Number(pre), post, weight: rows.weight[k]! * stimulus.weight, delay };
  });
  mistakes.throwIfAny();
  return synapses;
}
