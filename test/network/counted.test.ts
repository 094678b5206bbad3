/** Poisson stimuli that are counted in bins. */
import { expect, test } from 'vitest';
import { PoissonCounts, countsKey } from '../../src/base/index.ts';
import { buildNetwork, loadWorkload, poissonDrives, stimulusEvents } from '../../src/network/index.ts';
import { GridThreads, teacherOf } from '../../src/reference/index.ts';

const SMALL = ['populations.E.size=80', 'populations.I.size=20', 'edges.0.in_degree=8', 'edges.1.in_degree=8', 'edges.2.in_degree=2', 'edges.3.in_degree=2', 'weight_unit=1 mV']; // prettier-ignore
const TICKS = 1e9;

function small(more: readonly string[] = []) {
  const loaded = loadWorkload('calibration/workloads/brunel-10000.yaml', { overrides: [...SMALL, ...more] });
  return { card: loaded.value, network: buildNetwork(loaded.value, loaded) };
}

test('counts have the mean and the variance of a Poisson number, and belong to seed, stimulus, neuron and bin', () => {
  for (const mean of [0.3, 2, 40]) {
    const counts = new PoissonCounts(mean, countsKey(7), 1);
    const drawn = Array.from({ length: 20_000 }, (_, i) => counts.at(i % 100, Math.floor(i / 100)));
    const average = drawn.reduce((sum, k) => sum + k, 0) / drawn.length;
    const variance = drawn.reduce((sum, k) => sum + (k - average) ** 2, 0) / drawn.length;
    // five standard errors
    expect(Math.abs(average - mean)).toBeLessThan(5 * Math.sqrt(mean / drawn.length));
    expect(Math.abs(variance / mean - 1)).toBeLessThan(5 * Math.sqrt((2 + 1 / mean) / drawn.length));
  }
  const first = (seed: number, unit: number) => Array.from({ length: 64 }, (_, n) => new PoissonCounts(5, countsKey(seed), unit).at(n, 3));
  expect(first(1, 1)).toEqual(first(1, 1));
  expect(first(2, 1)).not.toEqual(first(1, 1));
  expect(first(1, 2)).not.toEqual(first(1, 1));
});

test('as events they all arrive at the ends of bins, as many as the numbers say, between start and stop', () => {
  const { card, network } = small(['stimuli.0.start=2 ms', 'stimuli.0.stop=4 ms', 'stimuli.0.rate=30 kHz']);
  const { tick, source } = stimulusEvents(card, network, 5, 6e6, TICKS, 1);
  const ofFirst = Array.from(tick).filter((_, i) => source[i]! < 80);
  expect(ofFirst.every((at) => at % 1e5 === 0 && at > 2e6 && at <= 4e6)).toBe(true);
  const counts = new PoissonCounts(3, countsKey(5), 1);
  let expected = 0;
  for (let n = 0; n < 80; n++) for (let bin = 0; bin < 20; bin++) expected += counts.at(n, bin);
  expect(ofFirst.length).toBe(expected);
  expect(stimulusEvents(card, network, 5, 6e6, TICKS, 1, { withoutCounted: true }).tick.length).toBe(0);
});

test('a counted drive gives the same spikes on any number of threads, after a cut, and in events those of precise up to the step', async () => {
  const { card, network } = small(['stimuli.0.rate=2 kHz', 'stimuli.1.rate=2 kHz', 'stimuli.0.weight=1 mV', 'stimuli.1.weight=1 mV']);
  const none = { tick: new Float64Array(0), source: new Uint32Array(0) };
  const currents = { tick: new Float64Array(0), neuron: new Uint32Array(0), depolarisation: new Float64Array(0) };
  const input = { events: none, currents, drives: poissonDrives(card, network, 1) };
  const method = { mode: 'grid', tolerance: 1e-8, step: 1e-4 } as const;
  const until = 0.2 * TICKS;
  const whole = teacherOf(card, network, input, method);
  const spikes = whole.advance(until);
  expect(whole.method.join()).toContain('in the WebAssembly kernel');
  expect(spikes.ticks.length).toBeGreaterThan(300);
  const half = teacherOf(card, network, input, method);
  half.advance(until / 2);
  const cut = half.snapshot();
  const rest = half.advance(until);
  for (const threads of [2, 3]) {
    const parallel = await GridThreads.open(card, network, input, method, undefined, threads);
    const later = await GridThreads.open(card, network, input, method, cut, threads);
    try {
      expect(await parallel.advance(until)).toEqual(spikes);
      expect(await later.advance(until)).toEqual(rest);
    } finally {
      await parallel.close();
      await later.close();
    }
  }
  const events = stimulusEvents(card, network, 1, until, TICKS, 1);
  const asEvents = teacherOf(card, network, { events, currents }, method).advance(until);
  // the same sums but for the order of additions
  expect(Math.abs(asEvents.ticks.length / spikes.ticks.length - 1)).toBeLessThan(0.05);
  expect(asEvents.ticks.slice(0, 20)).toEqual(spikes.ticks.slice(0, 20));
});

test('a rate that needs bins, shared sources with bins, and bins off the grid are refused', () => {
  expect(() => small(['stimuli.0.sources=shared'])).toThrow('per neuron');
  expect(() => loadWorkload('calibration/workloads/feed-forward-100.yaml', { overrides: ['stimuli.0.rate=200 kHz'] })).toThrow('100 kHz');
  const { card, network } = small();
  const input = { events: { tick: new Float64Array(0), source: new Uint32Array(0) }, currents: { tick: new Float64Array(0), neuron: new Uint32Array(0), depolarisation: new Float64Array(0) }, drives: poissonDrives(card, network, 1) }; // prettier-ignore
  expect(() => teacherOf(card, network, input, { mode: 'grid', tolerance: 1e-8, step: 3e-4 })).toThrow(/multiples? of/);
});
