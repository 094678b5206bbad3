/**
 * Dies as files: the fixed pattern of a die as CSV (one row per circuit) or JSON (drivers and correlation sensors too), and measurements in the same form as a measured die of a card.
 * Numbers are written with the shortest digits that read back the same, so what is exported and imported again runs bit for bit.
 */
import { isSeq, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { CardError, UsageError } from '../../base/index.ts';
import { compileDie, dieColumns } from '../../chip/index.ts';
import { ChipSchema, DIE_PARAMETERS, parseCard, type ChipCard, type DieParameter, type MeasuredDie } from '../../model/index.ts';
import { toCsv } from '../../store/index.ts';
import { readMeasuredTable, type MeasuredCount } from './measured-table.ts';
import { measuredRules, patternOf } from './physical-values.ts';

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

/** The same as JSON, drivers and median sensors of blocks included: what `measuredFromJson` reads. */
export function dieJson(card: ChipCard, seed: number): string {
  const die = compileDie(card, seed);
  const rows = card.geometry.cores.value * card.geometry.rows_per_core.value;
  const measured: Omit<MeasuredDie, 'name'> = {
    die: seed,
    source: `exported from ${card.name}, die ${String(seed)}`,
    circuits: Object.fromEntries(dieColumns(card, die).map(({ name, values }) => [name, Array.from(values)])),
    drivers: Array.from({ length: rows }, (_, row) => die.driverFactor(row)),
    ...(card.synapse.correlation && {
      sensors: { amplitude: Array.from(die.correlationBlocks.amplitude), tau: Array.from(die.correlationBlocks.tau) },
    }),
  };
  return `${JSON.stringify(measured)}\n`;
}

/** Name, number and origin of a measured die. */
export type DieLabel = Pick<MeasuredDie, 'name' | 'die' | 'source'>;

/** A measured die, and how much of it a table told; JSON is counted as it stands. */
export interface Measured<D> {
  readonly die: D;
  readonly count: MeasuredCount;
}

/** Reads measurements: CSV, or the JSON of `dieJson`. Throws one CardError with every mistake. */
export function readMeasured(text: string, file: string, label: DieLabel, card: ChipCard): Measured<MeasuredDie> {
  const { cores, neurons_per_core } = card.geometry;
  const circuits = cores.value * neurons_per_core.value;
  if (text.trimStart().startsWith('{')) {
    // checked with the card that it becomes part of
    const die = { ...parseJson(text, file), ...label } as MeasuredDie;
    return { die, count: countOf(Object.values(die.circuits ?? {}), circuits) };
  }
  const { columns, count } = readMeasuredTable(text, file, circuits, measuredRules(card));
  const found: Partial<Record<DieParameter, (number | null)[]>> = {};
  const relative = (name: DieParameter): void => {
    const column = columns.get(name);
    if (column === undefined) return;
    // capacitances come first: the time constant of a membrane rests on them
    const die = column.isAbsolute ? compileDie({ ...card, measured: [{ ...label, circuits: found }] }, label.die) : undefined;
    found[name] = column.values.map((value, n) =>
      value === null || die === undefined ? value : patternOf(card, name, value, column.codes[n] ?? NaN, n, die),
    );
  };
  const names = Object.keys(DIE_PARAMETERS) as DieParameter[];
  for (const name of names.toSorted((a, b) => Number(b.endsWith('capacitance')) - Number(a.endsWith('capacitance')))) relative(name);
  return { die: { ...label, circuits: found }, count };
}

/** What columns of JSON hold. */
export function countOf(columns: readonly (readonly (number | null)[] | undefined)[], circuits: number): MeasuredCount {
  const all = columns.flatMap((column) => column ?? []);
  const measured = all.filter((value) => value !== null).length;
  return { measured, blank: all.length - measured, missing: all.length === 0 ? circuits : 0 };
}

/** JSON of a die. Throws CardError. */
export function parseJson(text: string, file: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new CardError([{ file, found: (error as Error).message, expected: 'JSON as `die export` writes it' }]);
  }
}

/** The text of a card with one more measured die; a die of that name is replaced. Comments stay. Throws CardError where the result is no card. */
export function cardWithDie(
  label: string,
  text: string,
  measured: object & { readonly name: string },
  schema: z.ZodType = ChipSchema,
): string {
  const document = parseDocument(text);
  const existing = document.get('measured');
  if (existing !== undefined && !isSeq(existing)) throw new UsageError(`${label}: measured is no list`);
  const node = document.createNode(measured);
  visit(node, {
    Seq(_, values) {
      values.flow = true;
    },
  });
  const others = isSeq(existing)
    ? existing.items.filter((item) => (item as { get(key: string): unknown }).get('name') !== measured.name)
    : [];
  const list = document.createNode([]);
  list.items = [...others, node] as typeof list.items;
  document.set('measured', list);
  const result = document.toString({ lineWidth: 0 });
  parseCard(schema, result, { label });
  return result;
}
