import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Chance, deriveSeed, STREAMS, threefry4x32, type Stream } from '../../src/base/index.ts';

const words = (text: string): number[] => text.split(' ').map((word) => parseInt(word, 16));
const ones = words('ffffffff ffffffff ffffffff ffffffff');
const zeros = [0, 0, 0, 0];
const pi = { counter: words('243f6a88 85a308d3 13198a2e 03707344'), key: words('a4093822 299f31d0 082efa98 ec4e6c89') };

// the known answers of Random123, kat_vectors
test.each([
  [13, zeros, zeros, '531c7e4f 39491ee5 2c855a92 3d6abf9a'],
  [20, zeros, zeros, '9c6ca96a e17eae66 fc10ecd4 5256a7d8'],
  [13, ones, ones, 'c4189358 1c9cc83a d5881c67 6a0a89e0'],
  [20, ones, ones, '2a881696 57012287 f6c7446e a16a6732'],
  [13, pi.counter, pi.key, '4aa71d8f 734738c2 431fc6a8 ae6debf1'],
  [20, pi.counter, pi.key, '59cd1dbb b8879579 86b5d00c ac8b6d84'],
] as const)('%i rounds give the published answer for counter %j and key %j', (rounds, counter, key, answer) => {
  const out = new Uint32Array(4);
  threefry4x32(counter, key, rounds, out);
  expect([...out]).toEqual(words(answer));
});

test('uniform draws have the moments of the unit interval and never reach its ends', () => {
  const chance = new Chance(7, 'stimulus');
  const n = 100_000;
  let [mean, square, lowest, highest] = [0, 0, 1, 0];
  for (let i = 0; i < n; i++) {
    const x = chance.uniform(i % 10, Math.floor(i / 10));
    mean += x / n;
    square += (x - 0.5) ** 2 / n;
    lowest = Math.min(lowest, x);
    highest = Math.max(highest, x);
  }
  // five standard errors
  expect(Math.abs(mean - 0.5)).toBeLessThan(5 / Math.sqrt(12 * n));
  expect(Math.abs(square - 1 / 12)).toBeLessThan((5 * Math.sqrt(1 / 180)) / Math.sqrt(n));
  expect(lowest).toBeGreaterThan(0);
  expect(highest).toBeLessThan(1);
});

test('normal draws have mean 0, variance 1, no skew and kurtosis 3', () => {
  const chance = new Chance(8, 'die');
  const n = 100_000;
  const moments = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const z = chance.normal(i, 3);
    for (let k = 0; k < 4; k++) moments[k]! += z ** (k + 1) / n;
  }
  const errors = [1, 2, 15, 96].map((variance) => 5 * Math.sqrt(variance / n));
  [0, 1, 0, 3].forEach((expected, k) => expect(Math.abs(moments[k]! - expected)).toBeLessThan(errors[k]!));
});

test('exponential draws have mean 1 and variance 1; integers are even over their range', () => {
  const chance = new Chance(9, 'traffic');
  const n = 50_000;
  let [mean, square] = [0, 0];
  const counts = new Float64Array(7);
  for (let i = 0; i < n; i++) {
    const x = chance.exponential(1, i);
    mean += x / n;
    square += x ** 2 / n;
    counts[chance.integer(2, i, 7)]! += 1;
  }
  expect(Math.abs(mean - 1)).toBeLessThan(5 / Math.sqrt(n));
  expect(Math.abs(square - 2)).toBeLessThan(5 * Math.sqrt(20 / n));
  for (const count of counts) expect(Math.abs(count - n / 7)).toBeLessThan(5 * Math.sqrt((n * 6) / 49));
});

test('a draw is a function of its arguments: order, repetition and other draws change nothing', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.nat(2 ** 30), fc.nat(2 ** 30), (seed, unit, index) => {
      const [a, b] = [new Chance(seed, 'noise'), new Chance(seed, 'noise')];
      const first = a.normal(unit, index);
      b.uniform(index, unit);
      expect(b.normal(unit, index)).toBe(first);
      expect(a.normal(unit, index)).toBe(first);
    }),
    { numRuns: 50 },
  );
});

test('streams, substreams, seeds beyond 32 bits, units and indices are unrelated', () => {
  const seen = new Set<number>();
  const streams = Object.keys(STREAMS) as Stream[];
  for (const stream of streams) seen.add(new Chance(1, stream).uniform(1, 1));
  seen.add(new Chance(1, 'die', 1).uniform(1, 1));
  seen.add(new Chance(1 + 2 ** 32, 'die').uniform(1, 1));
  seen.add(new Chance(1, 'die').uniform(1 + 2 ** 32, 1));
  seen.add(new Chance(1, 'die').uniform(1, 1 + 2 ** 32));
  expect(seen.size).toBe(streams.length + 4);
  expect(() => new Chance(-1, 'die')).toThrow(/seed/);
  expect(() => new Chance(0.5, 'die')).toThrow(/seed/);
});

test('a permutation holds every number once and each place takes each number equally often', () => {
  const chance = new Chance(3, 'mapping');
  const counts = new Float64Array(25);
  for (let unit = 0; unit < 5000; unit++) {
    const order = chance.permutation(unit, 5);
    expect([...order].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
    order.forEach((value, place) => (counts[5 * place + value]! += 1));
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(800));
});

test('derived seeds depend on every part of the path and are safe seeds', () => {
  const seeds = [deriveSeed(1), deriveSeed(1, 0), deriveSeed(1, 0, 0), deriveSeed(1, 1), deriveSeed(2, 0), deriveSeed(1, 2 ** 32)];
  expect(new Set(seeds).size).toBe(seeds.length);
  for (const seed of seeds) expect(Number.isSafeInteger(seed) && seed >= 0).toBe(true);
});
