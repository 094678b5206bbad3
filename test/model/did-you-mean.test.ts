import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { didYouMean, editDistance } from '../../src/model/did-you-mean.ts';

describe('the nearest valid name', () => {
  test('is found for a missing, an extra, a wrong and two swapped letters, and for wrong case', () => {
    const names = ['tau_mem', 'tau_syn', 'threshold', 'reset'];
    for (const typed of ['tau_mm', 'tau_memm', 'tau_nem', 'tua_mem', 'TAU_MEM']) expect(didYouMean(typed, names)).toBe('tau_mem');
  });

  test('is not offered when nothing is near', () => {
    expect(didYouMean('colour', ['tau_mem', 'reset'])).toBeUndefined();
    expect(didYouMean('a', ['b'])).toBeUndefined();
  });

  test('an enormous word costs nothing and finds nothing', () => {
    expect(didYouMean('x'.repeat(5_000_000), ['reset'])).toBeUndefined();
  });
});

describe('the edit distance', () => {
  const short = fc.string({ maxLength: 8 });

  test('is zero for equal words only, symmetric, and at most the longer length', () => {
    fc.assert(
      fc.property(short, short, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance === 0).toBe(a === b);
        expect(editDistance(b, a)).toBe(distance);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  test('of textbook pairs', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('flaw', 'lawn')).toBe(2);
    expect(editDistance('ab', 'ba')).toBe(1);
  });
});
