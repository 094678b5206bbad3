/**
 * Dies as files: the fixed pattern of a die as CSV (one row per circuit) or JSON (drivers too), and measurements in the same form as a measured die of a card.
 * Numbers are written with the shortest digits that read back the same, so what is exported and imported again runs bit for bit.
 */
import { isSeq, parseDocument } from 'yaml';
import { CardError, parseQuantity, UsageError, type Mistake } from '../../base/index.ts';
import { compileDie, dieColumns } from '../../chip/index.ts';
import {
  ChipSchema,
  DIE_PARAMETERS,
  didYouMean,
  parseCard,
  type Card,
  type ChipCard,
  type DieParameter,
  type MeasuredDie,
} from '../../model/index.ts';
import { splitCsv } from '../../network/index.ts';
import { toCsv } from '../../store/index.ts';

/** Circuits of a die as CSV: column `circuit`, then one column per parameter with its unit in brackets. */
export function dieCsv(card: ChipCard, seed: number): string {
  const columns = dieColumns(card, compileDie(card, seed));
  return toCsv(
    Array.from({ length: columns[0]!.values.length }, (_, circuit) => ({
      circuit,
      ...Object.fromEntries(columns.map(({ name, unit, values }) => [`${name} (${unit})`, values[circuit]!])),
    })),
  );
}

/** The same as JSON, drivers included: what `measuredFromJson` reads. */
export function dieJson(card: ChipCard, seed: number): string {
  const die = compileDie(card, seed);
  const rows = card.geometry.cores.value * card.geometry.rows_per_core.value;
  const measured: Omit<MeasuredDie, 'name'> = {
    die: seed,
    source: `exported from ${card.name}, die ${String(seed)}`,
    circuits: Object.fromEntries(dieColumns(card, die).map(({ name, values }) => [name, Array.from(values)])),
    drivers: Array.from({ length: rows }, (_, row) => die.driverFactor(row)),
  };
  return `${JSON.stringify(measured)}\n`;
}

/** Name, number and origin of a measured die. */
export type DieLabel = Pick<MeasuredDie, 'name' | 'die' | 'source'>;

/** Reads measurements: CSV, or the JSON of `dieJson`. Throws one CardError with every mistake. */
export function readMeasured(text: string, file: string, label: DieLabel, circuits: number): MeasuredDie {
  if (!text.trimStart().startsWith('{')) return { ...label, circuits: circuitsOfCsv(text, file, circuits) };
  const parsed = parseJson(text, file);
  // checked with the card that it becomes part of
  return { ...parsed, ...label } as MeasuredDie;
}

function parseJson(text: string, file: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new CardError([{ file, found: (error as Error).message, expected: 'JSON as `die export` writes it' }]);
  }
}

/** Columns of a CSV: `circuit`, and parameters such as `leak (mV)` or `tau_mem (1)`. */
function circuitsOfCsv(text: string, file: string, count: number): Partial<Record<DieParameter, number[]>> {
  const [head, ...records] = splitCsv(text, ',', file);
  const mistakes: Mistake[] = [];
  const fields = (head?.fields ?? []).map((title) => columnOf(title, file, mistakes));
  const at = fields.findIndex((field) => field?.name === 'circuit');
  if (at < 0) mistakes.push({ file, line: 1, found: 'no column `circuit`', expected: 'the number of the circuit in each row' });
  const columns = new Map<DieParameter, number[]>();
  for (const field of fields) {
    if (field === undefined || field.name === 'circuit') continue;
    if (columns.has(field.name)) mistakes.push({ file, line: 1, found: `${field.name} twice`, expected: 'each parameter once' });
    columns.set(
      field.name,
      Array.from({ length: count }, () => NaN),
    );
  }
  if (columns.size === 0)
    mistakes.push({ file, line: 1, found: 'no parameter', expected: `at least one of ${Object.keys(DIE_PARAMETERS).join(', ')}` });
  if (mistakes.length > 0) throw new CardError(mistakes);
  const seen = new Set<number>();
  for (const { fields: cells, line } of records) {
    const circuit = Number(cells[at]);
    if (cells.length !== fields.length || !/^\d+$/.test(cells[at] ?? '') || circuit >= count || seen.has(circuit)) {
      mistakes.push({
        file,
        line,
        found: `circuit ${cells[at] ?? ''} with ${String(cells.length)} cells`,
        expected: `${String(fields.length)} cells; each circuit from 0 to ${String(count - 1)} once`,
      });
      continue;
    }
    seen.add(circuit);
    fields.forEach((field, k) => {
      if (field === undefined || field.name === 'circuit') return;
      const value = cells[k]!.trim() === '' ? NaN : Number(cells[k]) * field.factor;
      if (!Number.isFinite(value)) mistakes.push({ file, line, path: field.name, found: `"${cells[k]!}"`, expected: 'a number' });
      columns.get(field.name)![circuit] = value;
    });
  }
  if (seen.size < count && mistakes.length === 0)
    mistakes.push({ file, found: `${String(seen.size)} circuits`, expected: `${String(count)} circuits` });
  if (mistakes.length > 0) throw new CardError(mistakes);
  return Object.fromEntries(columns);
}

function columnOf(
  title: string,
  file: string,
  mistakes: Mistake[],
): { readonly name: DieParameter | 'circuit'; readonly factor: number } | undefined {
  const match = /^\s*(\w+)\s*(?:\(([^)]*)\)|\[([^\]]*)\])?\s*$/.exec(title);
  const name = match?.[1] ?? title;
  if (name === 'circuit') return { name, factor: 1 };
  const known = Object.keys(DIE_PARAMETERS);
  if (!known.includes(name)) {
    const nearest = didYouMean(name, known);
    mistakes.push({
      file,
      line: 1,
      found: `column "${title}"`,
      expected: `circuit or one of ${known.join(', ')}`,
      ...(nearest === undefined ? {} : { nearest }),
    });
    return undefined;
  }
  const unit = DIE_PARAMETERS[name as DieParameter];
  const given = (match?.[2] ?? match?.[3] ?? unit).trim();
  const factor =
    given === unit ? 1 : unit === 'V' ? parseQuantity(`1 ${given}`, 'voltage') : unit === '1' && given === '%' ? 0.01 : undefined;
  if (factor === undefined)
    mistakes.push({ file, line: 1, path: name, found: `unit "${given}"`, expected: unit === 'V' ? 'a voltage such as mV' : unit });
  return factor === undefined ? undefined : { name: name as DieParameter, factor };
}

/** The text of a card with one more measured die; a die of that name is replaced. Comments stay. Throws CardError where the result is no card. */
export function cardWithDie(card: Card<ChipCard>, text: string, measured: MeasuredDie): string {
  const document = parseDocument(text);
  const existing = document.get('measured');
  if (existing !== undefined && !isSeq(existing)) throw new UsageError(`${card.label}: measured is no list`);
  const node = document.createNode(measured);
  for (const path of [...Object.keys(measured.circuits).map((name) => ['circuits', name]), ['drivers']]) {
    const values = node.getIn(path);
    if (isSeq(values)) values.flow = true;
  }
  const others = isSeq(existing)
    ? existing.items.filter((item) => (item as { get(key: string): unknown }).get('name') !== measured.name)
    : [];
  const list = document.createNode([]);
  list.items = [...others, node] as typeof list.items;
  document.set('measured', list);
  const result = document.toString({ lineWidth: 0 });
  parseCard(ChipSchema, result, { label: card.label });
  return result;
}
