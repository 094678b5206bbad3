/**
 * A traffic matrix from a file: CSV with the columns source, destination, rate; nodes are numbered from 0, pairs that are not listed have rate 0, only ratios count.
 */
import { CardError, type Mistake } from '../../base/index.ts';

/** Rates of all pairs of `nodes` nodes, at [source * nodes + destination]. CardError with every bad row. */
export function readTrafficMatrix(text: string, file: string, nodes: number): Float64Array {
  const rows = text.split(/\r?\n/);
  if (
    rows[0]
      ?.split(',')
      .map((cell) => cell.trim())
      .join(',') !== 'source,destination,rate'
  )
    throw new CardError([{ file, line: 1, found: `"${(rows[0] ?? '').slice(0, 60)}"`, expected: 'the columns source,destination,rate' }]);
  const rates = new Float64Array(nodes * nodes);
  const seen = new Uint8Array(nodes * nodes);
  const mistakes: Mistake[] = [];
  const isNode = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < nodes;
  for (const [index, row] of rows.entries()) {
    if (index === 0 || row.trim() === '') continue;
    const [source = NaN, destination = NaN, rate = NaN, ...more] = row.split(',').map((cell) => (cell.trim() === '' ? NaN : Number(cell)));
    const complain = (expected: string): number => mistakes.push({ file, line: index + 1, found: `"${row.slice(0, 60)}"`, expected });
    if (!isNode(source) || !isNode(destination) || more.length > 0) complain(`two nodes between 0 and ${String(nodes - 1)} and a rate`);
    else if (!(rate >= 0 && Number.isFinite(rate))) complain('a rate of at least 0');
    else if (seen[source * nodes + destination] === 1) complain('each pair of nodes once');
    else {
      seen[source * nodes + destination] = 1;
      rates[source * nodes + destination] = rate;
    }
  }
  if (mistakes.length === 0 && !rates.some((rate) => rate > 0)) mistakes.push({ file, expected: 'at least one rate above 0' });
  if (mistakes.length > 0) throw new CardError(mistakes);
  return rates;
}
