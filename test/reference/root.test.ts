import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InternalError } from '../../src/base/index.ts';
import { bracketedRoot } from '../../src/reference/root.ts';

test('the root of a monotone function is found to the last digits, steep or flat', () => {
  fc.assert(
    fc.property(fc.double({ min: -0.999, max: 0.999, noNaN: true }), fc.constantFrom(1, 3, 9), (root, power) => {
      const f = (x: number): number => Math.sign(x - root) * Math.abs(x - root) ** power;
      expect(Math.abs(bracketedRoot(f, -1, 1, 0) - root)).toBeLessThan(1e-9);
      expect(Math.abs(bracketedRoot(f, 1, -1, 1e-3) - root)).toBeLessThan(2e-3);
    }),
  );
});

test('a bracket without a sign change is our mistake', () => {
  expect(() => bracketedRoot((x) => x + 2, -1, 1, 0)).toThrow(InternalError);
  expect(bracketedRoot((x) => x + 1, -1, 1, 0)).toBe(-1);
  expect(bracketedRoot((x) => x - 1, -1, 1, 0)).toBe(1);
});
