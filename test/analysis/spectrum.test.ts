import fc from 'fast-check';
import { expect, test } from 'vitest';
import { powerSpectrum, rateSpectrum, spectralPeak } from '../../src/analysis/index.ts';
import { Chance } from '../../src/base/index.ts';

const chance = new Chance(7, 'noise');
const noise = (unit: number, count: number): Float64Array => Float64Array.from({ length: count }, (_, k) => chance.normal(unit, k));
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

test('white noise of variance s^2 has the density 2 s^2 dt, and the integral is the variance', () => {
  const signal = noise(1, 65_536).map((value) => 3 * value);
  const { density, frequency } = powerSpectrum(signal, 0.001, 1024)!;
  expect(mean(density.subarray(1, -1)) / (2 * 9 * 0.001)).toBeCloseTo(1, 1);
  const integral = density.reduce((sum, value) => sum + value, 0) * frequency[1]!;
  expect(integral / 9).toBeCloseTo(1, 1);
  expect(frequency.at(-1)).toBe(500);
});

test('a sine of amplitude A holds A^2 / 2 at its frequency', () => {
  const signal = Float64Array.from({ length: 8192 }, (_, k) => 5 + 2 * Math.sin(2 * Math.PI * 62.5 * k * 0.001));
  const spectrum = powerSpectrum(signal, 0.001, 1024)!;
  expect(spectralPeak(spectrum)!.frequency).toBe(62.5);
  const near = spectrum.density.reduce((sum, value, k) => sum + (Math.abs(spectrum.frequency[k]! - 62.5) < 5 ? value : 0), 0);
  expect(near * spectrum.frequency[1]!).toBeCloseTo(2, 6);
});

test('the transform is that of the definition', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 16, maxLength: 16 }), (signal) => {
      const { density } = powerSpectrum(signal, 1, 16)!;
      const window = signal.map((_, k) => 0.5 - 0.5 * Math.cos((2 * Math.PI * k) / 16));
      const power = window.reduce((sum, w) => sum + w * w, 0);
      const level = mean(signal);
      density.forEach((value, f) => {
        const [re, im] = [Math.cos, Math.sin].map((wave) =>
          signal.reduce((sum, x, k) => sum + window[k]! * (x - level) * wave((2 * Math.PI * f * k) / 16), 0),
        ) as [number, number];
        expect(value).toBeCloseTo(((f === 0 || f === 8 ? 1 : 2) * (re * re + im * im)) / power, 9);
      });
    }),
  );
});

test('the mean rate of N Poisson neurons of rate r has the density 2 r / N', () => {
  const times = Array.from({ length: 20 }, (_, unit) => {
    const train: number[] = [];
    for (let t = 0, k = 0; ; k++) {
      t += chance.exponential(100 + unit, k) / 30;
      if (t >= 40) return Float64Array.from(train);
      train.push(t);
    }
  });
  const { density } = rateSpectrum({ count: 20, times }, 0, 40, 0.001)!;
  expect(mean(density.subarray(1)) / ((2 * 30) / 20)).toBeCloseTo(1, 1);
});

test('a signal shorter than a segment, or a silent one, has no spectrum or no peak', () => {
  expect(powerSpectrum([1, 2, 3], 1)).toBeNull();
  expect(spectralPeak(powerSpectrum(new Float64Array(64), 1)!)).toBeNull();
  expect(() => powerSpectrum(new Float64Array(64), 1, 20)).toThrow('power of 2');
});
