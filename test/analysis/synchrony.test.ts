import fc from 'fast-check';
import { expect, test } from 'vitest';
import { meanSpikeSynchronization, orderParameter, signalSynchrony, spikeSynchronization } from '../../src/analysis/index.ts';
import { Chance } from '../../src/base/index.ts';

const chance = new Chance(3, 'noise');
const clock = (period: number, shift: number, until: number): Float64Array =>
  Float64Array.from({ length: Math.floor((until - shift) / period) }, (_, k) => shift + k * period);

test('chi^2 of equal signals is 1, of N independent ones 1/N, of opposite ones 0', () => {
  const signal = (unit: number): number[] => Array.from({ length: 20_000 }, (_, k) => chance.normal(unit, k));
  expect(signalSynchrony([signal(1), signal(1), signal(1)])).toBeCloseTo(1, 12);
  expect(signalSynchrony(Array.from({ length: 10 }, (_, unit) => signal(unit)))!).toBeCloseTo(0.1, 2);
  expect(signalSynchrony([signal(1), signal(1).map((value) => -value)])).toBeCloseTo(0, 12);
  expect(
    signalSynchrony([
      [1, 1, 1],
      [2, 2, 2],
    ]),
  ).toBeNull();
});

test('SPIKE synchronisation: equal trains 1, a small shift 1, half a period apart 0, and it has no sides', () => {
  const train = clock(10, 0, 1000);
  expect(spikeSynchronization(train, train)).toBe(1);
  // one train has a spike more
  expect(spikeSynchronization(train, clock(10, 2, 1000))).toBe(198 / 199);
  expect(spikeSynchronization(train, clock(10, 5, 1000))).toBe(0);
  expect(spikeSynchronization(train, new Float64Array(0))).toBe(0);
  expect(spikeSynchronization(new Float64Array(0), new Float64Array(0))).toBeNull();
  const trains = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { maxLength: 30 }).map((times) => Float64Array.from(times).toSorted());
  fc.assert(
    fc.property(trains, trains, (a, b) => {
      const [one, other] = [spikeSynchronization(a, b), spikeSynchronization(b, a)];
      if (one === null) {
        expect(other).toBeNull();
        return;
      }
      expect(one).toBeGreaterThanOrEqual(0);
      expect(one).toBeLessThanOrEqual(1);
      expect(one).toBeCloseTo(other!, 12);
    }),
  );
});

test('the order parameter is 1 in phase, 0 for phases spread evenly, about 0.89 / sqrt(N) for random ones', () => {
  const of = (shift: (k: number) => number, count: number) => ({
    count,
    times: Array.from({ length: count }, (_, k) => clock(10, shift(k), 2000)),
  });
  expect(
    orderParameter(
      of(() => 3, 5),
      50,
      1900,
    ),
  ).toBeCloseTo(1, 12);
  expect(
    orderParameter(
      of((k) => 2 * k, 5),
      50,
      1900,
    ),
  ).toBeCloseTo(0, 12);
  // incommensurate periods make the phases drift through all combinations
  const times = Array.from({ length: 40 }, (_, k) => clock(10 + 0.37 * k, chance.uniform(9, k) * 10, 40_000));
  expect(orderParameter({ count: 40, times }, 1000, 39_000, 2000)! * Math.sqrt(40)).toBeCloseTo(Math.sqrt(Math.PI) / 2, 1);
  expect(
    meanSpikeSynchronization(
      of(() => 3, 5),
      0,
      2000,
    ),
  ).toBe(1);
});
