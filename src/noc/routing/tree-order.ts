/**
 * Routes of structures with one way down. Up, then (on the mesh of chips) dimension order, then down: no packet climbs again, so no cycle can close with a single layer.
 *   fat tree: up to a nearest common ancestor, at level l to the switch whose digit l is the sum of those of source and destination modulo the arity, so that
 *               the ways of every source and of every destination are spread evenly; then down
 *   three levels: core router, chip router, mesh router, over the mesh x first, and down again
 */
import type { RouterGraph } from '../design/graph.ts';
import { linkPaths, PathTable, type RouteTable } from './route-table.ts';

/** Nearest-common-ancestor routes of a fat tree. Source: Petrini and Vanneschi 1997. */
export function nearestAncestor(graph: RouterGraph, { arity, levels }: NonNullable<RouterGraph['fatTree']>): RouteTable {
  const perLevel = arity ** (levels - 1);
  const digit = (word: number, place: number): number => Math.floor(word / arity ** place) % arity;
  const wordPath = (source: number, destination: number): number[] => {
    let turn = 0; // level at which both words agree from there on
    for (let place = 0; place < levels - 1; place++) if (digit(source, place) !== digit(destination, place)) turn = place + 1;
    const path = [source];
    let word = source;
    for (let level = 0; level < turn; level++) {
      word += (((digit(source, level) + digit(destination, level)) % arity) - digit(word, level)) * arity ** level;
      path.push((level + 1) * perLevel + word);
    }
    for (let level = turn - 1; level >= 0; level--) {
      word += (digit(destination, level) - digit(word, level)) * arity ** level;
      path.push(level * perLevel + word);
    }
    return path;
  };
  return pathsOf(graph, 'nearest-ancestor', (source, destination) =>
    source < perLevel && destination < perLevel ? wordPath(source, destination) : [],
  );
}

/** Routes over chips of cores. */
export function chipOrder(graph: RouterGraph, { width, cores }: NonNullable<RouterGraph['chips']>): RouteTable {
  const perChip = cores + 2;
  return pathsOf(graph, 'chip-order', (source, destination) => {
    if (source % perChip < 2 || destination % perChip < 2) return [];
    let chip = Math.floor(source / perChip);
    const goal = Math.floor(destination / perChip);
    const path = [source, chip * perChip + 1];
    if (chip !== goal) path.push(chip * perChip);
    while (chip !== goal) {
      const step = goal % width === chip % width ? (goal > chip ? width : -width) : goal % width > chip % width ? 1 : -1;
      chip += step;
      path.push(chip * perChip);
      if (chip === goal) path.push(chip * perChip + 1);
    }
    return [...path, destination];
  });
}

/** Paths between the routers that carry nodes; others have none. */
function pathsOf(graph: RouterGraph, method: string, routersOf: (source: number, destination: number) => readonly number[]): RouteTable {
  const { routers } = graph;
  const linkBetween = new Map(Array.from(graph.linkFrom, (from, link) => [from * routers + graph.linkTo[link]!, link]));
  const paths = Array.from({ length: routers * routers }, (_, pair): number[] => {
    const [source, destination] = [Math.floor(pair / routers), pair % routers];
    if (source === destination) return [];
    const stops = routersOf(source, destination);
    return stops.slice(1).map((to, i) => linkBetween.get(stops[i]! * routers + to)!);
  });
  return new PathTable(method, routers, 1, linkPaths(paths), new Uint8Array(routers * routers));
}
