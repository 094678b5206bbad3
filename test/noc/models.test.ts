/** Models beside the cycle mode: what they have to agree with, and where. */
import { expect, test } from 'vitest';
import { estimateLoad } from '../../src/noc/design/estimate.ts';
import { measure } from '../../src/noc/measure/measure.ts';
import { runOutputQueued } from '../../src/noc/router/output-queued.ts';
import { runLoad } from '../../src/sweep/experiment.ts';
import { withModels } from '../../src/sweep/models.ts';
import { meanZeroLoadLatency } from '../../src/noc/design/zero-load.ts';
import { layoutOf, meshLayout, smallWorldLayout } from './designs.ts';

const uniform = { kind: 'uniform' } as const;

test('the estimate is the closed form at no load, and its saturation that of the bisection: 4 / k on a mesh, 8 / k on a torus of links twice as many', () => {
  const mesh = meshLayout(8, 8);
  expect(estimateLoad(mesh, uniform, 0).latency).toBe(meanZeroLoadLatency(mesh));
  expect(estimateLoad(mesh, uniform, 0.1).saturation).toBeCloseTo(0.5, 12);
  const torus = layoutOf({ topology: { kind: 'torus', width: 8, height: 8 }, routing: { kind: 'dimension-order' } });
  expect(estimateLoad(torus, uniform, 0.1).saturation).toBeCloseTo(1, 12);
  expect(estimateLoad(mesh, uniform, 0.51).latency).toBe(Infinity);
  // one VC passes a flit every three cycles: BookSim2 saturates at 0.13 there
  const single = estimateLoad(meshLayout(8, 8, { router: { vcs: 1, buffer: 4 } }), uniform, 0.1).saturation;
  expect(single).toBeGreaterThan(0.13);
  expect(single).toBeLessThan(0.17);
});

test('below half of saturation the estimate is within 6 % of the cycle mode: meshes, small worlds, packets of several flits', () => {
  for (const layout of [meshLayout(8, 8), smallWorldLayout(8, 8, 3), meshLayout(6, 6, { packet: { flits: 3 } })]) {
    const { saturation } = estimateLoad(layout, uniform, 0);
    const rate = Number((0.4 * saturation).toPrecision(3));
    const found = measure(layout, { traffic: uniform, rate, seed: 1, cycles: 6000 }).latency.mean;
    expect(Math.abs(estimateLoad(layout, uniform, rate).latency / found - 1)).toBeLessThan(0.06);
  }
});

test('ideal output-queued routers give the cycle mode exactly while packets do not meet, and less latency at any load', () => {
  for (const layout of [meshLayout(5, 5), meshLayout(4, 4, { packet: { flits: 4 } }), smallWorldLayout(6, 6, 2)]) {
    // to the own node, rarely: packets never meet
    const alone = {
      traffic: { kind: 'permutation', destinations: Array.from({ length: layout.nodes }, (_, node) => node) },
      process: { kind: 'synchronous', period: 100 },
      rate: 0.005,
      seed: 1,
    } as const;
    expect(runOutputQueued(layout, alone).latency.mean).toBeCloseTo(measure(layout, alone).latency.mean, 9);
    for (const rate of [0.05, 0.2, 0.3]) {
      const options = { traffic: uniform, rate, seed: 2, cycles: 3000 };
      const ideal = runOutputQueued(layout, options);
      const cycles = measure(layout, options);
      expect(ideal.packets).toBe(cycles.packets);
      expect(ideal.latency.mean).toBeLessThanOrEqual(cycles.latency.mean);
      expect(ideal.latency.mean).toBeGreaterThanOrEqual(cycles.latency.mean * 0.5);
    }
  }
});

test('an output of ideal routers is a queue with constant service: a node that many send to waits as M/D/1 says', () => {
  const layout = meshLayout(4, 4, { nodes_per_router: 1 });
  // everything meets at the corner, whose two inputs bring 0.3 each and whose node takes 0.6
  const options = { traffic: { kind: 'hotspot', nodes: [0] }, rate: 0.6 / 16, seed: 5, cycles: 200_000 } as const;
  const { latency, accepted } = runOutputQueued(layout, options);
  expect(accepted * 16).toBeCloseTo(0.6, 2);
  // waits on the way: between none at all and an independent M/D/1 at every queue
  const estimate = estimateLoad(layout, options.traffic, options.rate).latency;
  const idle = estimateLoad(layout, options.traffic, 0).latency;
  expect(latency.mean).toBeGreaterThan(idle);
  expect(latency.mean).toBeLessThan(estimate);
});

test('past saturation of ideal routers is told in words, and leaves no latency', () => {
  const layout = meshLayout(8, 8);
  const traffic = { spec: { kind: 'transpose' }, process: { kind: 'bernoulli' }, seed: 1, speedUp: 1 } as const;
  const plan = { kind: 'span', warmup: 500, cycles: 2000 } as const;
  const told = (rate: number): ReturnType<typeof withModels> => {
    const { point } = runLoad(layout, { ...traffic, plan }, rate);
    return withModels(layout, { ...traffic, plan }, point, { outputQueued: true });
  };
  // seven sources share the busiest link
  expect(told(0.1).words.join()).toMatch(/^Ideal output-queued routers take [\d.]+ cycles, [\d.]+ % below/);
  const over = told(0.6);
  expect(over.words.join()).toMatch(
    /^Ideal output-queued routers are past saturation at this load \(\d+ packets had not arrived .*the cycle mode is past saturation/,
  );
  expect(over.point.measures['ideal.latency']).toBeNull();
  expect(over.point.measures['ideal.latency_error']).toBeNull();
});
