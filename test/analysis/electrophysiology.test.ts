import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cellFeatures, sweepFeatures, type Sweep } from '../../src/analysis/index.ts';
import { analyseSweeps } from '../../src/codesign/index.ts';

const DATA = new URL('../../../shared/data/patch-clamp/', import.meta.url).pathname;
const absent = !existsSync(DATA);
const said = absent ? ' (skipped: ../shared is not here)' : '';

/** A passive membrane under a step, from t = 100 to 600 ms, 0.1 ms a sample; `sag` (mV) comes back with 80 ms. */
function passive(current: number, { resistance = 150, tau = 20, sag = 0 } = {}): Sweep {
  const voltage = Float64Array.from({ length: 8000 }, (_, k) => {
    const t = k * 0.1 - 100;
    if (t < 0 || t >= 500) return -65;
    return -65 + (current * resistance * (1 - Math.exp(-t / tau))) / 1000 - sag * (Math.exp(-t / 80) - Math.exp(-t / tau));
  });
  return { voltage, dt: 0.1, onset: 100, end: 600, current };
}

test.each([5, 20, 60])('a passive membrane of tau %f ms gives back its resistance, time constant and no sag', (tau) => {
  const found = sweepFeatures(passive(-100, { tau }));
  expect(found.base).toBeCloseTo(-65, 9);
  expect(found.inputResistance).toBeCloseTo(150, tau > 50 ? 0 : 1);
  expect(Math.abs(found.timeConstant! / tau - 1)).toBeLessThan(0.01);
  expect(found.sag!).toBeLessThan(0.15);
  expect(found).toMatchObject({ spikes: [], rate: 0, latency: null, adaptationIndex: null });
});

test('a step from another current has the resistance of the change, and no sag', () => {
  const step = passive(-100);
  const shifted = { ...step, voltage: Float64Array.from(step.voltage, (v) => v - 6), current: -140, before: -40 };
  const found = sweepFeatures(shifted);
  expect(found.inputResistance).toBeCloseTo(150, 1);
  expect(found).toMatchObject({ sag: null, timeConstant: null });
});

test('a sag is the way back from the minimum', () => {
  const found = sweepFeatures(passive(-100, { sag: 8, tau: 10 }));
  // the course above, looked at directly
  const course = Array.from({ length: 5000 }, (_, k) => -80 + 15 * Math.exp(-k / 100) - 8 * (Math.exp(-k / 800) - Math.exp(-k / 100)));
  const minimum = Math.min(...course);
  const steady = course.slice(4500).reduce((sum, value) => sum + value, 0) / 500;
  expect(found.sag).toBeCloseTo(steady - minimum, 1);
  expect(found.sagRatio).toBeCloseTo((steady - minimum) / (-65 - minimum), 2);
});

/** Triangular spikes on a flat base: 1 ms up, 1 ms down to the AHP, back in 5 ms. */
function firing(times: readonly number[], current = 100): Sweep {
  const voltage = Float64Array.from({ length: 8000 }, (_, k) => {
    const t = k * 0.1;
    const spike = times.find((time) => t >= time - 1 && t < time + 6);
    if (spike === undefined) return -50;
    const s = t - spike;
    if (s < 0) return -50 + 80 * (s + 1);
    return s < 1 ? 30 - 95 * s : -65 + 3 * (s - 1);
  });
  return { voltage, dt: 0.1, onset: 100, end: 600, current };
}

test('a drawn spike has its threshold, peak, amplitude, half width and AHP', () => {
  const { spikes, rate, latency } = sweepFeatures(firing([150, 250, 350]));
  expect(spikes).toHaveLength(3);
  expect(rate).toBe(6);
  expect(latency).toBeCloseTo(50, 6);
  for (const { threshold, peak, amplitude, halfWidth, ahp, ahpDepth } of spikes) {
    expect(peak).toBeCloseTo(30, 6);
    expect(threshold).toBeCloseTo(-50, 6);
    expect(amplitude).toBeCloseTo(80, 6);
    // 40 mV up at 80 mV/ms, down at 95
    expect(halfWidth).toBeCloseTo(40 / 80 + 40 / 95, 2);
    expect(ahp).toBeCloseTo(-65, 6);
    expect(ahpDepth).toBeCloseTo(15, 6);
  }
});

test('adaptation: intervals of 20, 30, 45 ms', () => {
  const { adaptationIndex, intervalRatio } = sweepFeatures(firing([120, 140, 170, 215]));
  expect(adaptationIndex).toBeCloseTo((10 / 50 + 15 / 75) / 2, 9);
  expect(intervalRatio).toBeCloseTo(45 / 20, 9);
});

test('rheobase, gain and resistance come from all sweeps', () => {
  const steps = [passive(-100), passive(-50), firing([], 20), firing([200], 40), firing([150, 350], 60), firing([150, 250, 350], 80)];
  const cell = cellFeatures(steps.map(sweepFeatures));
  expect(cell).toMatchObject({ rheobase: 40, silentBelow: 20 });
  // 2, 4, 6 Hz at 40, 60, 80 pA
  expect(cell.gain).toBeCloseTo(0.1, 9);
  expect(cell.inputResistance).toBeCloseTo(150, 1);
  expect(cell.threshold).toBeCloseTo(-50, 6);
});

test.skipIf(absent)(`a recorded cell has the resistance, time constant, sag, rheobase and rate that were measured on it${said}`, () => {
  const { sweeps, cell } = analyseSweeps(`${DATA}171116sh_0018.csv.gz`, `${DATA}171116sh_0018_steps.csv`);
  const strongest = sweeps.filter(({ current, spikes }) => current === -100 && spikes.length === 0);
  const mean = (values: readonly (number | null)[]): number => values.reduce((sum: number, value) => sum + value!, 0) / values.length;
  expect(Math.abs(mean(strongest.map((one) => one.inputResistance)) - 102)).toBeLessThan(10);
  expect(Math.abs(mean(strongest.map((one) => one.sag)) - 3.25)).toBeLessThan(1.2);
  expect(cell.rheobase).toBeGreaterThan(25);
  expect(cell.rheobase).toBeLessThanOrEqual(50);
  expect(sweeps.find(({ current }) => current === 250)!.rate).toBe(16);
  expect(Math.abs(cell.timeConstant! - 28.3)).toBeLessThan(8);
  expect(cell.inputResistance).toBeGreaterThan(80);
  expect(cell.inputResistance).toBeLessThan(125);
  for (const { inputResistance } of sweeps) if (inputResistance !== null) expect(inputResistance).toBeGreaterThan(0);
});
