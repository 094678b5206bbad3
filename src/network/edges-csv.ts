/**
 * Edge lists as CSV: a header line, then one connection per line. Fields may be quoted, lines may end with CR LF; spaces around unquoted fields do not count. A file is
 * read wholly or refused with all its mistakes.
 * Source: RFC 4180.
 */
import { CardError, type Mistake } from '../base/index.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import { listed, printable } from '../model/zod-errors.ts';

export interface EdgesCsvOptions {
  /** The file as the user typed it, for messages. */
  readonly label: string;
  readonly separator: 'comma' | 'semicolon' | 'tab';
  readonly columns: { readonly pre: string; readonly post: string; readonly weight: string; readonly type?: string | undefined };
  /** What the words of the type column stand for. */
  readonly types: Readonly<Record<string, 'chemical' | 'electrical'>>;
  /** Type of every row where the file has no such column. */
  readonly absentType?: 'chemical' | 'electrical' | undefined;
  readonly sign?: { readonly column: string; readonly excitatory: readonly string[]; readonly inhibitory: readonly string[] };
  readonly delayColumn?: string;
  /** Weights below zero are allowed on chemical rows. */
  readonly signedWeights: boolean;
}

/** Columns of equal length, in the order of the rows. */
export interface EdgeRows {
  readonly pre: readonly string[];
  readonly post: readonly string[];
  /** Units, as written. */
  readonly weight: Float64Array;
  readonly electrical: Uint8Array;
  /** +1 or -1 by the sign column, 0 without one. */
  readonly sign: Int8Array;
  /** In the unit of the card; zeros without a delay column. */
  readonly delay: Float64Array;
  /** Line in the file. */
  readonly line: Uint32Array;
}

/** Mistakes of many rows: the first twenty with their lines, then a count. */
export class RowMistakes {
  readonly #label: string;
  readonly #mistakes: Mistake[] = [];
  #count = 0;

  constructor(label: string) {
    this.#label = printable(label);
  }

  add(line: number, path: string, text: string, expected: string, candidates: readonly string[] = []): void {
    if (++this.#count > 20) return;
    const nearest = didYouMean(text, candidates);
    const found = `"${printable(text, 40)}"`;
    this.#mistakes.push({ file: this.#label, line, path, found, expected, ...(nearest === undefined ? {} : { nearest }) });
  }

  /** Throws a CardError when there was any mistake. */
  throwIfAny(): void {
    if (this.#count === 0) return;
    const more = this.#count - this.#mistakes.length;
    const rest = more > 0 ? [{ file: this.#label, found: `${String(more)} more mistakes`, expected: 'none' }] : [];
    throw new CardError([...this.#mistakes, ...rest]);
  }
}

/** The rows of an edge list. Throws one CardError with the mistakes of header or rows. */
export function readEdgesCsv(text: string, options: EdgesCsvOptions): EdgeRows {
  const records = splitCsv(text, { comma: ',', semicolon: ';', tab: '\t' }[options.separator], options.label);
  const header = records.shift();
  if (header === undefined)
    throw new CardError([{ file: printable(options.label), found: 'an empty file', expected: 'a header line and rows' }]);
  const at = columnsOf(header, options);
  const mistakes = new RowMistakes(options.label);
  const words = new Map<string, number>([
    ...(options.sign?.excitatory ?? []).map((word): [string, number] => [word, 1]),
    ...(options.sign?.inhibitory ?? []).map((word): [string, number] => [word, -1]),
  ]);
  const count = records.length;
  const rows = {
    pre: [] as string[],
    post: [] as string[],
    weight: new Float64Array(count),
    electrical: new Uint8Array(count),
    sign: new Int8Array(count),
    delay: new Float64Array(count),
    line: new Uint32Array(count),
  };
  for (const [i, { fields, line }] of records.entries()) {
    if (fields.length !== header.fields.length) {
      mistakes.add(line, 'row', fields.join(' '), `${String(header.fields.length)} fields as in the header, not ${String(fields.length)}`);
      continue;
    }
    const field = (column: number | undefined): string => (column === undefined ? '' : fields[column]!);
    for (const side of ['pre', 'post'] as const) {
      const neuron = field(at[side]);
      if (neuron === '' || neuron.length > 200) mistakes.add(line, options.columns[side], neuron, 'the name of a neuron');
      rows[side].push(neuron);
    }
    const type =
      at.type === undefined
        ? (options.absentType ?? 'chemical')
        : Object.hasOwn(options.types, field(at.type))
          ? options.types[field(at.type)]
          : undefined;
    if (type === undefined)
      mistakes.add(
        line,
        options.columns.type ?? '',
        field(at.type),
        `one of ${listed(Object.keys(options.types))}`,
        Object.keys(options.types),
      );
    const weight = numberOf(field(at.weight));
    const signed = options.signedWeights && type === 'chemical';
    if (!(signed ? weight !== 0 && Number.isFinite(weight) : weight > 0)) {
      mistakes.add(line, options.columns.weight, field(at.weight), signed ? 'a number other than 0' : 'a number above 0');
    }
    rows.weight[i] = weight;
    rows.electrical[i] = type === 'electrical' ? 1 : 0;
    rows.line[i] = line;
    if (at.sign !== undefined && type === 'chemical') {
      const sign = words.get(field(at.sign));
      if (sign === undefined)
        mistakes.add(line, options.sign?.column ?? '', field(at.sign), `one of ${listed([...words.keys()])}`, [...words.keys()]);
      rows.sign[i] = sign ?? 0;
    }
    if (at.delay !== undefined) {
      const delay = numberOf(field(at.delay));
      if (!(delay >= 0)) mistakes.add(line, options.delayColumn ?? '', field(at.delay), 'a number of at least 0');
      rows.delay[i] = delay;
    }
  }
  mistakes.throwIfAny();
  return rows;
}

export interface CsvRecord {
  readonly fields: readonly string[];
  /** Line on which the record begins. */
  readonly line: number;
}

/** Records with at least one character. Throws CardError when a quoted field never ends. */
export function splitCsv(text: string, separator: string, label: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let [line, start, position] = [1, 1, text.startsWith('\uFEFF') ? 1 : 0];
  const endRecord = (): void => {
    if (fields.length > 1 || fields[0] !== '') records.push({ fields, line: start });
    fields = [];
  };
  while (position < text.length) {
    if (fields.length === 0) start = line;
    const begin = skipBlanks(text, position, separator);
    if (text[begin] === '"') {
      const end = closingQuote(text, begin);
      if (end < 0) throw new CardError([{ file: printable(label), line, found: 'a quote that is never closed', expected: 'a closing "' }]);
      const quoted = text.slice(begin + 1, end);
      fields.push(quoted.replaceAll('""', '"'));
      line += quoted.split('\n').length - 1;
      position = skipBlanks(text, end + 1, separator);
      if (position < text.length && text[position] !== separator && text[position] !== '\n') {
        throw new CardError([
          { file: printable(label), line, found: 'text after a closing "', expected: 'a separator or the end of the line' },
        ]);
      }
    } else {
      position = begin;
      while (position < text.length && text[position] !== separator && text[position] !== '\n') position++;
      fields.push(text.slice(begin, position).trim());
    }
    if (text[position] === separator) {
      // a separator at the very end of the text still opens one more, empty, field
      if (position + 1 === text.length) fields.push('');
    } else {
      endRecord();
      line++;
    }
    position++;
  }
  if (fields.length > 0) endRecord();
  return records;
}

/** The first position from `position` on that is no blank (a carriage return counts as one). */
function skipBlanks(text: string, position: number, separator: string): number {
  let next = position;
  while (text[next] !== separator && (text[next] === ' ' || text[next] === '\t' || text[next] === '\r')) next++;
  return next;
}

/** Position of the quote that ends the field opened at `begin`, or -1. */
function closingQuote(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin + 1); end >= 0; end = text.indexOf('"', end + 2)) if (text[end + 1] !== '"') return end;
  return -1;
}

interface ColumnPlaces {
  readonly pre: number;
  readonly post: number;
  readonly weight: number;
  readonly type: number | undefined;
  readonly sign: number | undefined;
  readonly delay: number | undefined;
}

function columnsOf(header: CsvRecord, options: EdgesCsvOptions): ColumnPlaces {
  const mistakes = new RowMistakes(options.label);
  header.fields.forEach((name, i) => {
    if (header.fields.indexOf(name) !== i) mistakes.add(header.line, 'header', name, 'column names that differ');
  });
  const absent: string[] = [];
  const place = (name: string): number => {
    const i = header.fields.indexOf(name);
    if (i < 0) absent.push(`"${printable(name)}"`);
    return i;
  };
  const maybe = (name: string | undefined): number | undefined => (name === undefined ? undefined : place(name));
  const { pre, post, weight, type } = options.columns;
  const places = {
    pre: place(pre),
    post: place(post),
    weight: place(weight),
    type: type !== undefined && options.absentType !== undefined && !header.fields.includes(type) ? undefined : maybe(type),
    sign: maybe(options.sign?.column),
    delay: maybe(options.delayColumn),
  };
  if (absent.length > 0)
    mistakes.add(
      header.line,
      'header',
      header.fields.join(','),
      `${absent.length > 1 ? 'columns' : 'a column'} ${absent.join(', ')} (neurolith import reads edge lists with other names)`,
    );
  mistakes.throwIfAny();
  return places;
}

/** A decimal number, or NaN: not what Number makes of "", "0x10" or "Infinity". */
function numberOf(text: string): number {
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) && Number.isFinite(Number(text)) ? Number(text) : NaN;
}
