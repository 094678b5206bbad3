import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import { fitRegularDecays } from '../../src/calibration/decay.ts';
import { fitDecays } from '../../src/search/index.ts';

const times = Float64Array.from({ length: 30 }, (_, k) => 1e-7 + 1.7e-6 * k);
const decay = (tau: number, amplitude = -30, offset = 80): Float64Array => times.map((t) => offset + amplitude * Math.exp(-t / tau));

test('a decay without noise is found exactly, near the expected value and far from it', () => {
  fc.assert(
    fc.property(fc.double({ min: 2e-6, max: 80e-6, noNaN: true }), fc.double({ min: -60, max: 60, noNaN: true }), (tau, amplitude) => {
      fc.pre(Math.abs(amplitude) > 1);
      const [found] = fitRegularDecays(times, decay(tau, amplitude), 1, 10e-6);
      expect(Math.abs(found! / tau - 1)).toBeLessThan(1e-4);
    }),
    { numRuns: 200 },
  );
});

test('with noise it gives the answer of the general fit', () => {
  const chance = new Chance(1, 'noise');
  const rows = Float64Array.from({ length: 200 * 30 }, (_, i) => decay(6e-6 + (i / 30) * 1e-7)[i % 30]! + 0.4 * chance.normal(0, i));
  const general = fitDecays(times, rows, 200).tau;
  fitRegularDecays(times, rows, 200, 10e-6).forEach((tau, i) => expect(Math.abs(tau / general[i]! - 1)).toBeLessThan(1e-3));
});

test('a flat trace and a trace with holes are left to the general fit', () => {
  const flat = new Float64Array(30).fill(80);
  const holes = decay(10e-6);
  holes[3] = NaN;
  const [a, b] = fitRegularDecays(times, Float64Array.of(...flat, ...holes), 2, 10e-6);
  expect(a).toBeNaN();
  expect(Math.abs(b! / 10e-6 - 1)).toBeLessThan(1e-6);
});
