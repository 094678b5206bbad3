import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NocDesignInput } from '../../src/model/schemas/noc.ts';
import { KernelMemory } from '../../src/kernels/index.ts';
import { NocNetwork, type NocLayout } from '../../src/noc/index.ts';
import { KernelNetwork } from '../../src/noc/kernel/kernel-network.ts';
import { activityBetween } from '../../src/noc/router/counters.ts';
import { layoutOf, meshLayout } from './designs.ts';
import { randomGraph } from './random-graphs.ts';

interface Offer {
  readonly cycle: number;
  readonly source: number;
  readonly destinations: readonly number[];
  readonly flits: number;
}

const bursts = (nodes: number, count: number, longest: number, span: number, widest = nodes): fc.Arbitrary<Offer[]> =>
  fc
    .array(
      fc.record({
        cycle: fc.nat(span),
        source: fc.nat(nodes - 1),
        destinations: fc.uniqueArray(fc.nat(nodes - 1), { minLength: 1, maxLength: Math.min(widest, nodes) }),
        flits: fc.integer({ min: 1, max: longest }),
      }),
      { minLength: count, maxLength: count },
    )
    .map((offers) => offers.toSorted((p, q) => p.cycle - q.cycle));

/** Everything that can be seen of a run, in pieces; `swap` may put another network in place of the first between two of them. */
function run<N extends NocNetwork | KernelNetwork>(
  first: N,
  offers: readonly Offer[],
  multicast: boolean,
  until: number,
  pieces: readonly number[] = [],
  swap: (network: N) => N = (network) => network,
) {
  let network = first;
  const arrivals: number[][] = [];
  const drops: number[][] = [];
  const before = network.read();
  let next = 0;
  for (const end of [...pieces.filter((cycle) => cycle > 0 && cycle < until).toSorted((p, q) => p - q), until]) {
    for (; next < offers.length && offers[next]!.cycle < end + 10; next++) {
      const { cycle, source, destinations, flits } = offers[next]!;
      network.offer(cycle, source, multicast ? destinations : destinations[0]!, flits, next);
    }
    network.advance(
      end,
      (...arrival) => arrivals.push(arrival),
      (id, _cycle, node) => drops.push([id, node]),
    );
    network = swap(network);
  }
  const { offered, delivered, dropped, inFlight, flitsInjected, flitsCopied, balanced } = network.audit();
  return {
    arrivals,
    drops: drops.toSorted((p, q) => p[0]! - q[0]!),
    activity: activityBetween(network.layout, before, network.read()),
    audit: { offered, delivered, dropped, inFlight, flitsInjected, flitsCopied, balanced },
  };
}

const kernelOf = (layout: NocLayout, multicast: boolean): KernelNetwork => {
  const network = KernelNetwork.of(layout, multicast);
  if (network === undefined) throw new Error('the kernel has no such network');
  return network;
};

const queue = fc.oneof(
  fc.constant({}),
  fc.record({
    capacity: fc.constantFrom(1, 2, 5),
    policy: fc.constantFrom('stall' as const, 'drop-newest' as const, 'drop-oldest' as const),
  }),
  fc.record({
    capacity: fc.constantFrom<'unbounded' | number>('unbounded', 3),
    policy: fc.constant('expire' as const),
    lifetime: fc.constantFrom('20 ns', '100 ns', '400 ns'),
  }),
);

const stages = fc.oneof(
  fc.constant([1, 1, 1, 1] as const),
  fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
);

type Router = NonNullable<NocDesignInput['router']>;
const EVERY_ROUTING = [{ kind: 'blash' }, { kind: 'blash', layers: 2 }, { kind: 'up-down' }] as const;

/** Layouts by the routings of their graphs and what else is said of their routers. */
const layoutsOf = (routings: readonly NocDesignInput['routing'][], routers: readonly Router[]) =>
  fc
    .record({
      edges: randomGraph({ most: 24, mostNeighbours: 6 }),
      shape: fc.constantFrom('graph', 'graph', 'mesh', 'torus', 'concentrated', 'tree'),
      routing: fc.constantFrom(...routings),
      more: fc.constantFrom(...routers),
      vcs: fc.integer({ min: 2, max: 5 }),
      buffer: fc.integer({ min: 1, max: 7 }),
      credit: fc.integer({ min: 0, max: 2 }),
      stages,
      queue,
    })
    .map(({ edges, shape, routing, more, vcs, buffer, credit, stages: [r, va, sa, st], queue: source_queue }) => {
      const delays = { routing_delay: r, vc_alloc_delay: va, switch_alloc_delay: sa, switch_traversal_delay: st };
      const parts = { router: { vcs, buffer, credit_delay: credit, ...delays, ...more }, source_queue };
      if (shape === 'graph') return layoutOf({ topology: { kind: 'edge-list', file: 'g' }, routing, ...parts }, { g: edges });
      if (shape === 'torus')
        return layoutOf({ topology: { kind: 'torus', width: 4, height: 3 }, routing: { kind: 'dimension-order' }, ...parts });
      if (shape === 'concentrated')
        return layoutOf({ topology: { kind: 'concentrated-mesh', width: 3, height: 2 }, routing: { kind: 'dimension-order' }, ...parts });
      if (shape === 'tree') return layoutOf({ topology: { kind: 'tree', arity: 2, levels: 3 }, routing: { kind: 'minimal' }, ...parts });
      return meshLayout(4, 3, parts);
    });

const casesOf = (layouts: fc.Arbitrary<NocLayout>) =>
  layouts.chain((layout) =>
    fc.record({
      layout: fc.constant(layout),
      offers: fc.oneof(
        bursts(layout.nodes, 200, layout.buffer, 30),
        bursts(layout.nodes, 150, 1, 60),
        bursts(layout.nodes, 40, layout.buffer, 500, 4),
        bursts(layout.nodes, 60, layout.buffer, 40, 1),
      ),
      pieces: fc.array(fc.nat(400), { maxLength: 4 }),
    }),
  );

const cases = casesOf(layoutsOf(EVERY_ROUTING, [{}]));
/** The same and what only single packets do on the kernel. */
const singleCases = casesOf(
  fc.oneof(
    layoutsOf(EVERY_ROUTING, [{}, { allocator: 'separable-input-first' }]),
    layoutsOf(EVERY_ROUTING, [{ allocator: 'separable-input-first', speculative: true, vc_alloc_delay: 1, switch_alloc_delay: 1 }]),
    layoutsOf([{ kind: 'minimal-adaptive' }], [{}, { allocator: 'separable-input-first' }]),
  ),
);

describe('packets for several nodes on the router kernel', { timeout: 60_000 }, () => {
  test('go as on the clear router, event by event: arrivals, losses, counters, on any graph, past saturation, in any pieces', () => {
    fc.assert(
      fc.property(cases, ({ layout, offers, pieces }) => {
        for (const until of [60, 30_000]) {
          const due = offers.filter(({ cycle }) => cycle < until + 10);
          const fast = run(kernelOf(layout, true), due, true, until, pieces);
          const clear = run(new NocNetwork(layout, { multicast: true }), due, true, until, pieces);
          expect(fast).toEqual(clear);
          expect(fast.audit.balanced).toBe(true);
          if (until > 60) expect(fast.audit.inFlight).toBe(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('and single packets along the routes as well, losses by age, adaptive packets, separable allocators and speculation included', () => {
    fc.assert(
      fc.property(singleCases, ({ layout, offers, pieces }) => {
        const fast = run(kernelOf(layout, false), offers, false, 30_000, pieces);
        expect(fast).toEqual(run(new NocNetwork(layout), offers, false, 30_000, pieces));
        expect(fast.audit).toMatchObject({ balanced: true, inFlight: 0 });
      }),
      { numRuns: 50 },
    );
  });

  test('survive a snapshot, in a network that knew other sets before', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 100 }), ({ layout, offers }, cut) => {
        const whole = run(kernelOf(layout, true), offers, true, 30_000);
        let isFirst = true;
        const swap = (network: KernelNetwork): KernelNetwork => {
          if (!isFirst) return network;
          isFirst = false;
          const other = kernelOf(layout, true);
          other.offer(0, 1, [0, 2], 1, 7);
          other.restore(structuredClone(network.snapshot()));
          return other;
        };
        expect(run(kernelOf(layout, true), offers, true, 30_000, [cut], swap)).toEqual(whole);
      }),
      { numRuns: 15 },
    );
  });
});

test('a network whose memory grows under it, because others have taken from it, is read as before', () => {
  const layout = meshLayout(3, 3);
  const memory = new KernelMemory();
  const network = KernelNetwork.of(layout, true, memory)!;
  const before = network.read();
  memory.allocate(8 * 1024 * 1024);
  expect(network.read()).toEqual(before);
});
