/** Whole spikes: every way of sending them delivers the same spikes, multicast over the fewest links; energy follows the links. */
import { expect, test, vi } from 'vitest';
import { runSpikes } from '../../src/sweep/spike-run.ts';
import { loadNetwork } from '../../src/sweep/index.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 60_000 });

const NEURONS = [
  {
    home: 0,
    id: 0,
    parts: [
      [3, 2],
      [12, 1],
      [15, 4],
    ].map(([node, synapses]) => ({ node: node!, synapses: synapses! })),
  },
  { home: 5, id: 0, parts: [{ node: 6, synapses: 1 }] },
];
const run = (mode: string, rate = 0.02) =>
  runSpikes(loadNetwork('mesh-4x4', [`packet.mode=${mode}`]).layout, NEURONS, { kind: 'spikes', warmup: 500, cycles: 20_000 }, rate, 1)
    .point;

test('packets per spike and links per spike are those of the paths', () => {
  const [synapse, core, multicast] = [run('per-synapse'), run('per-core'), run('multicast')].map(({ measures }) => measures);
  expect(new Set([synapse, core, multicast].map((measures) => measures!['spike.count'])).size).toBe(1);
  // neuron 0 reaches nodes 3, 12, 15 with 7 synapses, neuron 1 node 6 with one; both spike alike, but for chance
  const share = (core!['spike.packets']! - 1) / 2;
  expect(Math.abs(share - 0.5)).toBeLessThan(0.05);
  expect(synapse!['spike.packets']).toBeCloseTo(1 + 6 * share, 9);
  expect(multicast!['spike.packets']).toBe(1);
  // links: per core 3 + 3 + 6 and 1; per synapse 2 x 3 + 3 + 4 x 6 and 1; a tree 3 + 3 + 3 and 1. Packets under way at the ends of the span blur it a little
  expect(core!['spike.link_hops']! / (1 + 11 * share)).toBeCloseTo(1, 1);
  expect(synapse!['spike.link_hops']! / (1 + 32 * share)).toBeCloseTo(1, 1);
  expect(multicast!['spike.link_hops']! / (1 + 8 * share)).toBeCloseTo(1, 1);
  expect(multicast!['spike.energy']!).toBeLessThan(core!['spike.energy']!);
  expect(core!['spike.energy']!).toBeLessThan(synapse!['spike.energy']!);
});

test('past saturation is said and leaves no latency; the same seed gives the same run', () => {
  const over = run('per-synapse', 0.4);
  expect(over.stable).toBe(false);
  expect(over.verdict).toMatch(/past saturation/);
  expect(over.measures['latency.mean']).toBeNull();
  expect(run('multicast')).toEqual(run('multicast'));
});
