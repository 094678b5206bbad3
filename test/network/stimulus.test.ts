import { describe, expect, test } from 'vitest';
import { parseCard } from '../../src/model/load.ts';
import { WorkloadSchema } from '../../src/model/schemas/workload.ts';
import { buildNetwork, stimulusEvents } from '../../src/network/index.ts';

function eventsOf(stimuli: string, { seed = 1, until = 1e6, size = 10, ticksPerSecond = 1e9, speedUp = 1000 } = {}) {
  const card = parseCard(
    WorkloadSchema,
    `
name: test
description: a test
populations:
  n:
    size: ${String(size)}
    model: lif
    parameters: { tau_mem: 10 ms, tau_syn_excitatory: 5 ms, tau_syn_inhibitory: 5 ms, rest: -70 mV, threshold: -50 mV, reset: -75 mV, refractory: 2 ms }
weight_unit: 1 mV
sign: { seeded: 0 }
delay: 1 ms
edges: []
stimuli: ${stimuli}
duration: 1 s
warm_up: 0 s
seeds: { graph: 1, stimulus: [1] }
`,
  ).value;
  const { tick, source } = stimulusEvents(card, buildNetwork(card), seed, until, ticksPerSecond, speedUp);
  return Array.from(tick, (at, i): [number, number] => [at, source[i]!]);
}

describe('a Poisson stimulus', () => {
  const poisson = '[{ kind: poisson, to: n, rate: 100 Hz, weight: 1 mV }]';

  test('has its rate and the variance of a Poisson process', () => {
    // 100 neurons x 10 s x 100 Hz
    const events = eventsOf(poisson, { size: 100, until: 1e7 });
    expect(Math.abs(events.length - 1e5)).toBeLessThan(5 * Math.sqrt(1e5));
    const counts = new Float64Array(100);
    for (const [, source] of events) counts[source]!++;
    const variance = counts.reduce((sum, count) => sum + (count - 1000) ** 2, 0) / 100;
    // the variance of 100 counts of mean 1,000 is 1,000 with standard deviation 141
    expect(Math.abs(variance - 1000)).toBeLessThan(600);
  });

  test('is sorted by tick and source, in integer ticks', () => {
    const events = eventsOf(poisson);
    expect(events.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])).toEqual(events);
    expect(events.every(([tick]) => Number.isInteger(tick) && tick >= 0 && tick < 1e6)).toBe(true);
  });

  test('stays as it was when the run is longer, the population larger, or another stimulus follows', () => {
    const events = eventsOf(poisson);
    expect(eventsOf(poisson, { until: 2e6 }).filter(([tick]) => tick < 1e6)).toEqual(events);
    expect(eventsOf(poisson, { size: 12 }).filter(([, source]) => source < 10)).toEqual(events);
    const more = poisson.replace(']', ', { kind: poisson, to: n, rate: 5 Hz, weight: 1 mV }]');
    expect(eventsOf(more).filter(([, source]) => source < 10)).toEqual(events);
  });

  test('differs between seeds and between sources', () => {
    expect(eventsOf(poisson, { seed: 2 })).not.toEqual(eventsOf(poisson));
    const of = (source: number) =>
      eventsOf(poisson)
        .filter((event) => event[1] === source)
        .map(([tick]) => tick);
    expect(of(0)).not.toEqual(of(1));
  });

  test('keeps to its span', () => {
    const events = eventsOf('[{ kind: poisson, to: n, rate: 1 kHz, weight: 1 mV, start: 200 ms, stop: 300 ms }]');
    expect(events.length).toBeGreaterThan(800);
    expect(events.every(([tick]) => tick > 2e5 && tick <= 3e5)).toBe(true);
  });
});

describe('a regular stimulus', () => {
  test('falls on exact ticks and does not drift', () => {
    const events = eventsOf('[{ kind: regular, to: n, period: 1 ms, weight: 1 mV, sources: shared }]');
    expect(events.map(([tick]) => tick)).toEqual(Array.from({ length: 1000 }, (_, i) => i * 1000));
  });

  test('is rounded up to a tick', () => {
    const events = eventsOf('[{ kind: regular, to: n, period: 0.0011 ms, weight: 1 mV, sources: shared }]', { until: 5 });
    expect(events.map(([tick]) => tick)).toEqual([0, 2, 3, 4]);
  });

  test('may be spread over the sources or shifted by the seed', () => {
    expect(eventsOf('[{ kind: regular, to: n, period: 10 ms, phase: spread, weight: 1 mV }]', { until: 1e4 })).toEqual(
      Array.from({ length: 10 }, (_, i) => [i * 1000, i]),
    );
    const seeded = '[{ kind: regular, to: n, period: 10 ms, phase: seeded, weight: 1 mV }]';
    expect(new Set(eventsOf(seeded, { until: 1e4 }).map(([tick]) => tick)).size).toBe(10);
    expect(eventsOf(seeded, { seed: 2 })).not.toEqual(eventsOf(seeded));
  });
});

test('bursts are synchronous and spike lists are what they say', () => {
  expect(eventsOf('[{ kind: burst, to: n, at: [20 ms, 10 ms], spikes: 2, interval: 15 ms, weight: 1 mV }]', { size: 2 })).toEqual(
    [10, 20, 25, 35].flatMap((ms) => [
      [ms * 1000, 0],
      [ms * 1000, 1],
    ]),
  );
  expect(eventsOf('[{ kind: spikes, weight: 1 mV, trains: [{ to: n.3, at: [2 ms, 1 ms] }, { to: n.0, at: [1 ms] }] }]')).toEqual([
    [1000, 0],
    [1000, 1],
    [2000, 0],
  ]);
});
