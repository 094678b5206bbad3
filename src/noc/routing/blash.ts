/**
 * Bounded LASH: deadlock-free routing on any connected graph with a fixed number of VC layers, nearly minimal.
 *   1. one balanced shortest path per pair;
 *   2. each goes into the first of the layers 0 .. L-2 whose channel dependency graph stays acyclic;
 *   3. what fits nowhere takes the shortest up*-down* path, in the last layer (up*-down* dependencies alone never close a cycle);
 *   4. paths move between layers where that closes no cycle and lowers the sum of load^2 over all (link, layer) channels: a link whose traffic sits in one layer uses half its VCs.
 * Always succeeds for L >= 2. Long paths go first: they are the hardest to place.
 * Source: LASH (Lysne, Skeie, Reinemo, Theiss 2006), with an escape layer in place of further layers.
 */
import type { RouterGraph } from '../design/graph.ts';
import { evenOut, Layer, longestFirst } from './layer.ts';
import { PathTable, type RouteTable } from './route-table.ts';
import { balancedPaths, freeStates } from './shortest-paths.ts';
import { upDownStates } from './up-down.ts';

/** Bounded LASH with `layers` >= 2 layers; `hopCycles` is the zero-load delay of one router. */
export function blash(graph: RouterGraph, layers: number, hopCycles: number): RouteTable {
  return levelled(graph, layered(graph, layers, hopCycles, shortestOf(graph, hopCycles)));
}

/** Balanced shortest paths of all pairs, and the paths over each link. */
interface Shortest {
  readonly paths: readonly number[][];
  readonly load: Float64Array;
}

function shortestOf(graph: RouterGraph, hopCycles: number): Shortest {
  const load = new Float64Array(graph.linkFrom.length);
  return { paths: balancedPaths(graph, freeStates(graph), hopCycles, undefined, load), load };
}

/** Steps 1 to 3. */
interface Layered {
  readonly paths: readonly number[][];
  readonly order: readonly number[];
  readonly layers: readonly Layer[];
  readonly layerOfPair: Uint8Array;
}

function layered(graph: RouterGraph, count: number, hopCycles: number, shortest: Shortest): Layered {
  const { routers } = graph;
  const paths = shortest.paths.slice();
  const load = shortest.load.slice();
  const order = longestFirst(paths);
  const layers = Array.from({ length: count }, () => new Layer(graph.linkFrom.length));
  const layerOfPair = new Uint8Array(routers * routers);
  const homeless = new Set<number>();
  for (const pair of order) {
    const home = layers.slice(0, -1).findIndex((candidate) => candidate.tryAdd(paths[pair]!));
    if (home >= 0) layerOfPair[pair] = home;
    else homeless.add(pair);
  }
  for (const pair of homeless) for (const link of paths[pair]!) load[link]! -= 1;
  const detours = balancedPaths(
    graph,
    upDownStates(graph),
    hopCycles,
    (source, destination) => homeless.has(source * routers + destination),
    load,
  );
  for (const pair of homeless) {
    paths[pair] = detours[pair]!;
    layerOfPair[pair] = count - 1;
    layers[count - 1]!.tryAdd(paths[pair]);
  }
  return { paths, order, layers, layerOfPair };
}

/** Step 4. */
function levelled({ routers, linkFrom }: RouterGraph, { paths, order, layers, layerOfPair }: Layered): RouteTable {
  evenOut(order, paths, layerOfPair, layers, linkFrom.length);
  return new PathTable(`blash, ${String(layers.length)} layers`, routers, layers.length, paths, layerOfPair);
}

/** Mean excess of the latency of an idle network over that of shortest paths that `blashFor` takes for minimal. */
const NEARLY = 0.005;

/**
 * Bounded LASH with the fewest layers that share `vcs` VCs evenly and keep paths nearly minimal, else with one VC per layer. More layers mean fewer detours through the last one
 * and less waiting of paths for each other, fewer layers more VCs to choose from on every hop. Uniform traffic, 4 VCs of 8 flits, saturation with 2 and with 4 layers:
 * sw_a 0.200 and 0.300, sw_d 0.400 and 0.550, sw_g 0.375 and 0.625 flits per node and cycle; with 8 VCs 4 layers are as good as or better than 2 and 8 on all three.
 */
export function blashFor(graph: RouterGraph, vcs: number, hopCycles: number): RouteTable {
  const cyclesOf = (paths: readonly number[][]): number => {
    let sum = 0;
    for (const path of paths) for (const link of path) sum += hopCycles + graph.linkLatency[link]!;
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
