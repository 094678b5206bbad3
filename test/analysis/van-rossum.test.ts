import fc from 'fast-check';
import { expect, test } from 'vitest';
import { meanVanRossumDistance, spikeTrainsOf, vanRossumDistance } from '../../src/analysis/index.ts';

const TAU = 10;
const train = fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { maxLength: 12 }).map((times) => Float64Array.from(times).toSorted());

/** The double sum over all pairs of spikes, as the integral of the product of two decaying exponentials gives it. */
function byPairs(a: Float64Array, b: Float64Array): number {
  return Math.sqrt(Math.max(0, overlap(a, a) + overlap(b, b) - 2 * overlap(a, b)));
}

function overlap(u: Float64Array, v: Float64Array): number {
  return u.reduce((sum, s) => sum + v.reduce((inner, t) => inner + Math.exp(-Math.abs(s - t) / TAU), 0), 0);
}

test('one pass over the merged trains agrees with the sum over all pairs', () => {
  fc.assert(
    fc.property(train, train, (a, b) => {
      // the sum over pairs cancels: its square is good to about 1e-13
      expect(vanRossumDistance(a, b, TAU) ** 2).toBeCloseTo(byPairs(a, b) ** 2, 10);
    }),
  );
});

test('it is a distance: zero for equal trains, symmetric, and obeys the triangle inequality', () => {
  fc.assert(
    fc.property(train, train, train, (a, b, c) => {
      expect(vanRossumDistance(a, a, TAU)).toBe(0);
      expect(vanRossumDistance(a, b, TAU)).toBe(vanRossumDistance(b, a, TAU));
      expect(vanRossumDistance(a, c, TAU)).toBeLessThanOrEqual(vanRossumDistance(a, b, TAU) + vanRossumDistance(b, c, TAU) + 1e-12);
    }),
  );
});

test('one extra spike is a distance of 1, wherever it falls', () => {
  fc.assert(
    fc.property(train, fc.nat(200), (a, extra) => {
      expect(vanRossumDistance(a, Float64Array.from([...a, extra]).toSorted(), TAU)).toBeCloseTo(1, 12);
    }),
  );
});

test('a shifted spike has the closed form sqrt(2 (1 - exp(-shift / tau)))', () => {
  for (const shift of [0.1, 1, 10, 100]) {
    expect(vanRossumDistance(Float64Array.of(50), Float64Array.of(50 + shift), TAU)).toBeCloseTo(
      Math.sqrt(2 * (1 - Math.exp(-shift / TAU))),
      12,
    );
  }
});

test('the distance of populations is the mean over neurons', () => {
  const a = spikeTrainsOf([5, 9], [0, 1], 4);
  expect(meanVanRossumDistance(a, spikeTrainsOf([5], [0], 4), TAU)).toBeCloseTo(0.25, 12);
  expect(meanVanRossumDistance(spikeTrainsOf([], [], 0), spikeTrainsOf([], [], 0), TAU)).toBe(0);
  expect(() => meanVanRossumDistance(a, spikeTrainsOf([], [], 3), TAU)).toThrow(/4 with 3/);
  expect(() => vanRossumDistance(a.times[0]!, a.times[1]!, 0)).toThrow(/tau > 0/);
});
