import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { graphOf } from '../../src/analysis/index.ts';
import { NocSchema } from '../../src/model/schemas/noc.ts';
import { multicastExcess, treesOf, type NocLayout } from '../../src/noc/index.ts';
import { treeFor } from '../../src/noc/spikes/multicast-trees.ts';
import { routerDelay } from '../../src/noc/design/layout.ts';
import { layerOfHop, linkOfHop } from '../../src/noc/routing/route-table.ts';
import type { BranchTree } from '../../src/noc/routing/set-trees.ts';
import { allowedTurns, turnsOfTrees } from '../../src/noc/routing/turn-order.ts';
import { layoutOf, smallWorldLayout } from './designs.ts';
import { randomGraph } from './random-graphs.ts';

const graphFrom = ({ graph, routers }: NocLayout) => graphOf(routers, graph.linkFrom, graph.linkTo);
const routing = fc.constantFrom({ kind: 'blash' } as const, { kind: 'blash', layers: 2 } as const, { kind: 'up-down' } as const);

describe('trees per set', { timeout: 60_000 }, () => {
  const sets = fc
    .record({
      edges: randomGraph({ most: 48 }),
      routing,
      vcs: fc.integer({ min: 2, max: 4 }),
      detour: fc.constantFrom(0, 0.1, 0.5, 4),
      draw: fc.array(fc.nat(1000), { minLength: 3, maxLength: 12 }),
    })
    .map(({ edges, routing: kind, vcs, detour, draw }) => {
      const layout = layoutOf(
        { topology: { kind: 'edge-list', file: 'g' }, routing: kind, router: { vcs }, packet: { trees: 'set', detour } },
        { g: edges },
      );
      const [source, ...routers] = [...new Set(draw.map((at) => at % layout.routers))];
      return { layout, detour, source: source!, routers };
    });

  test('lead to every destination in time, use a link once, and only turn as their certificate says', () => {
    fc.assert(
      fc.property(sets, ({ layout, detour, source, routers }) => {
        const all = treesOf(layout);
        const { graph } = layout;
        const hop = routerDelay(layout.delays);
        expect(all.certificate).toMatchObject({ acyclic: true, statement: expect.stringContaining('trees per set') as string });
        const turns = allowedTurns(graph, all.layers, turnsOfTrees(graph.linkFrom.length, all.layers, all.trees).following);
        const channelOf = (edge: number): number => layerOfHop(tree.hops[edge]!) * graph.linkFrom.length + linkOfHop(tree.hops[edge]!);
        const tree = treeFor(all, source, routers);
        const walk = (of: BranchTree, router: number): number[] => {
          const path: number[] = [];
          for (let edge = of.arrival[router]!; edge >= 0; edge = of.parents[edge]!) path.unshift(edge);
          return path;
        };
        const cyclesTo = (of: BranchTree, router: number): number =>
          walk(of, router).reduce((sum, edge) => sum + hop + graph.linkLatency[linkOfHop(of.hops[edge]!)]!, 0);
        if (routers.length > 1) expect(new Set(Array.from(tree.hops, linkOfHop)).size).toBe(tree.hops.length);
        for (const router of routers) {
          let at = source;
          const path = walk(tree, router);
          for (const [step, edge] of path.entries()) {
            expect(graph.linkFrom[linkOfHop(tree.hops[edge]!)]).toBe(at);
            at = graph.linkTo[linkOfHop(tree.hops[edge]!)]!;
            if (step > 0) expect(turns[channelOf(path[step - 1]!)]).toContain(channelOf(edge));
          }
          expect(at).toBe(router);
          // the source's own tree is one of the allowed ones, so the shortest allowed way is no longer than its
          expect(cyclesTo(tree, router)).toBeLessThanOrEqual(cyclesTo(all.trees[source]!, router) * (1 + detour) + 1e-9);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('do not depend on the order of the destinations, and save links: less than a sixth over the heuristic that knows no deadlock, on a small world', () => {
    const layout = smallWorldLayout(8, 8, 3, { packet: { trees: 'set', detour: 0.5 } });
    const rows = multicastExcess(layout, graphFrom(layout), 1, 10);
    const sum = (key: 'treeLinks' | 'sourceLinks' | 'freeLinks' | 'minimumLinks'): number => rows.reduce((all, row) => all + row[key], 0);
    expect(sum('minimumLinks')).toBeLessThanOrEqual(sum('freeLinks'));
    expect(sum('treeLinks')).toBeLessThan((1 + 1 / 6) * sum('freeLinks'));
    expect(sum('treeLinks')).toBeLessThan(0.9 * sum('sourceLinks'));
    const all = treesOf(layout);
    expect(treeFor(all, 5, [60, 17, 33])).toEqual(treeFor(all, 5, [17, 33, 60].toReversed()));
  });

  test('are refused where the card asks for the order per flow, or for detours of the trees of sources', () => {
    const topology = { kind: 'mesh', width: 3, height: 3 } as const;
    const parts = { kind: 'noc', name: 'n', topology, routing: { kind: 'dimension-order' } } as const;
    expect(() => NocSchema.parse({ ...parts, router: { order: 'per-flow' }, packet: { trees: 'set' } })).toThrow(/do not keep the order/);
    expect(() => NocSchema.parse({ ...parts, packet: { trees: 'source', detour: 0.5 } })).toThrow(/have no detours/);
  });
});

test('on more than 256 routers a card that says set gets trees per set, with fewer links; without a word packets walk the trees of sources', () => {
  const design = { topology: { kind: 'mesh', width: 17, height: 17 }, routing: { kind: 'dimension-order' } } as const;
  expect(treesOf(layoutOf(design)).sets).toBeUndefined();
  const all = treesOf(layoutOf({ ...design, packet: { trees: 'set' } }));
  const routers = Array.from({ length: 40 }, (_, k) => (k * 67 + 5) % 289);
  const links = new Set<number>();
  for (const router of routers)
    for (let edge = all.trees[144]!.arrival[router]!; edge >= 0; edge = all.trees[144]!.parents[edge]!) links.add(edge);
  expect(treeFor(all, 144, routers).hops.length).toBeLessThan(0.95 * links.size);
  expect(all.certificate.acyclic).toBe(true);
});
