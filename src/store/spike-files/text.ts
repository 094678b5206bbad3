/**
 * Spikes as text: CSV with or without a header, separated by comma, semicolon, tab or blanks, and NEST's `.dat`.
 *   SONATA          timestamps population node_ids     (times in ms)
 *   without header  time node
 *   NEST            "# NEST version ...", then `sender  time_ms`; nodes are counted from 1 there, so the smallest sender of a file we wrote is node 0 + 1
 * A header names the columns: a time is one of time, time_ms, timestamps, t, t_ms (ms) or time_s, t_s (s); a node is one of node, node_ids, node_id, neuron, sender, gid, gids,
 * id, i; a population is one of population, pop.
 */
import { CardError, type Mistake } from '../../base/index.ts';
import { toCsv } from '../csv.ts';
import { MOST_SPIKES, tableOf, type SpikeTable } from './table.ts';

const TIME_MS = ['time', 'time_ms', 'timestamps', 't', 't_ms', 'times'];
const TIME_S = ['time_s', 't_s'];
const NODE = ['node', 'node_ids', 'node_id', 'neuron', 'sender', 'senders', 'gid', 'gids', 'id', 'i'];
const POPULATION = ['population', 'pop'];
const MOST_MISTAKES = 20;

/** Reads the text of a spike file. Throws CardError with the bad lines (the first 20). */
export function readSpikeText(file: string, text: string): SpikeTable[] {
  const lines = text.split(/\r?\n/);
  const mistakes: Mistake[] = [];
  const columns: Columns = { time: 0, node: 1, population: -1, scale: 1, first: 0 };
  const rows = new Map<string, { time: number[]; node: number[] }>();
  let header = false;
  let count = 0;
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) {
      if (/^#\s*NEST/i.test(line)) Object.assign(columns, { time: 1, node: 0, first: 1 });
      continue;
    }
    const cells = line.split(/\s*[,;\t]\s*|\s+/).map((cell) => cell.replace(/^"(.*)"$/, '$1'));
    if (!header && count === 0 && cells.some((cell) => !Number.isFinite(Number(cell)) && /^[a-z_]+$/i.test(cell))) {
      header = true;
      readHeader(file, index + 1, cells, columns);
      continue;
    }
    const time = Number(cells[columns.time] ?? 'none');
    const node = Number(cells[columns.node] ?? 'none') - columns.first;
    if (!Number.isFinite(time) || !Number.isInteger(node) || node < 0 || node >= 2 ** 32) {
      if (mistakes.length < MOST_MISTAKES)
        mistakes.push({ file, line: index + 1, found: `"${line.slice(0, 60)}"`, expected: 'a time and the number of a node' });
      continue;
    }
    if (++count > MOST_SPIKES) throw new CardError([{ file, found: 'more spikes', expected: `at most ${String(MOST_SPIKES)}` }]);
    const population = columns.population < 0 ? '' : (cells[columns.population] ?? '');
    let table = rows.get(population);
    if (table === undefined) rows.set(population, (table = { time: [], node: [] }));
    table.time.push(time * columns.scale);
    table.node.push(node);
  }
  if (mistakes.length > 0) throw new CardError(mistakes);
  if (rows.size === 0 && !header && columns.first === 0)
    throw new CardError([{ file, found: 'no spikes', expected: 'rows of a time and a node, or a header' }]);
  const names = rows.size === 0 ? [''] : [...rows.keys()].toSorted();
  return names.map((name) => tableOf(file, name, rows.get(name)?.time ?? [], rows.get(name)?.node ?? []));
}

interface Columns {
  time: number;
  node: number;
  population: number;
  /** ms per unit of time. */
  scale: number;
  /** Number of the first node. */
  first: number;
}

function readHeader(file: string, line: number, cells: readonly string[], columns: Columns): void {
  const find = (names: readonly string[]): number => cells.findIndex((cell) => names.includes(cell.toLowerCase()));
  const seconds = find(TIME_S);
  columns.time = seconds >= 0 ? seconds : find(TIME_MS);
  columns.scale = seconds >= 0 ? 1000 : 1;
  columns.node = find(NODE);
  columns.population = find(POPULATION);
  if (columns.time >= 0 && columns.node >= 0) return;
  const expected = `a column of times (${TIME_MS.join(', ')}, ${TIME_S.join(', ')}) and one of nodes (${NODE.join(', ')})`;
  throw new CardError([{ file, line, found: cells.join(', ').slice(0, 80), expected }]);
}

/** CSV of all tables: time_ms, population, node. */
export function spikeCsv(tables: readonly SpikeTable[]): string {
  const rows = tables.flatMap(({ population, time, node }) =>
    Array.from(time, (time_ms, k) => ({ time_ms, population: population === '' ? null : population, node: node[k]! })),
  );
  return rows.length === 0 ? 'time_ms,population,node\r\n' : toCsv(rows);
}

/** NEST's ASCII recording. Populations follow one another: the nodes of each start after the last of the one before. */
export function nestDat(tables: readonly SpikeTable[]): string {
  const rows: [number, number][] = [];
  let first = 1;
  for (const { time, node, nodes } of tables) {
    for (let k = 0; k < time.length; k++) rows.push([time[k]!, node[k]! + first]);
    first += nodes ?? node.reduce((most, one) => Math.max(most, one + 1), 0);
  }
  rows.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return `# NEST version: written by neurolith\n# RecordingBackendASCII version: 2\nsender\ttime_ms\n${rows.map(([time, sender]) => `${String(sender)}\t${String(time)}\n`).join('')}`;
}
