import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantiate, KernelMemory } from '../../src/kernels/index.ts';
import { gaussTwin, noiseWordTwin } from '../../src/kernels/twins/noise.ts';

const memory = new KernelMemory();
const out = memory.allocate(256);
const kernels = instantiate(memory);
const word = fc.integer({ min: 0, max: 0xffffffff });

test('the noise words of a block are those of the generator in base, for any counter and key', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 20 }),
      fc.maxSafeNat(),
      word,
      word,
      word,
      word,
      word,
      (block, step, unit, k0, k1, k2, k3) => {
        kernels.threefry(out, block, step >>> 0, Math.floor(step / 2 ** 32), unit, k0, k1, k2, k3);
        const expected = Uint32Array.from({ length: 64 }, (_, i) => noiseWordTwin(64 * block + i, step, unit, [k0, k1, k2, k3]));
        expect(memory.u32(out, 64)).toEqual(expected);
      },
    ),
    { numRuns: 200 },
  );
});

test('the sum of four bytes has mean 0, variance 1 and kurtosis 2.70', () => {
  const n = 200_000;
  let [mean, square, fourth] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const g = gaussTwin(noiseWordTwin(i & 511, i >> 9, 3, [1, 2, 3, 4]));
    mean += g / n;
    square += g ** 2 / n;
    fourth += g ** 4 / n;
  }
  // five standard errors
  expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(n));
  expect(Math.abs(square - 1)).toBeLessThan(5 * Math.sqrt(1.7 / n));
  expect(fourth).toBeCloseTo(2.7, 1);
});
