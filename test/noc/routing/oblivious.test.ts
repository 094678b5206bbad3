import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layerOfHop, linkOfHop, pathOf } from '../../../src/noc/routing/route-table.ts';
import { findCycleByPaths } from './all-paths.ts';
import { layoutOf } from '../designs.ts';

const grids = fc.record({
  topology: fc.constantFrom('mesh', 'torus'),
  width: fc.integer({ min: 3, max: 5 }),
  height: fc.integer({ min: 3, max: 5 }),
  kind: fc.constantFrom('xy-yx', 'valiant', 'romm'),
});

test('every way of every pair arrives; XY-YX and ROMM are minimal; phases never fall; the certificate over witnesses sees all that all ways depend on', () => {
  fc.assert(
    fc.property(grids, fc.double({ min: 0, max: 0.999, noNaN: true }), ({ topology, width, height, kind }, u) => {
      const layout = layoutOf({ topology: { kind: topology, width, height }, routing: { kind } });
      const steps = (from: number, to: number, size: number): number => {
        const direct = Math.abs(from - to);
        return topology === 'torus' ? Math.min(direct, size - direct) : direct;
      };
      const { routes, graph, certificate } = layout;
      for (let source = 0; source < graph.routers; source++) {
        for (let destination = 0; destination < graph.routers; destination++) {
          const hops = pathOf(routes, graph.linkTo, source, destination, routes.choices!.draw(source, destination, u));
          const distance =
            steps(source % width, destination % width, width) + steps(Math.floor(source / width), Math.floor(destination / width), height);
          expect(hops.length === 0 ? source : graph.linkTo[linkOfHop(hops.at(-1)!)]).toBe(destination);
          expect(kind === 'valiant' ? hops.length >= distance : hops.length === distance).toBe(true);
          const phases = hops.map((hop) => Math.floor(layerOfHop(hop) / (topology === 'torus' ? 2 : 1)));
          expect(phases).toEqual(phases.toSorted((p, q) => p - q));
        }
      }
      expect(certificate.acyclic).toBe(true);
      expect(findCycleByPaths(layout)).toEqual({ isAcyclic: true, dependencies: certificate.dependencies });
    }),
    { numRuns: 30 },
  );
});

test('on a small world they are refused in words', () => {
  expect(() => layoutOf({ topology: { kind: 'ring', routers: 6 }, routing: { kind: 'valiant' } })).toThrow(/needs a mesh or a torus/);
});
