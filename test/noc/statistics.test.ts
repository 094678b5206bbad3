import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import { PacketTally } from '../../src/kernels/index.ts';
import { percentiles } from '../../src/analysis/index.ts';
import {
  batchMeans,
  compileTraffic,
  expectedMatrix,
  inSeconds,
  measure,
  measurePackets,
  mser5,
  zeroLoadLatencies,
} from '../../src/noc/index.ts';
import { flowRows, flowStatistics, LatencyCounts } from '../../src/noc/measure/packet-statistics.ts';
import { linkOfHop } from '../../src/noc/routing/route-table.ts';
import { layoutOf, meshLayout } from './designs.ts';

const chance = new Chance(5, 'traffic');

test('counted latencies have the statistics of the list', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5000), { minLength: 1, maxLength: 300 }), (values) => {
      const counts = new LatencyCounts();
      for (const value of values) counts.add(value);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
      const found = counts.statistics();
      expect([found.p50, found.p95, found.p99, found.max]).toEqual(percentiles(values, [0.5, 0.95, 0.99, 1]));
      expect(found.mean).toBeCloseTo(mean, 8);
      expect(found.std).toBeCloseTo(std, 6);
    }),
  );
});

test('jitter is the mean change of latency within a flow, reordering counts packets that were overtaken', () => {
  const tally = new PacketTally(8);
  tally.begin(0, Infinity);
  const arrivals = [
    [0, 10],
    [2, 14],
    [1, 20],
    [3, 17],
  ].map(([id, latency]) => [id!, 1, 2, 1, 0, 0, latency!, 2, 0]);
  tally.add(Uint32Array.from([...arrivals, [4, 2, 1, 1, 0, 0, 99, 2, 0]].flat()), 5);
  expect(flowStatistics(tally.flowTotals())).toEqual({ flows: 2, jitter: 13 / 3, jitterWorst: 13 / 3, reordered: 1, flowsReordered: 1 });
  expect(flowRows(tally.flows())).toMatchObject([
    { source: 1, destination: 2, packets: 4, mean: 15.25, reordered: 1 },
    { source: 2, destination: 1, packets: 1, mean: 99, std: 0, jitter: 0, reordered: 0 },
  ]);
});

test('of tens of thousands of flows the worst are listed, in the order of all', () => {
  const nodes = 150;
  const tally = new PacketTally(nodes);
  tally.begin(0, Infinity);
  const pairs = Array.from({ length: nodes * nodes }, (_, pair) => pair);
  // three packets per flow; latencies from a multiplicative sequence, so that many flows change alike
  for (let round = 0; round < 3; round++) {
    const rows = pairs.map((pair) => [
      round * pairs.length + pair,
      Math.floor(pair / nodes),
      pair % nodes,
      1,
      0,
      0,
      5 + ((pair * 7919 + round * 104_729) % (61 + round)),
      3,
      0,
    ]);
    tally.add(Uint32Array.from(rows.flat()), rows.length);
  }
  const all = tally.flows();
  expect(all).toHaveLength(pairs.length);
  const expected = all.toSorted((p, q) => q.jitter - p.jitter || p.source - q.source || p.destination - q.destination);
  expect(all).toEqual(expected);
  for (const most of [1, 40, 5000]) expect(tally.flows(most)).toEqual(expected.slice(0, most));
});

test('the tally counts what a list of all packets says, for any number of nodes and flows, however long the latencies', () => {
  const packet = fc.record({ pair: fc.nat(), flits: fc.integer({ min: 1, max: 5 }), offered: fc.nat(400), latency: fc.nat(3000) });
  fc.assert(
    fc.property(fc.constantFrom(3, 200, 5000), fc.array(packet, { maxLength: 300 }), fc.nat(200), (nodes, drawn, start) => {
      const end = start + 200;
      const rows = drawn
        .flatMap((one) =>
          Array.from({ length: 12 }, (_, copy) => ({ ...one, offered: one.offered + copy * 17, pair: one.pair + copy * 5003 })),
        )
        .map(({ pair, flits, offered, latency }) => {
          const [source, destination] = [pair % nodes, Math.floor(pair / nodes) % nodes];
          return { source, destination, flits, offered, injected: offered + (latency >> 1), arrived: offered + latency };
        })
        .toSorted((p, q) => p.arrived - q.arrived);
      const tally = new PacketTally(nodes);
      tally.begin(start, end);
      const words = rows.flatMap((row, id) => [id, row.source, row.destination, row.flits, row.offered, row.injected, row.arrived, 3, 0]);
      tally.add(Uint32Array.from(words), rows.length);
      const measured = rows.filter(({ offered }) => offered >= start && offered < end);
      expect(Array.from(tally.series())).toEqual(measured.map((row) => row.arrived - row.offered));
      expect(tally.sums).toEqual({ offered: measured.reduce((sum, row) => sum + row.offered, 0), routers: 3 * measured.length });
      const [whole, network] = tally.latencies();
      const count = (lengths: number[]) => [...new Set(lengths)].map((length) => [length, lengths.filter((one) => one === length).length]);
      for (const [length, times] of count(measured.map((row) => row.arrived - row.offered))) expect(whole[length!]).toBe(times);
      for (const [length, times] of count(measured.map((row) => row.arrived - row.injected))) expect(network[length!]).toBe(times);
      const pairs = new Map<string, number[]>();
      for (const { source, destination, offered, arrived } of measured) {
        const key = [source, destination].join();
        pairs.set(key, [...(pairs.get(key) ?? []), arrived - offered]);
      }
      const flows = tally
        .flows()
        .map(({ source, destination, packets, sum, squares, jitter }) => [source, destination, packets, sum, squares, jitter]);
      const expected = [...pairs].map(([key, list]) => [
        ...key.split(',').map(Number),
        list.length,
        list.reduce((sum, one) => sum + one, 0),
        list.reduce((sum, one) => sum + one * one, 0),
        list.reduce((sum, one, i) => sum + (i === 0 ? 0 : Math.abs(one - list[i - 1]!)), 0),
      ]);
      expect(new Set(flows)).toEqual(new Set(expected));
      const lists = [...pairs.values()];
      const jitters = expected.map(([, , , , , jitter]) => jitter!);
      expect(tally.flowTotals()).toMatchObject({
        flows: lists.length,
        packets: measured.length,
        jitter: jitters.reduce((sum, one) => sum + one, 0),
        jitterWorst: jitters.reduce((worst, one, i) => Math.max(worst, one / Math.max(1, lists[i]!.length - 1)), 0),
      });
      const steps = tally.steps();
      expect(steps.packets.reduce((sum, one) => sum + one, 0)).toBe(rows.length);
      const early = tally.steps(start);
      expect(early.packets).toEqual(steps.packets.slice(0, Math.ceil(start / steps.cycles)));
      expect(steps.flits[0]).toBe(rows.filter((row) => row.arrived < steps.cycles).reduce((sum, row) => sum + row.flits, 0));
    }),
    { numRuns: 25 },
  );
});

test('steps of a long run become longer, two into one, and lose nothing', () => {
  const tally = new PacketTally(2);
  const cycles = Array.from({ length: 3000 }, (_, i) => i * 997);
  tally.add(Uint32Array.from(cycles.flatMap((cycle) => [0, 0, 1, 1, cycle, cycle, cycle + 5, 1, cycle])), cycles.length);
  const steps = tally.steps();
  expect(steps.cycles).toBe(640);
  for (const step of [0, 1, 17, 4000]) {
    const within = cycles.filter((cycle) => Math.floor((cycle + 5) / 640) === step).length;
    expect([steps.packets[step], steps.latencies[step]]).toEqual([within, 5 * within]);
  }
});

test('the error of 20 batches is that of an autoregressive series in closed form', () => {
  // x' = 0.8 x + noise: variance of the mean = sigma^2 / (1 - 0.8)^2 / n
  const n = 40_000;
  let x = 0;
  const values = Float64Array.from({ length: n }, (_, i) => (x = 0.8 * x + chance.normal(0, i)));
  const expected = 5 / Math.sqrt(n);
  const found = batchMeans(values)!;
  // chi-square with 19 degrees of freedom
  expect(found.standardError / expected).toBeGreaterThan(0.6);
  expect(found.standardError / expected).toBeLessThan(1.45);
  expect(found.halfWidth / found.standardError).toBeCloseTo(2.093, 6);
  expect(Math.abs(found.mean)).toBeLessThan(4 * expected);
  expect(batchMeans([1, 2, 3])).toBeUndefined();
});

test('MSER-5 cuts a transient and leaves a steady series alone', () => {
  const noise = (i: number): number => chance.normal(1, i);
  const steady = Float64Array.from({ length: 2000 }, (_, i) => noise(i));
  const rising = steady.map((value, i) => value - 20 * (i < 300 ? 1 - i / 300 : 0));
  expect(mser5(steady)).toBeLessThan(400);
  expect(mser5(rising)).toBeGreaterThan(230);
  expect(mser5(rising)).toBeLessThan(600);
  // never steady: the cut stops at half
  expect(mser5(steady.map((_, i) => i))).toBe(1000);
  expect(mser5([])).toBe(0);
});

test('one packet of each node, alone: latency in closed form, in cycles, seconds and biological time', () => {
  const layout = meshLayout(4, 4, { clock: '200 MHz' });
  const alone = zeroLoadLatencies(layout);
  const packets = Array.from({ length: 16 }, (_, node) => ({ cycle: node * 1000, source: node, destination: 15 - node, flits: 1 }));
  const found = measurePackets(layout, packets, { listFlows: Infinity });
  expect(found.stable).toBe(true);
  expect(found.flowRows.map(({ source, destination, mean }) => [source, destination, mean])).toEqual(
    packets.map(({ source, destination }) => [source, destination, alone[source * 16 + destination]]),
  );
  expect(inSeconds(found.latency, layout.frequency).mean).toBeCloseTo(found.latency.mean * 5e-9, 15);
  expect(inSeconds(found.latency, layout.frequency, 1000).p99).toBeCloseTo(found.latency.p99 * 5e-6, 12);
  expect(() => measurePackets(layout, [{ cycle: 0, source: 0, destination: 16, flits: 1 }])).toThrow(
    /packet 1 goes from node 0 to node 16/,
  );
});

test('packets that block each other for ever are reported as such, in words', () => {
  // a ring with one VC and minimal paths, all nodes sending long packets half way round at once
  const layout = layoutOf(
    { topology: { kind: 'ring', routers: 8, degree: 2 }, routing: { kind: 'minimal' }, router: { vcs: 1, buffer: 1 } },
    {},
    { allowUnsafe: true },
  );
  const packets = Array.from({ length: 8 }, (_, source) => ({ cycle: 0, source, destination: (source + 3) % 8, flits: 16 }));
  const found = measurePackets(layout, packets, { patience: 2000 });
  expect(found.stable).toBe(false);
  expect(found.verdict).toMatch(/will never arrive, nothing has moved for 2000 cycles/);
});

test('link loads at low load are those of the routes, and so is their inequality', () => {
  const layout = meshLayout(4, 4);
  const spec = { kind: 'uniform' } as const;
  const found = measure(layout, { traffic: spec, rate: 0.1, seed: 2, cycles: 20_000 });
  const expected = new Float64Array(layout.graph.linkFrom.length);
  const { routes, graph } = layout;
  for (const [pair, weight] of expectedMatrix(spec, layout).entries()) {
    const [source, destination] = [Math.floor(pair / 16), pair % 16];
    for (let router = source; router !== destination;) {
      const link = linkOfHop(routes.hop(source, destination, router, 0, 0));
      expected[link]! += weight * 16 * 0.1;
      router = graph.linkTo[link]!;
    }
  }
  expect(compileTraffic(spec, layout).name).toBe('uniform');
  for (const [link, load] of found.linkLoad.entries())
    expect(Math.abs(load - expected[link]!)).toBeLessThan(5 * Math.sqrt(expected[link]! / 20_000));
  expect(found.linkGini).toBeGreaterThan(0.05);
  expect(found.linkGini).toBeLessThan(0.2);
});

test('a warm-up found by MSER-5 gives the same mean as a long one', () => {
  const options = { traffic: { kind: 'uniform' }, rate: 0.4, seed: 1, cycles: 4000 } as const;
  const found = measure(meshLayout(8, 8), { ...options, warmup: 'auto' });
  const long = measure(meshLayout(8, 8), { ...options, warmup: 10_000 });
  expect(found.warmup.cycles).toBeGreaterThanOrEqual(1000);
  expect(found.warmup.cycles).toBeLessThan(10_000);
  const error = Math.hypot(found.latencyError!.standardError, long.latencyError!.standardError);
  expect(Math.abs(found.latency.mean - long.latency.mean)).toBeLessThan(4 * error);
});

test('a list that offers more than is carried is past saturation though all arrives; a burst is none', () => {
  const layout = meshLayout(4, 4);
  // all cross the middle: 4 of the 8 links of a bisection have to carry 2 flits per cycle each at a packet per node and cycle
  const list = (cycles: number, every: number) =>
    Array.from({ length: 16 * cycles }, (_, k) => ({
      cycle: every * Math.floor(k / 16),
      source: k % 16,
      destination: 15 - (k % 16),
      flits: 1,
    }));
  const over = measurePackets(layout, list(1000, 1));
  expect(over.stable).toBe(false);
  expect(over.verdict).toMatch(
    /16000 packets: past saturation while they were offered \(only [\d.]+ % of the offered flits were accepted.*\); all arrived by cycle \d+$/,
  );
  for (const carried of [list(300, 4), list(10, 1)]) {
    const { stable, verdict } = measurePackets(layout, carried);
    expect({ stable, verdict }).toEqual({ stable: true, verdict: expect.stringMatching(/packets: all arrived by cycle \d+$/) as string });
  }
});
