/**
 * SONATA networks (config.json or circuit_config.json) become workloads: a population per node type, the edges of each edge population as CSV, the spikes of virtual populations as CSV
 * with the synapses that they drive. `NAME.nodes.csv` says which neuron of the workload is which node, and where it lies.
 */
import { stringify } from 'yaml';
import { CardError, type Mistake } from '../../base/index.ts';
import { readSonata, type SonataEdges, type SonataNetwork, type SonataPopulation } from '../../network/index.ts';
import { csvOf, inMs, inMv, plainName, type ImportedFile, type ImportedWorkload, type ImportOptions } from './imported.ts';
import { sonataNeurons, type ImportedNeurons } from './sonata-neurons.ts';

/** Reads the network of a configuration. Throws CardError that names file and path. */
export async function importSonata(file: string, { card, duration }: ImportOptions): Promise<ImportedWorkload> {
  const network = await readSonata(file);
  const stem = plainName(card).replace(/\.ya?ml$/i, '');
  const groups = groupsOf(network, file);
  const notes = new Set([
    ...network.notes.map(({ text, count }) => `${text} (${String(count)})`),
    ...groups.flatMap(({ neurons }) => neurons.notes),
  ]);
  const nameOf = namesOf(groups);
  const files: ImportedFile[] = [];
  const put = (name: string, content: string): string => {
    files.push({ name, content });
    return name;
  };
  const virtual = new Set(network.populations.filter((one) => one.virtual).map(({ name }) => name));
  const recurrent = network.edges.filter(({ from }) => !virtual.has(from));
  const delays = new Set(recurrent.flatMap(({ delay }) => [...new Set(delay)]));
  const constant = delays.size <= 1;
  const edges = recurrent.map((one) => {
    const table = tableOf(one, groups, notes);
    const columns = {
      pre: table.node.map((node) => nameOf(one.from, node)),
      post: table.post.map((node) => nameOf(one.to, node)),
      weight: table.weight,
    };
    const name = put(`${stem}.${plainName(one.name)}.csv`, csvOf(constant ? columns : { ...columns, delay: table.delay }));
    return { kind: 'file', file: name, columns: { pre: 'pre', post: 'post', weight: 'weight' }, absent_type: 'chemical' };
  });
  const stimuli = network.edges
    .filter(({ from }) => virtual.has(from))
    .flatMap((one) => {
      const input = network.inputs.find(({ population }) => population === one.from);
      if (input === undefined) {
        notes.add(`${one.from}: a virtual population without spikes`);
        return [];
      }
      const table = tableOf(one, groups, notes);
      const spikes = `${stem}.${plainName(one.from)}.spikes.csv`;
      if (files.every(({ name }) => name !== spikes)) put(spikes, csvOf({ time_ms: input.time, node: input.node }));
      const synapses = put(
        `${stem}.${plainName(one.name)}.csv`,
        csvOf({ node: table.node, post: table.post.map((node) => nameOf(one.to, node)), weight: table.weight, delay_ms: table.delay }),
      );
      return [
        {
          kind: 'spike-file',
          file: spikes,
          weight: '1 mV',
          synapses: { file: synapses, columns: { pre: 'node', post: 'post', weight: 'weight', delay: 'delay_ms' }, delay: '1 ms' },
        },
      ];
    });
  const currents = groups.flatMap(({ name, neurons: { held } }) =>
    held === 0 ? [] : [{ kind: 'current', to: name, amplitude: inMv(held) }],
  );
  const nodes = groups.flatMap(({ name, population, members }) =>
    Array.from(members, (node, k) => ({
      neuron: `${name}.${String(k)}`,
      population: population.name,
      node,
      position: positionOf(population, node),
    })),
  );
  put(
    `${stem}.nodes.csv`,
    csvOf({
      neuron: nodes.map(({ neuron }) => neuron),
      population: nodes.map(({ population }) => population),
      node_id: nodes.map(({ node }) => node),
      ...(nodes.every(({ position }) => position !== null)
        ? Object.fromEntries((['x', 'y', 'z'] as const).map((axis) => [`${axis}_um`, nodes.map(({ position }) => position![axis])]))
        : {}),
    }),
  );
  const seconds = duration ?? (network.duration === null ? 1 : network.duration / 1000);
  const text = `# SONATA network of ${plainName(file)}. Weights are peak postsynaptic potentials in mV, with their sign; ${stem}.nodes.csv says which neuron is which node.\n${stringify(
    {
      name: stem,
      description: `Imported from the SONATA network ${plainName(file)}: ${String(nodes.length)} neurons`,
      populations: Object.fromEntries(groups.map(({ name, members, neurons }) => [name, { size: members.length, ...neurons.population }])),
      weight_unit: '1 mV',
      sign: 'of the weight',
      delay: constant ? inMs(([...delays][0] ?? 1) / 1000) : { column: 'delay', unit: '1 ms' },
      edges,
      stimuli: [...stimuli, ...currents],
      duration: inMs(seconds),
      warm_up: '0 s',
      seeds: { graph: 1, stimulus: [1] },
    },
    { lineWidth: 160 },
  )}`;
  const synapses = network.edges.reduce((sum, { source }) => sum + source.length, 0);
  return {
    format: 'sonata',
    files: [{ name: plainName(card), content: text }, ...files],
    notes: [
      `${String(nodes.length)} neurons in ${groups.map(({ name, members }) => `${name} ${String(members.length)}`).join(', ')}; ${String(synapses)} edges, those of inputs included`,
      ...notes,
    ],
    facts: { neurons: nodes.length, edges: synapses, duration: seconds, simulatorStep: network.dt },
  };
}

/** Neurons of one type: a population of the workload. */
interface Group {
  readonly name: string;
  readonly population: SonataPopulation;
  /** Node ids, ascending. */
  readonly members: Uint32Array;
  readonly neurons: ImportedNeurons;
}

/** Throws one CardError with the mistakes of all types. */
function groupsOf({ populations }: SonataNetwork, file: string): Group[] {
  const mistakes: Mistake[] = [];
  const groups: Group[] = [];
  const taken = new Set<string>();
  for (const population of populations.filter(({ virtual }) => !virtual)) {
    for (const [k, type] of population.types.entries()) {
      const asked = plainName(population.types.length === 1 ? population.name : (type.columns['model_name'] ?? population.name)).replaceAll(
        '.',
        '_',
      );
      const name = taken.has(asked) ? `${asked}_${String(type.id)}` : asked;
      taken.add(name);
      try {
        const members = Uint32Array.from(Array.from(population.typeOf.keys()).filter((node) => population.typeOf[node] === k));
        groups.push({ name, population, members, neurons: sonataNeurons(type, file) });
      } catch (error) {
        if (!(error instanceof CardError)) throw error;
        mistakes.push(...error.mistakes);
      }
    }
  }
  if (mistakes.length > 0) throw new CardError(mistakes);
  if (groups.length === 0) throw new CardError([{ file, found: 'virtual populations only', expected: 'a population of neurons' }]);
  return groups;
}

/** Full name of a node of a population in the workload. */
function namesOf(groups: readonly Group[]): (population: string, node: number) => string {
  const names = new Map<string, string[]>();
  for (const { name, population, members } of groups) {
    const own = names.get(population.name) ?? [];
    members.forEach((node, k) => (own[node] = `${name}.${String(k)}`));
    names.set(population.name, own);
  }
  return (population, node) => names.get(population)![node]!;
}

interface EdgeTable {
  readonly node: number[];
  readonly post: number[];
  /** mV. */
  readonly weight: number[];
  /** ms. */
  readonly delay: number[];
}

/** Edges with their weights as potentials; those of weight 0 do nothing and are left out. */
function tableOf(edges: SonataEdges, groups: readonly Group[], notes: Set<string>): EdgeTable {
  const potentials: ((weight: number) => number)[] = [];
  for (const { population, members, neurons } of groups)
    if (population.name === edges.to) for (const node of members) potentials[node] = neurons.potential;
  const table: EdgeTable = { node: [], post: [], weight: [], delay: [] };
  let silent = 0;
  edges.weight.forEach((weight, k) => {
    const post = edges.target[k]!;
    if (weight === 0 || potentials[post] === undefined) {
      silent++;
      return;
    }
    table.node.push(edges.source[k]!);
    table.post.push(post);
    table.weight.push(Number(potentials[post](weight).toPrecision(15)));
    table.delay.push(edges.delay[k]!);
  });
  if (silent > 0) notes.add(`${edges.name}: ${String(silent)} edges of weight 0 or onto virtual nodes left out`);
  return table;
}

function positionOf({ positions }: SonataPopulation, node: number): { x: number; y: number; z: number } | null {
  return positions === null ? null : { x: positions.x[node]!, y: positions.y[node]!, z: positions.z[node]! };
}
