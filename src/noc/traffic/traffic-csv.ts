/**
 * A traffic matrix from a file: CSV with the columns source, destination, rate; nodes are numbered from 0, pairs that are not listed have rate 0, those that are listed more than once
 * the sum of their rates; only ratios count.
 */
import { CardError, type Mistake } from '../../base/index.ts';
import { columnsOf } from './csv-columns.ts';

/** A pair of nodes and what is sent. */
export type MatrixRow = readonly [source: number, destination: number, rate: number];

const MOST_ROWS = 4_000_000;
const LARGEST = 65_535; // number of a node

/** The rows of a matrix between nodes of which the last is `last`. CardError with every bad row, and for a matrix without a rate above 0. */
export function readMatrixRows(text: string, file: string, last = LARGEST): MatrixRow[] {
  const lines = text.split(/\r?\n/, MOST_ROWS + 2);
  const header = lines[0]!.split(',').map((cell) => cell.trim().toLowerCase());
  const { source, destination, rate } = columnsOf(
    header,
    { file, line: 1 },
    { needed: ['source', 'destination', 'rate'], words: 'the columns source,destination,rate' },
  );
  if (lines.length > MOST_ROWS + 1) throw new CardError([{ file, expected: `at most ${String(MOST_ROWS)} rows` }]);
  const mistakes: Mistake[] = [];
  const rows = lines.slice(1).flatMap((line, index): MatrixRow[] => {
    if (line.trim() === '') return [];
    const cells = line.split(',').map((cell) => (cell.trim() === '' ? NaN : Number(cell)));
    const [from, to, sent] = [source, destination, rate].map((at) => cells[at] ?? NaN) as [number, number, number];
    const complain = (expected: string): MatrixRow[] => {
      mistakes.push({ file, line: index + 2, found: `"${line.slice(0, 60)}"`, expected });
      return [];
    };
    if (cells.length > header.length || !isNode(from, last) || !isNode(to, last))
      return complain(`two node numbers between 0 and ${String(last)} and a rate`);
    if (!(sent >= 0 && Number.isFinite(sent))) return complain('a rate of at least 0');
    return [[from, to, sent]];
  });
  if (mistakes.length === 0 && !rows.some(([, , sent]) => sent > 0)) mistakes.push({ file, expected: 'at least one rate above 0' });
  if (mistakes.length > 0) throw new CardError(mistakes);
  return rows;
}

/** Rates of all pairs of `nodes` nodes, at [source * nodes + destination]. CardError as for the rows. */
export function readTrafficMatrix(text: string, file: string, nodes: number): Float64Array {
  return matrixOf(readMatrixRows(text, file, nodes - 1), nodes);
}

/** The same from rows that were read. */
export function matrixOf(rows: readonly MatrixRow[], nodes: number): Float64Array {
  const rates = new Float64Array(nodes * nodes);
  for (const [source, destination, rate] of rows) rates[source * nodes + destination]! += rate;
  return rates;
}

function isNode(value: number, last: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= last;
}
