import { expect, test } from 'vitest';
import { meanZeroLoadLatency, NocNetwork, zeroLoadLatencies, type NocLayout } from '../../src/noc/index.ts';
import { layoutOf, meshLayout, smallWorldLayout } from './designs.ts';

/** Latency of every pair, each packet alone in the network. */
function simulated(layout: NocLayout, flits: number): Float64Array {
  const network = new NocNetwork(layout);
  const latencies = new Float64Array(layout.nodes * layout.nodes);
  for (let pair = 0; pair < latencies.length; pair++)
    network.offer(1000 * pair, Math.floor(pair / layout.nodes), pair % layout.nodes, flits, pair);
  network.advance(1000 * latencies.length, (id, cycle) => {
    latencies[id] = cycle - 1000 * id;
  });
  return latencies;
}

test.each([
  ['mesh', meshLayout(4, 3), 1],
  ['mesh with 5-flit packets', meshLayout(4, 3), 5],
  [
    'slow stages',
    meshLayout(3, 3, {
      router: { routing_delay: 2, vc_alloc_delay: 3, switch_alloc_delay: 2, switch_traversal_delay: 4, credit_delay: 1 },
    }),
    1,
  ],
  ['two nodes per router', meshLayout(3, 2, { nodes_per_router: 2 }), 1],
  ['torus', layoutOf({ topology: { kind: 'torus', width: 4, height: 4 }, routing: { kind: 'dimension-order' }, link: { latency: 3 } }), 1],
  [
    'speculation whose switch takes longer than its VCs',
    meshLayout(3, 2, { router: { allocator: 'separable-input-first', speculative: true, switch_alloc_delay: 3 } }),
    1,
  ],
  [
    'speculation whose VCs take longer than its switch',
    meshLayout(3, 2, {
      router: { allocator: 'separable-input-first', speculative: true, vc_alloc_delay: 4, switch_alloc_delay: 2, routing_delay: 0 },
    }),
    5,
  ],
  ['long packets in buffers of one flit', meshLayout(3, 2, { router: { buffer: 1 } }), 12],
  [
    'buffers just too short for a credit round trip',
    meshLayout(4, 2, { router: { buffer: 4, credit_delay: 2 }, link: { latency: 2 } }),
    30,
  ],
  ['buffers that hold body flits and not those behind a head', meshLayout(4, 2, { router: { buffer: 5, vc_alloc_delay: 3 } }), 30],
  ['small world with long links', smallWorldLayout(4, 4, 2, { link: { latency: { reach_per_cycle: '1 mm' } } }), 1],
])('the closed form is what a lone packet takes: %s', (_name, layout, flits) => {
  const lone = simulated(layout, flits);
  expect(zeroLoadLatencies(layout, flits)).toEqual(lone);
  // all pairs alike, without a list of them
  expect(meanZeroLoadLatency(layout, 1, flits)).toBeCloseTo(lone.reduce((sum, cycles) => sum + cycles, 0) / lone.length, 9);
});

test('packets longer than buffers, over clocks of two rates: a lone packet that starts at an edge of both takes what is computed', () => {
  const layout = meshLayout(3, 2, { router: { buffer: 2, credit_delay: 1 }, clock_domains: [{ routers: [1, 4], divide: 2 }] });
  expect(zeroLoadLatencies(layout, 9)).toEqual(simulated(layout, 9));
});

test('an 8x8 mesh takes 2 + 5 h cycles in the mean, 7 at least and 77 at most', () => {
  const layout = meshLayout(8, 8);
  const latencies = zeroLoadLatencies(layout);
  expect(meanZeroLoadLatency(layout)).toBeCloseTo(2 + 5 * 6.25, 12);
  expect([Math.min(...latencies), Math.max(...latencies)]).toEqual([7, 77]);
});

test('weights pick the pairs that count', () => {
  const weights = new Float64Array(16);
  weights[3] = 2;
  expect(meanZeroLoadLatency(meshLayout(2, 2), weights)).toBe(2 + 5 * 3);
});
