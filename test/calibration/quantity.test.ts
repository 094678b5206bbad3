import { expect, test } from 'vitest';
import type { ParameterAnswer } from '../../src/calibration/parameter-search.ts';
import { quantityOf } from '../../src/calibration/quantity.ts';
import type { SearchedParameter } from '../../src/calibration/routine.ts';

const EFFORT = { samples: 32, repeats: 4, dither: 5, mask_above: 6, verify: 2, seed: 1 };

test('a circuit on its last code that reads its target as the others do is ok; one that ends before it is at limit', () => {
  const deviations = [0.2, -0.1, 0.15, -0.2, 0.1, 0.2, 5, 0.1];
  const status = deviations.map((_, n) => (n >= 5 ? ('at limit' as const) : ('ok' as const)));
  const parameter: SearchedParameter = {
    quantity: 'leak',
    cell: 'leak',
    unit: 'LSB',
    rising: true,
    inverse: false,
    targets: new Float64Array(8).fill(80),
    tolerance: 8,
    resolution: 0.5,
  };
  const answer: ParameterAnswer = {
    codes: Int32Array.from(status, (one) => (one === 'ok' ? 500 : 1022)),
    residuals: Float64Array.from(deviations),
    step: new Float64Array(8).fill(0.2),
    status,
  };
  expect(quantityOf(parameter, answer, undefined, EFFORT).status).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'at limit', 'ok']);
});
