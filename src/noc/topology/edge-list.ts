/**
 * A graph from a list of edges: CSV with the columns a, b and, if wanted, latency in cycles; one row per undirected link.
 * Routers lie on a near-square grid in the order of their numbers. BookSim's anynet files are read in booksim-files.ts.
 */
import { CardError, type Mistake } from '../../base/index.ts';
import { nodesOf, type Wire, type Wiring } from '../design/graph.ts';
import { columnsOf } from '../traffic/csv-columns.ts';

/** Reads an edge list. CardError with every bad row; the graph has as many routers as its largest number says. */
export function edgeListWiring(text: string, file: string, nodesPerRouter = 1): Wiring {
  const rows = text.split(/\r?\n/);
  const header = rows[0]?.split(',').map((cell) => cell.trim()) ?? [];
  const words = 'the columns a,b and, if wanted, latency';
  const columns = columnsOf(header, { file, line: 1 }, { needed: ['a', 'b'], optional: ['latency'], words });
  const mistakes: Mistake[] = [];
  const wires: Wire[] = [];
  const seen = new Set<string>();
  for (const [index, row] of rows.entries()) {
    if (index === 0 || row.trim() === '') continue;
    const cells = row.split(',').map((cell) => (cell.trim() === '' ? NaN : Number(cell)));
    const [a, b] = [cells[columns.a] ?? NaN, cells[columns.b] ?? NaN];
    const latency = columns.latency < 0 ? undefined : (cells[columns.latency] ?? NaN);
    const complain = (expected: string): number => mistakes.push({ file, line: index + 1, found: `"${row.slice(0, 60)}"`, expected });
    if (cells.length > header.length) complain(`a cell for each of the columns ${header.join(',')}`);
    else if (!isIndex(a) || !isIndex(b)) complain('two router numbers from 0 on');
    else if (a === b) complain('a link between two different routers');
    else if (seen.has(`${String(Math.min(a, b))},${String(Math.max(a, b))}`)) complain('each link once');
    else if (latency !== undefined && !(Number.isInteger(latency) && latency >= 1 && latency <= 64))
      complain('a latency between 1 and 64 cycles');
    else {
      seen.add(`${String(Math.min(a, b))},${String(Math.max(a, b))}`);
      wires.push(latency === undefined ? { a, b } : { a, b, latency: [latency, latency] });
    }
  }
  if (wires.length === 0 && mistakes.length === 0) mistakes.push({ file, expected: 'at least one link' });
  if (mistakes.length > 0) throw new CardError(mistakes);
  const routers = wires.reduce((most, { a, b }) => Math.max(most, a, b), 0) + 1;
  return listedWiring(file, routers, wires, nodesOf(routers, nodesPerRouter));
}

/** A wiring without a floor plan of its own: routers row by row on a near-square grid. */
export function listedWiring(name: string, routers: number, wires: readonly Wire[], routerOfNode: readonly number[]): Wiring {
  const width = Math.ceil(Math.sqrt(routers));
  const square = Math.round(Math.sqrt(routerOfNode.length));
  return {
    name,
    routers,
    wires,
    routerOfNode,
    x: Array.from({ length: routers }, (_, router) => router % width),
    y: Array.from({ length: routers }, (_, router) => Math.floor(router / width)),
    ...(square * square === routerOfNode.length ? { nodeGrid: { width: square, height: square } } : {}),
  };
}

function isIndex(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 65_536;
}
