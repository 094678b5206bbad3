/**
 * Readers for two BookSim2 files: the anynet graph ("router 0 node 0 1 router 1 1 ..." or "node 0 router 0", every neighbour followed by its latency in cycles, 1 if left out) and the
 * route file of our BookSim2 extension ("L layers", then "src dst layer n r0 .. rn-1", the complete path of every pair of routers).
 * A link that only one side lists is taken to exist both ways with the same latency, as BookSim does.
 */
import { CardError, type Mistake } from '../../base/index.ts';
import type { RouterGraph, Wire, Wiring } from '../design/graph.ts';
import { linkPaths, PathTable } from '../routing/route-table.ts';
import { listedWiring } from '../topology/edge-list.ts';

const LARGEST = 65_535; // number of a router or node
const HOLES_TOLD = 20; // pairs without a path that are named

/** Reads an anynet file. CardError with every bad line. Nodes keep their numbers; every node needs a router. */
export function readAnynet(text: string, file: string): Wiring {
  const mistakes: Mistake[] = [];
  const latencies = new Map<string, number>();
  const routerOfNode: number[] = [];
  let routers = 0;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    // a node may also come first, with its router
    const row = line.replace(/^\s*(node\s+\d+)\s+(router\s+\d+)((?:\s+\d+)?)\s*$/, '$2 $1$3');
    const complain = (found: string, expected: string): number => mistakes.push({ file, line: index + 1, found: `"${found}"`, expected });
    const neighbours = row.trim().match(/(?:router|node)\s+\d+(?:\s+\d+)?/g);
    if (
      neighbours === null ||
      neighbours.join(' ').replace(/\s+/g, ' ') !== row.trim().replace(/\s+/g, ' ') ||
      !row.trim().startsWith('router')
    ) {
      complain(row.trim().slice(0, 40), '"router N" followed by "node N [latency]" and "router N [latency]"');
      continue;
    }
    const [self, ...others] = neighbours.map((words) => words.split(/\s+/));
    const from = Number(self![1]);
    if (from > LARGEST) {
      complain(`router ${self![1]!}`, `router numbers up to ${String(LARGEST)}`);
      continue;
    }
    routers = Math.max(routers, from + 1);
    const nodesHere = new Set<number>();
    for (const [kind, number, latency] of others) {
      const to = Number(number);
      const cycles = latency === undefined ? 1 : Number(latency);
      if (to > LARGEST) complain(`${kind!} ${number!}`, `${kind!} numbers up to ${String(LARGEST)}`);
      else if (kind === 'node') {
        if (routerOfNode[to] !== undefined && routerOfNode[to] !== from) complain(`node ${String(to)}`, 'each node at one router');
        if (nodesHere.has(to)) complain(`node ${String(to)}`, 'each node once');
        nodesHere.add(to);
        if (cycles !== 1) complain(`node ${String(to)} ${String(cycles)}`, 'latency 1 between node and router');
        routerOfNode[to] = from;
      } else if (to === from) complain(`router ${String(to)}`, 'a link to another router');
      else if (cycles < 1 || cycles > 64) complain(`router ${String(to)} ${String(cycles)}`, 'a latency between 1 and 64 cycles');
      else if (latencies.has(`${String(from)},${String(to)}`)) complain(`router ${String(to)}`, 'each neighbour once');
      else {
        routers = Math.max(routers, to + 1);
        latencies.set(`${String(from)},${String(to)}`, cycles);
      }
    }
  }
  // a line that could not be read may hold the node
  for (let node = 0; node < routerOfNode.length && mistakes.length === 0; node++) {
    if (routerOfNode[node] === undefined)
      mistakes.push({ file, found: `no router for node ${String(node)}`, expected: 'nodes numbered without a gap' });
  }
  if (mistakes.length === 0 && (routers === 0 || routerOfNode.length === 0))
    mistakes.push({ file, expected: 'at least one router with a node' });
  if (mistakes.length > 0) throw new CardError(mistakes);
  return listedWiring(file, routers, wiresOf(latencies), routerOfNode);
}

/** Reads a route file for `graph`. CardError with every bad line and every pair without a path; without a graph, with what can be said of the lines alone. */
export function readRoutes(text: string, file: string, graph: RouterGraph): PathTable;
export function readRoutes(text: string, file: string): undefined;
export function readRoutes(text: string, file: string, graph?: RouterGraph): PathTable | undefined {
  const mistakes: Mistake[] = [];
  const places = graph?.routers ?? LARGEST + 1;
  const linkBetween = new Map<number, number>();
  for (const [link, from] of (graph?.linkFrom ?? new Int32Array(0)).entries()) linkBetween.set(from * places + graph!.linkTo[link]!, link);
  const rows = text.split(/\r?\n/);
  const layers = Number(/^L\s+(\d+)\s*$/.exec(rows[0] ?? '')?.[1]);
  const isHeaded = layers >= 1 && layers <= 16;
  if (!isHeaded)
    mistakes.push({
      file,
      line: 1,
      found: `"${(rows[0] ?? '').slice(0, 60)}"`,
      expected: 'a first line "L N", N the number of layers, 1 to 16',
    });
  const paths = new Map<number, readonly number[]>();
  const layerOf = new Uint8Array(graph === undefined ? 0 : places * places);
  for (const [index, row] of rows.entries()) {
    if (index === 0 || row.trim() === '') continue;
    const [source = NaN, destination = NaN, layer = NaN, length = NaN, ...routers] = row.trim().split(/\s+/).map(Number);
    const links = routers.slice(1).map((to, hop) => linkBetween.get(routers[hop]! * places + to));
    const complain = (expected: string): number =>
      mistakes.push({ file, line: index + 1, found: `"${row.trim().slice(0, 60)}"`, expected });
    if (!(isPlace(source, places) && isPlace(destination, places))) complain('"src dst layer n r0 .. rn-1" with routers of the graph');
    else if (!isPlace(layer, isHeaded ? layers : 16)) complain(`a layer between 0 and ${String((isHeaded ? layers : 16) - 1)}`);
    else if (length !== routers.length || routers[0] !== source || routers.at(-1) !== destination)
      complain('a path of n routers from src to dst');
    else if (graph !== undefined && links.includes(undefined)) complain('a path along links of the graph');
    else if (new Set(routers).size < routers.length) complain('a path that comes to each router once');
    else if (paths.has(source * places + destination)) complain('one path for each pair');
    else {
      paths.set(
        source * places + destination,
        links.filter((link) => link !== undefined),
      );
      layerOf[source * places + destination] = layer;
    }
  }
  if (graph !== undefined) mistakes.push(...holesOf(paths, file, graph.routers));
  if (mistakes.length > 0) throw new CardError(mistakes);
  if (graph === undefined) return undefined;
  const list = Array.from({ length: places * places }, (_, pair) => paths.get(pair) ?? []);
  return new PathTable(`table ${file}`, places, layers, linkPaths(list), layerOf);
}

/** Pairs of routers without a path. */
function holesOf(paths: ReadonlyMap<number, unknown>, file: string, routers: number): Mistake[] {
  const mistakes: Mistake[] = [];
  let holes = 0;
  for (let pair = 0; pair < routers * routers; pair++) {
    const [source, destination] = [Math.floor(pair / routers), pair % routers];
    if (source !== destination && !paths.has(pair) && ++holes <= HOLES_TOLD)
      mistakes.push({ file, found: `no path from ${String(source)} to ${String(destination)}`, expected: 'a path for every pair' });
  }
  if (holes > HOLES_TOLD)
    mistakes.push({ file, found: `no path for ${String(holes - HOLES_TOLD)} more pairs`, expected: 'a path for every pair' });
  return mistakes;
}

function isPlace(number: number, end: number): boolean {
  return Number.isInteger(number) && number >= 0 && number < end;
}

function wiresOf(latencies: ReadonlyMap<string, number>): Wire[] {
  const wires: Wire[] = [];
  for (const [key, there] of latencies) {
    const [a, b] = key.split(',').map(Number) as [number, number];
    const back = latencies.get(`${String(b)},${String(a)}`);
    if (back === undefined || a < b) wires.push({ a, b, latency: [there, back ?? there] });
  }
  return wires;
}
