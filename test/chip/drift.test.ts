import { expect, test } from 'vitest';
import { compileDie } from '../../src/chip/index.ts';
import { bss2, deviation, mean } from './cards.ts';

const HOUR = 3600;
const WALK = 'drift.potential_walk.value=0 V';
const offsets = (hours: number, ...more: readonly string[]): Float64Array =>
  compileDie(bss2(`age=${String(hours)} h`, ...more), 17).leakOffset;
const since = (now: Float64Array, then: Float64Array): Float64Array => now.map((value, n) => value - then[n]!);

test('charge trapping spreads offsets by so much per decade of time, and a circuit stays on its course', () => {
  const fresh = offsets(0, WALK);
  const [tenth, thousandth] = [since(offsets(9, WALK), fresh), since(offsets(999, WALK), fresh)];
  // 3 mV per decade: one after 9 h, three after 999 h; 512 circuits tell a standard deviation to 3 %
  expect(deviation(tenth)).toBeGreaterThan(0.0027);
  expect(deviation(tenth)).toBeLessThan(0.0033);
  for (let n = 0; n < 512; n++) expect(thousandth[n]! / tenth[n]!).toBeCloseTo(3, 6);
});

test('the random walk grows as the root of time, its increments do not know of one another, and an older die has been the younger one', () => {
  const only = ['drift.potential_per_decade.value=0 V', 'drift.potential_walk.value=1 mV'];
  const days = [0, 4, 16, 64].map((day) => offsets(24 * day, ...only));
  const steps = [1, 2, 3].map((k) => since(days[k]!, days[k - 1]!));
  [4, 12, 48].forEach((length, k) => {
    const expected = 1e-3 * Math.sqrt(length);
    expect(Math.abs(deviation(steps[k]!) / expected - 1)).toBeLessThan(0.1);
  });
  const product = mean(steps[1]!.map((value, n) => value * steps[2]![n]!)) / (deviation(steps[1]!) * deviation(steps[2]!));
  expect(Math.abs(product)).toBeLessThan(0.15);
});

test('gains drift as a share, a card without mismatch does not drift, converters neither', () => {
  const old = compileDie(bss2('age=1000 h', 'drift.gain_walk.value=0 %'), 17);
  const fresh = compileDie(bss2(), 17);
  expect(deviation(old.tauMemFactor.map((value, n) => value / fresh.tauMemFactor[n]! - 1))).toBeCloseTo(0.03, 2);
  expect(old.cadcOffset).toEqual(fresh.cadcOffset);
  const [ideal, aged] = [compileDie(bss2('variation=0'), 17), compileDie(bss2('age=1000 h', 'variation=0'), 17)];
  expect([aged.leakOffset, aged.tauMemFactor]).toEqual([ideal.leakOffset, ideal.tauMemFactor]);
  expect(() => bss2(`age=${String(-HOUR)} s`)).toThrow('age');
});
