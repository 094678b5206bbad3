/**
 * From the edges of a workload card to connections between numbered neurons: inline lists, generators, files.
 * An electrical connection becomes two excitatory chemical synapses, one each way, of the same weight: a file that lists both directions gives one synapse per row, a
 * missing reverse row is added, self loops are dropped. An approximation (a gap junction carries current both ways, at any voltage); every step is counted in the notes.
 */
import { CardError, Chance, InternalError } from '../base/index.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import type { WorkloadCard, WorkloadEdges } from '../model/schemas/workload.ts';
import { printable } from '../model/zod-errors.ts';
import { RowMistakes, type EdgeRows } from './edges-csv.ts';
import { allToAll } from './generators/all-to-all.ts';
import { ConnectionList, type Connections } from './connection-list.ts';
import { MOST_EDGES, type EdgeList } from './generators/edge-list.ts';
import { fixedInDegree } from './generators/fixed-in-degree.ts';
import { oneToOne } from './generators/one-to-one.ts';
import { wattsStrogatz } from './generators/watts-strogatz.ts';
import { weightsOf } from './generators/weights.ts';
import type { PopulationRange } from './network.ts';

export interface ConnectOptions {
  readonly populations: readonly PopulationRange[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** Rows of the file of entry i. */
  readonly rows: ReadonlyMap<number, EdgeRows>;
  readonly seed: number;
  readonly label: string;
  readonly lineOf: (path: string) => number | undefined;
  readonly count: (text: string, count?: number) => void;
}

/** All connections of the card. Throws CardError for names that do not exist, InfeasibleError for what a generator cannot do. */
export function connect(card: WorkloadCard, options: ConnectOptions): Connections {
  const made = new ConnectionList(expectedConnections(card, options.populations));
  card.edges.forEach((entry, i) => {
    if (entry.kind === 'inline') addInline(made, entry, i, options, card.sign === 'of the weight');
    else if (entry.kind === 'file') addFile(made, entry, i, options);
    else {
      // even substreams draw graphs, odd ones weights
      made.addAll(
        generate(entry, i, options),
        i,
        typeof entry.weight === 'number' ? entry.weight : weightsOf(entry.weight, options.seed, 2 * i + 1),
      );
    }
  });
  return made.done();
}

/** How many connections of fixed in-degrees a card asks for, as far as that many are possible: room that is worth making at once. */
function expectedConnections(card: WorkloadCard, populations: readonly PopulationRange[]): number {
  const sizeOf = (name: string): number => populations.find((one) => one.name === name)?.count ?? 0;
  const counts = card.edges.map((entry) => {
    if (entry.kind !== 'fixed-in-degree') return 0;
    return entry.in_degree <= sizeOf(entry.from) ? entry.in_degree * sizeOf(entry.to) : 0;
  });
  const sum = counts.reduce((total, count) => total + count, 0);
  return sum <= MOST_EDGES ? sum : 0;
}

type Entry<K extends WorkloadEdges['kind']> = Extract<WorkloadEdges, { readonly kind: K }>;

function generate(entry: Exclude<WorkloadEdges, Entry<'inline'> | Entry<'file'>>, i: number, options: ConnectOptions): EdgeList {
  const chance = new Chance(options.seed, 'graph', 2 * i);
  const population = (name: string) => populationOf(options.populations, name);
  if (entry.kind === 'watts-strogatz') return wattsStrogatz(population(entry.within), entry, chance);
  const [from, to] = [population(entry.from), population(entry.to)];
  if (entry.kind === 'fixed-in-degree') return fixedInDegree(from, to, entry.in_degree, entry.self, chance);
  return entry.kind === 'all-to-all' ? allToAll(from, to, entry.self) : oneToOne(from, to);
}

function addInline(made: ConnectionList, entry: Entry<'inline'>, i: number, options: ConnectOptions, signed: boolean): void {
  const wrong = entry.synapses.flatMap((synapse, k) => {
    const path = `edges.${String(i)}.synapses.${String(k)}`;
    const names = (['from', 'to'] as const).filter((side) => !options.indexOf.has(synapse[side]));
    const unknown = names.map((side) => unknownNeuron(synapse[side], `${path}.${side}`, options));
    if (signed || synapse.weight >= 0) return unknown;
    const line = options.lineOf(`${path}.weight`);
    const expected = 'a weight of at least 0; signs come from `sign`';
    return [
      ...unknown,
      { file: options.label, ...(line === undefined ? {} : { line }), path: `${path}.weight`, found: String(synapse.weight), expected },
    ];
  });
  if (wrong.length > 0) throw new CardError(wrong);
  for (const { from, to, weight } of entry.synapses)
    made.add(options.indexOf.get(from)!, options.indexOf.get(to)!, { units: weight, entry: i });
}

/** The mistake of a name that no neuron has. */
export function unknownNeuron(name: string, path: string, options: Pick<ConnectOptions, 'indexOf' | 'label' | 'lineOf'>) {
  const nearest = didYouMean(name, options.indexOf.keys());
  const line = options.lineOf(path);
  return {
    file: options.label,
    path,
    found: `"${printable(name)}"`,
    expected: 'the name of a neuron, such as layer.0',
    ...(line === undefined ? {} : { line }),
    ...(nearest === undefined ? {} : { nearest }),
  };
}

function addFile(made: ConnectionList, entry: Entry<'file'>, i: number, options: ConnectOptions): void {
  const rows = options.rows.get(i);
  if (rows === undefined) throw new InternalError(`the file of edges.${String(i)} was not read`);
  const mistakes = new RowMistakes(entry.file);
  const whole = { name: 'the network', first: 0, count: options.populations.reduce((sum, { count }) => sum + count, 0) };
  const side = (name: string | undefined): PopulationRange => (name === undefined ? whole : populationOf(options.populations, name));
  const [from, to] = [side(entry.from), side(entry.to)];
  const find = (name: string, population: PopulationRange, column: string, line: number): number => {
    const index =
      /^\d{1,9}$/.test(name) && !options.indexOf.has(name) ? population.first + Number(name) : (options.indexOf.get(name) ?? -1);
    if (index >= population.first && index < population.first + population.count) return index;
    mistakes.add(line, column, name, `the name or number of a neuron of ${population.name}`);
    return -1;
  };
  const source = rows.pre.map((name, k) => find(name, from, entry.columns.pre, rows.line[k]!));
  const target = rows.post.map((name, k) => find(name, to, entry.columns.post, rows.line[k]!));
  mistakes.throwIfAny();

  const listed = new Set<string>();
  source.forEach((a, k) => rows.electrical[k] === 1 && listed.add(pair(a, target[k]!)));
  source.forEach((a, k) => {
    const b = target[k]!;
    const [weight, sign, delay] = [rows.weight[k]!, rows.sign[k]!, rows.delay[k]!];
    if (rows.electrical[k] === 0) {
      if (a === b && entry.self_loops === 'drop') options.count('chemical synapses of a neuron onto itself, dropped');
      else made.add(a, b, { units: weight, entry: i, sign, delay });
      return;
    }
    if (a === b) {
      options.count('electrical connections of a neuron with itself, dropped');
      return;
    }
    options.count('electrical rows, each read as an excitatory chemical synapse (an approximation)');
    made.add(a, b, { units: weight, entry: i, electrical: 1, sign: 1, delay });
    if (listed.has(pair(b, a))) return;
    options.count('reverse synapses added for electrical connections that the file lists in one direction only');
    made.add(b, a, { units: weight, entry: i, electrical: 1, sign: 1, delay });
  });
}

const pair = (a: number, b: number): string => `${String(a)} ${String(b)}`;

/** The population of this name, which the schema has checked. */
function populationOf(populations: readonly PopulationRange[], name: string): PopulationRange {
  const found = populations.find((population) => population.name === name);
  if (found === undefined) throw new InternalError(`no population "${name}": the card was not checked`);
  return found;
}
