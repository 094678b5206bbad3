import { expect, test } from 'vitest';
import { SOBOL_AXES, sobolPoints } from '../../src/search/index.ts';

test('the first points are the published ones (Joe and Kuo, new-joe-kuo-6)', () => {
  const points = sobolPoints(3, 8).map((point) => Array.from(point));
  expect(points).toEqual([
    [0, 0, 0],
    [0.5, 0.5, 0.5],
    [0.75, 0.25, 0.25],
    [0.25, 0.75, 0.75],
    [0.375, 0.375, 0.625],
    [0.875, 0.875, 0.125],
    [0.625, 0.125, 0.875],
    [0.125, 0.625, 0.375],
  ]);
});

test('the first 256 points have one in every of 256 slices of every axis, and the first two axes one in every 16 x 16 cell', () => {
  const points = sobolPoints(SOBOL_AXES, 256);
  for (let axis = 0; axis < SOBOL_AXES; axis++) expect(new Set(points.map((point) => Math.floor(point[axis]! * 256))).size).toBe(256);
  expect(new Set(points.map(([x, y]) => Math.floor(x! * 16) * 16 + Math.floor(y! * 16))).size).toBe(256);
});

test('the mean of a smooth function comes closer than chance would: an error of less than 0.5 % at 1024 points in 6 dimensions', () => {
  const points = sobolPoints(6, 1024);
  const mean = points.reduce((sum, point) => sum + point.reduce((product, u) => product * (0.5 + u), 1), 0) / 1024;
  // the integral is 1; chance would miss it by 0.8 / 32 = 2.5 %
  expect(Math.abs(mean - 1)).toBeLessThan(0.005);
});
