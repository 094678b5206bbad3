import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashOf } from '../../src/base/index.ts';
import { NocNetwork, treesOf, type NocLayout } from '../../src/noc/index.ts';
import { MulticastGroups } from '../../src/noc/spikes/multicast-groups.ts';
import { linkOfHop } from '../../src/noc/routing/route-table.ts';
import { zeroLoadLatencies } from '../../src/noc/design/zero-load.ts';
import { layoutOf, meshLayout, smallWorldLayout } from './designs.ts';
import { randomGraph } from './random-graphs.ts';

interface Offer {
  readonly cycle: number;
  readonly source: number;
  readonly destinations: readonly number[];
  readonly flits: number;
}

const bursts = (nodes: number, count: number, longest: number, widest = nodes) =>
  fc.array(
    fc.record({
      cycle: fc.nat(30),
      source: fc.nat(nodes - 1),
      destinations: fc.uniqueArray(fc.nat(nodes - 1), { minLength: 1, maxLength: Math.min(widest, nodes) }),
      flits: fc.integer({ min: 1, max: longest }),
    }),
    { minLength: count, maxLength: count },
  );

function run(layout: NocLayout, offers: readonly Offer[]) {
  const network = new NocNetwork(layout, { multicast: true });
  for (const [id, { cycle, source, destinations, flits }] of offers.entries()) network.offer(cycle, source, destinations, flits, id);
  const arrivals: number[][] = [];
  network.advance(500_000, (...arrival) => arrivals.push(arrival));
  return { network, arrivals };
}

/** Every (packet, node) that should arrive, in order. */
const wanted = (offers: readonly Offer[]): string[] =>
  offers.flatMap(({ destinations }, id) => destinations.map((node) => `${String(id)} at ${String(node)}`)).toSorted();
const found = (arrivals: readonly number[][]): string[] =>
  arrivals.map(([id, , , , , node]) => `${String(id)} at ${String(node)}`).toSorted();

const routing = fc.constantFrom({ kind: 'blash' } as const, { kind: 'blash', layers: 2 } as const, { kind: 'up-down' } as const);

const packet = fc.constantFrom(
  {},
  { trees: 'source' } as const,
  { trees: 'set' } as const,
  { trees: 'set', detour: 0.3 } as const,
  { trees: 'set', detour: 4 } as const,
);

const cases = fc
  .record({
    edges: randomGraph({ most: 40 }),
    routing,
    packet,
    vcs: fc.integer({ min: 2, max: 5 }),
    buffer: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ edges, vcs, buffer, ...parts }) =>
    layoutOf({ topology: { kind: 'edge-list', file: 'g' }, router: { vcs, buffer }, ...parts }, { g: edges }),
  )
  .chain((layout) => bursts(layout.nodes, 250, layout.buffer).map((offers) => ({ layout, offers })));

describe('a multicast packet', { timeout: 60_000 }, () => {
  test('reaches each of its destinations exactly once on any graph, far past saturation, and all flits are accounted for', () => {
    fc.assert(
      fc.property(cases, ({ layout, offers }) => {
        const { network, arrivals } = run(layout, offers);
        expect(found(arrivals)).toEqual(wanted(offers));
        expect(network.audit()).toMatchObject({ balanced: true, inFlight: 0, flitsInNetwork: 0, delivered: wanted(offers).length });
        expect(network.idle).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('of one flow never overtakes another, whatever else they are for, where a layer has one VC or a flow keeps one', () => {
    const inOrder = fc
      .record({ edges: randomGraph({ most: 24 }), isPerFlow: fc.boolean(), vcs: fc.integer({ min: 2, max: 4 }) })
      .map(({ edges, isPerFlow, vcs }) =>
        layoutOf(
          {
            topology: { kind: 'edge-list', file: 'g' },
            routing: isPerFlow ? { kind: 'up-down' } : { kind: 'blash', layers: vcs },
            router: isPerFlow ? { vcs, order: 'per-flow' } : { vcs },
          },
          { g: edges },
        ),
      )
      .chain((layout) => bursts(layout.nodes, 200, 3, 6).map((offers) => ({ layout, offers })));
    fc.assert(
      fc.property(inOrder, ({ layout, offers }) => {
        const inTime = offers.toSorted((p, q) => p.cycle - q.cycle);
        const last = new Map<string, number>();
        for (const [id, , , , , node] of run(layout, inTime).arrivals) {
          const flow = `${String(inTime[id!]!.source)} to ${String(node)}`;
          expect(id).toBeGreaterThan(last.get(flow) ?? -1);
          last.set(flow, id!);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('does so on the regular designs as well', () => {
    const designs = [
      meshLayout(5, 4),
      meshLayout(4, 4, { routing: { kind: 'xy-yx' } }),
      layoutOf({ topology: { kind: 'torus', width: 4, height: 5 }, routing: { kind: 'dimension-order' } }),
      layoutOf({ topology: { kind: 'flattened-butterfly', width: 3, height: 3 }, routing: { kind: 'row-column' } }),
      layoutOf({ topology: { kind: 'tree', arity: 2, levels: 3 }, routing: { kind: 'minimal' } }),
      layoutOf({ topology: { kind: 'concentrated-mesh', width: 3, height: 2 }, routing: { kind: 'dimension-order' }, router: { vcs: 1 } }),
      meshLayout(4, 4, { router: { allocator: 'separable-input-first', speculative: true, routing_delay: 0 } }),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...designs).chain((layout) => bursts(layout.nodes, 150, 5).map((offers) => ({ layout, offers }))),
        ({ layout, offers }) => {
          expect(found(run(layout, offers).arrivals)).toEqual(wanted(offers));
        },
      ),
      { numRuns: 20 },
    );
  });

  test('crosses every link of its tree once, on shortest paths of a mesh, and is copied only where ways part', () => {
    const layout = meshLayout(4, 4);
    const network = new NocNetwork(layout, { multicast: true });
    const before = network.read();
    // along the row to 1, 2, 3; up the column of 3 to 7 and 11; itself
    network.offer(0, 0, [1, 2, 3, 7, 11, 0], 3, 9);
    const arrivals: number[][] = [];
    network.advance(1000, (...arrival) => arrivals.push(arrival));
    const { portFlits } = network.read().values;
    const flits = Array.from(layout.portOfLink, (port) => portFlits![port]! - before.values['portFlits']![port]!);
    expect(flits.filter((count) => count > 0)).toEqual([3, 3, 3, 3, 3]);
    expect(network.audit().flitsCopied).toBe(3 * 5);
    const routers = new Map(arrivals.map(([, , count, , , node]) => [node, count]));
    expect(Object.fromEntries(routers)).toEqual({ 0: 1, 1: 2, 2: 3, 3: 4, 7: 5, 11: 6 });
    // nothing is held up by copying: 2 + 5 h + flits - 1, as in an idle network
    for (const [, cycle, count] of arrivals) expect(cycle).toBe(2 + 5 * count! + 2);
  });

  test('with one destination takes the cycles of a single packet, where trees are the paths of the routing', () => {
    const layout = meshLayout(4, 4);
    fc.assert(
      fc.property(bursts(16, 120, 4, 1), (offers) => {
        const plain = new NocNetwork(layout);
        for (const [id, { cycle, source, destinations, flits }] of offers.entries())
          plain.offer(cycle, source, destinations[0]!, flits, id);
        const arrivals: number[][] = [];
        plain.advance(100_000, (...arrival) => arrivals.push(arrival));
        expect(run(layout, offers).arrivals).toEqual(arrivals);
      }),
      { numRuns: 15 },
    );
  });

  test('alone on a torus takes to each destination the cycles of the closed form, over trees of its dimension-order paths', () => {
    fc.assert(
      fc.property(
        fc.constantFrom([8, 8] as const, [5, 4] as const, [3, 7] as const, [6, 6] as const),
        fc.array(fc.nat(14), { minLength: 1, maxLength: 8 }),
        fc.nat(14),
        ([width, height], far, source) => {
          const layout = layoutOf({ topology: { kind: 'torus', width, height }, routing: { kind: 'dimension-order' } });
          expect(treesOf(layout).method).toContain('trees of dimension-order paths');
          const destinations = [...new Set(far.map((step) => (source + step * 7) % layout.nodes))];
          const zeroLoad = zeroLoadLatencies(layout, 1);
          const { arrivals } = run(layout, [{ cycle: 0, source, destinations, flits: 1 }]);
          expect(arrivals.length).toBe(destinations.length);
          for (const [, cycle, , , , node] of arrivals) expect(cycle).toBe(zeroLoad[source * layout.nodes + node!]);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('survives a snapshot in the middle, in a network that knew other sets before', () => {
    const layout = smallWorldLayout(4, 4, 3);
    fc.assert(
      fc.property(bursts(16, 150, 3), fc.integer({ min: 1, max: 100 }), (offers, cut) => {
        const whole = run(layout, offers);
        const first = new NocNetwork(layout, { multicast: true });
        for (const [id, { cycle, source, destinations, flits }] of offers.entries()) first.offer(cycle, source, destinations, flits, id);
        const arrivals: number[][] = [];
        first.advance(cut, (...arrival) => arrivals.push(arrival));
        const second = new NocNetwork(layout, { multicast: true });
        second.offer(0, 5, [1, 2], 1, 0);
        second.restore(first.snapshot());
        second.advance(500_000, (...arrival) => arrivals.push(arrival));
        first.advance(500_000, () => undefined);
        expect(arrivals).toEqual(whole.arrivals);
        expect(hashOf(second.snapshot())).toBe(hashOf(first.snapshot()));
      }),
      { numRuns: 10 },
    );
  });

  test('is refused when a buffer cannot hold it, when a node is named twice or is not there', () => {
    const network = new NocNetwork(meshLayout(3, 3, { router: { vcs: 2, buffer: 2 } }), { multicast: true });
    expect(() => network.offer(0, 0, [1, 2], 3, 0)).toThrow(/3 flits needs buffers of at least that, found 2/);
    expect(() => network.offer(0, 0, [1, 1], 1, 0)).toThrow(/each is named once/);
    expect(() => network.offer(0, 0, [9], 1, 0)).toThrow(/has the nodes 0 to 8/);
    expect(() => network.offer(0, 0, [], 1, 0)).toThrow(/each is named once/);
  });

  test('that a bounded queue drops counts as lost for each of its destinations', () => {
    const layout = meshLayout(3, 3, { source_queue: { capacity: 1, policy: 'drop-newest' } });
    const network = new NocNetwork(layout, { multicast: true });
    for (let id = 0; id < 6; id++) network.offer(0, 4, [0, 8], 4, id);
    const dropped: number[] = [];
    network.advance(
      1000,
      () => undefined,
      (id) => dropped.push(id),
    );
    expect(network.audit()).toMatchObject({ offered: 12, dropped: 2 * dropped.length, balanced: true, inFlight: 0 });
    expect(network.dropsOfFlow(4, 8)).toBe(dropped.length);
    expect(dropped.length).toBeGreaterThan(0);
  });
});

describe('source trees', { timeout: 60_000 }, () => {
  test('reach every node, use a link once at most, and their certificate names every turn of every tree', () => {
    fc.assert(
      fc.property(randomGraph({ most: 40 }), routing, fc.integer({ min: 2, max: 4 }), (edges, kind, vcs) => {
        const layout = layoutOf({ topology: { kind: 'edge-list', file: 'g' }, routing: kind, router: { vcs } }, { g: edges });
        const { trees, certificate } = treesOf(layout);
        expect(certificate.acyclic).toBe(true);
        for (const [source, { hops, parents, arrival }] of trees.entries()) {
          expect(new Set(Array.from(hops, linkOfHop)).size).toBe(hops.length);
          for (const [router, last] of arrival.entries()) {
            let at = router;
            for (let edge = last; edge >= 0; edge = parents[edge]!) {
              expect(layout.graph.linkTo[linkOfHop(hops[edge]!)]).toBe(at);
              at = layout.graph.linkFrom[linkOfHop(hops[edge]!)]!;
            }
            expect(at).toBe(source);
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  test('whose turns close a circle are refused, and named', () => {
    const ring = { topology: { kind: 'edge-list', file: 'ring' }, routing: { kind: 'minimal' } } as const;
    const files = { ring: 'a,b\n0,1\n1,2\n2,3\n3,4\n4,0\n' };
    const { certificate } = treesOf(layoutOf(ring, files, { allowUnsafe: true }));
    expect(certificate).toMatchObject({ acyclic: false, statement: expect.stringMatching(/multicast over .* has the cycle/) as string });
  });

  test('a set of destinations is kept once, in any order', () => {
    const groups = new MulticastGroups(meshLayout(4, 4));
    expect(groups.numberOf(0, [3, 5])).toBe(groups.numberOf(0, [5, 3]));
    expect(groups.linksOf(groups.numberOf(0, [3, 7]))).toBe(4);
    expect(groups.linksOf(groups.numberOf(0, [0]))).toBe(0);
  });
});
