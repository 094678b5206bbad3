import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unitPsp } from '../../src/reference/index.ts';
import { VoltageCourse } from '../../src/reference/cells/voltage-course.ts';

interface Course {
  tauMem: number;
  tauExc: number;
  tauInh: number;
  start: number;
  asymptote: number;
  exc: number;
  inh: number;
}
const tau = fc.oneof(fc.double({ min: 0.3, max: 30, noNaN: true }), fc.constantFrom(2, 5, 10, 10 * (1 + 1e-12)));
const current = fc.oneof(fc.constant(0), fc.double({ min: -30, max: 30, noNaN: true }));
const course: fc.Arbitrary<Course> = fc.record({
  tauMem: tau,
  tauExc: tau,
  tauInh: tau,
  start: fc.double({ min: -30, max: -1e-3, noNaN: true }),
  asymptote: fc.double({ min: -30, max: 10, noNaN: true }),
  exc: current,
  inh: current,
});

/** The voltage above a threshold of 0. */
function height({ tauMem, tauExc, tauInh, start, asymptote, exc, inh }: Course, t: number): number {
  const synaptic = exc * unitPsp(1 / tauMem, 1 / tauExc, t) + inh * unitPsp(1 / tauMem, 1 / tauInh, t);
  return asymptote + (start - asymptote) * Math.exp(-t / tauMem) + synaptic;
}

function crossing(c: Course): number {
  const search = new VoltageCourse();
  search.begin(c.tauMem, c.tauExc, c.tauInh, c.start, c.asymptote, 0, c.exc, c.inh);
  return search.firstCrossing();
}

test('no crossing is missed: V stays below the threshold up to the crossing that was found, and touches it there', () => {
  fc.assert(
    fc.property(course, (c) => {
      const found = crossing(c);
      const end = Math.min(found, 400);
      let highest = -Infinity;
      for (let i = 0; i < 1000; i++) highest = Math.max(highest, height(c, (end * i) / 1000));
      expect(highest).toBeLessThan(1e-12);
      expect(found === Infinity ? 0 : Math.abs(height(c, found))).toBeLessThan(1e-11);
    }),
    { numRuns: 500 },
  );
});

test('a peak that exceeds the threshold by a hair for an instant is seen, one that falls short by a hair is not', () => {
  const c: Course = { tauMem: 10, tauExc: 2, tauInh: 5, start: -5, asymptote: -15, exc: 9, inh: -2 };
  let [peak, at] = [-Infinity, 0];
  for (let t = 0; t < 20; t += 1e-4) if (height(c, t) > peak) [peak, at] = [height(c, t), t];
  const lifted = (by: number): Course => ({ ...c, start: c.start - peak + by, asymptote: c.asymptote - peak + by });
  expect(crossing(lifted(-1e-7))).toBe(Infinity);
  expect(Math.abs(crossing(lifted(1e-7)) - at)).toBeLessThan(1e-2);
});

test('without synaptic current the crossing is the closed form; an asymptote at the threshold is never reached', () => {
  const c: Course = { tauMem: 10, tauExc: 2, tauInh: 5, start: -15, asymptote: 1, exc: 0, inh: 0 };
  expect(crossing(c)).toBeCloseTo(10 * Math.log(16), 13);
  expect(crossing({ ...c, asymptote: 0 })).toBe(Infinity);
  expect(crossing({ ...c, start: 0 })).toBe(0);
});

test('a second rise, long after inhibition has held V down, is found', () => {
  const c: Course = { tauMem: 1, tauExc: 100, tauInh: 5, start: -1e-3, asymptote: -5, exc: 8, inh: -60 };
  const found = crossing(c);
  expect(found).toBeGreaterThan(5);
  expect(height(c, found)).toBeCloseTo(0, 12);
});
