import { describe, expect, test } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import { intervalsOf } from '../../src/calibration/uncertainty.ts';
import { measureWriteNoise } from '../../src/calibration/write-noise.ts';
import type { Setting, Substrate } from '../../src/model/index.ts';

/** Share of circuits whose truth (0) lies within the intervals when each circuit has a noise of its own. */
function coverage(noiseOf: (circuit: number) => number, systematic: number, repeats = 8): readonly [number, number] {
  const chance = new Chance(5, 'noise');
  const circuits = 4000;
  const bias = Float64Array.from({ length: circuits }, (_, n) => systematic * chance.normal(n, 1000));
  const rows = Array.from({ length: repeats }, (_, k) => bias.map((shift, n) => shift + noiseOf(n) * chance.normal(n, k)));
  const { mean, error68, error95 } = intervalsOf(rows, () => systematic);
  const share = (errors: Float64Array): number => mean.filter((value, n) => Math.abs(value) <= errors[n]!).length / circuits;
  return [share(error68), share(error95)];
}

describe('intervals from repeated readings', () => {
  test.each([
    ['equal noise', () => 1, 0, 8],
    ['noise that differs tenfold', (n: number) => 10 ** ((n % 11) / 10), 0, 8],
    ['equal noise and as large an error that repetition hides', () => 1, 0.4, 8],
    ['two readings only', () => 1, 0, 2],
    ['two readings of circuits that differ', (n: number) => 1 + (n % 5), 0, 2],
  ] as const)('%s: 68 and 95 per cent are what they say', (_, noise, systematic, repeats) => {
    const [within68, within95] = coverage(noise, systematic, repeats);
    expect(within68).toBeGreaterThan(0.655);
    expect(within68).toBeLessThan(0.71);
    expect(within95).toBeGreaterThan(0.93);
    expect(within95).toBeLessThan(0.97);
  });

  test('readings without noise have no uncertainty; a circuit read once has no interval', () => {
    const { mean, error68, error95 } = intervalsOf([Float64Array.of(3, NaN), Float64Array.of(3, 1)], () => 0);
    expect([mean[0], error68[0], error95[0]]).toEqual([3, 0, 0]);
    expect([mean[1], error68[1]]).toEqual([NaN, NaN]);
  });
});

test('write noise is found in codes, whatever the noise of reading', async () => {
  const chance = new Chance(3, 'noise');
  const circuits = 256;
  let codes = new Int32Array(circuits).fill(500);
  let written = new Float64Array(circuits);
  let step = 0;
  const substrate = {
    capabilities: { codes: { leak: { min: 0, max: 1022 } } },
    configure: async (setting: Setting) => {
      step++;
      const next = setting.codes!.leak!;
      written = written.map((noise, n) => (next[n] === codes[n] ? noise : 1.5 * chance.normal(n, step)));
      codes = Int32Array.from(next);
    },
  } as unknown as Substrate;
  const measure = async (): Promise<Float64Array> => {
    step++;
    return written.map((noise, n) => 0.2 * (codes[n]! + noise) + 0.1 * chance.normal(n, step));
  };
  const noise = await measureWriteNoise(substrate, { cell: 'leak', codes, step: new Float64Array(circuits).fill(0.2), measure });
  expect(noise).toBeGreaterThan(1.35);
  expect(noise).toBeLessThan(1.65);
  expect([...new Set(codes)]).toEqual([500]);
});
