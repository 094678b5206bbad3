/**
 * Tables of measurements: one row per circuit, one column per parameter, any of both missing. What stands nowhere is drawn as ever; that is counted, not assumed silently.
 * A title is `NAME (unit)`: an offset in V or LSB, or a factor of the nominal value. A physical value is told by its unit (`tau_mem (us)`), or by the word where an offset has the same one
 * (`absolute leak (mV)`); the code that stood in the cell meanwhile is in the title (`absolute leak at 600 (mV)`, `tau_mem at 2:180 (ms)`) or in a column of its own (`leak code`).
 */
import { CardError, parseQuantity, type Dimension, type Mistake } from '../../base/index.ts';
import { didYouMean } from '../../model/index.ts';
import { splitCsv } from '../../network/index.ts';

/** How a parameter can be given. */
export interface MeasuredRule {
  readonly unit: 'V' | 'LSB' | '1';
  /** How physical values are read; absent where there are none. */
  readonly absolute?: {
    readonly dimension: Dimension;
    /** Whether the nominal value needs the code of a cell, and the largest there is. */
    readonly codes?: number;
    /** The same for codes of two numbers, `2:180`; without one the code of the design is meant. */
    readonly pairs?: { readonly coarse: number; readonly fine: number };
  };
}

/** One column: number by number what was measured, null where nothing was; physical values wait for their nominal ones. */
export interface MeasuredValues {
  readonly values: readonly (number | null)[];
  readonly isAbsolute: boolean;
  /** Code of each circuit's cell, a pair as one number (`codePair` is the way back); empty where none is given. */
  readonly codes: readonly number[];
}

/** Rows without a circuit of this table, blank cells, and numbers in it. */
export interface MeasuredCount {
  readonly measured: number;
  readonly blank: number;
  readonly missing: number;
}

/** Values farther off are a mistake of the unit: V, LSB, and factors within these bounds. */
const BOUNDS = { V: [-3, 3], LSB: [-20_000, 20_000], '1': [1e-3, 1e3] } as const;

interface Column {
  readonly name: string;
  readonly kind: 'circuit' | 'code' | 'value';
  readonly factor: number;
  readonly isAbsolute: boolean;
  readonly code?: number;
}

/** Stands for a blank code. */
const NONE = -1;
/** Fine codes of a pair lie below this. */
const FINE = 65_536;

/** Coarse and fine code of the number that a pair is kept as. */
export function codePair(code: number): { readonly coarse: number; readonly fine: number } {
  return { coarse: Math.floor(code / FINE), fine: code % FINE };
}

type Absolute = NonNullable<MeasuredRule['absolute']>;

/** Whether a physical value has a code. */
function hasCode({ codes, pairs }: Absolute): boolean {
  return codes !== undefined || pairs !== undefined;
}

/** A code as a number; undefined where it is none of the cell. */
function codeOf(text: string, { codes = -1, pairs }: Absolute): number | undefined {
  if (pairs === undefined) return /^\d+(\.0*)?$/.test(text) && Number(text) <= codes ? Number(text) : undefined;
  const [, coarse = NaN, fine = NaN] = (/^(\d+):(\d+)$/.exec(text) ?? []).map(Number);
  return coarse <= pairs.coarse && fine <= pairs.fine ? coarse * FINE + fine : undefined;
}

/** What a code may be, in words. */
function codesThere({ codes = 0, pairs }: Absolute): string {
  return pairs === undefined ? `between 0 and ${String(codes)}` : `between 0:0 and ${String(pairs.coarse)}:${String(pairs.fine)}`;
}

/** Reads a table. Throws one CardError with every mistake in it. */
export function readMeasuredTable(
  text: string,
  file: string,
  circuits: number,
  rules: Readonly<Record<string, MeasuredRule>>,
): { readonly columns: ReadonlyMap<string, MeasuredValues>; readonly count: MeasuredCount } {
  const [head, ...records] = splitCsv(text, ',', file);
  const mistakes: Mistake[] = [];
  const fields = (head?.fields ?? []).map((title) => columnOf(title, file, rules, mistakes));
  const at = fields.findIndex((field) => field?.kind === 'circuit');
  if (at < 0) mistakes.push({ file, line: 1, found: 'no column `circuit`', expected: 'the number of the circuit in each row' });
  if (!fields.some((field) => field?.kind === 'value'))
    mistakes.push({ file, line: 1, found: 'no parameter', expected: `at least one of ${Object.keys(rules).join(', ')}` });
  checkTitles(fields, file, rules, mistakes);
  if (mistakes.length > 0) throw new CardError(mistakes);
  const raw = fields.map(() => Array.from({ length: circuits }, (): number | null => null));
  const seen = new Set<number>();
  for (const { fields: cells, line } of records) {
    const circuit = Number(cells[at]);
    if (cells.length !== fields.length || !/^\d+$/.test(cells[at] ?? '') || circuit >= circuits || seen.has(circuit)) {
      mistakes.push({
        file,
        line,
        found: `circuit ${cells[at] ?? ''}${seen.has(circuit) ? ' again' : ''} with ${String(cells.length)} cells`,
        expected: `${String(fields.length)} cells; each circuit from 0 to ${String(circuits - 1)} at most once`,
      });
      continue;
    }
    seen.add(circuit);
    fields.forEach((field, k) => (raw[k]![circuit] = valueOf(cells[k]!, field!, rules, { file, line }, mistakes)));
  }
  const columns = new Map<string, MeasuredValues>();
  fields.forEach((field, k) => {
    if (field?.kind !== 'value') return;
    const own = fields.findIndex((other) => other?.kind === 'code' && other.name === field.name);
    const codes = own < 0 ? (field.code === undefined ? [] : raw[k]!.map(() => field.code!)) : raw[own]!.map((code) => code ?? NONE);
    raw[k]!.forEach((value, circuit) => {
      if (value !== null && codes[circuit] === NONE)
        mistakes.push({
          file,
          path: `${field.name} code`,
          found: `no code for circuit ${String(circuit)}`,
          expected: 'the code of a measured value',
        });
    });
    columns.set(field.name, { values: raw[k]!, isAbsolute: field.isAbsolute, codes });
  });
  const all = [...columns.values()].flatMap(({ values }) => Array.from(seen, (circuit) => values[circuit]!));
  const measured = all.filter((value) => value !== null).length;
  if (measured === 0 && mistakes.length === 0) mistakes.push({ file, found: 'no measured value', expected: 'at least one number' });
  if (mistakes.length > 0) throw new CardError(mistakes);
  return { columns, count: { measured, blank: all.length - measured, missing: circuits - seen.size } };
}

/** Every parameter once, and a code where one is needed. */
function checkTitles(
  fields: readonly (Column | undefined)[],
  file: string,
  rules: Readonly<Record<string, MeasuredRule>>,
  mistakes: Mistake[],
): void {
  const titles = new Set<string>();
  for (const field of fields) {
    if (field === undefined) continue;
    const title = `${field.name}${field.kind === 'code' ? ' code' : ''}`;
    if (titles.has(title)) mistakes.push({ file, line: 1, found: `${title} twice`, expected: 'each column once' });
    titles.add(title);
  }
  for (const field of fields) {
    if (field?.kind === 'code' && !titles.has(field.name))
      mistakes.push({ file, line: 1, found: `${field.name} code`, expected: `a column of ${field.name} beside it` });
    // pairs have those of the design
    if (field?.kind !== 'value' || !field.isAbsolute || rules[field.name]!.absolute?.codes === undefined) continue;
    if (field.code === undefined && !titles.has(`${field.name} code`))
      mistakes.push({
        file,
        line: 1,
        path: field.name,
        found: 'a physical value without its code',
        expected: `"${field.name} at CODE" or a column "${field.name} code"`,
      });
  }
}

/** A cell as an offset, a factor, a physical value in SI or a code; null where it is blank. */
function valueOf(
  cell: string,
  { name, kind, factor, isAbsolute }: Column,
  rules: Readonly<Record<string, MeasuredRule>>,
  at: { readonly file: string; readonly line: number },
  mistakes: Mistake[],
): number | null {
  const text = cell.trim();
  if (text === '') return null;
  const value = Number(text) * factor;
  if (kind === 'circuit') return value;
  const rule = rules[name]!;
  if (kind === 'code') {
    const code = codeOf(text, rule.absolute!);
    if (code === undefined)
      mistakes.push({ ...at, path: `${name} code`, found: `"${text}"`, expected: `a code ${codesThere(rule.absolute!)}, or nothing` });
    return code ?? NaN;
  }
  const [least, most] = isAbsolute ? [rule.absolute!.dimension === 'voltage' ? -3 : 1e-18, 3] : BOUNDS[rule.unit];
  const isGood = value >= least && value <= most;
  if (!isGood)
    mistakes.push({
      ...at,
      path: name,
      found: `"${text}"`,
      expected: `a number between ${String(least / factor)} and ${String(most / factor)}, or nothing`,
    });
  return isGood ? value : null;
}

function columnOf(title: string, file: string, rules: Readonly<Record<string, MeasuredRule>>, mistakes: Mistake[]): Column | undefined {
  const match = /^\s*(absolute\s+)?(\w+?)(?:\s+at\s+(\d{1,5}(?::\d{1,5})?))?(\s+code)?\s*(?:\(([^)]*)\)|\[([^\]]*)\])?\s*$/.exec(title);
  const name = match?.[2] ?? title;
  if (title.trim() === 'circuit') return { name, kind: 'circuit', factor: 1, isAbsolute: false };
  const rule = rules[name];
  const wrong = (mistake: Omit<Mistake, 'file' | 'line'>): undefined => {
    mistakes.push({ file, line: 1, ...mistake });
    return undefined;
  };
  if (match === null || rule === undefined) {
    const nearest = didYouMean(name, Object.keys(rules));
    return wrong({
      found: `column "${title}"`,
      expected: `circuit or one of ${Object.keys(rules).join(', ')}`,
      ...(nearest === undefined ? {} : { nearest }),
    });
  }
  const { unit, absolute } = rule;
  if (match[4] !== undefined)
    return absolute === undefined || !hasCode(absolute)
      ? wrong({ path: name, found: `column "${title}"`, expected: 'no code: its physical value does not depend on one' })
      : { name, kind: 'code', factor: 1, isAbsolute: false };
  const given = (match[5] ?? match[6] ?? (match[1] === undefined ? unit : '')).trim();
  const physical = absolute && parseQuantity(`1 ${given}`, absolute.dimension);
  const isAbsolute = match[1] !== undefined || (unit === '1' && physical !== undefined);
  const factor = isAbsolute ? physical : relativeFactor(unit, given);
  if (factor === undefined)
    return wrong({
      path: name,
      found: match[1] !== undefined && absolute === undefined ? 'absolute' : `unit "${given}"`,
      expected: expectedUnits(rule),
    });
  const code = match[3] === undefined || absolute === undefined || !isAbsolute ? undefined : codeOf(match[3], absolute);
  if (match[3] !== undefined && code === undefined)
    return wrong({
      path: name,
      found: `at ${match[3]}`,
      expected:
        absolute === undefined || !hasCode(absolute)
          ? 'no code: its physical value does not depend on one'
          : `a code of a physical value ${codesThere(absolute)}`,
    });
  return { name, kind: 'value', factor, isAbsolute, ...(code !== undefined && { code }) };
}

function relativeFactor(unit: MeasuredRule['unit'], given: string): number | undefined {
  if (given === unit) return 1;
  if (unit === 'V') return parseQuantity(`1 ${given}`, 'voltage');
  return unit === '1' && given === '%' ? 0.01 : undefined;
}

function expectedUnits({ unit, absolute }: MeasuredRule): string {
  const relative = unit === 'V' ? 'a voltage such as mV' : unit === '1' ? '1 or %' : unit;
  if (absolute === undefined) return relative;
  return unit === 'V' ? `${relative}, for an offset or with "absolute"` : `${relative}, or a ${absolute.dimension} for physical values`;
}
