/** The synapse drivers' short-term plasticity without mismatch is that of the teacher in its two limits: recovery alone, and facilitation alone. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ShortTerm } from '../../src/chip/index.ts';
import { tsodyksMarkramCourse } from '../../src/reference/index.ts';

const driver = (mode: 'depression' | 'facilitation', utilisation: number, recovery: number) =>
  new ShortTerm({
    mode,
    utilisation: Float64Array.of(utilisation),
    recovery: Float64Array.of(recovery),
    offset: Float64Array.of(0),
  });

const cases = fc.record({
  utilisation: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
  tau: fc.double({ min: 1, max: 500, noNaN: true }), // ms
  gaps: fc.array(fc.double({ min: 0.1, max: 400, noNaN: true }), { minLength: 1, maxLength: 30 }), // ms
});
const trainOf = (gaps: readonly number[]) => gaps.map((_, k) => gaps.slice(0, k + 1).reduce((sum, gap) => sum + gap, 0));

test('a depressing driver gives u x / U of Tsodyks and Markram without facilitation', () => {
  fc.assert(
    fc.property(cases, ({ utilisation, tau, gaps }) => {
      const chip = driver('depression', utilisation, tau / 1000);
      const train = trainOf(gaps);
      const { u, x } = tsodyksMarkramCourse({ utilisation, tauRecovery: tau, tauFacilitation: 0 }, train);
      train.forEach((at, k) => expect(Math.abs(chip.event(0, at / 1000) - (u[k]! * x[k]!) / utilisation)).toBeLessThan(1e-12));
    }),
  );
});

test('a facilitating driver gives u of Tsodyks and Markram whose resources recover at once', () => {
  fc.assert(
    fc.property(cases, ({ utilisation, tau, gaps }) => {
      const chip = driver('facilitation', utilisation, tau / 1000);
      const train = trainOf(gaps);
      const { u, x } = tsodyksMarkramCourse({ utilisation, tauRecovery: 1e-3, tauFacilitation: tau }, train);
      train.forEach((at, k) => expect(Math.abs(chip.event(0, at / 1000) - u[k]! * x[k]!)).toBeLessThan(1e-12));
    }),
  );
});
