import fc from 'fast-check';
import { expect, test } from 'vitest';
import { peakOfUnitPsp, unitPsp } from '../../src/reference/index.ts';

const tau = fc.double({ min: 1e-7, max: 1e-1, noNaN: true });

test('the peak is the largest value of the response, whatever the two time constants', () => {
  fc.assert(
    fc.property(tau, tau, (tauMem, tauSyn) => {
      const peak = peakOfUnitPsp(tauMem, tauSyn);
      const x = (tauMem - tauSyn) / tauSyn;
      const at = tauMem * (x === 0 ? 1 : Math.log1p(x) / x);
      const value = (t: number): number => unitPsp(1 / tauMem, 1 / tauSyn, t);
      expect(value(at) / peak).toBeCloseTo(1, 11);
      for (const factor of [0.5, 0.9, 0.999, 1.001, 1.1, 2]) expect(value(at * factor)).toBeLessThanOrEqual(peak * (1 + 1e-11));
    }),
  );
});

test('equal time constants are the limit tau / e, approached without a jump', () => {
  expect(peakOfUnitPsp(1e-5, 1e-5)).toBeCloseTo(1e-5 / Math.E, 20);
  for (const nearly of [1e-3, 1e-6, 1e-9, 1e-12, 1e-15]) {
    expect(Math.abs(peakOfUnitPsp(1e-5, 1e-5 * (1 + nearly)) / (1e-5 / Math.E) - 1)).toBeLessThan(nearly + 1e-15);
  }
});

test('the response is the difference of exponentials, and does not overflow far out', () => {
  expect(unitPsp(0.1, 0.5, 3)).toBeCloseTo((Math.exp(-0.3) - Math.exp(-1.5)) / 0.4, 14);
  expect(unitPsp(0.5, 0.1, 3)).toBeCloseTo((Math.exp(-0.3) - Math.exp(-1.5)) / 0.4, 14);
  expect(unitPsp(0.2, 0.2, 3)).toBeCloseTo(3 * Math.exp(-0.6), 14);
  expect(unitPsp(1, 1e-3, 1e6)).toBe(0);
});
