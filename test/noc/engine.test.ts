import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import { ARRIVAL_WORDS, OFFER_WORDS, ROUTER_LIMITS } from '../../src/kernels/index.ts';
import { activityBetween } from '../../src/noc/router/counters.ts';
import { ARRIVAL, engineOf, type Engine } from '../../src/noc/kernel/engine.ts';
import { fastTables } from '../../src/noc/kernel/fast-tables.ts';
import type { NocLayout } from '../../src/noc/design/layout.ts';
import { readTrace } from '../../src/noc/booksim/replay.ts';
import { CASES, layoutOfCase } from './booksim-cases.ts';
import { meshLayout, layoutOf, smallWorldLayout } from './designs.ts';

const reference = new URL('../../../shared/reference/noc/', import.meta.url);
const absent = !existsSync(reference);
const readText = (name: string): string => readFileSync(new URL(name, reference), 'utf8');

type Row = number[];

/** Runs offers in pieces and returns the arrivals by packet, and all counters. */
function run(engine: Engine, offers: readonly Row[], until: number, pieces: readonly number[]) {
  const arrivals: Row[] = [];
  const drops: Row[] = [];
  const before = engine.read();
  for (const end of [...pieces.filter((cycle) => cycle > 0 && cycle < until).toSorted((p, q) => p - q), until]) {
    const due = offers.filter(([cycle]) => cycle! >= engine.cycle && cycle! < end);
    engine.advance(
      end,
      Uint32Array.from(due.flat()),
      (rows, count) => {
        for (let i = 0; i < count; i++) arrivals.push(Array.from(rows.subarray(i * ARRIVAL_WORDS, (i + 1) * ARRIVAL_WORDS)));
      },
      (...row) => drops.push(row),
    );
  }
  return {
    drops: drops.toSorted((p, q) => p[0]! - q[0]!),
    arrivals: arrivals.toSorted((p, q) => p[0]! - q[0]!),
    waiting: engine.waiting(),
    activity: activityBetween(engine.layout, before, engine.read()),
    inFlight: engine.inFlight,
    moves: engine.moves,
  };
}

const anyLayout = fc
  .record({
    shape: fc.constantFrom('small world', 'mesh', 'torus', 'butterfly', 'concentrated'),
    width: fc.integer({ min: 3, max: 5 }),
    height: fc.integer({ min: 3, max: 5 }),
    seed: fc.nat(),
    routing: fc.constantFrom({ kind: 'blash', layers: 2 } as const, { kind: 'up-down' } as const),
    grid: fc.constantFrom('dimension-order', 'xy-yx', 'valiant', 'romm', 'minimal-adaptive', 'odd-even'),
    adaptive: fc.boolean(),
    matching: fc.constantFrom({}, {}, { allocator: 'separable-input-first' }, { allocator: 'separable-input-first', speculative: true }),
    vcs: fc.integer({ min: 2, max: 6 }),
    buffer: fc.integer({ min: 1, max: 9 }),
    credit: fc.integer({ min: 0, max: 3 }),
    reach: fc.constantFrom('1 mm', '2 mm', '10 mm', '0.3 mm'),
    stages: fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    standard: fc.boolean(),
    iterations: fc.constantFrom(1, 1, 2, 3),
    queue: fc.oneof(
      fc.record({
        capacity: fc.constantFrom(1, 2, 5),
        policy: fc.constantFrom('stall' as const, 'drop-newest' as const, 'drop-oldest' as const),
      }),
      fc.constant({ capacity: 'unbounded' as const, policy: 'stall' as const }),
      fc.record({ policy: fc.constant('expire' as const), lifetime: fc.constantFrom('20 ns', '100 ns', '1 us') }),
    ),
  })
  .map(
    ({
      shape,
      width,
      height,
      seed,
      routing,
      grid,
      adaptive,
      matching,
      vcs,
      buffer,
      credit,
      reach,
      stages,
      standard,
      iterations,
      queue,
    }) => {
      const isAdaptive = shape === 'mesh' ? grid === 'minimal-adaptive' || grid === 'odd-even' : shape === 'small world' && adaptive;
      const isIslip = matching.allocator === undefined;
      const [r, va, sa, st] = standard ? [1, 1, 1, 1] : isIslip ? stages : [stages[0], stages[1], stages[1], stages[3]];
      const delays = { routing_delay: r, vc_alloc_delay: va, switch_alloc_delay: sa, switch_traversal_delay: st };
      const parts = {
        router: {
          vcs,
          buffer,
          credit_delay: credit,
          allocator_iterations: isIslip ? iterations : 1,
          ...matching,
          ...(isAdaptive ? { speculative: false } : {}),
          ...delays,
        },
        link: { latency: { reach_per_cycle: reach } },
        source_queue: queue,
      };
      if (shape === 'small world')
        return smallWorldLayout(width, height, seed, { routing: adaptive ? { kind: 'minimal-adaptive' } : routing, ...parts });
      if (shape === 'mesh') return layoutOf({ topology: { kind: 'mesh', width, height }, routing: { kind: grid }, ...parts });
      if (shape === 'torus')
        return layoutOf({ topology: { kind: 'torus', width, height }, routing: { kind: 'dimension-order', ties: 'drawn' }, ...parts });
      if (shape === 'butterfly')
        return layoutOf({ topology: { kind: 'flattened-butterfly', width: 3, height: 3 }, routing: { kind: 'row-column' }, ...parts });
      return layoutOf({ topology: { kind: 'concentrated-mesh', width: 3, height: 2 }, routing: { kind: 'dimension-order' }, ...parts });
    },
  );

const burst = (layout: NocLayout, count: number, longest: number, span: number) =>
  fc
    .array(
      fc.tuple(
        fc.nat(span),
        fc.nat(layout.nodes - 1),
        fc.nat(layout.nodes - 1),
        fc.integer({ min: 1, max: longest }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
      ),
      { minLength: count, maxLength: count },
    )
    .map((offers) =>
      offers
        .toSorted((p, q) => p[0] - q[0])
        .map(([cycle, source, destination, flits, u]) => {
          const [from, to] = [layout.graph.routerOfNode[source]!, layout.graph.routerOfNode[destination]!];
          return [cycle, source, destination, flits, layout.routes.choices?.draw(from, to, u) ?? 0];
        }),
    );

describe('the router kernel does what the clear router does', { timeout: 60_000 }, () => {
  test('on any certified graph, with any packets, far past saturation, in any pieces: the same arrivals, injections and counters', () => {
    fc.assert(
      fc.property(
        anyLayout.chain((layout) =>
          fc.tuple(
            fc.constant(layout),
            fc.oneof(burst(layout, 400, 6, 40), burst(layout, 300, 1, 60), burst(layout, 40, 20, 400)),
            fc.array(fc.nat(300), { maxLength: 4 }),
          ),
        ),
        ([layout, offers, pieces]) => {
          // a link longer than the kernel's calendar goes to the clear router
          fc.pre(layout.graph.linkLatency.every((cycles) => cycles + layout.delays.credit <= ROUTER_LIMITS.window));
          expect(fastTables(layout)).toBeDefined();
          for (const until of [100, 20_000]) {
            const fast = run(engineOf(layout), offers, until, pieces);
            const clear = run(engineOf(layout, 'clear'), offers, until, pieces);
            expect(fast).toEqual(clear);
            expect(until > 100 ? fast.inFlight : 0).toBe(0);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  for (const name of Object.keys(CASES)) {
    test.skipIf(absent)(`and meets the BookSim2 trace ${name} packet by packet`, () => {
      const trace = readTrace(readText(`traces/${name}.csv`), name).toSorted((p, q) => p.created - q.created || p.id - q.id);
      const engine = engineOf(layoutOfCase(name, readText));
      expect(fastTables(engine.layout)).toBeDefined();
      const offers = Uint32Array.from(trace.flatMap(({ created, source, destination, flits }) => [created, source, destination, flits, 0]));
      let wrong = 0;
      let arrived = 0;
      engine.advance(trace.reduce((end, packet) => Math.max(end, packet.arrived), 0) + 10, offers, (rows, count) => {
        for (let i = 0; i < count * ARRIVAL_WORDS; i += ARRIVAL_WORDS) {
          const packet = trace[rows[i + ARRIVAL.id]!]!;
          const found = [ARRIVAL.source, ARRIVAL.offered, ARRIVAL.injected, ARRIVAL.arrived, ARRIVAL.routers].map(
            (column) => rows[i + column],
          );
          arrived += 1;
          if (found.join() !== [packet.source, packet.created, packet.injected, packet.arrived, packet.routers].join()) wrong += 1;
        }
      });
      expect([arrived, wrong]).toEqual([trace.length, 0]);
    });
  }

  test('a design whose speculation has allocations of different length, or with more than 64 VCs per router, goes to the clear router', () => {
    const router = { allocator: 'separable-input-first', speculative: true } as const;
    expect(fastTables(meshLayout(3, 3, { router }))).toBeDefined();
    expect(fastTables(meshLayout(3, 3, { router: { ...router, switch_alloc_delay: 2 } }))).toBeUndefined();
    expect(fastTables(meshLayout(3, 3, { router: { vcs: 16 } }))).toBeUndefined();
    expect(engineOf(meshLayout(3, 3)).inFlight).toBe(0);
    expect(OFFER_WORDS).toBe(5);
  });

  test('networks that have a text of their own in the kernel: the most common router, and records beyond the second cache', () => {
    const router = { vcs: 4, buffer: 8 };
    const common = [
      meshLayout(5, 4, { router }),
      smallWorldLayout(4, 4, 3, { router, routing: { kind: 'blash', layers: 2 } }),
      layoutOf({
        topology: { kind: 'torus', width: 4, height: 4 },
        routing: { kind: 'dimension-order' },
        router: { ...router, credit_delay: 2 },
      }),
    ];
    fc.assert(
      fc.property(
        fc
          .constantFrom(...common)
          .chain((layout) => fc.tuple(fc.constant(layout), fc.oneof(burst(layout, 600, 1, 40), burst(layout, 300, 5, 60)))),
        ([layout, offers]) => {
          for (const until of [70, 20_000]) {
            const [kernel, clear] = [engineOf(layout), engineOf(layout, 'clear')];
            expect(run(kernel, offers, until, [])).toEqual(run(clear, offers, until, []));
            const { packet, flits, held, wantedPort } = clear.holdings();
            expect(kernel.holdings()).toMatchObject({ packet, flits, held, wantedPort });
          }
        },
      ),
      { numRuns: 12 },
    );
    // records beyond the second cache: coordinates, tables of one layer, of two
    const chance = new Chance(5, 'traffic');
    const offers = Array.from({ length: 600 }, (_, i) => [
      i >> 4,
      chance.integer(0, i, 484),
      chance.integer(1, i, 484),
      1 + (i % 7 < 2 ? 1 : 0),
      0,
    ]);
    for (const large of [
      meshLayout(22, 22, { router }),
      meshLayout(22, 22, { router, link: { latency: 3 } }),
      layoutOf({ topology: { kind: 'mesh', width: 22, height: 22 }, routing: { kind: 'up-down' }, router }),
      layoutOf({ topology: { kind: 'torus', width: 22, height: 22 }, routing: { kind: 'dimension-order' }, router }),
    ]) {
      // packets that are alone cross ahead of time, but never past the end of a piece
      const [kernel, clear] = [engineOf(large), engineOf(large, 'clear')];
      expect(run(kernel, offers, 41, [7, 20, 21, 22])).toEqual(run(clear, offers, 41, [30]));
      const { packet, flits, held, wantedPort } = clear.holdings();
      expect(kernel.holdings()).toMatchObject({ packet, flits, held, wantedPort });
      expect(run(kernel, [], 5000, [60])).toEqual(run(clear, [], 5000, []));
    }
  });

  test('a mesh whose table is by coordinates, with several nodes per router', () => {
    const layout = meshLayout(17, 13, { nodes_per_router: 2 });
    expect(fastTables(layout)?.grid).toBeDefined();
    const chance = new Chance(3, 'traffic');
    const offers = Array.from({ length: 3000 }, (_, i) => [i >> 4, chance.integer(0, i, 442), chance.integer(1, i, 442), 1 + (i % 3), 0]);
    expect(run(engineOf(layout), offers, 5000, [50])).toEqual(run(engineOf(layout, 'clear'), offers, 5000, [50]));
  });

  test.each([
    ['even sides, one node per router', 18, 16, 1, 'parity', {}],
    ['odd sides, three nodes per router', 15, 11, 3, 'parity', { vcs: 6, buffer: 3 }],
    ['drawn ties', 16, 10, 2, 'drawn', { credit_delay: 1 }],
    ['separable allocators', 12, 14, 2, 'drawn', { allocator: 'separable-input-first' }],
  ] as const)('a torus whose ways are by coordinates: %s', (_what, width, height, perRouter, ties, router) => {
    const layout = layoutOf({
      topology: { kind: 'torus', width, height },
      nodes_per_router: perRouter,
      routing: { kind: 'dimension-order', ties },
      router,
    });
    expect(fastTables(layout)?.grid?.wraps).toEqual({ width, height, drawn: ties === 'drawn' });
    const chance = new Chance(4, 'traffic');
    const offers = Array.from({ length: 4000 }, (_, i) => {
      const [source, destination] = [chance.integer(0, i, layout.nodes), chance.integer(1, i, layout.nodes)];
      const choice = ties === 'drawn' ? chance.integer(2, i, 4) : 0;
      return [i >> 4, source, destination, 1 + (i % 3), choice];
    });
    expect(run(engineOf(layout), offers, 5000, [50])).toEqual(run(engineOf(layout, 'clear'), offers, 5000, [50]));
  });

  test('paths that together are longer than 16 MB, of common routers; others go to the clear router', () => {
    const topology = { kind: 'mesh', width: 128, height: 5 } as const;
    const layout = layoutOf({ topology, routing: { kind: 'up-down' }, router: { vcs: 4, buffer: 8 } });
    expect(fastTables(layout)!.hops.length).toBeGreaterThan(ROUTER_LIMITS.tableBytes);
    expect(fastTables({ ...layout, buffer: 4 })).toBeUndefined();
    const chance = new Chance(6, 'traffic');
    const offers = Array.from({ length: 1500 }, (_, i) => [i >> 4, chance.integer(0, i, 640), chance.integer(1, i, 640), 1 + (i % 2), 0]);
    expect(run(engineOf(layout), offers, 5000, [50])).toEqual(run(engineOf(layout, 'clear'), offers, 5000, [50]));
  });
});
