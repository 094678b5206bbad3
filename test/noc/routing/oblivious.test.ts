import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layerOfHop, linkOfHop, pathOf } from '../../../src/noc/routing/route-table.ts';
import { findCycleByPaths } from './all-paths.ts';
import { layoutOf } from '../designs.ts';

const grids = fc.record({
  width: fc.integer({ min: 2, max: 4 }),
  height: fc.integer({ min: 2, max: 4 }),
  kind: fc.constantFrom('xy-yx', 'valiant', 'romm'),
});

test('every way of every pair arrives; XY-YX and ROMM are minimal; layers never fall; the certificate over witnesses sees all that all ways depend on', () => {
  fc.assert(
    fc.property(grids, fc.double({ min: 0, max: 0.999, noNaN: true }), ({ width, height, kind }, u) => {
      const layout = layoutOf({ topology: { kind: 'mesh', width, height }, routing: { kind } });
      const { routes, graph, certificate } = layout;
      for (let source = 0; source < graph.routers; source++) {
        for (let destination = 0; destination < graph.routers; destination++) {
          const hops = pathOf(routes, graph.linkTo, source, destination, routes.choices!.draw(source, destination, u));
          const distance =
            Math.abs((source % width) - (destination % width)) + Math.abs(Math.floor(source / width) - Math.floor(destination / width));
          expect(hops.length === 0 ? source : graph.linkTo[linkOfHop(hops.at(-1)!)]).toBe(destination);
          expect(kind === 'valiant' ? hops.length >= distance : hops.length === distance).toBe(true);
          const layers = hops.map(layerOfHop);
          expect(layers).toEqual(layers.toSorted((p, q) => p - q));
        }
      }
      expect(certificate.acyclic).toBe(true);
      expect(findCycleByPaths(layout)).toEqual({ isAcyclic: true, dependencies: certificate.dependencies });
    }),
    { numRuns: 15 },
  );
});

test('on a torus or a small world they are refused in words', () => {
  expect(() => layoutOf({ topology: { kind: 'torus', width: 4, height: 4 }, routing: { kind: 'valiant' } })).toThrow(/needs a mesh/);
});
