/** Figures of a design before anything runs on it: loads by the routes, memory of tables, multicast trees against exact minima. */
import { expect, test } from 'vitest';
import { graphOf } from '../../src/analysis/index.ts';
import { channelLoads, multicastExcess, tableMemory, type NocLayout } from '../../src/noc/index.ts';
import { layoutOf, meshLayout, smallWorldLayout } from './designs.ts';

const graphFrom = ({ graph, routers }: NocLayout) => graphOf(routers, graph.linkFrom, graph.linkTo);
const most = (values: Float64Array): number => values.reduce((a, b) => Math.max(a, b), 0);

test('the busiest link of a mesh or torus carries what the textbook says under uniform traffic', () => {
  // k x k mesh: a row's half of k/2 columns sends half of its flits over one link: k / 4; torus: k / 8 each way
  expect(most(channelLoads(meshLayout(8, 8)))).toBeCloseTo(2, 12);
  expect(most(channelLoads(meshLayout(4, 4)))).toBeCloseTo(1, 12);
  const torus = layoutOf({ topology: { kind: 'torus', width: 8, height: 8 }, routing: { kind: 'dimension-order' } });
  expect(most(channelLoads(torus))).toBeCloseTo(1, 12);
});

test('loads of all links together are the mean number of hops, whatever the weights', () => {
  const layout = smallWorldLayout(4, 4, 3);
  const weights = Float64Array.from({ length: 256 }, (_, pair) => (pair === 3 ? 1 : 0));
  const one = channelLoads(layout, weights);
  // all sixteen nodes' flits flow from node 0 to node 3
  expect(one.filter((load) => load > 0).every((load) => load === 16)).toBe(true);
  const uniform = channelLoads(layout);
  const hops = uniform.reduce((a, b) => a + b, 0) / 16;
  expect(hops).toBeGreaterThan(1);
  expect(hops).toBeLessThan(3);
});

test('a mesh keeps no tables, a ring an entry per destination, merged to a few ranges', () => {
  expect(tableMemory(meshLayout(4, 4))).toMatchObject({ organisation: 'computed', bits: 0 });
  // a tree of two levels: 7 routers, 4 destinations at the leaves; 3 ports at inner routers, 2 at leaves and at the root
  const tree = layoutOf({ topology: { kind: 'tree', arity: 2, levels: 2 }, routing: { kind: 'up-down' } });
  const memory = tableMemory(tree);
  expect(memory.organisation).toBe('destination');
  expect(Array.from(memory.perRouter)).toEqual([4, 8, 8, 4, 4, 4, 4]);
  // root: two ranges of 2 + 1 bit; a router below: own two leaves and the rest; a leaf: everything upwards
  expect(memory.rangeBits).toBeLessThan(7 * 3 * 4);
  // paths: 4 ordered pairs of siblings take two hops (1 + 2 bits), 8 others four (1 + 2 + 1 + 2)
  expect(memory.sourceBits).toBe(4 * (1 + 2) + 8 * (1 + 2 + 1 + 2));
});

test('tables by source and destination count every pair at every router on its way', () => {
  const layout = smallWorldLayout(4, 4, 3);
  const memory = tableMemory(layout);
  const hops = channelLoads(layout).reduce((a, b) => a + b, 0) * 16;
  if (memory.organisation === 'pair') expect(memory.entries).toBeCloseTo(hops, 9);
  expect(memory.bits).toBe(memory.perRouter.reduce((a, b) => a + b, 0));
});

test('no multicast tree is smaller than the exact minimum, and on a tree none is larger', () => {
  const world = smallWorldLayout(5, 5, 2, { router: { vcs: 4 } });
  for (const row of multicastExcess(world, graphFrom(world), 1, 10)) {
    expect(row.excess).toBeGreaterThanOrEqual(0);
    expect(row.treeLinks).toBeLessThanOrEqual(row.unicastLinks);
    expect(row.worst).toBeGreaterThanOrEqual(row.excess);
  }
  const tree = layoutOf({ topology: { kind: 'tree', arity: 3, levels: 2 }, routing: { kind: 'up-down' } });
  const rows = multicastExcess(tree, graphFrom(tree), 1, 10);
  expect(rows.map(({ destinations }) => destinations)).toEqual([2, 3, 4, 5, 6, 7, 8]);
  expect(rows.every(({ excess, worst }) => excess === 0 && worst === 0)).toBe(true);
});
