/** Regular structures against their closed forms: degree, diameter, mean distance, bisection, wire; every path minimal where it should be, every routing certified. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bisection, graphOf, pathLengths } from '../../../src/analysis/index.ts';
import type { NocDesignInput } from '../../../src/model/schemas/noc.ts';
import { channelLoads, NocNetwork, type NocLayout } from '../../../src/noc/index.ts';
import { pathOf } from '../../../src/noc/routing/route-table.ts';
import { layoutOf } from '../designs.ts';

const build = (topology: NocDesignInput['topology'], routing: NocDesignInput['routing'] = { kind: 'dimension-order' }): NocLayout =>
  layoutOf({ topology, routing });
const graphFrom = ({ routers, graph }: NocLayout) => graphOf(routers, graph.linkFrom, graph.linkTo);
const degrees = ({ graph }: NocLayout): number[] => graph.ports.map((ports) => ports.filter((port) => port >= 0).length);
const meanHops = (layout: NocLayout): number => channelLoads(layout).reduce((sum, load) => sum + load, 0) / layout.nodes;

/** Sum over all pairs of coordinates on a line or ring of k, over k^2: the mean distance per dimension with self pairs. */
const meanPerDimension = (k: number, wrap: boolean): number =>
  wrap && k > 2 ? (k % 2 === 0 ? k / 4 : (k * k - 1) / (4 * k)) : (k * k - 1) / (3 * k);

test('meshes and tori of any dimension have the textbook degree, diameter, mean distance and links, and take minimal ways', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 2, max: 5 }), { minLength: 1, maxLength: 4 }), fc.boolean(), (sides, wrap) => {
      fc.pre(sides.reduce((product, side) => product * side, 1) <= 200);
      const layout = build({ kind: 'cube', sides, wrap });
      const { mean, diameter } = pathLengths(graphFrom(layout));
      const expected = sides.reduce((sum, side) => sum + meanPerDimension(side, wrap), 0);
      const n = layout.routers;
      expect(diameter).toBe(sides.reduce((sum, side) => sum + (wrap && side > 2 ? Math.floor(side / 2) : side - 1), 0));
      expect((mean! * (n - 1)) / n).toBeCloseTo(expected, 9);
      expect(meanHops(layout)).toBeCloseTo(expected, 9);
      expect(layout.graph.linkFrom.length / 2).toBe(
        sides.reduce((sum, side) => sum + (n / side) * (wrap && side > 2 ? side : side - 1), 0),
      );
      expect(layout.certificate.acyclic).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test('the bisection of a hypercube is half of its routers, that of a 4-ary 3-cube 16 and of its torus 32', () => {
  expect(bisection(graphFrom(build({ kind: 'cube', sides: [2, 2, 2, 2, 2] })), { seed: 1 }).width).toBe(16);
  expect(bisection(graphFrom(build({ kind: 'cube', sides: [4, 4, 4] })), { seed: 1 }).width).toBe(16);
  expect(bisection(graphFrom(build({ kind: 'cube', sides: [4, 4, 4], wrap: true })), { seed: 1 }).width).toBe(32);
  expect(new Set(degrees(build({ kind: 'cube', sides: [4, 4, 4], wrap: true })))).toEqual(new Set([6]));
});

test('a cube of two sides is the mesh, and wires of the third dimension are as long as a block is wide', () => {
  const [flat, mesh] = [build({ kind: 'cube', sides: [4, 3] }), build({ kind: 'mesh', width: 4, height: 3 })];
  expect(Array.from(flat.graph.x)).toEqual(Array.from(mesh.graph.x));
  expect(meanHops(flat)).toBeCloseTo(meanHops(mesh), 12);
  const { graph } = build({ kind: 'cube', sides: [4, 4, 4] });
  expect([...new Set(Array.from(graph.linkLength, (metres) => Math.round(1e6 * metres) / 1e3))].toSorted((p, q) => p - q)).toEqual([1, 4]);
  const cells = new Set(Array.from(graph.x, (x, router) => `${String(x)},${String(graph.y[router])}`));
  expect(cells.size).toBe(64);
});

test('a fat tree has the links, distances and bisection of a k-ary n-tree, and no link carries more than a node offers', () => {
  for (const [arity, levels] of [
    [2, 3],
    [4, 2],
    [2, 4],
    [3, 3],
  ] as const) {
    const layout = build({ kind: 'fat-tree', arity, levels }, { kind: 'nearest-ancestor' });
    const perLevel = arity ** (levels - 1);
    expect([layout.nodes, layout.routers, layout.graph.linkFrom.length / 2]).toEqual([
      arity ** levels,
      levels * perLevel,
      (levels - 1) * perLevel * arity,
    ]);
    // a pair of nodes turns at level l with probability (k - 1) k^(l - 1) / k^(n - 1): 2 l hops
    let hops = 0;
    for (let level = 1; level < levels; level++) hops += (2 * level * (arity - 1) * arity ** (level - 1)) / perLevel;
    expect(meanHops(layout)).toBeCloseTo(hops, 9);
    expect(layout.certificate).toMatchObject({ acyclic: true, layers: 1 });
    // uniform traffic: no link up or down carries more than a node offers, so the tree is as wide as its nodes
    const loads = channelLoads(layout);
    expect(Math.max(...loads)).toBeLessThanOrEqual(1 + 1e-9);
    const weights = layout.graph.ports.map((ports) => ports.filter((port) => port < 0).length);
    if (arity === 2 && levels === 3) expect(bisection(graphFrom(layout), { seed: 1, weights, starts: 20 }).width).toBe(arity ** levels / 2);
  }
});

test('three levels: two hops inside a chip, four and those of the mesh between chips', () => {
  const layout = build({ kind: 'hierarchical', width: 3, height: 2, cores: 4 }, { kind: 'chip-order' });
  expect([layout.nodes, layout.routers, layout.graph.linkFrom.length / 2]).toEqual([24, 36, 6 * 5 + 7]);
  const routerOf = (node: number): number => layout.graph.routerOfNode[node]!;
  for (let source = 0; source < 24; source++) {
    for (let destination = 0; destination < 24; destination++) {
      const [from, to] = [Math.floor(source / 4), Math.floor(destination / 4)];
      const mesh = Math.abs((from % 3) - (to % 3)) + Math.abs(Math.floor(from / 3) - Math.floor(to / 3));
      const expected = source === destination ? 0 : from === to ? 2 : 4 + mesh;
      expect(pathOf(layout.routes, layout.graph.linkTo, routerOf(source), routerOf(destination))).toHaveLength(expected);
    }
  }
  expect(layout.certificate).toMatchObject({ acyclic: true, layers: 1 });
  const cells = new Set(Array.from(layout.graph.x, (x, router) => `${String(x)},${String(layout.graph.y[router])}`));
  expect(cells.size).toBe(36);
});

test('a modular graph has its links inside and between, hangs together, and is found again by its communities', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 2, max: 6 }), fc.integer({ min: 5, max: 9 }), (seed, modules, size) => {
      const between = 2 * modules;
      const layout = build({ kind: 'modular', modules, size, inside: 4, rewiring: 0.2, between, seed, max_degree: 10 }, { kind: 'blash' });
      const moduleOf = (router: number): number => Math.floor(router / size);
      const crossing = Array.from(layout.graph.linkFrom).filter((from, link) => moduleOf(from) !== moduleOf(layout.graph.linkTo[link]!));
      expect(crossing).toHaveLength(2 * between);
      expect(layout.graph.linkFrom).toHaveLength(2 * (between + (modules * size * 4) / 2));
      expect(Math.max(...degrees(layout))).toBeLessThanOrEqual(10);
      expect(layout.certificate.acyclic).toBe(true);
    }),
    { numRuns: 15 },
  );
});

test('an H-tree is near-square, no two routers share a place, and its links shorten towards the leaves', () => {
  for (const [arity, levels] of [
    [4, 3],
    [2, 5],
    [3, 3],
    [9, 2],
  ] as const) {
    const { graph, routers } = build({ kind: 'tree', arity, levels }, { kind: 'up-down' });
    const cells = new Set(Array.from(graph.x, (x, router) => `${x.toFixed(9)},${graph.y[router]!.toFixed(9)}`));
    expect(cells.size).toBe(routers);
    const [wide, tall] = [Math.max(...graph.x) + 1e-3, Math.max(...graph.y) + 1e-3];
    expect(Math.max(wide, tall) / Math.min(wide, tall)).toBeLessThan(3.2);
    expect(graph.linkLength[0]).toBeGreaterThanOrEqual(graph.linkLength.at(-1)!);
  }
});

test('routings that are made for a structure are refused elsewhere and say what works', () => {
  expect(() => build({ kind: 'mesh', width: 3, height: 3 }, { kind: 'nearest-ancestor' })).toThrow(
    /needs a fat tree; minimal, up-down and blash/,
  );
  expect(() => build({ kind: 'cube', sides: [3, 3, 3] }, { kind: 'chip-order' })).toThrow(/needs a hierarchical topology/);
  expect(() => build({ kind: 'modular', modules: 4, size: 5, between: 2 }, { kind: 'blash' })).toThrow(/at least 4 links between/);
});

test('every packet of every pair arrives on the new structures, past saturation too', () => {
  const designs: readonly (readonly [NocDesignInput['topology'], NocDesignInput['routing']])[] = [
    [{ kind: 'cube', sides: [3, 3, 3], wrap: true }, { kind: 'dimension-order' }],
    [{ kind: 'fat-tree', arity: 2, levels: 4 }, { kind: 'nearest-ancestor' }],
    [{ kind: 'hierarchical', width: 2, height: 2, cores: 4 }, { kind: 'chip-order' }],
    [{ kind: 'modular', modules: 3, size: 6, between: 6 }, { kind: 'blash' }],
  ];
  for (const [topology, routing] of designs) {
    const network = new NocNetwork(build(topology, routing));
    const { nodes } = network.layout;
    let arrived = 0;
    for (let round = 0; round < 4; round++)
      for (let pair = 0; pair < nodes * nodes; pair++)
        network.offer(round, Math.floor(pair / nodes), pair % nodes, 2, round * nodes * nodes + pair);
    network.advance(50_000, () => (arrived += 1));
    expect(arrived).toBe(4 * nodes * nodes);
    expect(network.audit()).toMatchObject({ inFlight: 0, balanced: true });
  }
});
