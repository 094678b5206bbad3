/**
 * No deadlock on any network with a certificate: graphs of 8 to 128 routers with up to 8 neighbours under every routing that is defined on any graph, and the regular networks under theirs,
 * far past saturation, multicast included. NOC_RUNS=500 in the environment looks at so many networks of each kind instead of a few.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Chance, InfeasibleError } from '../../src/base/index.ts';
import { ARRIVAL_WORDS } from '../../src/kernels/index.ts';
import { deadlockIn } from '../../src/noc/router/deadlock.ts';
import { ARRIVAL, engineOf } from '../../src/noc/kernel/engine.ts';
import { NocNetwork, treesOf, type NocLayout } from '../../src/noc/index.ts';
import { layoutOf } from './designs.ts';
import { randomGraph } from './random-graphs.ts';

const RUNS = Number(process.env['NOC_RUNS'] ?? 8);
const PACKETS = 24; // per node, as fast as nodes can send

/** Random packets, one per node and cycle from the first on. */
function flood(layout: NocLayout, seed: number, longest: number): Uint32Array {
  const { nodes, graph, routes } = layout;
  const chance = new Chance(seed, 'traffic');
  const rows = Array.from({ length: nodes * PACKETS }, (_, i) => {
    const source = i % nodes;
    const destination = Math.floor(chance.uniform(0, i) * nodes);
    const choice = routes.choices?.draw(graph.routerOfNode[source]!, graph.routerOfNode[destination]!, chance.uniform(1, i)) ?? 0;
    return [Math.floor(i / nodes), source, destination, 1 + Math.floor(chance.uniform(2, i) * longest), choice];
  });
  return Uint32Array.from(rows.flat());
}

/** All packets arrive, each once and where it was sent; nothing ever looks deadlocked; with one VC per layer and one way flows keep their order. */
function arrivesOnce(layout: NocLayout, seed: number): void {
  const engine = engineOf(layout, seed % 5 === 0 ? 'clear' : 'fastest');
  const offers = flood(layout, seed, seed % 3 === 0 ? 5 : 1);
  const count = layout.nodes * PACKETS;
  const seen = new Uint8Array(count);
  const last = new Int32Array(layout.nodes * layout.nodes).fill(-1);
  let [wrong, late] = [0, 0];
  const arrive = (rows: Uint32Array, arrived: number): void => {
    for (let i = 0; i < arrived * ARRIVAL_WORDS; i += ARRIVAL_WORDS) {
      const id = rows[i + ARRIVAL.id]!;
      const [source, destination] = [rows[i + ARRIVAL.source]!, rows[i + ARRIVAL.destination]!];
      if (seen[id] === 1 || offers[5 * id + 1] !== source || offers[5 * id + 2] !== destination) wrong += 1;
      seen[id] = 1;
      const flow = source * layout.nodes + destination;
      if (id < last[flow]!) late += 1;
      last[flow] = id;
    }
  };
  engine.advance(PACKETS + 60, offers, arrive);
  expect(deadlockIn(layout, engine.holdings())).toBeUndefined();
  engine.advance(400_000, new Uint32Array(0), arrive);
  expect([engine.inFlight, wrong, seen.indexOf(0)]).toEqual([0, 0, -1]);
  if (keepsOrder(layout)) expect(late).toBe(0);
}

/** One VC for every flow: by order: per-flow, or because layers have one VC each. */
function keepsOrder({ design, routes, vcs }: NocLayout): boolean {
  const isOneVc = vcs < 2 * routes.layers && routes.choices === undefined && routes.adaptive === undefined;
  return design.router.order === 'per-flow' || isOneVc;
}

/** The same for packets to several nodes, where all branches have to arrive. */
function arrivesEverywhere(layout: NocLayout, seed: number): void {
  const network = new NocNetwork(layout, { multicast: true });
  const chance = new Chance(seed, 'traffic', 1);
  const due = new Set<string>();
  for (let id = 0; id < 5 * layout.nodes; id++) {
    const size = 1 + Math.floor(chance.uniform(0, id) * Math.min(12, layout.nodes));
    const nodes = Array.from(new Set(Array.from({ length: size }, (_, i) => Math.floor(chance.uniform(1 + i, id) * layout.nodes))));
    network.offer(Math.floor(id / layout.nodes), id % layout.nodes, nodes, 1 + (id % Math.min(2, layout.buffer)), id);
    for (const node of nodes) due.add(`${String(id)} at ${String(node)}`);
  }
  const { layers, sets } = treesOf(layout);
  const last = new Map<number, number>();
  let [wrong, late] = [0, 0];
  network.advance(400_000, (id, _cycle, _routers, _injected, _ready, node) => {
    if (!due.delete(`${String(id)} at ${String(node)}`)) wrong += 1;
    const flow = (id % layout.nodes) * layout.nodes + node;
    if (id < (last.get(flow) ?? 0)) late += 1;
    last.set(flow, id);
  });
  expect([due.size, wrong]).toEqual([0, 0]);
  if (sets === undefined && layout.vcs < 2 * layers) expect(late).toBe(0);
  expect(network.audit()).toMatchObject({ balanced: true, inFlight: 0, flitsInNetwork: 0 });
}

describe('no certified network ever deadlocks', { timeout: 120_000 + RUNS * 10_000 }, () => {
  const routing = fc.constantFrom(
    { kind: 'blash' } as const,
    { kind: 'blash', layers: 2 } as const,
    { kind: 'blash', layers: 3 } as const,
    { kind: 'lash' } as const,
    { kind: 'up-down' } as const,
    { kind: 'minimal' } as const,
  );
  const router = fc.record({ vcs: fc.integer({ min: 1, max: 6 }), buffer: fc.integer({ min: 1, max: 5 }), credit_delay: fc.nat(2) });

  test('random graphs of 8 to 128 routers with up to 8 neighbours, under every routing of any graph; single packets and multicast', () => {
    let ran = 0;
    fc.assert(
      fc.property(randomGraph({ most: 128 }), routing, router, fc.nat(), (edges, routes, routers, seed) => {
        let layout: NocLayout;
        try {
          layout = layoutOf(
            {
              topology: { kind: 'edge-list', file: 'g' },
              routing: routes,
              router: { ...routers, ...(seed % 2 === 0 ? { order: 'per-flow' as const } : {}) },
              ...(seed % 4 === 1 ? { packet: { trees: 'set' as const, detour: (seed % 3) / 2 } } : {}),
            },
            { g: edges },
          );
        } catch (error) {
          // refused with a reason: no certificate, or more layers than VCs
          expect(error).toBeInstanceOf(InfeasibleError);
          return;
        }
        ran += 1;
        expect(layout.certificate.acyclic).toBe(true);
        arrivesOnce(layout, seed);
        arrivesEverywhere(layout, seed);
      }),
      { numRuns: 3 * RUNS },
    );
    expect(ran).toBeGreaterThan(RUNS);
  });

  test('regular networks under the routings of their own', () => {
    const side = fc.integer({ min: 3, max: 8 });
    const grid = fc.record({ width: side, height: side });
    const designs = fc.oneof(
      grid.map((size) => ({ topology: { kind: 'mesh', ...size }, routing: { kind: 'dimension-order' } }) as const),
      fc
        .tuple(grid, fc.constantFrom('mesh', 'torus'), fc.constantFrom('xy-yx', 'valiant', 'romm'))
        .map(([size, topology, kind]) => ({ topology: { kind: topology, ...size }, routing: { kind } }) as const),
      fc
        .tuple(grid, fc.constantFrom('parity', 'drawn'))
        .map(([size, ties]) => ({ topology: { kind: 'torus', ...size }, routing: { kind: 'dimension-order', ties } }) as const),
      grid.map((size) => ({ topology: { kind: 'hexagonal-torus', ...size }, routing: { kind: 'blash' } }) as const),
      grid.map((size) => ({ topology: { kind: 'flattened-butterfly', ...size }, routing: { kind: 'row-column' } }) as const),
      grid.map((size) => ({ topology: { kind: 'concentrated-mesh', ...size }, routing: { kind: 'dimension-order' } }) as const),
      fc
        .integer({ min: 2, max: 4 })
        .map((levels) => ({ topology: { kind: 'tree', arity: 2, levels }, routing: { kind: 'minimal' } }) as const),
      fc.integer({ min: 5, max: 40 }).map((routers) => ({ topology: { kind: 'ring', routers }, routing: { kind: 'blash' } }) as const),
    );
    fc.assert(
      fc.property(designs, router, fc.nat(), (design, routers, seed) => {
        const order =
          seed % 2 === 0 &&
          !['xy-yx', 'valiant', 'romm'].includes(design.routing.kind) &&
          !('ties' in design.routing && design.routing.ties === 'drawn');
        const layout = layoutOf({
          ...design,
          router: {
            ...routers,
            vcs: Math.max(design.topology.kind === 'torus' ? 4 : 2, routers.vcs),
            ...(order ? { order: 'per-flow' } : {}),
          },
        });
        arrivesOnce(layout, seed);
        if (layout.routes.choices === undefined) arrivesEverywhere(layout, seed);
      }),
      { numRuns: 2 * RUNS },
    );
  });
});
