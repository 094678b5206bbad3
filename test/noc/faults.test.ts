/** Faults: dead links, routers and nodes; rerouted with a certificate, refused when something is cut off, losses counted. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ARRIVAL_WORDS } from '../../src/kernels/index.ts';
import { engineOf } from '../../src/noc/kernel/engine.ts';
import { fastTables } from '../../src/noc/kernel/fast-tables.ts';
import {
  channelLoads,
  measure,
  measurePackets,
  NocNetwork,
  runProtocol,
  treesOf,
  zeroLoadLatencies,
  type NocLayout,
} from '../../src/noc/index.ts';
import type { NocDesignInput } from '../../src/model/schemas/noc.ts';
import { layoutOf, meshLayout } from './designs.ts';

const broken = (faults: NocDesignInput['faults'], parts: Partial<NocDesignInput> = {}): NocLayout => meshLayout(4, 4, { faults, ...parts });

test('a dead link is gone in both directions and routes go round it, with a certificate', () => {
  const layout = broken({ links: [[5, 6]] });
  const joined = Array.from(layout.graph.linkFrom, (from, link) => `${String(from)}-${String(layout.graph.linkTo[link])}`);
  expect(joined).toHaveLength(2 * 23);
  expect(joined).not.toContain('5-6');
  expect(joined).not.toContain('6-5');
  expect(layout.certificate.statement).toMatch(/deadlock-free.*blash.*mesh 4x4 with 1 dead links/);
  const whole = zeroLoadLatencies(meshLayout(4, 4));
  const found = zeroLoadLatencies(layout);
  // two hops more between the two routers, nothing shorter anywhere
  expect(found[5 * 16 + 6]).toBe(whole[5 * 16 + 6]! + 10);
  expect(found.every((cycles, pair) => cycles >= whole[pair]!)).toBe(true);
});

test('a dead router takes its links and nodes with it; no path leads through it', () => {
  const layout = broken({ routers: [5] });
  expect(layout.routers).toBe(16);
  expect(Array.from(layout.graph.isDeadNode).indexOf(1)).toBe(5);
  expect(layout.graph.linkFrom).toHaveLength(2 * 20);
  expect(channelLoads(layout).every((load) => load > 0)).toBe(true);
  expect(treesOf(layout).certificate.acyclic).toBe(true);
});

test('what is sent to a dead node is lost and counted; the rest arrives', () => {
  const layout = broken({ nodes: [3] });
  expect(layout.certificate.method).toBe('dimension-order');
  const run = measure(layout, { traffic: { kind: 'hotspot', nodes: [3, 4] }, rate: 0.02, seed: 1 });
  expect(run.stable).toBe(true);
  expect(run.lostToDead).toBe(run.lost);
  expect(run.lost / run.packets).toBeGreaterThan(0.42);
  expect(run.lost / run.packets).toBeLessThan(0.58);
  const network = new NocNetwork(layout);
  const drops: number[] = [];
  network.offer(0, 0, 3, 1, 0);
  network.offer(0, 0, 4, 1, 1);
  network.offer(0, 3, 4, 1, 2);
  network.advance(
    200,
    () => undefined,
    (id) => drops.push(id),
  );
  expect(drops).toEqual([0, 2]);
  expect(network.audit()).toMatchObject({ offered: 3, delivered: 1, dropped: 2, inFlight: 0, balanced: true });
  const listed = measurePackets(layout, [
    { cycle: 0, source: 0, destination: 3, flits: 1 },
    { cycle: 5, source: 0, destination: 4, flits: 1 },
  ]);
  expect(listed).toMatchObject({ packets: 2, lost: 1, lostToDead: 1, stable: true });
});

test('a network that falls into pieces is refused and says which router is cut off', () => {
  expect(() =>
    broken({
      links: [
        [0, 1],
        [0, 4],
      ],
    }),
  ).toThrow(/router \d+ cannot be reached from router 0; a network has to be connected/);
  expect(() => broken({ links: [[0, 9]] })).toThrow(/faults name link 0-9, which mesh 4x4 has not/);
  expect(() => broken({ node_rate: 1 })).toThrow(/no node of mesh 4x4 is left alive/);
});

test('with one seed, what is dead at a low rate is dead at every higher one', () => {
  const deadAt = (rate: number): number[] => Array.from(broken({ node_rate: rate, seed: 5 }).graph.isDeadNode);
  const [few, many] = [deadAt(0.2), deadAt(0.5)];
  expect(few.every((dead, node) => dead <= many[node]!)).toBe(true);
  expect(many.reduce((a, b) => a + b, 0)).toBeGreaterThan(few.reduce((a, b) => a + b, 0));
});

test('kernel and clear router agree on broken networks, and every packet between living nodes arrives once', () => {
  fc.assert(
    fc.property(
      fc.nat(1000),
      fc.constantFrom(0.05, 0.1, 0.2),
      fc.constantFrom('blash', 'up-down', 'minimal-adaptive'),
      (seed, rate, way) => {
        const isAdaptive = way === 'minimal-adaptive';
        let layout: NocLayout;
        try {
          layout = layoutOf({
            topology: { kind: 'mesh', width: 5, height: 4 },
            routing: { kind: isAdaptive ? way : 'dimension-order' },
            faults: { link_rate: rate, router_rate: rate / 2, node_rate: rate / 2, seed, ...(isAdaptive ? {} : { reroute: way }) },
          });
        } catch (error) {
          expect(String(error)).toMatch(/cannot be reached/);
          return;
        }
        expect(layout.certificate.acyclic).toBe(true);
        expect(fastTables(layout)).toBeDefined();
        const alive = Array.from({ length: 20 }, (_, node) => node).filter((node) => layout.graph.isDeadNode[node] === 0);
        const offers = Uint32Array.from(alive.flatMap((source) => alive.flatMap((destination) => [0, source, destination, 2, 0])));
        const arrivals = (['fastest', 'clear'] as const).map((kind) => {
          const rows: number[][] = [];
          engineOf(layout, kind).advance(5000, offers, (found, count) => {
            for (let i = 0; i < count; i++) rows.push(Array.from(found.subarray(i * ARRIVAL_WORDS, (i + 1) * ARRIVAL_WORDS)));
          });
          return rows.toSorted((p, q) => p[0]! - q[0]!);
        });
        expect(arrivals[0]).toHaveLength(alive.length ** 2);
        expect(arrivals[0]).toEqual(arrivals[1]);
      },
    ),
    { numRuns: 25 },
  );
});

test('multicast trees reach every living router of a broken network', () => {
  const layout = broken({ routers: [6], links: [[0, 1]] });
  const network = new NocNetwork(layout, { multicast: true });
  const alive = Array.from({ length: 16 }, (_, node) => node).filter((node) => node !== 6);
  let delivered = 0;
  for (const [id, source] of alive.entries()) network.offer(0, source, alive, 1, id);
  network.advance(5000, () => (delivered += 1));
  expect(delivered).toBe(alive.length ** 2);
  expect(() => network.offer(6000, 0, [6], 1, 99)).toThrow(/node 6 of test is dead/);
});

test("a load is carried in BookSim2's way of measuring too where nodes are dead: what is sent to them is lost, the rest arrives", () => {
  const layout = meshLayout(4, 4, { faults: { nodes: [0, 7, 9, 13] } });
  const protocol = { measures: 'latency', warmupPeriods: 3, samplePeriod: 500, maxSamples: 10, latencyLimit: 500 } as const;
  const run = runProtocol(engineOf(layout), { traffic: { kind: 'uniform' }, rate: 0.2, seed: 1 }, protocol);
  expect(run).toMatchObject({ verdict: 'stable', notCarried: undefined });
  // 12 of 16 nodes send to 12 of 16
  expect(Math.abs(run.accepted / (0.2 * (12 / 16) ** 2) - 1)).toBeLessThan(0.05);
});
