import { expect, test } from 'vitest';
import type { CalibrationResult } from '../../src/model/index.ts';
import { histogramFigures } from '../../src/report/charts/histogram.ts';

test('a hundred dies of a thousand circuits and more fit into one histogram', () => {
  const values = Array.from({ length: 2048 }, (_, n) => 80 + (n % 17) / 10);
  const die = (seed: number): CalibrationResult => ({
    chip: 'test',
    die: seed,
    order: [],
    quantities: [],
    graded: [
      {
        quantity: 'leak',
        unit: 'LSB',
        target: 80,
        before: values,
        after: values,
        masked: values.map(() => false),
        rmsBefore: 1,
        rmsAfter: 1,
      },
    ],
    hardwareTime: { settling: 0, reading: 0, running: 0 },
  });
  expect(histogramFigures(Array.from({ length: 100 }, (_, seed) => die(seed))).length).toBe(1);
});
