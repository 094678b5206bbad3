import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NocNetwork, type NocLayout } from '../../../src/noc/index.ts';
import { readBookSimConfig } from '../../../src/noc/booksim/booksim-config.ts';
import { expectedMatrix } from '../../../src/noc/traffic/traffic.ts';
import { layoutOf } from '../designs.ts';

const cubeLayout = (sides: number[], wrap: boolean): NocLayout =>
  layoutOf({ topology: { kind: 'cube', sides, wrap }, routing: { kind: 'dimension-order' }, link: { latency: wrap ? 2 : 1 } });

function arrivalsOf(layout: NocLayout, offers: readonly (readonly [number, number, number])[]): number[][] {
  const network = new NocNetwork(layout);
  for (const [id, [cycle, source, destination]] of offers.entries()) network.offer(cycle, source, destination, 1 + (id % 3), id);
  const arrivals: number[][] = [];
  network.advance(100_000, (...arrival) => arrivals.push(arrival));
  return arrivals;
}

// the grids of two dimensions are exact with BookSim2, packet by packet
test('a cube of two dimensions is the mesh or torus, event by event: the same ports, the same ways', () => {
  const grids = [
    [cubeLayout([5, 4], false), layoutOf({ topology: { kind: 'mesh', width: 5, height: 4 }, routing: { kind: 'dimension-order' } })],
    [
      cubeLayout([4, 5], true),
      layoutOf({ topology: { kind: 'torus', width: 4, height: 5 }, routing: { kind: 'dimension-order' }, link: { latency: 2 } }),
    ],
  ] as const;
  const offers = fc.array(fc.tuple(fc.nat(60), fc.nat(19), fc.nat(19)), { minLength: 300, maxLength: 300 });
  fc.assert(
    fc.property(fc.constantFrom(...grids), offers, ([cube, grid], list) => {
      expect(arrivalsOf(cube, list)).toEqual(arrivalsOf(grid, list));
    }),
    { numRuns: 15 },
  );
});

test('tornado and neighbour step along every dimension', () => {
  const square = cubeLayout([4, 4], false);
  const mesh = layoutOf({ topology: { kind: 'mesh', width: 4, height: 4 }, routing: { kind: 'dimension-order' } });
  for (const kind of ['tornado', 'neighbour'] as const) expect(expectedMatrix({ kind }, square)).toEqual(expectedMatrix({ kind }, mesh));
  const three = cubeLayout([3, 4, 5], false);
  const matrix = expectedMatrix({ kind: 'tornado' }, three);
  // (2, 3, 4) goes to ((2 + 1) mod 3, (3 + 1) mod 4, (4 + 2) mod 5)
  expect(matrix[59 * 60 + 12]).toBeGreaterThan(0);
});

test('a BookSim2 grid of one or three dimensions becomes a cube; one with too many routers is refused', () => {
  const config = (...lines: string[]): string =>
    [...lines, 'routing_function = dim_order', 'injection_rate = 0.1'].map((line) => `${line};`).join('\n');
  const { design } = readBookSimConfig(config('topology = torus', 'k = 5', 'n = 3'), 'c.cfg');
  expect(design).toMatchObject({ topology: { kind: 'cube', sides: [5, 5, 5], wrap: true }, link: { latency: 2 } });
  const line = readBookSimConfig(config('topology = mesh', 'k = 8', 'n = 1'), 'l.cfg').design;
  expect(line).toMatchObject({ topology: { kind: 'cube', sides: [8], wrap: false }, link: { latency: 1 } });
  expect(() => readBookSimConfig(config('topology = mesh', 'k = 17', 'n = 3'), 'c.cfg')).toThrow(
    /c\.cfg:3: n: found "3", expected k\^n of at most 4096/,
  );
});
