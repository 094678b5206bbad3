/** Paths and layers of the kernels against the same, written again the plain way: all distances at once, paths as lists, dependencies as a set that is searched anew for every path. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evenedOut, firstLayers, longestFirst, NO_LAYER, type LinkPaths } from '../../src/kernels/index.ts';
import { balancedPaths, freeStates, type StateGraph } from '../../src/noc/routing/shortest-paths.ts';
import { upDownStates } from '../../src/noc/routing/up-down.ts';
import { layoutOf } from '../noc/designs.ts';
import { randomGraph } from '../noc/random-graphs.ts';
import type { RouterGraph } from '../../src/noc/design/graph.ts';

const graphOf = (edges: string): RouterGraph =>
  layoutOf({ topology: { kind: 'edge-list', file: 'g' }, routing: { kind: 'up-down' }, router: { vcs: 2, buffer: 2 } }, { g: edges }).graph;

const listsOf = ({ start, links }: LinkPaths): number[][] =>
  Array.from({ length: start.length - 1 }, (_, pair) => [...links.subarray(start[pair], start[pair + 1])]);

/** Every shortest path of a pair, arcs in their order; the first of those with the smallest sum of load^2 counts. */
function plainPaths(graph: RouterGraph, { states, arcs, routerOfState }: StateGraph, hopCycles: number, wanted: (pair: number) => boolean) {
  const { routers, linkLatency } = graph;
  const load = new Map<number, number>();
  const loadOf = (link: number): number => load.get(link) ?? 0;
  const cycles = Array.from({ length: states }, () => Array.from({ length: routers }, () => Infinity));
  for (let state = 0; state < states; state++) cycles[state]![routerOfState[state]!] = 0;
  // Bellman and Ford
  for (let round = 0; round < states; round++)
    for (const [state, list] of arcs.entries())
      for (const { link, to } of list)
        for (let end = 0; end < routers; end++)
          cycles[state]![end] = Math.min(cycles[state]![end]!, hopCycles + linkLatency[link]! + cycles[to]![end]!);
  const best = (state: number, end: number): { sum: number; path: number[] } => {
    if (cycles[state]![end] === 0) return { sum: 0, path: [] };
    let found = { sum: Infinity, path: [] as number[] };
    for (const { link, to } of arcs[state]!) {
      if (hopCycles + linkLatency[link]! + cycles[to]![end]! !== cycles[state]![end]) continue;
      const rest = best(to, end);
      const sum = loadOf(link) ** 2 + rest.sum;
      if (sum < found.sum) found = { sum, path: [link, ...rest.path] };
    }
    return found;
  };
  const paths: number[][] = Array.from({ length: routers ** 2 }, () => []);
  for (let round = 0; round < 3; round++) {
    for (let source = 0; source < routers; source++) {
      for (let i = 1; i < routers; i++) {
        const end = (source + i) % routers;
        const pair = source * routers + end;
        if (!wanted(pair)) continue;
        for (const link of paths[pair]!) load.set(link, loadOf(link) - 1);
        const { path } = best(source, end);
        for (const link of path) load.set(link, loadOf(link) + 1);
        paths[pair] = path;
      }
    }
  }
  return { paths, load: Array.from(graph.linkFrom, (_, link) => loadOf(link)) };
}

test.each([
  ['the graph itself', freeStates],
  ['up*-down* states', upDownStates],
] as const)('balanced paths over %s are those of a plain search, and so are the loads', (_, statesOf) => {
  fc.assert(
    fc.property(
      randomGraph({ least: 2, most: 11 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      (edges, hopCycles, every) => {
        const graph = graphOf(edges);
        const wanted = Uint8Array.from({ length: graph.routers ** 2 }, (__, pair) => (pair % every === 0 ? 1 : 0));
        const load = new Float64Array(graph.linkFrom.length);
        const paths = balancedPaths(graph, statesOf(graph), hopCycles, load, wanted);
        const plain = plainPaths(graph, statesOf(graph), hopCycles, (pair) => wanted[pair] === 1);
        expect(listsOf(paths)).toEqual(plain.paths);
        expect([...load]).toEqual(plain.load);
      },
    ),
    { numRuns: 25 },
  );
});

/** Whether the dependencies of some paths close a circle: links without one before them are taken away until none is left. */
function isCircular(paths: readonly number[][]): boolean {
  let edges = paths.flatMap((path) => path.slice(1).map((next, i) => [path[i]!, next] as const));
  for (;;) {
    const behind = new Set(edges.map(([, next]) => next));
    const rest = edges.filter(([link]) => behind.has(link));
    if (rest.length === edges.length) return edges.length > 0;
    edges = rest;
  }
}

test('every path goes to the first layer without a circle, then to the one where it meets the least traffic, as in a plain search', () => {
  fc.assert(
    fc.property(randomGraph({ least: 5, most: 11, mostNeighbours: 4 }), fc.integer({ min: 1, max: 3 }), (edges, count) => {
      const graph = graphOf(edges);
      const paths = balancedPaths(graph, freeStates(graph), 1);
      const lists = listsOf(paths);
      const order = longestFirst(graph, paths);
      const pairs = Array.from(lists.keys()).filter((pair) => lists[pair]!.length > 0);
      expect([...order]).toEqual(pairs.toSorted((p, q) => lists[q]!.length - lists[p]!.length || p - q));

      const layers: Set<number>[] = Array.from({ length: count }, () => new Set());
      const fits = (layer: number, pair: number): boolean => !isCircular([...layers[layer]!, pair].map((one) => lists[one]!));
      const layerOf = new Uint8Array(lists.length);
      for (const pair of order) {
        const home = layers.findIndex((__, layer) => fits(layer, pair));
        layerOf[pair] = home < 0 ? NO_LAYER : home;
        if (home >= 0) layers[home]!.add(pair);
      }
      expect(firstLayers(graph, paths, order, count)).toEqual(layerOf);

      const placed = order.filter((pair) => layerOf[pair] !== NO_LAYER);
      const even = evenedOut(graph, paths, placed, count, layerOf);
      const met = (layer: number, pair: number): number =>
        lists[pair]!.reduce((sum, link) => sum + [...layers[layer]!].filter((other) => lists[other]!.includes(link)).length, 0);
      for (let round = 0; round < 3; round++) {
        for (const pair of placed) {
          const home = layerOf[pair]!;
          const stay = met(home, pair) - lists[pair]!.length;
          const target = Array.from(layers.keys())
            .filter((layer) => layer !== home && met(layer, pair) < stay)
            .toSorted((a, b) => met(a, pair) - met(b, pair) || a - b)
            .find((layer) => fits(layer, pair));
          if (target === undefined) continue;
          layers[home]!.delete(pair);
          layers[target]!.add(pair);
          layerOf[pair] = target;
        }
      }
      expect(even).toEqual(layerOf);
    }),
    { numRuns: 12 },
  );
});
