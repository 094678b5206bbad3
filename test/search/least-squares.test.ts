import fc from 'fast-check';
import { linearRegression, rootMeanSquare, standardDeviation } from 'simple-statistics';
import { expect, test } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import { fitLine } from '../../src/search/index.ts';

test('a straight line is found exactly, whatever the weights', () => {
  const number = fc.integer({ min: -50, max: 50 });
  fc.assert(
    fc.property(number, number, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 9 }), (offset, slope, weights) => {
      const x = weights.map((_, k) => k);
      const fit = fitLine(
        x,
        x.map((value) => offset + slope * value),
        weights,
      )!;
      expect(fit.slope).toBeCloseTo(slope, 9);
      expect(fit.offset).toBeCloseTo(offset, 9);
      expect(fit.slopeError).toBeCloseTo(0, 6);
    }),
  );
});

test('the line agrees with simple-statistics, a weight of 2 with the point written twice, a weight of 0 with its absence', () => {
  const [x, y] = [
    [0, 1, 2, 4, 7],
    [1, 3, 2, 6, 6],
  ];
  const plain = linearRegression(x.map((value, k) => [value, y[k]!]));
  expect(fitLine(x, y)!.slope).toBeCloseTo(plain.m, 12);
  expect(fitLine(x, y)!.offset).toBeCloseTo(plain.b, 12);
  const twice = fitLine([...x, 7], [...y, 6])!;
  expect(fitLine(x, y, [1, 1, 1, 1, 2])!.slope).toBeCloseTo(twice.slope, 12);
  expect(fitLine(x, y, [1, 1, 1, 1, 0])).toEqual(fitLine(x.slice(0, 4), y.slice(0, 4)));
});

test('standard errors are the spread over repetitions', () => {
  const chance = new Chance(1, 'noise');
  const x = Array.from({ length: 12 }, (_, k) => k);
  const fits = Array.from({ length: 2000 }, (_, trial) =>
    fitLine(
      x,
      x.map((value) => 3 + 0.5 * value + chance.normal(trial, value)),
    )!,
  );
  expect(standardDeviation(fits.map((fit) => fit.slope)) / rootMeanSquare(fits.map((fit) => fit.slopeError!))).toBeCloseTo(1, 1);
  expect(standardDeviation(fits.map((fit) => fit.offset)) / rootMeanSquare(fits.map((fit) => fit.offsetError!))).toBeCloseTo(1, 1);
});

test('one x gives no line, two points give one without errors, unequal columns are refused', () => {
  expect(fitLine([2, 2, 2], [1, 2, 3])).toBeNull();
  expect(fitLine([], [])).toBeNull();
  expect(fitLine([0, 1], [1, 3])).toEqual({ offset: 1, slope: 2, offsetError: null, slopeError: null });
  expect(() => fitLine([1], [1, 2])).toThrow(/length/);
  expect(() => fitLine([1, 2], [1, 2], [1, -1])).toThrow(/at least 0/);
});
