/**
 * Traffic in words, as it stands on a command line or in a plan, and the files that it names.
 *   pattern   uniform | transpose | bit-complement | bit-reverse | shuffle | tornado | neighbour
 *             hotspot:NODE[=WEIGHT],... | permutation:FILE (one destination per node) | matrix:FILE (N rows of N rates, or "source,destination,rate")
 *   process   bernoulli | poisson | on-off:ON/OFF (mean cycles) | synchronous:PERIOD (cycles)
 *   packets   a CSV with the columns cycle,source,destination and optionally flits (also under BookSim2's names ctime,src,dst,size)
 */
import { CardError, type Mistake, UsageError } from '../../base/index.ts';
import type { ArrivalProcess } from './arrival-process.ts';
import { columnsOf } from './csv-columns.ts';
import { matrixOf, readMatrixRows } from './traffic-csv.ts';
import type { TrafficSpec } from './traffic.ts';

const PLAIN = ['uniform', 'transpose', 'bit-complement', 'bit-reverse', 'shuffle', 'tornado', 'neighbour'] as const;
const LARGEST = 2 ** 24; // numbers in a file
const LAST_CYCLE = 4_000_000_000; // of a packet: cycles are 32-bit numbers in the kernel

/** One packet of a list. */
export interface ListedPacket {
  readonly cycle: number;
  readonly source: number;
  readonly destination: number;
  readonly flits: number;
}

/** Reads a pattern. `readText` gives the text of a file that it names. UsageError for words that are no pattern, CardError for a file with mistakes. */
export function readTrafficPattern(text: string, readText: (name: string) => string): TrafficSpec {
  const [kind = '', ...rest] = text.split(':');
  const argument = rest.join(':');
  const plain = PLAIN.find((name) => name === kind);
  if (plain !== undefined && argument === '') return { kind: plain };
  if (kind === 'hotspot' && argument !== '') {
    const parts = argument.split(',').map((part) => part.split('=').map((cell) => (cell.trim() === '' ? NaN : Number(cell))));
    if (parts.every(([node, weight = 1, ...more]) => Number.isInteger(node) && node! >= 0 && weight >= 0 && more.length === 0))
      return { kind: 'hotspot', nodes: parts.map(([node]) => node!), weights: parts.map(([, weight = 1]) => weight) };
  }
  if (kind === 'permutation' && argument !== '')
    return { kind: 'permutation', destinations: readPermutation(readText(argument), argument) };
  if (kind === 'matrix' && argument !== '') return { kind: 'matrix', rates: readMatrix(readText(argument), argument) };
  throw new UsageError(
    `traffic: found "${text}", expected ${PLAIN.join(', ')}, hotspot:NODE[=WEIGHT],..., permutation:FILE or matrix:FILE`,
  );
}

/** Reads a process. UsageError for words that are none. */
export function readArrivalProcess(text: string): ArrivalProcess {
  if (text === 'bernoulli' || text === 'poisson') return { kind: text };
  const onOff = /^on-off:([\d.]+)\/([\d.]+)$/.exec(text);
  if (onOff !== null && Number(onOff[1]) >= 1 && Number(onOff[2]) >= 1)
    return { kind: 'on-off', on: Number(onOff[1]), off: Number(onOff[2]) };
  const period = /^synchronous:(\d+)$/.exec(text);
  if (period !== null && Number(period[1]) >= 1) return { kind: 'synchronous', period: Number(period[1]) };
  throw new UsageError(
    `process: found "${text}", expected bernoulli, poisson, on-off:ON/OFF with mean cycles of at least 1, or synchronous:PERIOD in cycles`,
  );
}

/** A destination per node, separated by commas, spaces or lines; "#" begins a comment. CardError with every word that is no node. */
export function readPermutation(text: string, file: string): number[] {
  const mistakes: Mistake[] = [];
  const destinations: number[] = [];
  for (const [line, cells] of rowsOf(text)) {
    for (const cell of cells) {
      if (/^\d+$/.test(cell)) destinations.push(Number(cell));
      else mistakes.push({ file, line, found: `"${cell}"`, expected: 'the number of a node' });
    }
  }
  if (destinations.length + mistakes.length === 0) mistakes.push({ file, expected: 'a destination for every node' });
  refuse(mistakes);
  return destinations;
}

/**
 * Rates by source and destination: N rows of N numbers; or a header "source,destination,rate" and one row per pair, where pairs that are left out have rate 0 and N is one more than the
 * largest node. Only ratios count. CardError with every bad row.
 */
function readMatrix(text: string, file: string): Float64Array {
  const rows = rowsOf(text);
  if (/[a-z]/i.test(rows[0]?.[1].join('') ?? '')) {
    const listed = readMatrixRows(text, file, 4095);
    return matrixOf(listed, 1 + listed.reduce((most, [source, destination]) => Math.max(most, source, destination), 0));
  }
  const mistakes: Mistake[] = [];
  const numbers = rows.map(([line, cells]) => {
    const values = cells.map((cell) => (cell === '' ? NaN : Number(cell)));
    if (!values.every((value) => value >= 0 && Number.isFinite(value)))
      mistakes.push({ file, line, found: `"${cells.join(',').slice(0, 60)}"`, expected: 'rates of at least 0' });
    else if (values.length !== rows.length)
      mistakes.push({
        file,
        line,
        found: `${String(values.length)} numbers`,
        expected: `${String(rows.length)}, as many as there are rows`,
      });
    return values;
  });
  if (numbers.length === 0) mistakes.push({ file, expected: 'rates by source and destination' });
  refuse(mistakes);
  return Float64Array.from(numbers.flat());
}

/** What BookSim2's traces call the columns. */
const OUR_NAMES: Readonly<Record<string, string>> = { ctime: 'cycle', src: 'source', dst: 'destination', size: 'flits' };
const PACKET_COLUMNS = {
  needed: ['cycle', 'source', 'destination'],
  optional: ['flits', 'pid', 'itime', 'atime', 'routers'],
  words:
    'the columns cycle,source,destination and, if wanted, flits (or those of a BookSim2 trace: pid,src,dst,size,ctime,itime,atime,routers)',
} as const;

/** A list of packets between the nodes below `nodes`, put in the order of cycles (of one cycle: as listed). CardError with every bad row, and for a list without one. */
export function readPacketList(text: string, file: string, defaultFlits = 1, nodes = Infinity): ListedPacket[] {
  const rows = rowsOf(text);
  const [head = [1, ['']]] = rows;
  const names = head[1].map((cell) => OUR_NAMES[cell] ?? cell);
  const place = columnsOf(names, { file, line: head[0] }, PACKET_COLUMNS);
  const columns = [place.cycle, place.source, place.destination, place.flits] as const;
  const mistakes: Mistake[] = [];
  const packets = rows.slice(1).map(([line, cells]): ListedPacket => {
    const [cycle, source, destination, flits] = columns.map((column) => {
      if (column === -1) return defaultFlits;
      const cell = cells[column] ?? '';
      return cell === '' ? NaN : Number(cell);
    }) as [number, number, number, number];
    if (cells.length > names.length)
      mistakes.push({
        file,
        line,
        found: `"${cells.join(',').slice(0, 60)}"`,
        expected: `a cell for each of the columns ${head[1].join(',')}`,
      });
    else if (![cycle, source, destination, flits].every((value) => Number.isInteger(value) && value >= 0) || flits < 1 || flits > 64)
      mistakes.push({
        file,
        line,
        found: `"${cells.join(',').slice(0, 60)}"`,
        expected: 'whole numbers: cycle, source, destination, 1 to 64 flits',
      });
    else if (cycle > LAST_CYCLE)
      mistakes.push({ file, line, found: `cycle ${String(cycle)}`, expected: `a cycle up to ${String(LAST_CYCLE)}` });
    else if (source >= nodes || destination >= nodes)
      mistakes.push({
        file,
        line,
        found: `a packet from node ${String(source)} to node ${String(destination)}`,
        expected: `nodes between 0 and ${String(nodes - 1)}`,
      });
    return { cycle, source, destination, flits };
  });
  if (packets.length === 0) mistakes.push({ file, expected: 'at least one packet' });
  refuse(mistakes);
  return packets.toSorted((p, q) => p.cycle - q.cycle);
}

/** Rows with something in them, with their line numbers, cut at commas, semicolons and blanks. */
function rowsOf(text: string): (readonly [line: number, cells: readonly string[]])[] {
  const rows: (readonly [number, readonly string[]])[] = [];
  let cells = 0;
  for (const [index, row] of text.split(/\r?\n/).entries()) {
    const bare = row.replace(/#.*$/, '').trim();
    if (bare === '') continue;
    const parts = bare.split(/\s*[,;]\s*|\s+/);
    rows.push([index + 1, parts]);
    cells += parts.length;
    if (cells > LARGEST) throw new CardError([{ file: 'traffic', line: index + 1, expected: `at most ${String(LARGEST)} numbers` }]);
  }
  return rows;
}

function refuse(mistakes: readonly Mistake[]): void {
  if (mistakes.length > 0) throw new CardError(mistakes);
}
