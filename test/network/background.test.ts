/** Background generators: rate, regularity, labels, and the register behind them. */
import { describe, expect, test } from 'vitest';
import { backgroundEvents, buildNetwork, stimulusEvents } from '../../src/network/index.ts';
import { parseCard, WorkloadSchema } from '../../src/model/index.ts';

const POISSON = { generator: 'poisson', rate: 64, mask: 0, seed: 0xdeadbeef } as const;

describe('a Poisson generator', () => {
  const PERIODS = 400_000;
  const events = Array.from(backgroundEvents(POISSON, PERIODS), ({ period }) => period);

  test('has the rate of its code, and the variance of a Bernoulli process', () => {
    const p = 64 / 256;
    expect(Math.abs(events.length - PERIODS * p)).toBeLessThan(4 * Math.sqrt(PERIODS * p * (1 - p)));
    const counts = new Float64Array(1000);
    for (const period of events) counts[Math.floor(period / 400)]!++;
    const variance = counts.reduce((sum, count) => sum + (count - 400 * p) ** 2, 0) / 1000;
    // relative standard error of a variance of 1,000 counts: 4.5 %
    expect(Math.abs(variance / (400 * p * (1 - p)) - 1)).toBeLessThan(0.18);
  });

  test('has geometric intervals: no memory', () => {
    const gaps = new Float64Array(12);
    for (let i = 1; i < events.length; i++) gaps[Math.min(events[i]! - events[i - 1]!, 12) - 1]!++;
    const total = events.length - 1;
    let chi = 0;
    gaps.forEach((found, k) => {
      const expected = total * (k < 11 ? 0.25 * 0.75 ** k : 0.75 ** 11);
      chi += (found - expected) ** 2 / expected;
    });
    // 99.9 % of chi squared with 11 degrees of freedom
    expect(chi).toBeLessThan(31.3);
    const after = events.slice(1).map((period, i) => period - events[i]!);
    const mean = after.reduce((sum, gap) => sum + gap, 0) / after.length;
    const variance = after.reduce((sum, gap) => sum + (gap - mean) ** 2, 0);
    const serial = after.slice(1).reduce((sum, gap, i) => sum + (gap - mean) * (after[i]! - mean), 0) / variance;
    expect(Math.abs(serial)).toBeLessThan(4 / Math.sqrt(after.length));
  });

  test('is silent at rate 0, and another process for another seed', () => {
    expect([...backgroundEvents({ ...POISSON, rate: 0 }, 1000)]).toEqual([]);
    const other = Array.from(backgroundEvents({ ...POISSON, seed: 7 }, 1000), ({ period }) => period);
    expect(other).not.toEqual(events.filter((period) => period < 1000));
    expect(() => [...backgroundEvents({ ...POISSON, seed: 0 }, 10)]).toThrow(/stand still/);
    expect(() => [...backgroundEvents(POISSON, 1e12)]).toThrow(/a longer period would do/);
  });
});

test('a regular generator fires at the end of every period', () => {
  expect(Array.from(backgroundEvents({ ...POISSON, generator: 'regular' }, 50), ({ period }) => period)).toEqual(
    Array.from({ length: 50 }, (_, k) => k),
  );
});

test('the bits under the mask are drawn anew for every event, all labels alike often', () => {
  const counts = new Float64Array(8);
  const labels = Array.from(backgroundEvents({ ...POISSON, generator: 'regular', mask: 0b1010_0100 }, 80_000), ({ label }) => label);
  for (const label of labels) counts[label]!++;
  const chi = counts.reduce((sum, found) => sum + (found - 10_000) ** 2 / 10_000, 0);
  // 99.9 % of chi squared with 7 degrees of freedom
  expect(chi).toBeLessThan(24.3);
  const same = labels.slice(1).filter((label, i) => label === labels[i]).length;
  expect(Math.abs(same - 10_000)).toBeLessThan(4 * Math.sqrt(80_000 * (1 / 8) * (7 / 8)));
});

test('the shift register never repeats itself in 400,000 periods', () => {
  // a register of less than maximal length would show as a cycle of its events
  const drawn = Array.from(backgroundEvents({ ...POISSON, generator: 'regular', mask: 255 }, 400_000), ({ label }) => label);
  const word = (k: number): string => drawn.slice(k, k + 8).join(',');
  const seen = new Set<string>();
  for (let k = 0; k < 400_000; k += 8) seen.add(word(k));
  expect(seen.size).toBe(50_000);
});

describe('as a stimulus', () => {
  const eventsOf = (fields: string, ms = 500, stimulusSeed = 1) => {
    const { value } = parseCard(
      WorkloadSchema,
      `
name: test
description: a test
populations:
  n: { size: 5, model: lif, parameters: { tau_mem: 10 ms, tau_syn_excitatory: 5 ms, tau_syn_inhibitory: 5 ms, rest: -70 mV, threshold: -50 mV, reset: -75 mV, refractory: 2 ms } }
weight_unit: 1 mV
sign: { seeded: 0 }
delay: 1 ms
edges: []
stimuli: [{ kind: background, to: n, weight: 1 mV, seed: 5, ${fields} }]
duration: 10 s
warm_up: 0 s
seeds: { graph: 1, stimulus: [1] }
`,
    );
    return stimulusEvents(value, buildNetwork(value), stimulusSeed, ms * 1000, 1e9, 1000);
  };

  test('ticks of the hardware are whole cycles of 8 ns, also long after the begin', () => {
    const { tick } = eventsOf('generator: regular, period: 125, start: 1 ms');
    expect(tick[0]).toBe(2000);
    expect(tick.length).toBe(498);
    expect(tick.at(-1)).toBe(499_000);
  });

  test('label k reaches the k-th neuron; labels beyond the neurons reach nobody; a shared source hears all', () => {
    const { source, tick } = eventsOf('generator: regular, period: 25, mask: 7');
    const all = 500 / 0.2 - 1;
    expect(new Set(source)).toEqual(new Set([0, 1, 2, 3, 4]));
    expect(Math.abs(tick.length - (all * 5) / 8)).toBeLessThan(4 * Math.sqrt((all * 15) / 64));
    expect(eventsOf('generator: regular, period: 25, mask: 7, sources: shared').tick.length).toBe(all);
  });

  test('does not depend on the seed of the stimuli: its register has its own', () => {
    expect(eventsOf('period: 25, rate: 128', 500, 2)).toEqual(eventsOf('period: 25, rate: 128', 500, 1));
  });
});
