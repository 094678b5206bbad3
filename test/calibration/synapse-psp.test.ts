import { describe, expect, test } from 'vitest';
import { fitPsps } from '../../src/calibration/psp.ts';

const TIMES = 190;
const INTERVAL = 4.25e-7;

/** Potential of an OTA membrane by fine Runge-Kutta steps: an integrator of its own, so that a mistake of the closed forms shows. */
function potential(drive: number, tauMem: number, tauSyn: number, range: number, offset = 80): Float64Array {
  const substeps = 20;
  const h = INTERVAL / substeps;
  let [v, t] = [0, 0];
  const slope = (time: number, x: number): number =>
    drive * Math.exp(-time / tauSyn) - (Number.isFinite(range) ? range * Math.tanh(x / range) : x) / tauMem;
  return Float64Array.from({ length: TIMES }, () => {
    for (let i = 0; i < substeps; i++, t += h) {
      const a = slope(t, v);
      const b = slope(t + h / 2, v + (h * a) / 2);
      const c = slope(t + h / 2, v + (h * b) / 2);
      const d = slope(t + h, v + h * c);
      v += (h * (a + 2 * b + 2 * c + d)) / 6;
    }
    return offset + v;
  });
}

function fit(
  values: Float64Array,
  tauMem: number,
  expected: number,
  range: number,
  period = Infinity,
): { readonly tau: number; readonly drive: number } {
  const { tauSyn, drive } = fitPsps({ values, times: TIMES, interval: INTERVAL, period }, Float64Array.of(tauMem), expected, range);
  return { tau: tauSyn[0]!, drive: drive[0]! };
}

describe('fit of postsynaptic potentials', () => {
  test.each([
    [10e-6, 5e-6],
    [10e-6, 10e-6],
    [10e-6, 2e-6],
    [10e-6, 30e-6],
    [6e-6, 9e-6],
  ])('finds strength and time constant of a linear membrane: tau_mem %d, tau_syn %d', (tauMem, tauSyn) => {
    const { tau, drive } = fit(potential(8e6, tauMem, tauSyn, Infinity), tauMem, 7e-6, Infinity);
    expect(tau / tauSyn).toBeCloseTo(1, 2.5);
    expect(drive / 8e6).toBeCloseTo(1, 2.5);
  });

  test('takes the tanh of the leak into account: a peak of a quarter of the linear range costs less than half a per cent', () => {
    const range = 89; // LSB, 0.4 V
    const values = potential(9e6, 10e-6, 5e-6, range);
    expect(values.reduce((a, b) => Math.max(a, b), 0) - 80).toBeGreaterThan(22);
    const { tau, drive } = fit(values, 10e-6, 5e-6, range);
    expect(Math.abs(tau / 5e-6 - 1)).toBeLessThan(0.005);
    expect(Math.abs(drive / 9e6 - 1)).toBeLessThan(0.005);
    // as if it were linear, the same trace is off by more than a per cent
    const linear = fit(values, 10e-6, 5e-6, Infinity);
    expect(Math.abs(linear.tau / 5e-6 - 1)).toBeGreaterThan(0.01);
  });

  test('what is left of the events before, one every eight time constants, is no part of a potential: without that its strength is half a per cent off', () => {
    const period = TIMES * INTERVAL;
    const once = potential(8e6, 10e-6, 10e-6, Infinity, 0);
    // the same event a period earlier: alpha function t exp(-t / tau)
    const both = once.map((v, k) => v + 8e6 * ((k + 1) * INTERVAL + period) * Math.exp(-((k + 1) * INTERVAL + period) / 10e-6));
    const periodic = fit(both, 10e-6, 7e-6, Infinity, period);
    expect(periodic.drive / 8e6).toBeCloseTo(1, 3.3);
    expect(periodic.tau / 10e-6).toBeCloseTo(1, 3.3);
    expect(Math.abs(fit(both, 10e-6, 7e-6, Infinity).drive / 8e6 - 1)).toBeGreaterThan(0.004);
  });

  test('a time constant far from the expected one is told as a side: 0 or infinite', () => {
    expect(fit(potential(3e7, 10e-6, 0.5e-6, Infinity), 10e-6, 10e-6, Infinity).tau).toBe(0);
    expect(fit(potential(4e6, 10e-6, 100e-6, Infinity), 10e-6, 10e-6, Infinity).tau).toBe(Infinity);
  });

  test('a trace without a potential has no time constant and no strength to speak of', () => {
    const values = Float64Array.from({ length: TIMES }, (_, k) => 80 + (k % 2 === 0 ? 0.5 : -0.5));
    const { tau, drive } = fit(values, 10e-6, 5e-6, 89);
    expect(tau).toBeNaN();
    expect(Math.abs(drive)).toBeLessThan(1e5);
  });
});
