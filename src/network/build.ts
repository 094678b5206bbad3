/**
 * Workload card -> network: a pure function of the card, the files it names and the graph seed.
 *   weight (V) = sign x min(units, weight_maximum) x weight_unit
 * Parallel synapses (several rows with the same two neurons) stay separate, as they are in the tissue; they are counted.
 */
import { CardError, InternalError, type Mistake } from '../base/index.ts';
import type { WorkloadCard } from '../model/schemas/workload.ts';
import { adexNeurons } from './adex-neurons.ts';
import { addressedRange, stimulatedNeurons, type Addressed } from './stimulated.ts';
import type { Connections } from './connection-list.ts';
import { connect, unknownNeuron } from './connections.ts';
import { readEdgesCsv, type EdgeRows } from './edges-csv.ts';
import { fileSources } from './file-sources.ts';
import { membraneColumns } from './membrane-columns.ts';
import { neuronParameters } from './neuron-parameters.ts';
import { plasticSynapses } from './plastic-projections.ts';
import type { InputSynapses, Network, Note, PopulationRange } from './network.ts';
import { signsOfNeurons, signsOfSynapses } from './synapse-signs.ts';

export interface BuildOptions {
  /** Text of a file that the card names; `path` says where it was named. A loaded card has this function. */
  readonly readText?: (name: string, path: string) => string;
  /** Seed of graph, signs and weights. Default: the card's own. */
  readonly seed?: number;
  /** s; for cards that say `reference design`. Without it such a network has no delay yet, see withDelay. */
  readonly referenceDelay?: number;
  /** The card as the user typed it, for messages. Default: its name. */
  readonly label?: string;
  /** Lines of the card, for messages. */
  readonly lineOf?: (path: string) => number | undefined;
}

/** Builds the network. A loaded card can be passed as the options. Throws CardError for mistakes in names and files, InfeasibleError for impossible generators. */
export function buildNetwork(card: WorkloadCard, options: BuildOptions = {}): Network {
  const seed = options.seed ?? card.seeds.graph;
  const place = { label: options.label ?? card.name, lineOf: options.lineOf ?? (() => undefined) };
  const counted = new Map<string, number>();
  const count = (text: string, times = 1): void => void (times > 0 && counted.set(text, (counted.get(text) ?? 0) + times));

  const rows = readFiles(card, options);
  const { names, populations } = nameNeurons(card, rows, place);
  const indexOf = indexNames(card, names, populations, place);
  const made = connect(card, { populations, indexOf, rows, seed, count, ...place });
  const sign = signsOfNeurons(card, populations, names.length, made, seed, count);
  const { order, rowStart } = sortBySource(made, names.length, count);
  const cap = card.weight_maximum ?? Infinity;
  count(`weights cut to ${String(cap)} units`, made.units.filter((units) => Math.abs(units) > cap).length);
  const weight = new Float64Array(order.length);
  const signOfSynapse = signsOfSynapses(card, made, sign);
  const { delay, weight_unit: unit } = card;
  const { units } = made;
  for (let at = 0; at < order.length; at++) {
    const k = order[at]!;
    weight[at] = signOfSynapse(k) * Math.min(Math.abs(units[k]!), cap) * unit;
  }
  const parameters = neuronParameters(card, populations, seed, options.readText);
  const adex = adexNeurons(card, populations, parameters);
  const plasticity = plasticSynapses(card, { entry: made.entry, order, signOf: signOfSynapse, weight, count });
  return Object.freeze({
    name: card.name,
    count: names.length,
    names: Object.freeze(names),
    populations: Object.freeze(populations),
    parameters: Object.freeze(parameters),
    ...membraneColumns(card, populations, parameters),
    ...(adex === undefined ? {} : { adex: Object.freeze(adex) }),
    rowStart,
    target: order.map((k) => made.target[k]!),
    weight,
    delay:
      delay === 'reference design'
        ? (options.referenceDelay ?? null)
        : typeof delay === 'number'
          ? delay
          : Float64Array.from(order, (k) => made.delay[k]! * delay.unit),
    sign,
    ...(plasticity === undefined ? {} : { plasticity: Object.freeze(plasticity) }),
    inputs: inputsOf(card, populations, indexOf, options, place),
    notes: Object.freeze([...counted].map(([text, times]): Note => ({ text, count: times }))),
  });
}

interface Place {
  readonly label: string;
  readonly lineOf: (path: string) => number | undefined;
}

/** The rows of all edge files; the mistakes of all files come at once. */
function readFiles(card: WorkloadCard, options: BuildOptions): Map<number, EdgeRows> {
  const rows = new Map<number, EdgeRows>();
  const mistakes: Mistake[] = [];
  for (const [i, entry] of card.edges.entries()) {
    if (entry.kind !== 'file') continue;
    if (options.readText === undefined) throw new InternalError(`no way to read "${entry.file}" was given`);
    const { sign, delay } = card;
    try {
      const text = options.readText(entry.file, `edges.${String(i)}.file`);
      rows.set(
        i,
        readEdgesCsv(text, {
          label: entry.file,
          separator: entry.separator,
          columns: entry.columns,
          types: entry.types,
          absentType: entry.absent_type,
          signedWeights: sign === 'of the weight',
          ...(typeof sign === 'object' && 'column' in sign ? { sign } : {}),
          ...(typeof delay === 'object' ? { delayColumn: delay.column } : {}),
        }),
      );
    } catch (error) {
      if (!(error instanceof CardError)) throw error;
      mistakes.push(...error.mistakes);
    }
  }
  if (mistakes.length > 0) throw new CardError(mistakes);
  return rows;
}

/** Neurons in the order of the populations. Those named by files are sorted by name, so that the order of rows does not matter. */
function nameNeurons(
  card: WorkloadCard,
  rows: ReadonlyMap<number, EdgeRows>,
  place: Place,
): { names: string[]; populations: PopulationRange[] } {
  const names: string[] = [];
  const populations: PopulationRange[] = [];
  for (const [name, { size }] of Object.entries(card.populations)) {
    const first = names.length;
    if (typeof size === 'number') for (let i = 0; i < size; i++) names.push(`${name}.${String(i)}`);
    else {
      const found = new Set<string>();
      for (const [i, entry] of card.edges.entries()) {
        if (entry.kind !== 'file') continue;
        if (entry.from === name) for (const pre of rows.get(i)!.pre) found.add(pre);
        if (entry.to === name) for (const post of rows.get(i)!.post) found.add(post);
      }
      if (found.size === 0)
        throw new CardError([mistakeAt(place, `populations.${name}.size`, 'an edge file that names neurons of this population')]);
      for (const neuron of [...found].toSorted((a, b) => (a < b ? -1 : 1))) names.push(neuron);
    }
    populations.push({ name, first, count: names.length - first });
  }
  return { names, populations };
}

/** Index of every neuron by name. The one neuron of a population of size 1 also goes by the name of the population. */
function indexNames(
  card: WorkloadCard,
  names: readonly string[],
  populations: readonly PopulationRange[],
  place: Place,
): Map<string, number> {
  const indexOf = new Map(names.map((name, i) => [name, i]));
  if (indexOf.size < names.length) {
    const twice = names.find((name, i) => indexOf.get(name) !== i);
    throw new CardError([mistakeAt(place, 'populations', `neuron names that differ; "${String(twice)}" is in two populations`)]);
  }
  for (const { name, first } of populations) if (card.populations[name]!.size === 1 && !indexOf.has(name)) indexOf.set(name, first);
  return indexOf;
}

function mistakeAt(place: Place, path: string, expected: string): Mistake {
  const line = place.lineOf(path);
  return { file: place.label, path, expected, ...(line === undefined ? {} : { line }) };
}

/** Synapses by source, then target, then as listed. */
function sortBySource(
  made: Connections,
  neurons: number,
  count: (text: string, times?: number) => void,
): { order: Uint32Array; rowStart: Uint32Array } {
  const { source, target } = made;
  const listed = new Uint32Array(source.length);
  for (let k = 0; k < listed.length; k++) listed[k] = k;
  const { order, starts: rowStart } = countingSort(countingSort(listed, target, neurons).order, source, neurons);
  let parallel = 0;
  for (let i = 1; i < order.length; i++) {
    const [a, b] = [order[i - 1]!, order[i]!];
    if (source[a] === source[b] && target[a] === target[b]) parallel++;
  }
  count('synapses parallel to another one, kept separate', parallel);
  return { order, rowStart };
}

/** Entries by key, in the order in which they stood where keys are equal. */
function countingSort(entries: Uint32Array, keys: Uint32Array, most: number): { order: Uint32Array; starts: Uint32Array } {
  const starts = new Uint32Array(most + 1);
  for (let k = 0; k < keys.length; k++) starts[keys[k]! + 1]!++;
  for (let i = 0; i < most; i++) starts[i + 1]! += starts[i]!;
  const next = starts.slice();
  const order = new Uint32Array(entries.length);
  for (let i = 0; i < entries.length; i++) order[next[keys[entries[i]!]!]!++] = entries[i]!;
  return { order, starts };
}

function noSuchNeurons({ to, neurons }: Addressed, path: string, populations: readonly PopulationRange[], place: Place): Mistake {
  const { count } = addressedRange(to, populations);
  const expected = `neurons from 0 to ${String(count - 1)} of ${to}, such as "0:8" (0 to 7) or "0:4,7"`;
  return { ...mistakeAt(place, path, expected), found: `"${neurons ?? ''}"` };
}

/** Sources of all stimuli, in the order of the card. */
function inputsOf(
  card: WorkloadCard,
  populations: readonly PopulationRange[],
  indexOf: ReadonlyMap<string, number>,
  options: BuildOptions,
  place: Place,
): InputSynapses {
  const trains = new Map<number, readonly Float64Array[]>();
  const [rowStart, stimulusStart, target, weight]: number[][] = [[0], [0], [], []];
  const wrong: Mistake[] = [];
  card.stimuli.forEach((stimulus, i) => {
    if (stimulus.kind === 'spikes') {
      stimulus.trains.forEach(({ to }, k) => {
        const neuron = indexOf.get(to);
        if (neuron === undefined) wrong.push(unknownNeuron(to, `stimuli.${String(i)}.trains.${String(k)}.to`, { indexOf, ...place }));
        rowStart!.push(target!.push(neuron ?? 0));
        weight!.push(stimulus.weight);
      });
    } else if (stimulus.kind === 'spike-file') {
      const { readText } = options;
      if (readText === undefined) throw new InternalError(`no way to read "${stimulus.file}" was given`);
      try {
        const sources = fileSources(stimulus, {
          readText: (name, path) => readText(name, `stimuli.${String(i)}.${path}`),
          indexOf,
          populations,
        });
        trains.set(
          i,
          sources.map(({ times }) => times),
        );
        for (const { targets, weights } of sources) {
          target!.push(...targets);
          weight!.push(...weights);
          rowStart!.push(target!.length);
        }
      } catch (error) {
        if (!(error instanceof CardError)) throw error;
        wrong.push(...error.mistakes);
      }
    } else {
      const neurons = stimulatedNeurons(stimulus, populations);
      if (neurons.length === 0) wrong.push(noSuchNeurons(stimulus, `stimuli.${String(i)}.neurons`, populations, place));
      if (stimulus.kind !== 'current' && stimulus.kind !== 'ornstein-uhlenbeck') {
        neurons.forEach((neuron, k) => {
          target!.push(neuron);
          weight!.push(stimulus.weight);
          if (stimulus.sources === 'per neuron' || k === neurons.length - 1) rowStart!.push(target!.length);
        });
      }
    }
    stimulusStart!.push(rowStart!.length - 1);
  });
  if (wrong.length > 0) throw new CardError(wrong);
  return Object.freeze({
    count: rowStart!.length - 1,
    rowStart: Uint32Array.from(rowStart!),
    target: Uint32Array.from(target!),
    weight: Float64Array.from(weight!),
    stimulusStart: Uint32Array.from(stimulusStart!),
    trains,
  });
}
