import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantiate, KernelMemory } from '../../src/kernels/index.ts';
import { expTwin, tanhTwin } from '../../src/kernels/twins/elementary.ts';

const SIZE = 4096;
const memory = new KernelMemory();
const x = memory.allocate(SIZE * 4);
const y = memory.allocate(SIZE * 4);
const kernels = instantiate(memory);

function evaluate(name: 'expAll' | 'tanhAll', values: readonly number[]): Float32Array {
  memory.f32(x, SIZE).fill(0).set(values);
  kernels[name](x, y, SIZE);
  return memory.f32(y, values.length).slice();
}

/** Bits, so that 0 and -0 differ. */
function bits(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, 0, values.length);
}

const anyFloats = fc.array(fc.oneof(fc.float({ noNaN: true }), fc.float({ min: -10, max: 10, noNaN: true })), { maxLength: SIZE });

test('exp and tanh of the kernel and their twins agree bit for bit on any number', () => {
  fc.assert(
    fc.property(anyFloats, (values) => {
      expect(bits(evaluate('expAll', values))).toEqual(bits(Float32Array.from(values, expTwin)));
      expect(bits(evaluate('tanhAll', values))).toEqual(bits(Float32Array.from(values, tanhTwin)));
    }),
    { numRuns: 300 },
  );
});

test('tanh has a relative error of at most 1e-6, also for tiny and for large arguments', () => {
  let worst = 0;
  const sweep = [...Array(100_000).keys()].flatMap((i) => [(i + 1) * 1e-4, 1e-12 * 1.0003 ** (i + 1)]).filter((value) => value <= 10);
  for (const value of sweep) {
    const single = Math.fround(value);
    worst = Math.max(worst, Math.abs(tanhTwin(single) / Math.tanh(single) - 1));
  }
  expect(worst).toBeLessThan(1e-6);
});

test('tanh is odd in every bit, zero at zero, never above one and within 1e-6 of one from 10 on', () => {
  expect(tanhTwin(0)).toBe(0);
  expect(tanhTwin(-0)).toBe(-0);
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (value) => {
      expect(tanhTwin(-value)).toBe(-tanhTwin(value));
      expect(Math.abs(tanhTwin(value))).toBeLessThanOrEqual(1);
    }),
  );
  for (const value of [10, 1e3, 3e38, Infinity]) expect(Math.abs(tanhTwin(value) - 1)).toBeLessThan(1e-6);
});

test('exp has a relative error of at most 1e-6 between -86 and 88, is 0 below and finite above', () => {
  let worst = 0;
  for (let value = -86; value <= 88; value += 0.00173) {
    const single = Math.fround(value);
    worst = Math.max(worst, Math.abs(expTwin(single) / Math.exp(single) - 1));
  }
  expect(worst).toBeLessThan(1e-6);
  expect(expTwin(-86.1)).toBe(0);
  expect(expTwin(-Infinity)).toBe(0);
  expect(expTwin(Infinity)).toBe(expTwin(88));
  expect(expTwin(0)).toBe(1);
});
