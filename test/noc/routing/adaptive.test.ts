/** Adaptive routing: certified over all choices, delivers everything past saturation on any graph, goes round what is busy. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { Chance } from '../../../src/base/index.ts';
import { measure, NocNetwork, zeroLoadLatencies, type NocLayout } from '../../../src/noc/index.ts';
import { engineOf } from '../../../src/noc/kernel/engine.ts';
import { fastTables } from '../../../src/noc/kernel/fast-tables.ts';
import { oddEven } from '../../../src/noc/routing/adaptive.ts';
import type { NocDesignInput } from '../../../src/model/schemas/noc.ts';
import { certifyAdaptive } from '../../../src/noc/routing/certify-adaptive.ts';
import { deadlockIn, deadlockWords } from '../../../src/noc/router/deadlock.ts';
import { layoutOf, meshLayout } from '../designs.ts';
import { randomGraph } from '../random-graphs.ts';

vi.setConfig({ testTimeout: 30_000 });

/** Offers `rounds` packets of each length from every node to drawn destinations at once, far past saturation, and returns the routers that each went through. */
function flood(layout: NocLayout, rounds: number, lengths: readonly number[], seed: number): Map<number, number> {
  const network = new NocNetwork(layout);
  const { nodes } = layout;
  const found = new Map<number, number>();
  let id = 0;
  for (let round = 0; round < rounds; round++)
    for (let node = 0; node < nodes; node++)
      network.offer(round, node, (node * 7 + round * 13 + seed) % nodes, lengths[(round + node) % lengths.length]!, id++);
  network.advance(400_000, (packet, _cycle, routers) => {
    expect(found.has(packet)).toBe(false);
    found.set(packet, routers);
  });
  expect(network.audit()).toMatchObject({ inFlight: 0, balanced: true });
  expect(found.size).toBe(id);
  return found;
}

test('odd-even and minimal adaptive take shortest ways on a mesh, whatever the load, and deliver everything', () => {
  for (const kind of ['odd-even', 'minimal-adaptive'] as const) {
    for (const lengths of [[1], [3, 1, 5]]) {
      const layout = meshLayout(5, 4, { routing: { kind }, router: { vcs: 2, buffer: 2 } });
      const routers = flood(layout, 12, lengths, 3);
      for (const [id, count] of routers) {
        const [round, node] = [Math.floor(id / 20), id % 20];
        const to = (node * 7 + round * 13 + 3) % 20;
        expect(count - 1).toBe(Math.abs((node % 5) - (to % 5)) + Math.abs(Math.floor(node / 5) - Math.floor(to / 5)));
      }
    }
  }
});

test('minimal adaptive with its escape layer delivers every packet on random graphs past saturation, long and short packets mixed', () => {
  fc.assert(
    fc.property(
      randomGraph({ least: 8, most: 40 }),
      fc.integer({ min: 2, max: 5 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(20),
      (file, vcs, buffer, seed) => {
        const layout = layoutOf(
          { topology: { kind: 'edge-list', file: 'g.csv' }, routing: { kind: 'minimal-adaptive' }, router: { vcs, buffer } },
          { 'g.csv': file },
        );
        expect(layout.certificate.acyclic).toBe(true);
        flood(layout, 12, [1, 4, 2], seed);
      },
    ),
    { numRuns: 25 },
  );
});

test('minimal adaptive delivers everything past saturation on every structure that is no mesh', () => {
  const side = fc.integer({ min: 3, max: 5 });
  const count = fc.integer({ min: 12, max: 30 });
  const topology = fc.oneof(
    fc.constantFrom(2, 3).map((arity) => ({ kind: 'fat-tree', arity, levels: 3 }) as const),
    fc.tuple(side, side).map(([width, height]) => ({ kind: 'hierarchical', width, height, cores: 2 }) as const),
    fc.nat(9).map((seed) => ({ kind: 'kleinberg', base: { kind: 'mesh', width: 5, height: 4 }, links: 8, exponent: 1, seed }) as const),
    fc.nat(9).map((seed) => ({ kind: 'modular', modules: 4, size: 5, between: 6, seed }) as const),
    fc.tuple(count, fc.nat(9)).map(([half, seed]) => ({ kind: 'random-regular', routers: half - (half % 2), degree: 3, seed }) as const),
    fc.tuple(side, side).map(([width, height]) => ({ kind: 'hexagonal-torus', width, height }) as const),
    fc.constantFrom('concentrated-mesh', 'flattened-butterfly').map((kind) => ({ kind, width: 6, height: 4, block: [2, 2] }) as const),
    fc.tuple(side, side).map(([width, height]) => ({ kind: 'torus', width, height }) as const),
  );
  const seen = new Set<string>();
  fc.assert(
    fc.property(topology, fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.nat(20), (kind, vcs, buffer, seed) => {
      const layout = layoutOf({
        topology: kind as NocDesignInput['topology'],
        routing: { kind: 'minimal-adaptive' },
        router: { vcs, buffer },
      });
      expect(layout.certificate.acyclic).toBe(true);
      seen.add(kind.kind);
      flood(layout, 10, [1, 3], seed);
    }),
    { numRuns: 40 },
  );
  expect(seen.size).toBeGreaterThan(6);
});

test('packets do not wait behind each other in adaptive VCs, where a circle of them would not look at its escape any more', () => {
  const layout = layoutOf({
    topology: { kind: 'hierarchical', width: 5, height: 4, cores: 2 },
    routing: { kind: 'minimal-adaptive' },
    router: { vcs: 2, buffer: 2 },
  });
  expect(flood(layout, 10, [1, 3], 0).size).toBe(400);
});

test('without its escape layer it is refused, and a run that may deadlock names a cycle in which every packet waits for all that it could take', () => {
  const mesh = { topology: { kind: 'mesh', width: 5, height: 5 }, routing: { kind: 'minimal-adaptive', escape: false } } as const;
  const router = { vcs: 1, buffer: 1 };
  expect(() => layoutOf({ ...mesh, router })).toThrow(/has the cycle/);
  expect(layoutOf({ topology: { kind: 'tree', arity: 2, levels: 3 }, routing: mesh.routing }).certificate.acyclic).toBe(true);
  const layout = layoutOf({ ...mesh, router }, {}, { allowUnsafe: true });
  const network = new NocNetwork(layout);
  const chance = new Chance(1, 'traffic');
  const offers = Array.from({ length: 1500 }, (_, id) => [Math.floor(id / 25), id % 25, Math.floor(chance.uniform(0, id) * 25), 3, 0]);
  for (const [id, [cycle, source, destination, length]] of offers.entries()) network.offer(cycle!, source!, destination!, length!, id);
  network.advance(20_000, () => undefined);
  const { inFlight } = network.audit();
  expect(inFlight).toBeGreaterThan(0);
  const holdings = network.holdings();
  const found = deadlockIn(layout, holdings)!;
  expect(deadlockWords(found)).toMatch(/will never move again; the cycle is .* waits for the first/);
  // the kernel ends in the same circle
  const kernel = engineOf(layout);
  expect(fastTables(layout)).toBeDefined();
  kernel.advance(20_000, Uint32Array.from(offers.flat()), () => undefined);
  const { packet, flits, held: heldVcs, wantedVcs } = holdings;
  expect(kernel.holdings()).toMatchObject({ packet, flits, held: heldVcs, wantedVcs });
  expect(deadlockIn(layout, kernel.holdings())).toEqual(found);
  // nothing that it names moves afterwards, and none of the packets that wait for a link has a free VC on any of its links
  network.advance(40_000, () => undefined);
  expect(network.audit().inFlight).toBe(inFlight);
  const held = new Set(holdings.held);
  for (const wanted of holdings.wantedVcs!.values()) for (const vc of wanted) expect(held.has(vc)).toBe(true);
  expect(
    measure(layout, { traffic: { kind: 'uniform' }, rate: 0.6, seed: 1, warmup: 500, cycles: 1000, latencyLimit: 100 }).verdict,
  ).toMatch(/deadlocked \(/);
});

test('on an idle network adaptive packets need the cycles of the shortest ways', () => {
  const layout = layoutOf({
    topology: { kind: 'kleinberg', base: { kind: 'mesh', width: 4, height: 4 }, links: 8 },
    routing: { kind: 'minimal-adaptive' },
  });
  const expected = zeroLoadLatencies(layout);
  for (let pair = 0; pair < 256; pair += 5) {
    const network = new NocNetwork(layout);
    let found = -1;
    network.offer(0, Math.floor(pair / 16), pair % 16, 1, 0);
    network.advance(500, (_id, cycle) => (found = cycle));
    expect(found).toBe(expected[pair]);
  }
});

test('adaptive routing carries as much of uniform and bit-complement traffic as dimension order, nearly', () => {
  const stable = (pattern: 'uniform' | 'bit-complement', rate: number): boolean =>
    measure(meshLayout(8, 8, { routing: { kind: 'minimal-adaptive' } }), {
      traffic: { kind: pattern },
      rate,
      seed: 1,
      warmup: 400,
      cycles: 800,
    }).stable;
  expect(stable('uniform', 0.39)).toBe(true);
  expect(stable('bit-complement', 0.2)).toBe(true);
});

test('adaptive routing carries more of transpose traffic than dimension order', () => {
  const run = (kind: 'dimension-order' | 'minimal-adaptive' | 'odd-even') =>
    measure(meshLayout(8, 8, { routing: { kind } }), {
      traffic: { kind: 'transpose' },
      rate: 0.3,
      seed: 1,
      warmup: 300,
      cycles: 600,
      latencyLimit: 60,
    });
  const order = run('dimension-order').accepted;
  expect(run('odd-even').accepted).toBeGreaterThan(1.1 * order);
  expect(run('minimal-adaptive').accepted).toBeGreaterThan(1.2 * order);
});

test('a turn model that allows every turn is refused with its cycle; odd-even without its rules would deadlock', () => {
  const { graph, certificate } = meshLayout(4, 4, { routing: { kind: 'odd-even' } });
  expect(certificate).toMatchObject({ acyclic: true, layers: 1 });
  const routes = oddEven(graph);
  const free = {
    ...routes.adaptive!,
    links: (source: number, router: number, destination: number) => [
      ...routes.adaptive!.links(source, router, destination),
      ...routes.adaptive!.links(router, router, destination),
    ],
  };
  const broken = certifyAdaptive(graph, routes, free);
  expect(broken.acyclic).toBe(false);
  expect(broken.cycle.length).toBeGreaterThan(2);
  expect(() => layoutOf({ topology: { kind: 'torus', width: 4, height: 4 }, routing: { kind: 'odd-even' } })).toThrow(/needs a mesh/);
  expect(() => meshLayout(4, 4, { routing: { kind: 'minimal-adaptive' }, router: { vcs: 1 } })).toThrow(/at least 2 VCs/);
});

test('an escape layer whose hops wait for each other in a circle, or lead nowhere, is refused', () => {
  const { graph, routes } = layoutOf({ topology: { kind: 'ring', routers: 6 }, routing: { kind: 'minimal-adaptive' } });
  const onward = Array.from({ length: 6 }, (_, router) =>
    Array.from(graph.linkFrom.keys()).find((link) => graph.linkFrom[link] === router && graph.linkTo[link] === (router + 1) % 6)!,
  );
  const round = certifyAdaptive(graph, routes, { ...routes.adaptive!, escape: (router) => onward[router]! });
  expect(round.acyclic).toBe(false);
  expect(round.statement).toMatch(/has the cycle/);
});

test('the results are the same in any order of offers and in pieces', () => {
  const layout = meshLayout(4, 4, { routing: { kind: 'minimal-adaptive' } });
  const run = (order: readonly number[], pieces: readonly number[]): string => {
    const network = new NocNetwork(layout);
    for (const id of order) network.offer(id % 9, id % 16, (id * 5 + 3) % 16, 1 + (id % 3), id);
    const rows: string[] = [];
    for (const until of [...pieces, 3000])
      network.advance(until, (id, cycle, routers) => rows.push(`${String(id)} ${String(cycle)} ${String(routers)}`));
    return rows.join('\n');
  };
  const ids = Array.from({ length: 144 }, (_, id) => id);
  // one packet per node and cycle: any order of offers is the same traffic
  expect(run(ids.toReversed(), [5, 17, 40])).toBe(run(ids, []));
});
