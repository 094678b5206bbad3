import fc from 'fast-check';
import { mean } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import {
  binarySearch,
  carefulSearch,
  goldenSectionSearch,
  gridSearch,
  linearSearch,
  runSearch,
  type CodeSearchSpec,
} from '../../src/search/index.ts';
import { MIDDLE_READING, SyntheticArray } from './synthetic-array.ts';

const spec: CodeSearchSpec = { circuits: 3, lowest: 0, highest: 255, target: 50, rising: true };
const on = (law: (code: number, n: number) => number) => (codes: Int32Array) => Float64Array.from(codes, law);

describe('the linear search', () => {
  test('walks until it has crossed and takes the nearer side; it ends when all have', () => {
    const search = linearSearch({ ...spec, target: 10 });
    let steps = 0;
    const { codes, status } = runSearch(search, (asked) => {
      steps++;
      return on((code, n) => code * [3, 0.7, 1][n]!)(asked);
    });
    // 3 x 3 = 9 is nearer to 10 than 3 x 4; 0.7 x 14 = 9.8; 10 exactly
    expect(Array.from(codes)).toEqual([3, 14, 10]);
    expect(status).toEqual(['ok', 'ok', 'ok']);
    expect(steps).toBe(16);
  });

  test('gives up after its most steps, goes down where readings fall, and stays at the end of its range', () => {
    const short = runSearch(
      linearSearch({ ...spec, tolerance: 1 }, { most: 5 }),
      on((code) => code),
    );
    expect(short.status).toEqual(['not reached', 'not reached', 'not reached']);
    const falling = runSearch(
      linearSearch({ ...spec, rising: false, target: 3 }),
      on((code) => 255 - code),
    );
    expect(Array.from(falling.codes)).toEqual([252, 252, 252]);
    const beyond = runSearch(
      linearSearch({ ...spec, highest: 20, target: 1000 }),
      on((code) => code),
    );
    expect(beyond.status).toEqual(['at limit', 'at limit', 'at limit']);
  });
});

test('golden section finds the top of any hill in 14 steps of 256 codes, where a search by sides would be lost', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 250 }), fc.double({ min: 0.1, max: 10, noNaN: true }), (top, width) => {
      const search = goldenSectionSearch({ ...spec, target: 1000 });
      expect(search.steps).toBe(14);
      const { codes } = runSearch(
        search,
        on((code) => 1000 - Math.abs(code - top) / width),
      );
      expect(Math.abs(codes[0]! - top)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 60 },
  );
});

test('the grid finds the best of all codes whatever the characteristic; the first of equals', () => {
  const law = (code: number): number => 50 + ((code * 37) % 101) - 17 * (code % 2);
  const { codes, residuals } = runSearch(gridSearch({ ...spec, highest: 100 }), on(law));
  const distances = Array.from({ length: 101 }, (_, code) => Math.abs(law(code) - 50));
  const least = Math.min(...distances);
  expect(Math.abs(residuals[0]!)).toBe(least);
  expect(codes[0]).toBe(distances.indexOf(least));
  expect(gridSearch({ ...spec, highest: 100 }, { stride: 10 }).steps).toBe(11);
});

describe('a careful search', () => {
  const array = { circuits: 512, lowest: 0, highest: 1023, target: MIDDLE_READING, rising: true };

  test('reports fresh readings: the residual of the plain search flatters, that of the careful one does not', () => {
    const plain = runSearch(binarySearch(array), measured(8));
    const careful = runSearch(carefulSearch(array, binarySearch(array), { verify: 1 }), measured(8));
    const size = ({ residuals }: { readonly residuals: Float64Array }): number => mean(Array.from(residuals, Math.abs));
    // read noise of 1 LSB: the mean absolute value of a fresh reading is at least 0.8
    expect(size(plain)).toBeLessThan(0.6);
    expect(size(careful)).toBeGreaterThan(0.8);
  });

  test('repeats lower the error that is left, and a budget is kept', () => {
    const error = (repeats: number): number => {
      const die = new SyntheticArray({ seed: 5, readNoise: 2 });
      const { codes } = runSearch(carefulSearch(array, binarySearch(array), { repeats }), (asked) => die.measure(asked));
      return mean(Array.from(die.truth(codes), (value) => Math.abs(value - MIDDLE_READING)));
    };
    expect(error(8)).toBeLessThan(0.6 * error(1));
    let steps = 0;
    const cut = carefulSearch(array, binarySearch(array), { repeats: 2, verify: 3, budget: 15 });
    runSearch(cut, (codes) => {
      steps++;
      return measured(1)(codes);
    });
    expect(steps).toBe(cut.steps);
    expect(steps).toBe(15);
    expect(() => carefulSearch(array, binarySearch(array), { budget: 2 })).toThrow(/budget/);
  });

  function measured(seed: number): (codes: Int32Array) => Float64Array {
    const die = new SyntheticArray({ seed, readNoise: 1 });
    return (codes) => die.measure(codes);
  }
});
