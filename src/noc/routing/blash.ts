/**
 * Bounded LASH: deadlock-free routing on any connected graph with a fixed number of VC layers, nearly minimal.
 *   1. one balanced shortest path per pair;
 *   2. each goes into the first of the layers 0 .. L-2 whose channel dependency graph stays acyclic;
 *   3. what fits nowhere takes the shortest up*-down* path, in the last layer (up*-down* dependencies alone never close a cycle);
 *   4. paths move between layers where that closes no cycle and lowers the sum of load^2 over all (link, layer) channels: a link whose traffic sits in one layer uses half its VCs.
 * Always succeeds for L >= 2. Long paths go first: they are the hardest to place.
 * Source: LASH (Lysne, Skeie, Reinemo, Theiss 2006), with an escape layer in place of further layers.
 */
import { evenedOut, firstLayers, longestFirst, NO_LAYER, type LinkPaths } from '../../kernels/index.ts';
import type { RouterGraph } from '../design/graph.ts';
import { PathTable, type RouteTable } from './route-table.ts';
import { balancedPaths, freeStates } from './shortest-paths.ts';
import { upDownStates } from './up-down.ts';

/** Bounded LASH with `layers` >= 2 layers; `hopCycles` is the zero-load delay of one router. */
export function blash(graph: RouterGraph, layers: number, hopCycles: number): RouteTable {
  return levelled(graph, layered(graph, layers, hopCycles, shortestOf(graph, hopCycles)));
}

/** Balanced shortest paths of all pairs, the order in which they are placed, and the paths over each link. */
interface Shortest {
  readonly paths: LinkPaths;
  readonly order: Uint32Array;
  readonly load: Float64Array;
}

function shortestOf(graph: RouterGraph, hopCycles: number): Shortest {
  const load = new Float64Array(graph.linkFrom.length);
  const paths = balancedPaths(graph, freeStates(graph), hopCycles, load);
  return { paths, order: longestFirst(graph, paths), load };
}

/** Steps 1 to 3. */
interface Layered {
  readonly paths: LinkPaths;
  readonly order: Uint32Array;
  readonly layers: number;
  readonly layerOfPair: Uint8Array;
}

function layered(graph: RouterGraph, layers: number, hopCycles: number, { paths, order, load }: Shortest): Layered {
  const layerOfPair = firstLayers(graph, paths, order, layers - 1);
  const homeless = layerOfPair.map(isNone);
  if (!homeless.includes(1)) return { paths, order, layers, layerOfPair };
  const detours = balancedPaths(graph, upDownStates(graph), hopCycles, loadWithout(homeless, paths, load), homeless);
  for (let pair = 0; pair < homeless.length; pair++) if (homeless[pair] === 1) layerOfPair[pair] = layers - 1;
  return { paths: replaced(paths, detours, homeless), order, layers, layerOfPair };
}

function isNone(layer: number): number {
  return layer === NO_LAYER ? 1 : 0;
}

/** The load of the links without the paths of the pairs that are marked. */
function loadWithout(isMarked: Uint8Array, { start, links }: LinkPaths, load: Float64Array): Float64Array {
  const rest = load.slice();
  for (let pair = 0; pair < isMarked.length; pair++)
    if (isMarked[pair] === 1) for (let i = start[pair]!; i < start[pair + 1]!; i++) rest[links[i]!]! -= 1;
  return rest;
}

/** Some paths, and those of `others` for the pairs that are marked. */
function replaced(paths: LinkPaths, others: LinkPaths, isMarked: Uint8Array): LinkPaths {
  const start = new Uint32Array(paths.start.length);
  const links = new Uint32Array(paths.links.length + others.links.length);
  let next = 0;
  for (let pair = 0; pair < isMarked.length; pair++) {
    const from = isMarked[pair] === 1 ? others : paths;
    for (let i = from.start[pair]!; i < from.start[pair + 1]!; i++) links[next++] = from.links[i]!;
    start[pair + 1] = next;
  }
  return { start, links: links.slice(0, next) };
}

/** Step 4. */
function levelled(graph: RouterGraph, { paths, order, layers, layerOfPair }: Layered): RouteTable {
  const level = evenedOut(graph, paths, order, layers, layerOfPair);
  return new PathTable(`blash, ${String(layers)} layers`, graph.routers, layers, paths, level);
}

/** Mean excess of the latency of an idle network over that of shortest paths that `blashFor` takes for minimal. */
const NEARLY = 0.005;

/**
 * Bounded LASH with the fewest layers that share `vcs` VCs evenly and keep paths nearly minimal, else with one VC per layer. More layers mean fewer detours through the last one
 * and less waiting of paths for each other, fewer layers more VCs to choose from on every hop. Uniform traffic, 4 VCs of 8 flits, saturation with 2 and with 4 layers:
 * sw_a 0.200 and 0.300, sw_d 0.400 and 0.550, sw_g 0.375 and 0.625 flits per node and cycle; with 8 VCs 4 layers are as good as or better than 2 and 8 on all three.
 */
export function blashFor(graph: RouterGraph, vcs: number, hopCycles: number): RouteTable {
  const cyclesOf = ({ links }: LinkPaths): number => {
    let sum = links.length * hopCycles;
    for (let i = 0; i < links.length; i++) sum += graph.linkLatency[links[i]!]!;
    return sum;
  };
  const shortest = shortestOf(graph, hopCycles);
  const most = (1 + NEARLY) * cyclesOf(shortest.paths);
  const counts = Array.from({ length: Math.max(0, vcs - 1) }, (_, i) => i + 2).filter((layers) => vcs % layers === 0);
  for (const count of counts) {
    // which layer a path is in does not change its length
    const found = layered(graph, count, hopCycles, shortest);
    if (cyclesOf(found.paths) <= most || count === counts.at(-1)) return levelled(graph, found);
  }
  return levelled(graph, layered(graph, 2, hopCycles, shortest));
}
