import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NocDesignInput } from '../../src/model/schemas/noc.ts';
import { activityBetween, energyOf, NocNetwork, zeroLoadLatencies, type NocLayout } from '../../src/noc/index.ts';
import { layoutOf, meshLayout } from './designs.ts';
import { randomGraph } from './random-graphs.ts';

type Offer = readonly [cycle: number, source: number, destination: number, flits: number];

/** Packet, cycle of arrival, routers, cycle of injection of everything that arrives, in order. */
function deliveries(layout: NocLayout, offers: readonly Offer[], scale = 1): number[][] {
  const network = new NocNetwork(layout);
  for (const [id, [cycle, source, destination, flits]] of offers.entries())
    network.offer(scale * cycle, source % layout.nodes, destination % layout.nodes, flits, id);
  const found: number[][] = [];
  network.advance(scale * 20_000, (id, cycle, routers, injected) => found.push([id, cycle, routers, injected]));
  expect(network.audit()).toMatchObject({ balanced: true, inFlight: 0 });
  return found;
}

const anyOffers = fc.array(fc.tuple(fc.nat(300), fc.nat(1000), fc.nat(1000), fc.integer({ min: 1, max: 4 })), {
  minLength: 1,
  maxLength: 300,
});
const anyRouter = fc.record({
  vcs: fc.integer({ min: 2, max: 4 }),
  buffer: fc.integer({ min: 1, max: 8 }),
  routing_delay: fc.nat(2),
  vc_alloc_delay: fc.integer({ min: 1, max: 2 }),
  switch_alloc_delay: fc.integer({ min: 1, max: 2 }),
  credit_delay: fc.nat(2),
  allocator: fc.constantFrom('islip' as const, 'separable-input-first' as const),
});
const onGraph = (edges: string, parts: Partial<NocDesignInput>): NocLayout =>
  layoutOf({ topology: { kind: 'edge-list', file: 'g.csv' }, routing: { kind: 'up-down' }, ...parts }, { 'g.csv': edges });

test('a network whose clock is divided everywhere is the undivided one in slow motion', () => {
  fc.assert(
    fc.property(randomGraph({ most: 16 }), anyRouter, anyOffers, fc.integer({ min: 2, max: 5 }), (edges, router, offers, divide) => {
      const fast = deliveries(onGraph(edges, { router }), offers);
      const slow = deliveries(onGraph(edges, { router, clock_domains: [{ routers: 'all', divide }] }), offers, divide);
      expect(slow).toEqual(fast.map(([id, cycle, routers, injected]) => [id, divide * cycle!, routers, divide * injected!]));
    }),
    { numRuns: 40 },
  );
});

test('every packet of mixed clocks arrives once, whatever the load', () => {
  const domains = fc.uniqueArray(fc.nat(7), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      randomGraph({ most: 16 }),
      anyRouter,
      anyOffers,
      domains,
      fc.integer({ min: 2, max: 7 }),
      (edges, router, offers, slow, divide) => {
        const layout = onGraph(edges, { router, clock_domains: [{ routers: slow, divide }] });
        expect(deliveries(layout, offers)).toHaveLength(offers.length);
      },
    ),
    { numRuns: 40 },
  );
});

test.each([
  [[{ routers: [1, 4], divide: 3 }], 2, 1],
  [[{ routers: [0], divide: 2 }, { routers: [2, 3, 5], divide: 5 }], 0, 1], // prettier-ignore
  [[{ routers: [0, 1, 2], divide: 4 }], 1, 3],
])('a lone packet takes what the closed form says, %j', (clock_domains, synchronizer, flits) => {
  const layout = meshLayout(3, 2, { clock_domains, synchronizer });
  const latencies = new Float64Array(36);
  const network = new NocNetwork(layout);
  const apart = 60 * 100; // an edge of every clock
  for (let pair = 0; pair < 36; pair++) network.offer(apart * pair, Math.floor(pair / 6), pair % 6, flits, pair);
  network.advance(apart * 36, (id, cycle) => (latencies[id] = cycle - apart * id));
  expect(zeroLoadLatencies(layout, flits)).toEqual(latencies);
});

test('a router at a quarter of the clock passes a flit every four cycles', () => {
  const layout = meshLayout(3, 1, { clock_domains: [{ routers: [1], divide: 4 }] });
  const stream = Array.from({ length: 400 }, (): Offer => [0, 0, 2, 1]);
  const cycles = deliveries(layout, stream).map(([, cycle]) => cycle!);
  expect(cycles.at(-1)! - cycles[0]!).toBe(4 * 399);
});

test('a slower clock costs less clock energy, in proportion', () => {
  const clockOf = (layout: NocLayout): number => {
    const network = new NocNetwork(layout);
    const before = network.read();
    network.advance(1000, () => undefined);
    return energyOf(layout, activityBetween(layout, before, network.read())).clock;
  };
  const whole = clockOf(meshLayout(2, 2));
  expect(clockOf(meshLayout(2, 2, { clock_domains: [{ routers: [0, 1], divide: 2 }] }))).toBeCloseTo(0.75 * whole, 20);
});

test('a router of two domains and a router that is none are refused', () => {
  expect(() => meshLayout(2, 2, { clock_domains: [{ routers: [4], divide: 2 }] })).toThrow(/found 4, expected 0 to 3/);
  expect(() => meshLayout(2, 2, { clock_domains: [{ routers: [1], divide: 2 }, { routers: 'all', divide: 3 }] })).toThrow(/a router has one clock/); // prettier-ignore
});
