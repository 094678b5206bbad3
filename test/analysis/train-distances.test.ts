import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coincidenceFactor, isiDistance, schreiberSimilarity, spikeDistance, victorPurpuraDistance } from '../../src/analysis/index.ts';

const END = 100;
const train = fc
  .uniqueArray(fc.double({ min: 1, max: 99, noNaN: true }), { maxLength: 10 })
  .map((times) => Float64Array.from(times).toSorted());
const of = (...times: number[]): Float64Array => Float64Array.from(times);

test('the Victor-Purpura distance is a metric, between the difference and the sum of the spike counts', () => {
  fc.assert(
    fc.property(train, train, train, fc.double({ min: 0, max: 2, noNaN: true }), (a, b, c, q) => {
      const ab = victorPurpuraDistance(a, b, q);
      expect(victorPurpuraDistance(a, a, q)).toBe(0);
      expect(victorPurpuraDistance(b, a, q)).toBeCloseTo(ab, 12);
      expect(victorPurpuraDistance(a, c, q)).toBeLessThanOrEqual(ab + victorPurpuraDistance(b, c, q) + 1e-12);
      expect(ab).toBeGreaterThanOrEqual(Math.abs(a.length - b.length) - 1e-12);
      expect(ab).toBeLessThanOrEqual(a.length + b.length);
    }),
  );
});

test('the Victor-Purpura distance of single spikes is q t up to 2, at q = 0 that of the counts', () => {
  expect(victorPurpuraDistance(of(10), of(13), 0.5)).toBeCloseTo(1.5, 14);
  expect(victorPurpuraDistance(of(10), of(30), 0.5)).toBe(2);
  expect(victorPurpuraDistance(of(1, 2, 3), of(90), 0)).toBe(2);
});

/** Both profiles by their definition at one instant, averaged over a fine grid. */
function byGrid(a: Float64Array, b: Float64Array): { isi: number; spike: number } {
  const [x, y] = [a, b].map((times) => [0, ...times, END]) as [number[], number[]];
  const nearest = (times: number[], t: number): number => Math.min(...times.map((time) => Math.abs(time - t)));
  const steps = 40_000;
  const sum = { isi: 0, spike: 0 };
  for (let k = 0; k < steps; k++) {
    const t = ((k + 0.5) * END) / steps;
    const at = (own: number[], other: number[]): { isi: number; s: number } => {
      const following = own.findIndex((time) => time > t);
      const [p, f] = [own[following - 1]!, own[following]!];
      return { isi: f - p, s: (nearest(other, p) * (f - t) + nearest(other, f) * (t - p)) / (f - p) };
    };
    const [u, v] = [at(x, y), at(y, x)];
    sum.isi += Math.abs(u.isi - v.isi) / Math.max(u.isi, v.isi) / steps;
    sum.spike += (u.s * v.isi + v.s * u.isi) / (2 * ((u.isi + v.isi) / 2) ** 2) / steps;
  }
  return sum;
}

test('ISI and SPIKE distances agree with their profiles sampled on a fine grid', () => {
  fc.assert(
    fc.property(train, train, (a, b) => {
      const grid = byGrid(a, b);
      expect(isiDistance(a, b, 0, END)).toBeCloseTo(grid.isi, 2);
      expect(spikeDistance(a, b, 0, END)).toBeCloseTo(grid.spike, 2);
    }),
    { numRuns: 15 },
  );
});

test('the ISI distance obeys the triangle inequality, and both are symmetric, 0 for equal trains and at most 1', () => {
  fc.assert(
    fc.property(train, train, train, (a, b, c) => {
      const isi = (u: Float64Array, v: Float64Array): number => isiDistance(u, v, 0, END);
      expect(isi(a, c)).toBeLessThanOrEqual(isi(a, b) + isi(b, c) + 1e-12);
      for (const distance of [isiDistance, spikeDistance]) {
        expect(distance(a, a, 0, END)).toBe(0);
        expect(distance(a, b, 0, END)).toBeCloseTo(distance(b, a, 0, END), 12);
        expect(distance(a, b, 0, END)).toBeLessThanOrEqual(1 + 1e-12);
      }
    }),
  );
});

test('clocks of 10 and 20 have an ISI distance of one half', () => {
  const clock = (period: number): Float64Array => Float64Array.from({ length: END / period - 1 }, (_, k) => (k + 1) * period);
  expect(isiDistance(clock(10), clock(20), 0, END)).toBeCloseTo(0.5, 14);
});

test('the coincidence factor is 1 for equal trains and counts by hand otherwise', () => {
  expect(coincidenceFactor(of(10, 50), of(10, 50), 100, 2)).toBeCloseTo(1, 14);
  // one coincidence; by chance 2 * 2/100 * 2 * 1 = 0.08: (1 - 0.08) / 1.5 / (1 - 0.08) = 2/3
  expect(coincidenceFactor(of(10, 50), of(11), 100, 2)).toBeCloseTo(2 / 3, 14);
  expect(coincidenceFactor(of(), of(), 100, 2)).toBeNull();
});

test('the Schreiber similarity of single spikes is a Gauss function of their distance', () => {
  expect(schreiberSimilarity(of(10), of(14), 2)).toBeCloseTo(Math.exp(-1), 14);
  expect(schreiberSimilarity(of(10, 40), of(10, 40), 2)).toBeCloseTo(1, 14);
  expect(schreiberSimilarity(of(), of(3), 2)).toBe(0);
});
