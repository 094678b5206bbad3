import { describe, expect, test } from 'vitest';
import { predictiveSearch, runSearch } from '../../src/search/index.ts';

const start = new Int32Array(4).fill(300);
const spec = { circuits: 4, lowest: 0, highest: 1022, target: Float64Array.of(300, 300, 300, 5000), rising: true };

const first = (seed: number): number[] => Array.from(predictiveSearch(spec, { seed, start }).ask());

describe('the predictive search', () => {
  test('finds the code of a proportional reading in two steps and stops at the end of the range', () => {
    const gain = [1.4, 0.6, 1, 1];
    const result = runSearch(predictiveSearch(spec, { seed: 1, start }), (codes) => Float64Array.from(codes, (code, n) => gain[n]! * code));
    expect(Array.from(result.codes)).toEqual([214, 500, 300, 1022]);
  });

  test('shifts a line of known slope by one probe, falling ones too', () => {
    const law = { slope: -0.25 };
    const search = predictiveSearch({ ...spec, rising: false, target: 100 }, { seed: 1, start, law, steps: 1 });
    const { codes } = runSearch(search, (asked) => Float64Array.from(asked, (code, n) => 180 + 5 * n - 0.25 * code));
    expect(Array.from(codes)).toEqual([320, 340, 360, 380]);
  });

  test('finds the code of a line that differs by a factor in one step, from the code at which it would vanish', () => {
    const law = { zero: new Float64Array(4).fill(-140) };
    const gain = [2, 0.5, 1, 1];
    const result = runSearch(predictiveSearch(spec, { seed: 1, start, law, steps: 1 }), (codes) =>
      Float64Array.from(codes, (code, n) => gain[n]! * (code + 140)),
    );
    expect(Array.from(result.codes)).toEqual([10, 460, 160, 1022]);
  });

  test('stays where nothing is read, and goes up by a bounded factor where a reading has the wrong sign', () => {
    const search = predictiveSearch(spec, { seed: 1, dither: 0, start });
    search.tell(Float64Array.of(NaN, -20, 0, 600));
    expect(Array.from(search.ask())).toEqual([300, 1022, 1022, 1022]);
  });

  test('goes on while what its readings depend on is still on its way, and ends after a bounded number of steps all the same', () => {
    let far = 3;
    const search = predictiveSearch(spec, { seed: 1, start, waits: () => --far > 0 });
    let steps = 0;
    for (; !search.done; steps++) search.tell(Float64Array.of(300, 300, 300, 5000));
    expect(steps).toBe(4);
    const stuck = predictiveSearch(spec, { seed: 1, start, waits: () => true });
    for (steps = 0; !stuck.done; steps++) stuck.tell(Float64Array.of(300, 300, 300, 5000));
    expect(steps).toBe(5);
  });

  test('dithers its start by its seed', () => {
    expect(first(1)).toEqual(first(1));
    expect(first(1)).not.toEqual(first(2));
    for (const code of first(1)) expect(Math.abs(code - 300)).toBeLessThanOrEqual(5);
  });
});
