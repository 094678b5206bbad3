import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layoutOf, meshLayout, smallWorldLayout } from '../designs.ts';
import { pathOf } from '../../../src/noc/routing/route-table.ts';

test('dimension order on a mesh and on a torus is certified', () => {
  expect(meshLayout(5, 3).certificate).toMatchObject({ acyclic: true, layers: 1, cycle: [] });
  for (const [width, height] of [
    [3, 3],
    [4, 4],
    [5, 4],
    [8, 8],
  ] as const) {
    expect(layoutOf({ topology: { kind: 'torus', width, height }, routing: { kind: 'dimension-order' } }).certificate).toMatchObject({
      acyclic: true,
      layers: 2,
    });
  }
});

test('minimal routing around a ring is refused, and the cycle is named', () => {
  const ring = { topology: { kind: 'edge-list', file: 'ring' }, routing: { kind: 'minimal' } } as const;
  const files = { ring: 'a,b\n0,1\n1,2\n2,3\n3,4\n4,0\n' };
  expect(() => layoutOf(ring, files)).toThrow(/not deadlock-free.*0->1 \(layer 0\)/);
  const layout = layoutOf(ring, files, { allowUnsafe: true });
  expect(layout.certificate.cycle.length).toBe(5);
});

test('up*-down* and bounded LASH are certified on any connected graph, and bounded LASH is nowhere longer', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 6 }),
      fc.integer({ min: 3, max: 6 }),
      fc.nat(),
      fc.integer({ min: 2, max: 4 }),
      (width, height, seed, layers) => {
        const blash = smallWorldLayout(width, height, seed, { routing: { kind: 'blash', layers } });
        const upDown = smallWorldLayout(width, height, seed, { routing: { kind: 'up-down' } });
        expect(blash.certificate.acyclic && upDown.certificate.acyclic).toBe(true);
        expect(hops(blash)).toBeLessThanOrEqual(hops(upDown));
      },
    ),
    { numRuns: 25 },
  );
});

test('more layers than VCs are refused', () => {
  expect(() => smallWorldLayout(4, 4, 1, { router: { vcs: 1 } })).toThrow(/at least 2 VCs/);
});

test('dimension order on an irregular graph is refused, with what would do', () => {
  expect(() => smallWorldLayout(4, 4, 1, { routing: { kind: 'dimension-order' } })).toThrow(
    /needs a mesh or a torus; minimal, up-down and blash/,
  );
});

function hops({ routes, graph }: ReturnType<typeof meshLayout>): number {
  let sum = 0;
  for (let s = 0; s < graph.routers; s++) for (let d = 0; d < graph.routers; d++) sum += pathOf(routes, graph.linkTo, s, d).length;
  return sum;
}
