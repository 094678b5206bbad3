import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NocDesignInput } from '../../../src/model/schemas/noc.ts';
import type { NocLayout } from '../../../src/noc/index.ts';
import { layoutOf } from '../designs.ts';

const degrees = ({ graph }: NocLayout): number[] => graph.ports.map((ports) => ports.filter((port) => port >= 0).length);
const build = (topology: NocDesignInput['topology']) => layoutOf({ topology, routing: { kind: 'up-down' } });
const links = (layout: NocLayout): number => layout.graph.linkFrom.length / 2;

test('a ring has as many links as routers, a tree one less, and only its leaves have nodes', () => {
  expect(degrees(build({ kind: 'ring', routers: 9 }))).toEqual(Array.from({ length: 9 }, () => 2));
  const tree = build({ kind: 'tree', arity: 2, levels: 4 });
  expect([tree.routers, tree.nodes, links(tree)]).toEqual([31, 16, 30]);
  expect(degrees(tree).filter((degree) => degree === 3)).toHaveLength(14);
  expect(Math.min(...tree.graph.routerOfNode)).toBe(15);
});

test('a flattened butterfly reaches every router of a row or column by one link; row-column routing needs at most two', () => {
  const layout = layoutOf({ topology: { kind: 'flattened-butterfly', width: 4, height: 4 }, routing: { kind: 'row-column' } });
  expect([layout.nodes, links(layout)]).toEqual([64, 16 * 3]);
  expect(degrees(layout)).toEqual(Array.from({ length: 16 }, () => 6));
  expect(layout.certificate.acyclic).toBe(true);
  expect(() => layoutOf({ topology: { kind: 'mesh', width: 3, height: 3 }, routing: { kind: 'row-column' } })).toThrow(
    /flattened butterflies/,
  );
});

test('a hexagonal torus has six neighbours everywhere, all different from 3 x 3 on', () => {
  for (const [width, height] of [
    [3, 3],
    [4, 5],
    [8, 8],
  ] as const) {
    const layout = build({ kind: 'hexagonal-torus', width, height });
    for (const ports of layout.graph.ports) {
      expect(new Set(ports.filter((port) => port >= 0).map((link) => layout.graph.linkTo[link])).size).toBe(6);
    }
  }
});

describe('random graphs', () => {
  test('shortcuts leave the base as it is, keep the limit of neighbours, and are a function of the seed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 12 }), fc.double({ min: 0, max: 4, noNaN: true }), (seed, count, exponent) => {
        const make = () =>
          build({ kind: 'kleinberg', base: { kind: 'mesh', width: 4, height: 4 }, links: count, exponent, seed, max_degree: 6 });
        const layout = make();
        expect(links(layout)).toBe(24 + count);
        expect(Math.max(...degrees(layout))).toBeLessThanOrEqual(6);
        expect(
          new Set(Array.from(layout.graph.linkFrom, (from, link) => `${String(from)}-${String(layout.graph.linkTo[link])}`)).size,
        ).toBe(2 * links(layout));
        expect(make().graph).toEqual(layout.graph);
      }),
      { numRuns: 20 },
    );
  });

  test('Newman-Watts adds one link per link of the base at probability 1, none at 0', () => {
    const count = (shortcuts: number) =>
      links(build({ kind: 'newman-watts', base: { kind: 'ring', routers: 20, degree: 4 }, shortcuts, max_degree: 16 }));
    expect([count(0), count(1)]).toEqual([40, 80]);
  });

  test('the steeper the exponent, the shorter the shortcuts', () => {
    const wire = (exponent: number): number => {
      const { graph } = build({ kind: 'kleinberg', base: { kind: 'mesh', width: 8, height: 8 }, links: 32, exponent, seed: 3 });
      return graph.linkLength.reduce((sum, length) => sum + length, 0);
    };
    expect(wire(0)).toBeGreaterThan(1.2 * wire(3));
  });

  test('random regular graphs have the same degree everywhere and are connected, or the numbers are refused', () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 40 }), fc.integer({ min: 3, max: 5 }), fc.nat(), (routers, degree, seed) => {
        fc.pre((routers * degree) % 2 === 0);
        const layout = build({ kind: 'random-regular', routers, degree, seed });
        expect(new Set(degrees(layout))).toEqual(new Set([degree]));
        expect(layout.certificate.acyclic).toBe(true);
      }),
      { numRuns: 20 },
    );
    expect(() => build({ kind: 'random-regular', routers: 5, degree: 3 })).toThrow(/even/);
  });
});
