/**
 * SONATA networks: nodes, edges, inputs as plain arrays.
 *   nodes/<population>/{node_id, node_type_id, node_group_id, node_group_index, <group>/x y z}
 *   edges/<population>/{source_node_id @node_population, target_node_id @node_population, edge_type_id, edge_group_id, edge_group_index, <group>/syn_weight, nsyns, delay}
 * An attribute of an edge's group stands above that of its type. The weight of an edge is syn_weight x nsyns x sign, the sign being that of its synapse's parameters.
 * Source: SONATA developer guide; Dai et al. 2020, PLoS Computational Biology 16:e1007696.
 */
import { CardError } from '../../base/index.ts';
import { openHdf5, readSpikeFile, type Hdf5File, type SpikeTable } from '../../store/index.ts';
import type { Note } from '../network.ts';
import { mapOf, readComponent, readSonataConfig, readTypes, type SonataConfig } from './config.ts';

/** Neurons of one kind. */
export interface SonataType {
  readonly id: number;
  /** The columns of the table of types. */
  readonly columns: Readonly<Record<string, string>>;
  /** Numbers of the parameter file, null when it is not there. */
  readonly parameters: Readonly<Record<string, number>> | null;
}

export interface SonataPopulation {
  readonly name: string;
  readonly count: number;
  readonly types: readonly SonataType[];
  /** Index into `types`, one per node. */
  readonly typeOf: Uint16Array;
  /** Emits only what an input file says. */
  readonly virtual: boolean;
  /** um, one per node; null where the file has none. */
  readonly positions: { readonly x: Float64Array; readonly y: Float64Array; readonly z: Float64Array } | null;
}

export interface SonataEdges {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  /** In the unit of the neuron model, number of synapses and sign included. */
  readonly weight: Float64Array;
  /** ms. */
  readonly delay: Float64Array;
}

export interface SonataNetwork {
  readonly populations: readonly SonataPopulation[];
  readonly edges: readonly SonataEdges[];
  /** Spikes of the virtual populations. */
  readonly inputs: readonly SpikeTable[];
  /** ms. */
  readonly duration: number | null;
  readonly dt: number | null;
  readonly notes: readonly Note[];
}

const MOST_NODES = 2 ** 24;
const MOST_EDGES = 2 ** 28;
/** ms; what NEST gives a synapse without a delay. */
const DEFAULT_DELAY = 1;

/** Reads the network of a configuration. Throws CardError that names file and path. */
export async function readSonata(path: string): Promise<SonataNetwork> {
  const config = readSonataConfig(path);
  const counted = new Map<string, number>();
  const note = (text: string, count = 1): void => void counted.set(text, (counted.get(text) ?? 0) + count);
  const populations: SonataPopulation[] = [];
  for (const { file, types } of config.nodes) {
    await reading(file, (hdf5) => {
      for (const name of hdf5.names('nodes')) populations.push(readPopulation(hdf5, name, types, config, note));
    });
  }
  const byName = new Map(populations.map((population) => [population.name, population]));
  const edges: SonataEdges[] = [];
  for (const { file, types } of config.edges) {
    await reading(file, (hdf5) => {
      for (const name of hdf5.names('edges')) edges.push(readEdges(hdf5, name, types, config, byName, note));
    });
  }
  const inputs: SpikeTable[] = [];
  for (const input of config.inputs) {
    for (const table of await readSpikeFile(input.file)) inputs.push(placed(table, input, byName));
  }
  const notes = [...counted].map(([text, count]): Note => ({ text, count }));
  return { populations, edges, inputs, duration: config.duration, dt: config.dt, notes };
}

async function reading(path: string, read: (file: Hdf5File) => void): Promise<void> {
  const file = await openHdf5(path);
  try {
    read(file);
  } finally {
    file.close();
  }
}

function readPopulation(file: Hdf5File, name: string, typesFile: string | null, config: SonataConfig, note: Counter): SonataPopulation {
  const at = `nodes/${name}`;
  const listed = file.numbers(`${at}/node_type_id`).data;
  if (listed.length === 0 || listed.length > MOST_NODES)
    throw wrong(file, at, `${String(listed.length)} nodes`, `1 to ${String(MOST_NODES)}`);
  const order = nodeOrder(file, at, listed.length);
  const ids = order.map((row) => listed[row]!);
  const table = typesFile === null ? new Map<number, Readonly<Record<string, string>>>() : readTypes(typesFile);
  const found = [...new Set(ids)].toSorted((a, b) => a - b);
  const types = found.map((id): SonataType => {
    const columns = table.get(id);
    if (columns === undefined)
      throw wrong(file, `${at}/node_type_id`, `type ${String(id)}`, `a type of ${typesFile ?? 'a table of types'}`);
    const component = columns['dynamics_params'];
    const parameters = component === undefined ? null : readComponent(config, 'point_neuron_models_dir', component);
    if (component !== undefined && parameters === null) note(`parameter file ${component} is not there`);
    return { id, columns, parameters: parameters === null ? null : numbersOf(parameters) };
  });
  if (types.length > 65535) throw wrong(file, `${at}/node_type_id`, `${String(types.length)} types`, 'at most 65535');
  const indexOf = new Map(found.map((id, k) => [id, k]));
  return {
    name,
    count: ids.length,
    types,
    typeOf: Uint16Array.from(ids, (id) => indexOf.get(id)!),
    virtual: types.every(({ columns }) => columns['model_type'] === 'virtual'),
    positions: positionsOf(file, at, order),
  };
}

/** Row of every node: node_id may list them in any order, but is 0, 1, 2 ... without a gap. */
function nodeOrder(file: Hdf5File, at: string, count: number): number[] {
  const rows = Array.from({ length: count }, (_, k) => k);
  if (file.kind(`${at}/node_id`) !== 'dataset') return rows;
  const { data } = file.numbers(`${at}/node_id`);
  const order = rows.map(() => -1);
  data.forEach((id, row) => {
    if (id >= 0 && id < count) order[id] = row;
  });
  if (data.length !== count || order.includes(-1))
    throw wrong(file, `${at}/node_id`, 'nodes missing or named twice', `the nodes 0 to ${String(count - 1)}, each once, in any order`);
  return order;
}

/** Positions by node when all are in one group that has them. */
function positionsOf(file: Hdf5File, at: string, order: readonly number[]): SonataPopulation['positions'] {
  const count = order.length;
  const axes = (['x', 'y', 'z'] as const).map((axis) =>
    file.kind(`${at}/0/${axis}`) === 'dataset' ? file.numbers(`${at}/0/${axis}`).data : null,
  );
  const [x = null, y = null, z = null] = axes;
  if (x === null || y === null || x.length !== count || y.length !== count) return null;
  // the place within the group; the order of the nodes where the file leaves it out
  const indices = file.kind(`${at}/node_group_index`) === 'dataset' ? file.numbers(`${at}/node_group_index`).data : null;
  const byNode = (axis: Float64Array): Float64Array => Float64Array.from(order, (row) => axis[indices?.[row] ?? row] ?? NaN);
  const axesByNode = { x: byNode(x), y: byNode(y), z: z?.length === count ? byNode(z) : new Float64Array(count) };
  return Object.values(axesByNode).some((axis) => axis.some(Number.isNaN)) ? null : axesByNode;
}

function readEdges(
  file: Hdf5File,
  name: string,
  typesFile: string | null,
  config: SonataConfig,
  populations: ReadonlyMap<string, SonataPopulation>,
  note: Counter,
): SonataEdges {
  const at = `edges/${name}`;
  const types = file.numbers(`${at}/edge_type_id`).data;
  const count = types.length;
  if (count > MOST_EDGES) throw wrong(file, at, `${String(count)} edges`, `at most ${String(MOST_EDGES)}`);
  const end = (side: 'source' | 'target'): { population: SonataPopulation; nodes: Uint32Array } => {
    const path = `${at}/${side}_node_id`;
    const attribute = file.attribute(path, 'node_population');
    const named = attribute !== undefined && 'texts' in attribute ? (attribute.texts[0] ?? '') : '';
    const population = populations.get(named);
    if (population === undefined)
      throw wrong(file, `${path}@node_population`, `"${named}"`, `one of ${[...populations.keys()].join(', ')}`);
    const { data } = file.numbers(path);
    const bad = data.find((id) => !(id >= 0 && id < population.count));
    if (data.length !== count) throw wrong(file, path, `${String(data.length)} nodes`, `${String(count)}, one per edge`);
    if (bad !== undefined) throw wrong(file, path, `node ${String(bad)}`, `0 to ${String(population.count - 1)}`);
    return { population, nodes: Uint32Array.from(data) };
  };
  const [source, target] = [end('source'), end('target')];
  const table = typesFile === null ? new Map<number, Readonly<Record<string, string>>>() : readTypes(typesFile);
  const own = groupColumns(file, at, count);
  const ofType = new Map([...new Set(types)].map((id) => [id, edgeType(id, table.get(id) ?? {}, config, note)]));
  const weight = Float64Array.from(types, (id, k) => {
    const type = ofType.get(id)!;
    return (own('syn_weight', k) ?? type.weight) * (own('nsyns', k) ?? 1) * type.sign;
  });
  const delay = Float64Array.from(types, (id, k) => own('delay', k) ?? ofType.get(id)!.delay ?? DEFAULT_DELAY);
  const without = types.filter((id, k) => own('delay', k) === undefined && ofType.get(id)!.delay === undefined).length;
  if (without > 0) note(`edges without a delay get ${String(DEFAULT_DELAY)} ms`, without);
  const bad = weight.findIndex((value, k) => !Number.isFinite(value) || !(delay[k]! >= 0 && Number.isFinite(delay[k]!)));
  if (bad >= 0)
    throw wrong(
      file,
      at,
      `weight ${String(weight[bad])}, delay ${String(delay[bad])} at edge ${String(bad)}`,
      'a finite weight and a delay of at least 0 ms',
    );
  return { name, from: source.population.name, to: target.population.name, source: source.nodes, target: target.nodes, weight, delay };
}

type Counter = (text: string, count?: number) => void;

function edgeType(
  id: number,
  columns: Readonly<Record<string, string>>,
  config: SonataConfig,
  note: Counter,
): { weight: number; sign: number; delay: number | undefined } {
  const component = columns['dynamics_params'];
  const parameters = component === undefined ? null : readComponent(config, 'synaptic_models_dir', component);
  const stated = parameters === null ? undefined : numbersOf(parameters)['sign'];
  // the files of the examples are called instanteneousExc.json and instanteneousInh.json; NEST's have signed weights
  const guessed = parameters === null && component !== undefined && /inh/i.test(component) ? -1 : 1;
  if (parameters === null && component !== undefined)
    note(`parameter file ${component} is not there: sign by its name, ${guessed < 0 ? 'inhibitory' : 'excitatory'}`);
  const weight = columns['syn_weight'] === undefined ? 1 : Number(columns['syn_weight']);
  if (!Number.isFinite(weight))
    throw new CardError([
      { file: config.file, path: `edge type ${String(id)} syn_weight`, found: String(columns['syn_weight']), expected: 'a number' },
    ]);
  return { weight, sign: stated ?? guessed, delay: columns['delay'] === undefined ? undefined : Number(columns['delay']) };
}

/** Reader of the attributes of edge k in its own group; undefined where the group has none of that name. */
function groupColumns(file: Hdf5File, at: string, count: number): (name: string, k: number) => number | undefined {
  const groupOf = file.kind(`${at}/edge_group_id`) === 'dataset' ? file.numbers(`${at}/edge_group_id`).data : new Float64Array(count);
  const indexOf =
    file.kind(`${at}/edge_group_index`) === 'dataset'
      ? file.numbers(`${at}/edge_group_index`).data
      : Float64Array.from({ length: count }, (_, k) => k);
  const columns = new Map<string, Float64Array>();
  for (const group of new Set(groupOf)) {
    for (const name of ['syn_weight', 'nsyns', 'delay']) {
      const path = `${at}/${String(group)}/${name}`;
      if (file.kind(path) === 'dataset') columns.set(`${String(group)}/${name}`, file.numbers(path).data);
    }
  }
  return (name, k) => columns.get(`${String(groupOf[k])}/${name}`)?.[indexOf[k]!];
}

/** An input table with its population, checked. */
function placed(table: SpikeTable, input: SonataConfig['inputs'][number], populations: ReadonlyMap<string, SonataPopulation>): SpikeTable {
  const name = table.population === '' ? (input.population ?? '') : table.population;
  const population = populations.get(name);
  if (population === undefined)
    throw new CardError([
      { file: input.file, path: name, found: `population "${name}"`, expected: `one of ${[...populations.keys()].join(', ')}` },
    ]);
  const last = table.node.reduce((most, node) => Math.max(most, node), 0);
  if (last >= population.count)
    throw new CardError([
      { file: input.file, path: name, found: `node ${String(last)}`, expected: `0 to ${String(population.count - 1)}` },
    ]);
  return { ...table, population: name, nodes: population.count };
}

function numbersOf(parameters: ReturnType<typeof mapOf>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(parameters).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])));
}

function wrong(file: Hdf5File, path: string, found: string, expected: string): CardError {
  return new CardError([{ file: file.path, path, found, expected }]);
}
