import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binarySearch, runSearch } from '../../src/search/index.ts';

test('without noise a search over any range ends at the best code or beside it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -500, max: 500 }),
      fc.integer({ min: 3, max: 3000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.boolean(),
      (lowest, size, place, rising) => {
        const highest = lowest + size - 1;
        const target = (rising ? 1 : -1) * 0.3 * (lowest + place * (size - 1));
        const search = binarySearch({ circuits: 1, lowest, highest, target, rising });
        const { codes, residuals } = runSearch(search, (asked) => Float64Array.from(asked, (code) => (rising ? 0.3 : -0.3) * code));
        expect(codes[0]).toBeGreaterThanOrEqual(lowest);
        expect(codes[0]).toBeLessThanOrEqual(highest);
        expect(Math.abs(residuals[0]!)).toBeLessThanOrEqual(0.3 + 1e-9);
      },
    ),
  );
});

test('a 10-bit search takes 12 steps, known beforehand', () => {
  const search = binarySearch({ circuits: 1, lowest: 0, highest: 1023, target: 0, rising: true });
  let steps = 0;
  runSearch(search, (codes) => {
    steps++;
    return Float64Array.from(codes);
  });
  expect(search.steps).toBe(12);
  expect(steps).toBe(12);
});

test('every circuit has its own range and target', () => {
  const search = binarySearch({
    circuits: 3,
    lowest: Int32Array.of(0, 100, -8),
    highest: Int32Array.of(1023, 110, 7),
    target: Float64Array.of(700, 103, 2),
    rising: true,
  });
  const result = runSearch(search, (codes) => Float64Array.from(codes));
  expect([...result.codes]).toEqual([700, 103, 2]);
  expect(result.status).toEqual(['ok', 'ok', 'ok']);
});

test('targets out of reach are at the limit, missed ones not reached, unread ones too', () => {
  const search = binarySearch({
    circuits: 4,
    lowest: 0,
    highest: 255,
    target: Float64Array.of(-50, 900, 100, 100),
    rising: true,
    tolerance: 0.2,
  });
  // circuit 2 jumps over its target, circuit 3 gives nothing
  const { codes, status, readings } = runSearch(search, (asked) => Float64Array.of(asked[0]!, asked[1]!, asked[2]! < 77 ? 0 : 200, NaN));
  expect([codes[0], codes[1]]).toEqual([0, 255]);
  expect(status).toEqual(['at limit', 'at limit', 'not reached', 'not reached']);
  expect(readings[3]).toBeNaN();
});

test('an infinite reading says the side without a value', () => {
  const search = binarySearch({ circuits: 1, lowest: 0, highest: 255, target: 30, rising: true });
  const { codes, status } = runSearch(search, (asked) => Float64Array.from(asked, (code) => (code > 60 ? Infinity : code)));
  expect(codes[0]).toBe(30);
  expect(status[0]).toBe('ok');
});

test('misuse is refused', () => {
  const spec = { circuits: 2, lowest: 0, highest: 3, target: 1, rising: true };
  const search = binarySearch(spec);
  expect(() => search.result()).toThrow(/not over/);
  expect(() => search.tell(Float64Array.of(1))).toThrow(/1 readings for 2/);
  runSearch(search, (codes) => Float64Array.from(codes));
  expect(() => search.tell(Float64Array.of(1, 1))).toThrow(/over/);
  expect(() => binarySearch({ ...spec, lowest: 4 })).toThrow(/at least one code/);
  expect(() => binarySearch({ ...spec, target: Float64Array.of(1) })).toThrow(/as many/);
});
