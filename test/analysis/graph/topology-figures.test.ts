import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  betweenness,
  bisection,
  edgesOf,
  type Graph,
  localEfficiency,
  physicalRent,
  randomGraph,
  ringLattice,
  steinerTreeSize,
  topologicalRent,
  wiringEconomy,
} from '../../../src/analysis/index.ts';
import { adjacency, graphFromPairs, karateClub, NEEDS_SHARED, smallGraph, withoutShared, wormConnectome } from './graphs.ts';

/** A grid of `width` x `height` nodes. */
function grid(width: number, height: number, wrap = false): { graph: Graph; positions: number[][] } {
  const pairs: number[][] = [];
  const at = (x: number, y: number): number => x + width * y;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (wrap || x + 1 < width) pairs.push([at(x, y), at((x + 1) % width, y)]);
      if (wrap || y + 1 < height) pairs.push([at(x, y), at(x, (y + 1) % height)]);
    }
  }
  const nodes = Array.from({ length: width * height }, (_, i) => i);
  return { graph: graphFromPairs(nodes.length, pairs), positions: [nodes.map((i) => i % width), nodes.map((i) => Math.floor(i / width))] };
}

test('betweenness of a chain, a star and a ring has its closed form', () => {
  const chain = graphFromPairs(
    5,
    [0, 1, 2, 3].map((i) => [i, i + 1]),
  );
  // node i of n lies between i nodes on one side and n - 1 - i on the other
  expect(Array.from(betweenness(chain).node)).toEqual([0, 3, 4, 3, 0]);
  expect(Array.from(betweenness(chain).edge)).toEqual([4, 6, 6, 4]);
  const star = graphFromPairs(
    6,
    [1, 2, 3, 4, 5].map((i) => [0, i]),
  );
  expect(Array.from(betweenness(star).node)).toEqual([10, 0, 0, 0, 0, 0]);
  expect(Array.from(betweenness(star).edge)).toEqual([5, 5, 5, 5, 5]);
  // ring of n = 2k + 1: every edge carries k (k + 1) / 2 pairs
  expect(Array.from(betweenness(ringLattice(7, 7)).edge)).toEqual(Array.from({ length: 7 }, () => 6));
});

test('betweenness of the karate club is that of NetworkX', () => {
  const { node } = betweenness(karateClub);
  const pairs = (33 * 32) / 2;
  expect(node[0]! / pairs).toBeCloseTo(0.43763528138528146, 10);
  expect(node[33]! / pairs).toBeCloseTo(0.30407497594997596, 10);
  expect(node[2]! / pairs).toBeCloseTo(0.14365680615680618, 10);
});

test('the edges of all shortest paths together are their lengths', () => {
  fc.assert(
    fc.property(smallGraph, (graph) => {
      const { node, edge } = betweenness(graph);
      const distance = allDistances(graph);
      let [hops, inner] = [0, 0];
      for (let i = 0; i < graph.nodes; i++) {
        for (let j = i + 1; j < graph.nodes; j++) {
          if (!Number.isFinite(distance[i]![j])) continue;
          hops += distance[i]![j]!;
          inner += distance[i]![j]! - 1;
        }
      }
      expect(edge.reduce((a, b) => a + b, 0)).toBeCloseTo(hops, 9);
      expect(node.reduce((a, b) => a + b, 0)).toBeCloseTo(inner, 9);
    }),
  );
});

test('the bisection width of meshes, tori, rings, hypercubes and complete graphs is the textbook one', () => {
  expect(bisection(grid(8, 8).graph, { seed: 1 }).width).toBe(8);
  expect(bisection(grid(8, 8).graph, { seed: 1, positions: grid(8, 8).positions }).width).toBe(8);
  expect(bisection(grid(8, 4).graph, { seed: 1, positions: grid(8, 4).positions }).width).toBe(4);
  expect(bisection(grid(6, 6, true).graph, { seed: 1, positions: grid(6, 6, true).positions }).width).toBe(12);
  expect(bisection(ringLattice(20, 20), { seed: 1 }).width).toBe(2);
  const cube = graphFromPairs(32, Array.from({ length: 32 }, (_, i) => [0, 1, 2, 3, 4].map((bit) => [i, i ^ (1 << bit)])).flat());
  expect(bisection(cube, { seed: 1 }).width).toBe(16);
  expect(bisection(ringLattice(10, 45), { seed: 1 }).width).toBe(25);
});

test('on graphs of up to eight nodes the bisection is the best of all', () => {
  fc.assert(
    fc.property(smallGraph, (graph) => {
      const { width, side } = bisection(graph, { seed: 3 });
      const cutOf = (of: (i: number) => number): number => {
        const { from, to } = edgesOf(graph);
        return Array.from(from).filter((a, e) => of(a) !== of(to[e]!)).length;
      };
      let least = Infinity;
      for (let set = 0; set < 1 << graph.nodes; set++) {
        const size = Array.from({ length: graph.nodes }, (_, i) => (set >> i) & 1).reduce((a, b) => a + b, 0);
        if (Math.abs(2 * size - graph.nodes) <= graph.nodes % 2)
          least = Math.min(
            least,
            cutOf((i) => (set >> i) & 1),
          );
      }
      expect(cutOf((i) => side[i]!)).toBe(width);
      expect(width).toBe(least);
    }),
    { numRuns: 60 },
  );
});

test('nodes without weight follow the cheaper side', () => {
  // a star of four arms with the weight at the tips: two arms have to be cut, wherever the middle goes
  const star = graphFromPairs(
    5,
    [1, 2, 3, 4].map((i) => [0, i]),
  );
  expect(bisection(star, { seed: 1, weights: [0, 1, 1, 1, 1] }).width).toBe(2);
});

test('Rent exponents order a chain, a mesh and a random graph, and stretching the plan changes neither', () => {
  const chain = graphFromPairs(
    128,
    Array.from({ length: 127 }, (_, i) => [i, i + 1]),
  );
  const { graph, positions } = grid(16, 16);
  const mesh = topologicalRent(graph, { seed: 1 })!;
  expect(topologicalRent(chain, { seed: 1 })).toBeLessThan(0.1);
  // the rim of a small mesh draws its exponent below the 0.5 of an endless one
  expect(mesh).toBeGreaterThan(topologicalRent(grid(8, 8).graph, { seed: 1 })!);
  expect(mesh).toBeGreaterThan(0.33);
  expect(mesh).toBeLessThan(0.5);
  expect(topologicalRent(randomGraph(256, 1024, 1), { seed: 1 })).toBeGreaterThan(0.75);
  const box = physicalRent(graph, positions, { seed: 1 })!;
  expect(Math.abs(box - 0.5)).toBeLessThan(0.1);
  const stretched = positions.map((axis) => axis.map((value) => 2 * value));
  expect(physicalRent(graph, stretched, { seed: 1 })).toBeCloseTo(box, 12);
  expect(topologicalRent(graphFromPairs(2, [[0, 1]]), { seed: 1 })).toBeNull();
});

test.skipIf(withoutShared)(`the worm is wired economically, as measured on its soma positions${NEEDS_SHARED}`, () => {
  const { graph, names } = wormConnectome();
  const place = new Map(somata().map(({ name, at }) => [name, at]));
  const positions = [0, 1, 2].map((axis) => names.map((name) => place.get(name)?.[axis] ?? Number.NaN));
  const wiring = wiringEconomy(graph, positions, { seed: 1 })!;
  expect(wiring.length / 1000).toBeCloseTo(473, 0);
  expect(wiring.meanLength).toBeCloseTo(136.5, 1);
  expect(Math.abs(wiring.ratio / 0.55 - 1)).toBeLessThan(0.02);
  expect(Math.abs(wiring.z / -12.6 - 1)).toBeLessThan(0.25);
  expect(Math.abs(physicalRent(graph, positions, { seed: 1 })! - 0.87)).toBeLessThan(0.08);
  expect(Math.abs(topologicalRent(graph, { seed: 1 })! - 0.74)).toBeLessThan(0.08);
  // doubled distances double the wire; positions at random leave no economy
  const doubled = positions.map((axis) => axis.map((value) => 2 * value));
  expect(wiringEconomy(graph, doubled, { seed: 1 })!.length).toBeCloseTo(2 * wiring.length, 6);
  const mixed = positions.map((axis) => axis.map((_, i) => axis[(i * 7 + 11) % axis.length]!));
  expect(Math.abs(wiringEconomy(graph, mixed, { seed: 1 })!.ratio - 1)).toBeLessThan(0.1);
});

test('wires along the axes are as long as the mesh has links', () => {
  const { graph, positions } = grid(4, 4);
  expect(wiringEconomy(graph, positions, { seed: 1, metric: 'manhattan' })).toMatchObject({ length: 24, meanLength: 1, longest: 1 });
  expect(wiringEconomy(graphFromPairs(3, []), [[0, 1, 2]], { seed: 1 })).toBeNull();
});

test('a ring has no local efficiency, a complete graph all of it', () => {
  expect(localEfficiency(ringLattice(9, 9))).toBe(0);
  expect(localEfficiency(ringLattice(6, 15))).toBe(1);
});

test('exact Steiner trees: on a mesh, on a star, and against all sets of further nodes on small graphs', () => {
  const { graph } = grid(5, 5);
  // the four corners of a mesh from a corner: three sides
  expect(steinerTreeSize(graph, 0, [4, 20, 24])).toBe(12);
  // a plus: the middle is no terminal and saves one edge per pair of arms
  expect(steinerTreeSize(graph, 2, [10, 14, 22])).toBe(8);
  expect(steinerTreeSize(graph, 3, [3])).toBe(0);
  expect(steinerTreeSize(graphFromPairs(3, [[0, 1]]), 0, [2])).toBe(Infinity);
  fc.assert(
    fc.property(smallGraph, fc.nat(255), fc.nat(7), (graph8, mask, start) => {
      const root = start % graph8.nodes;
      const terminals = Array.from({ length: graph8.nodes }, (_, i) => i).filter((i) => (mask >> i) & 1);
      expect(steinerTreeSize(graph8, root, terminals)).toBe(bruteForce(graph8, [root, ...terminals]));
    }),
    { numRuns: 100 },
  );
});

/** The smallest connected set of nodes that holds all terminals has one edge less than nodes. */
function bruteForce(graph: Graph, terminals: readonly number[]): number {
  const matrix = adjacency(graph);
  const needed = terminals.reduce((set, node) => set | (1 << node), 0);
  let least = Infinity;
  for (let set = 1; set < 1 << graph.nodes; set++) {
    if ((set & needed) !== needed) continue;
    let seen = 1 << terminals[0]!;
    for (let grown = 0; grown !== seen;) {
      grown = seen;
      for (let i = 0; i < graph.nodes; i++)
        if ((seen >> i) & 1) for (let j = 0; j < graph.nodes; j++) if (matrix[i]![j] === 1 && (set >> j) & 1) seen |= 1 << j;
    }
    if (seen !== set) continue;
    let size = 0;
    for (let rest = set; rest > 0; rest >>= 1) size += rest & 1;
    least = Math.min(least, size - 1);
  }
  return least;
}

function allDistances(graph: Graph): number[][] {
  const matrix = adjacency(graph);
  const distance = matrix.map((row, i) => row.map((one, j) => (i === j ? 0 : one === 1 ? 1 : Infinity)));
  for (let k = 0; k < graph.nodes; k++)
    for (let i = 0; i < graph.nodes; i++)
      for (let j = 0; j < graph.nodes; j++) distance[i]![j] = Math.min(distance[i]![j]!, distance[i]![k]! + distance[k]![j]!);
  return distance;
}

function somata(): { name: string; at: number[] }[] {
  const [head, ...rows] = readFileSync(new URL('../../../../shared/data/celegans/soma_positions.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const columns = head!.map((name) => name.trim());
  return rows.map((row) => ({ name: row[0]!, at: columns.slice(1, 4).map((_, k) => Number(row[k + 1])) }));
}
