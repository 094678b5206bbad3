import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ceilTimes, Chance, Clock, divide, floorTimes, multiply, rational, rationalOf, secondsOf, ticksOf } from '../../src/base/index.ts';

test('1 ms biological at x1000 is 1 us of hardware, 250 cycles of 250 MHz and 1000 ticks', () => {
  const biological = rational(1, 1000);
  const hardware = divide(biological, rationalOf(1000));
  expect(hardware).toEqual(rational(1, 1_000_000));
  expect(multiply(hardware, rationalOf(250e6))).toEqual(rational(250));
  expect(multiply(hardware, rationalOf(1e9))).toEqual(rational(1000));
  expect(new Clock(250e6).tickOfCycle(250)).toBe(1000);
});

test('a million random round trips from cycles to ticks and back lose nothing, at any clock', () => {
  const chance = new Chance(1, 'stimulus');
  const clocks = [250e6, 25e6, 12.5e6, 333e6, 1e9 / 7].map((hertz) => new Clock(hertz));
  let lost = 0;
  for (let i = 0; i < 1_000_000; i++) {
    // the whole clocks take most of the trips, the rational ones go through big integers
    const clock = clocks[i % 50 === 0 ? 3 + (i % 2) : i % 3]!;
    const cycle = chance.words(0, i >> 2)[i & 3]!;
    const tick = clock.tickOfCycle(cycle);
    if (clock.cycleAt(tick) !== cycle || clock.cycleAtOrAfter(tick) !== cycle) lost++;
  }
  expect(lost).toBe(0);
});

test('24 hours of biological time in steps of 0.1 ms do not drift', () => {
  const step = ticksOf(1e-4 / 1000);
  const steps = 24 * 3600 * 10_000;
  expect(step).toBe(100);
  expect(steps * step).toBe(ticksOf((24 * 3600) / 1000));
  // the same through the cycles of a clock that has no whole number of ticks
  const clock = new Clock(333e6);
  const cycle = 333e6 * 86.4;
  expect(clock.tickOfCycle(cycle)).toBe(86_400_000_000);
  expect(clock.cycleAtOrAfter(86_400_000_000)).toBe(cycle);
});

test('333 MHz is an exact ratio; its cycles begin at the floor of their time', () => {
  const clock = new Clock(333e6);
  expect(clock.ticksPerCycle).toEqual({ numerator: 1000n, denominator: 333n });
  expect([0, 1, 2, 3, 333].map((k) => clock.tickOfCycle(k))).toEqual([0, 3, 6, 9, 1000]);
});

test('the cycle at or after a tick is the first that does not begin before it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000_000_000 }), fc.nat(2 ** 40), (hertz, tick) => {
      const clock = new Clock(hertz);
      const cycle = clock.cycleAtOrAfter(tick);
      expect(clock.tickOfCycle(cycle)).toBeGreaterThanOrEqual(tick);
      expect(cycle === 0 || clock.tickOfCycle(cycle - 1) < tick).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('the running cycle began at or before the tick and its successor begins after it, whenever cycles are not shorter than a tick', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), fc.nat(2 ** 40), (hertz, tick) => {
      const clock = new Clock(hertz);
      const cycle = clock.cycleAt(tick);
      expect(clock.tickOfCycle(cycle)).toBeLessThanOrEqual(tick);
      expect(clock.tickOfCycle(cycle + 1)).toBeGreaterThan(tick);
    }),
    { numRuns: 300 },
  );
});

test('ratios are kept in lowest terms with a positive denominator; 0 as a denominator is refused', () => {
  expect(rational(6, -4)).toEqual({ numerator: -3n, denominator: 2n });
  expect(rationalOf(0.1)).toEqual({ numerator: 1n, denominator: 10n });
  expect(rationalOf(1.5e-7)).toEqual({ numerator: 3n, denominator: 20_000_000n });
  expect(floorTimes(rational(-1, 2), 3n)).toBe(-2n);
  expect(ceilTimes(rational(-1, 2), 3n)).toBe(-1n);
  expect(() => rational(1, 0)).toThrow(/denominator/);
  expect(() => rationalOf(NaN)).toThrow(/ratio/);
  expect(() => new Clock(0)).toThrow(/frequency/);
});

test('seconds written by a person become the nearest tick', () => {
  expect(ticksOf(1.7e-6)).toBe(1700);
  expect(ticksOf(100e-9)).toBe(100);
  expect(secondsOf(1700)).toBeCloseTo(1.7e-6, 15);
});
