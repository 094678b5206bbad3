import { describe, expect, test } from 'vitest';
import { burstsOf, FIRING_PATTERNS, firingFeatures, firingPattern } from '../../src/analysis/index.ts';
import { runCell } from '../../src/reference/index.ts';
import { caseOf, PATTERNS } from '../chip/patterns.ts';

const STEP = 600;
const every = (interval: number, count: number, from = interval): number[] => Array.from({ length: count }, (_, k) => from + k * interval);

describe('the eight parameter sets of Naud et al. 2008, run by the exact teacher', () => {
  test.each(FIRING_PATTERNS)('%s is told as such', (name) => {
    expect(firingPattern(runCell(caseOf(PATTERNS[name]!)).spikes, STEP)).toBe(name);
  });

  test.each([
    // spikes, latency, first and last interval in ms as measured once with another integrator (RK4, 0.01 ms)
    ['tonic', 62, 14.2, 8.94, 9.59],
    ['adaptation', 12, 14.9, 11.3, 75.9],
    ['initial burst', 12, 5.5, 3.43, 64.0],
    ['regular bursting', 11, 16.2, 2.92, 5.36],
    ['delayed accelerating', 46, 33.6, 20.6, 10.3],
    ['delayed regular bursting', 32, 57.2, 3.22, 8.11],
  ] as const)('%s has its published features', (name, spikes, latency, first, last) => {
    const features = firingFeatures(runCell(caseOf(PATTERNS[name]!)).spikes);
    expect(features.spikes).toBe(spikes);
    expect(Math.abs(features.latency! - latency)).toBeLessThan(0.1);
    expect(Math.abs(features.firstInterval! - first)).toBeLessThan(0.1);
    expect(Math.abs(features.lastInterval! - last)).toBeLessThan(0.1);
  });
});

test('hand-made trains: silence, few spikes, a clock, a train that stops', () => {
  expect(firingPattern([], STEP)).toBe('silent');
  expect(firingPattern([10, 20, 30], STEP)).toBe('transient');
  expect(firingPattern([10, 200, 500], STEP)).toBe('sparse');
  expect(firingPattern(every(20, 29), STEP)).toBe('tonic');
  const doublets = every(100, 6, 10).flatMap((time) => [time, time + 5]);
  expect(firingPattern(doublets, STEP)).toBe('regular bursting');
  expect(
    firingPattern(
      every(100, 6, 60).flatMap((time) => [time, time + 5]),
      STEP,
    ),
  ).toBe('delayed regular bursting');
  // the period is so long that one gap alone lies in the settled part
  expect(firingPattern([17, 20, 25, 167, 173, 315, 321, 463, 469], STEP)).toBe('regular bursting');
  expect(firingPattern([10, 15, 110, 115, 290, 295, 340, 345, 560], STEP)).toBe('irregular');
});

test('the class depends on the ratio of times to the step, not on their unit', () => {
  for (const name of FIRING_PATTERNS) {
    const { spikes } = runCell(caseOf(PATTERNS[name]!));
    expect(
      firingPattern(
        spikes.map((time) => time * 1e-6),
        STEP * 1e-6,
      ),
    ).toBe(name);
  }
});

test('gaps and the bursts between them', () => {
  const times = [0, 3, 6, 106, 109, 209, 212, 215];
  const intervals = times.slice(1).map((time, k) => time - times[k]!);
  expect(burstsOf(times, intervals, 0)).toEqual({ gaps: [100, 100], sizes: [2] });
  expect(burstsOf(times, intervals, 50)).toEqual({ gaps: [100], sizes: [] });
});
