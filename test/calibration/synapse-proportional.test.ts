import { describe, expect, test } from 'vitest';
import { proportionalSearch } from '../../src/calibration/proportional.ts';
import { runSearch } from '../../src/search/index.ts';

const start = new Int32Array(4).fill(300);
const spec = { lowest: 0, highest: 1022, target: Float64Array.of(300, 300, 300, 5000), start };

const first = (seed: number): number[] => Array.from(proportionalSearch(spec, { seed, dither: 5 }).ask());

describe('the proportional search', () => {
  test('finds the code of a proportional reading in two steps and stops at the end of the range', () => {
    const gain = [1.4, 0.6, 1, 1];
    const result = runSearch(proportionalSearch(spec, { seed: 1, dither: 5 }), (codes) =>
      Float64Array.from(codes, (code, n) => gain[n]! * code),
    );
    expect(Array.from(result.codes)).toEqual([214, 500, 300, 1022]);
  });

  test('stays where nothing is read, and goes up by a bounded factor where a reading has the wrong sign', () => {
    const search = proportionalSearch(spec, { seed: 1, dither: 0 });
    search.tell(Float64Array.of(NaN, -20, 0, 600));
    expect(Array.from(search.ask())).toEqual([300, 1022, 1022, 1022]);
  });

  test('dithers its start by its seed', () => {
    expect(first(1)).toEqual(first(1));
    expect(first(1)).not.toEqual(first(2));
    for (const code of first(1)) expect(Math.abs(code - 300)).toBeLessThanOrEqual(5);
  });
});
