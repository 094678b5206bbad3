import { expect, test } from 'vitest';
import { exp } from '../../src/base/index.ts';
import { expByTable } from '../../src/reference/exp-table.ts';

test('the exponential by table differs from that of base by less than two units in the last place, and agrees where it hands over', () => {
  let worst = 0;
  for (let i = 0; i < 200_000; i++) {
    const x = -699.9 + (1399.8 * i) / 200_000 + i * 1e-7;
    worst = Math.max(worst, Math.abs(expByTable(x) / exp(x) - 1));
  }
  expect(worst).toBeLessThan(2 * 2 ** -52);
  expect([0, 700, -700, 800, -800, Infinity, -Infinity].map(expByTable)).toEqual([1, exp(700), exp(-700), Infinity, 0, Infinity, 0]);
  expect(expByTable(NaN)).toBeNaN();
});
