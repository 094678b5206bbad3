/**
 * Parameters of the neurons of a workload as columns, one value per neuron: the value on the card, or what its `spread` makes of it.
 *   normal   value + deviation N, drawn anew while outside the bounds     lognormal   value exp(sigma N)     uniform   between its bounds     file   as read
 * A draw belongs to (graph seed, population, neuron, parameter): one spread more or less changes no other draw.
 */
import { CardError, Chance, exp, InfeasibleError, InternalError } from '../base/index.ts';
import { flatParameters, spreadValue, type WorkloadCard, type WorkloadPopulation, type WorkloadSpread } from '../model/schemas/workload.ts';
import { RowMistakes, splitCsv } from './edges-csv.ts';
import type { NeuronColumns, PopulationRange } from './network.ts';

/** Substreams of the graph stream from here on belong to populations; edges count up from 0. */
const FIRST_SUBSTREAM = 0x80000000;
const MOST_DRAWS = 1000;

type ReadText = (name: string, path: string) => string;

/** Columns of every population, SI, by the names of flatParameters. Throws CardError for wrong files, InfeasibleError for a neuron whose voltages are out of order. */
export function neuronParameters(
  card: WorkloadCard,
  populations: readonly PopulationRange[],
  seed: number,
  readText: ReadText | undefined,
): NeuronColumns[] {
  return populations.map(({ name, count }, p) => {
    const population = card.populations[name]!;
    const chance = new Chance(seed, 'graph', FIRST_SUBSTREAM + p);
    const columns = [...flatParameters(population)].map(([parameter, value], index): [string, Float64Array] => {
      const spread = population.spread?.[parameter];
      if (spread === undefined) return [parameter, new Float64Array(count).fill(value)];
      const path = `populations.${name}.spread.${parameter}`;
      const one: Spread = { spread, model: population.model, parameter, path };
      const column =
        spread.kind === 'file' ? readColumn(one, spread, count, readText) : drawColumn(one, value, count, chance, MOST_DRAWS * index);
      return [parameter, column];
    });
    const found = Object.fromEntries(columns);
    checkOrder(name, found);
    return Object.freeze(found);
  });
}

interface Spread {
  readonly spread: WorkloadSpread;
  readonly model: WorkloadPopulation['model'];
  readonly parameter: string;
  readonly path: string;
}

function drawColumn({ spread, model, parameter, path }: Spread, value: number, count: number, chance: Chance, first: number): Float64Array {
  const read = (given: string | number | undefined, otherwise: number): number =>
    given === undefined ? otherwise : spreadValue(model, parameter, given);
  if (spread.kind === 'lognormal')
    return Float64Array.from({ length: count }, (_, n) => value * exp(spread.sigma * chance.normal(n, first)));
  if (spread.kind === 'file') throw new InternalError('a file is read, not drawn');
  const [least, most] = [read(spread.minimum, -Infinity), read(spread.maximum, Infinity)];
  if (!(least <= most)) throw new InfeasibleError(`${path}: the minimum lies above the maximum`);
  if (spread.kind === 'uniform') return Float64Array.from({ length: count }, (_, n) => least + (most - least) * chance.uniform(n, first));
  const deviation = read(spread.deviation, 0);
  return Float64Array.from({ length: count }, (_, n) => {
    for (let draw = 0; draw < MOST_DRAWS; draw++) {
      const one = value + deviation * chance.normal(n, first + draw);
      if (one >= least && one <= most) return one;
    }
    throw new InfeasibleError(`${path}: ${String(MOST_DRAWS)} draws, and none within the bounds`);
  });
}

function readColumn(
  { model, parameter, path }: Spread,
  { file, column, unit }: Extract<WorkloadSpread, { kind: 'file' }>,
  count: number,
  readText: ReadText | undefined,
): Float64Array {
  if (readText === undefined) throw new InternalError(`no way to read "${file}" was given`);
  const [header, ...records] = splitCsv(readText(file, `${path}.file`), ',', file);
  const at = header?.fields.indexOf(column) ?? -1;
  if (at < 0) {
    const found = header === undefined ? 'an empty file' : `columns ${header.fields.slice(0, 20).join(', ')}`;
    throw new CardError([{ file, line: 1, path: column, found, expected: `the column "${column}"` }]);
  }
  if (records.length !== count) {
    throw new CardError([{ file, path, found: `${String(records.length)} rows`, expected: `${String(count)}, one per neuron` }]);
  }
  const scale = unit === undefined ? 1 : spreadValue(model, parameter, unit);
  const mistakes = new RowMistakes(file);
  const values = Float64Array.from(records, ({ fields, line }) => {
    const text = fields[at] ?? '';
    const value = text === '' ? NaN : Number(text);
    if (!Number.isFinite(value)) mistakes.add(line, column, text, 'a number');
    return Number((value * scale).toPrecision(15));
  });
  mistakes.throwIfAny();
  return values;
}

/** Levels that must lie in order, and what must be above 0, in each neuron. */
const ORDERS = [
  ['reset', 'threshold'],
  ['rest', 'threshold'],
  ['exponential.threshold', 'threshold'],
  ['c', 'peak'],
] as const;
const POSITIVE = /^(tau_mem|tau_syn_excitatory|tau_syn_inhibitory|adaptation\.tau|exponential\.slope|dendrites\.\d\.capacitance)$/;

function checkOrder(population: string, columns: NeuronColumns): void {
  for (const [low, high] of ORDERS) {
    const wrong = columns[low]?.findIndex((value, n) => !(value < (columns[high]?.[n] ?? Infinity))) ?? -1;
    if (wrong >= 0) throw new InfeasibleError(`populations.${population}: neuron ${String(wrong)} has its ${low} at or above its ${high}`);
  }
  for (const [name, column] of Object.entries(columns)) {
    const least = POSITIVE.test(name) ? Number.MIN_VALUE : name === 'refractory' ? 0 : -Infinity;
    const wrong = column.findIndex((value) => !(value >= least));
    if (wrong >= 0) throw new InfeasibleError(`populations.${population}: neuron ${String(wrong)} has ${name} ${String(column[wrong])}`);
  }
}
