import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashOf } from '../../src/base/index.ts';
import { NocNetwork, type NocLayout } from '../../src/noc/index.ts';
import { layoutOf, meshLayout, smallWorldLayout } from './designs.ts';

interface Offer {
  readonly cycle: number;
  readonly source: number;
  readonly destination: number;
  readonly flits: number;
  readonly id: number;
}

/** Everything that a network reports about a list of offers, until it is empty. */
function run(layout: NocLayout, offers: readonly Offer[], patience = 200_000) {
  const network = new NocNetwork(layout);
  for (const { cycle, source, destination, flits, id } of offers) network.offer(cycle, source, destination, flits, id);
  const arrivals: number[][] = [];
  const drops: number[][] = [];
  network.advance(
    patience,
    (...arrival) => arrivals.push(arrival),
    (...drop) => drops.push(drop),
  );
  return { network, arrivals, drops };
}

/** Bursts far past saturation: `count` packets from random nodes to random nodes within a few cycles. */
const burst = (nodes: number, count: number, longest: number) =>
  fc
    .array(
      fc.record({
        cycle: fc.nat(40),
        source: fc.nat(nodes - 1),
        destination: fc.nat(nodes - 1),
        flits: fc.integer({ min: 1, max: longest }),
      }),
      { minLength: count, maxLength: count },
    )
    .map((offers) => offers.map((offer, id) => ({ ...offer, id })));

const anyLayout = fc
  .record({
    width: fc.integer({ min: 3, max: 5 }),
    height: fc.integer({ min: 3, max: 5 }),
    seed: fc.nat(),
    routing: fc.constantFrom({ kind: 'blash', layers: 2 } as const, { kind: 'up-down' } as const),
    vcs: fc.integer({ min: 2, max: 5 }),
    buffer: fc.integer({ min: 1, max: 4 }),
    reach: fc.constantFrom('1 mm', '2 mm', '10 mm'),
  })
  .map(({ width, height, seed, routing, vcs, buffer, reach }) =>
    smallWorldLayout(width, height, seed, { routing, router: { vcs, buffer }, link: { latency: { reach_per_cycle: reach } } }),
  );

describe('laws of the network', () => {
  test('every packet arrives exactly once on any certified graph, however hard it is loaded, and flits and packets are conserved', () => {
    fc.assert(
      fc.property(
        anyLayout.chain((layout) => burst(layout.nodes, 400, 6).map((offers) => ({ layout, offers }))),
        ({ layout, offers }) => {
          const { network, arrivals } = run(layout, offers);
          expect(arrivals.map(([id]) => id!).toSorted((p, q) => p - q)).toEqual(offers.map(({ id }) => id));
          expect(network.audit()).toMatchObject({ balanced: true, inFlight: 0, flitsInNetwork: 0, delivered: offers.length });
          expect(network.idle).toBe(true);
          expect(network.nextBusyCycle).toBe(Infinity);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('the order in which offers are made does not matter between nodes', () => {
    const layout = meshLayout(4, 4);
    fc.assert(
      fc.property(
        burst(16, 120, 3).chain((offers) => fc.tuple(fc.constant(offers), fc.shuffledSubarray(offers, { minLength: offers.length }))),
        ([offers, shuffled]) => {
          // the packets of one node and cycle keep their order
          const rank = new Map(shuffled.map(({ source }, place) => [source, place]));
          const byNode = offers.toSorted((p, q) => rank.get(p.source)! - rank.get(q.source)! || p.id - q.id);
          expect(run(layout, byNode).arrivals).toEqual(
            run(
              layout,
              offers.toSorted((p, q) => p.cycle - q.cycle || p.id - q.id),
            ).arrivals,
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  test('a run in pieces, and a run through a snapshot in JSON, continue bit for bit', () => {
    const layout = smallWorldLayout(4, 4, 3, { source_queue: { capacity: 3, policy: 'drop-oldest' } });
    fc.assert(
      fc.property(burst(16, 300, 4), fc.integer({ min: 1, max: 120 }), (offers, cut) => {
        const whole = run(layout, offers);
        const first = new NocNetwork(layout);
        const arrivals: number[][] = [];
        const drops: number[][] = [];
        const note = [(...arrival: number[]) => arrivals.push(arrival), (...drop: number[]) => drops.push(drop)] as const;
        for (const { cycle, source, destination, flits, id } of offers) first.offer(cycle, source, destination, flits, id);
        first.advance(cut, ...note);
        const saved = JSON.stringify(first.snapshot(), (_key, value: unknown) =>
          ArrayBuffer.isView(value) ? Array.from(value as Int32Array) : value,
        );
        first.advance(cut + 50, () => undefined);
        const second = new NocNetwork(layout);
        for (const network of [first, second]) network.restore(JSON.parse(saved) as ReturnType<NocNetwork['snapshot']>);
        second.advance(200_000, ...note);
        expect(arrivals).toEqual(whole.arrivals);
        expect(drops).toEqual(whole.drops);
        first.advance(200_000, () => undefined);
        expect(hashOf(first.snapshot())).toBe(hashOf(second.snapshot()));
      }),
      { numRuns: 15 },
    );
  });

  test('with one VC per layer the packets of a flow arrive in the order in which they were offered', () => {
    const layout = smallWorldLayout(4, 4, 5, { router: { vcs: 2, buffer: 4 } });
    fc.assert(
      fc.property(burst(16, 300, 3), (offers) => {
        const seen = new Map<string, readonly [number, number]>();
        for (const [id] of run(layout, offers).arrivals) {
          const { source, destination, cycle } = offers[id!]!;
          const flow = `${String(source)}-${String(destination)}`;
          const before = seen.get(flow);
          expect(before === undefined || before[0] < cycle || (before[0] === cycle && before[1] < id!)).toBe(true);
          seen.set(flow, [cycle, id!]);
        }
      }),
      { numRuns: 10 },
    );
  });
});

describe('source queues', () => {
  const offers = Array.from({ length: 10 }, (_, id) => ({ cycle: 0, source: 0, destination: 3, flits: 2, id }));
  const kept = (policy: 'stall' | 'drop-newest' | 'drop-oldest') => {
    const { network, arrivals, drops } = run(meshLayout(2, 2, { source_queue: { capacity: 4, policy } }), offers);
    expect(network.audit().balanced).toBe(true);
    expect(network.dropsOfFlow(0, 3)).toBe(drops.length);
    return { delivered: arrivals.map(([id]) => id), dropped: drops.map(([id]) => id), stalled: network.counters.stalledPackets[0] };
  };

  test('drop-newest keeps those that came first', () => {
    expect(kept('drop-newest')).toEqual({ delivered: [0, 1, 2, 3], dropped: [4, 5, 6, 7, 8, 9], stalled: 0 });
  });

  test('drop-oldest keeps those that came last', () => {
    expect(kept('drop-oldest')).toEqual({ delivered: [6, 7, 8, 9], dropped: [0, 1, 2, 3, 4, 5], stalled: 0 });
  });

  test('stall loses nothing and counts those that had to wait', () => {
    expect(kept('stall')).toEqual({ delivered: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], dropped: [], stalled: 6 });
  });
});

test('idle stretches cost nothing: a billion cycles with a packet every million', () => {
  const network = new NocNetwork(meshLayout(8, 8));
  for (let id = 0; id < 1000; id++) network.offer(id * 1_000_000, id % 64, (7 * id) % 64, 1, id);
  let arrived = 0;
  network.advance(1e9, () => arrived++);
  expect(arrived).toBe(1000);
  expect(network.cycle).toBe(1e9);
});

test('minimal routing on a ring, allowed for study, really deadlocks under load and the audit still balances', () => {
  const parts = { topology: { kind: 'edge-list', file: 'ring' }, routing: { kind: 'minimal' }, router: { vcs: 1, buffer: 1 } } as const;
  const layout = layoutOf(parts, { ring: 'a,b\n0,1\n1,2\n2,3\n3,4\n4,0\n' }, { allowUnsafe: true });
  const offers = Array.from({ length: 500 }, (_, id) => ({ cycle: 0, source: id % 5, destination: (id + 2) % 5, flits: 4, id }));
  const audit = run(layout, offers, 20_000).network.audit();
  expect(audit.balanced).toBe(true);
  expect(audit.inFlight).toBeGreaterThan(0);
});

test('an offer for the past or for a node that is not there is refused', () => {
  const network = new NocNetwork(meshLayout(2, 2));
  network.advance(10, () => undefined);
  expect(() => network.offer(9, 0, 1, 1, 0)).toThrow(/offered for cycle 9/);
  expect(() => network.offer(10, 0, 4, 1, 0)).toThrow(/nodes 0 to 3/);
  expect(() => network.offer(10, 0, 1, 65, 0)).toThrow(/1 to 64 flits/);
});
