import { expect, test } from 'vitest';
import { histogramFigures } from '../../src/report/charts/histogram.ts';
import { calibrationVerdict } from '../../src/report/verdict.ts';
import { codesignResult } from './codesign-fixture.ts';

const dies = codesignResult().calibration;
/** The same dies with a quantity that a counter keeps to the last bit but one. */
const exact = dies.map((die) => ({
  ...die,
  graded: [
    {
      ...die.graded[0]!,
      quantity: 'refractory' as const,
      unit: 's' as const,
      target: 2e-6,
      before: [2e-6, 2e-6 * (1 + Number.EPSILON)],
      after: [2e-6, 2e-6 * (1 + Number.EPSILON)],
      masked: [false, false],
      rmsBefore: 2.1e-16,
      rmsAfter: 2.1e-16,
    },
    ...die.graded,
  ],
}));

test('what is exact from the start is never the least improved quantity', () => {
  expect(calibrationVerdict(exact)[0]!.value).toBe(calibrationVerdict(dies)[0]!.value);
});

test('a histogram of values that differ by rounding has an axis that can be read', () => {
  const { scales } = histogramFigures(exact)[0]!.config().options as { scales: { x: { min: number; max: number } } };
  expect(scales.x.max - scales.x.min).toBeGreaterThan(0.1);
});
