import { mean, standardDeviation } from 'simple-statistics';
import { expect, test } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import { fitDecays } from '../../src/search/index.ts';

const chance = new Chance(5, 'noise');
/** 64 samples over 60 us. */
const times = Float64Array.from({ length: 64 }, (_, k) => k * 1e-6 * (60 / 63));

function traces(taus: readonly number[], noise: number): Float64Array {
  return Float64Array.from(
    taus.flatMap((tau, i) => Array.from(times, (t, k) => 80 + 50 * Math.exp(-t / tau) + noise * chance.normal(i, k))),
  );
}

test('decays without noise are found to rounding, over two decades of tau and for either sign', () => {
  const taus = [1e-6, 3e-6, 10e-6, 30e-6, 100e-6];
  const { tau, offset, amplitude, found } = fitDecays(times, traces(taus, 0), taus.length);
  taus.forEach((truth, i) => {
    expect(found[i]).toBe(1);
    expect(tau[i]! / truth).toBeCloseTo(1, 7);
    expect(offset[i]).toBeCloseTo(80, 5);
    expect(amplitude[i]).toBeCloseTo(50, 5);
  });
  const rising = fitDecays(
    times,
    Float64Array.from(times, (t) => 80 - 50 * Math.exp(-t / 10e-6)),
    1,
  );
  expect(rising.amplitude[0]).toBeCloseTo(-50, 6);
  expect(rising.tau[0]).toBeCloseTo(10e-6, 12);
});

test('with noise the error is unbiased and as large as stated', () => {
  const taus = Array.from({ length: 512 }, (_, i) => 8e-6 + 1e-8 * i);
  const { tau, tauError, found } = fitDecays(times, traces(taus, 1), taus.length);
  expect([...found].every((one) => one === 1)).toBe(true);
  const pulls = Array.from(tau, (value, i) => (value - taus[i]!) / tauError[i]!);
  expect(Math.abs(mean(pulls))).toBeLessThan(0.15);
  expect(standardDeviation(pulls)).toBeGreaterThan(0.9);
  expect(standardDeviation(pulls)).toBeLessThan(1.12);
});

test('times that begin late give the amplitude at time 0', () => {
  const late = times.map((t) => t + 20e-6);
  const { tau, amplitude } = fitDecays(
    late,
    Float64Array.from(late, (t) => 50 * Math.exp(-t / 10e-6)),
    1,
  );
  expect(tau[0]).toBeCloseTo(10e-6, 12);
  expect(amplitude[0]).toBeCloseTo(50, 4);
});

test('flat, noisy, straight and missing traces are not found and do not disturb the others', () => {
  const rows = [
    Array.from(times, () => 80),
    Array.from(times, (_, k) => 80 + chance.normal(1000, k)),
    Array.from(times, (t) => 80 + 1e6 * t),
    Array.from(times, () => NaN),
    Array.from(times, (t, k) => (k % 9 === 4 ? NaN : 80 + 50 * Math.exp(-t / 10e-6))),
  ];
  const { found, tau } = fitDecays(times, rows.flat(), rows.length);
  expect([...found]).toEqual([0, 0, 0, 0, 1]);
  expect([...tau].map(Number.isNaN)).toEqual([true, true, true, true, false]);
  expect(tau[4]).toBeCloseTo(10e-6, 10);
});

test('too few or descending times are refused', () => {
  expect(() => fitDecays(Float64Array.of(1, 2, 3), [1, 2, 3], 1)).toThrow(/at least 4/);
  expect(() => fitDecays(Float64Array.of(1, 2, 2, 3), [1, 2, 3, 4], 1)).toThrow(/ascending/);
});
