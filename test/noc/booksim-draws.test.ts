import { expect, test } from 'vitest';
import { KnuthSequence } from '../../src/noc/booksim/booksim-draws.ts';

test.each([
  ['integers', 995_235_265],
  ['fractions', 0.364_105_143_775_696_804_55],
] as const)("the %s are those of The Art of Computer Programming, 3.6: Knuth's known answer, in batches of two lengths", (kind, answer) => {
  for (const [length, batches] of [
    [1009, 2010],
    [2009, 1010],
  ] as const) {
    const sequence = new KnuthSequence(kind, 310_952);
    const numbers = new Float64Array(length);
    for (let batch = 0; batch < batches; batch++) sequence.recur(numbers);
    expect(numbers[0]).toBe(answer);
  }
});
