import { expect, test } from 'vitest';
import { BookSimDraws, KnuthSequence, randomPermutation } from '../../src/noc/booksim/booksim-draws.ts';
import { meshLayout } from './designs.ts';

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

test("randperm is BookSim2's: the destination of node after node goes to the n-th source that is still without one", () => {
  for (const [nodes, seed] of [
    [64, 0],
    [27, 5],
    [1, 3],
  ] as const) {
    const integers = new KnuthSequence('integers', seed);
    const told = Array.from({ length: nodes }, () => -1);
    for (let node = 0; node < nodes; node++) {
      let left = integers.next() % (nodes - node);
      let source = 0;
      while (left > 0 || told[source] !== -1) if (told[source++] === -1) left -= 1;
      told[source] = node;
    }
    expect(randomPermutation(nodes, seed)).toEqual(told);
  }
});

test('nodes of an on-off process are on and off for as long as they should be, and send at the mean rate', () => {
  const layout = meshLayout(4, 4);
  const process = { kind: 'on-off', on: 20, off: 60 } as const;
  const draws = new BookSimDraws(layout, { kind: 'uniform' }, 0.1, 3, process);
  const cycles = 20_000;
  let [packets, followed] = [0, 0];
  for (let node = 0; node < layout.nodes; node++) {
    let before = false;
    for (let cycle = 0; cycle < cycles; cycle++) {
      const now = draws.creates(node);
      packets += Number(now);
      followed += Number(before && now);
      before = now;
    }
  }
  // 16 x 20,000 cycles hold about 4,000 independent bursts and pauses: the mean is known to 3 %
  expect(packets / (16 * cycles)).toBeGreaterThan(0.1 * 0.92);
  expect(packets / (16 * cycles)).toBeLessThan(0.1 * 1.08);
  // a packet is followed by one in the next cycle when the node stays on (1 - 1/20) and sends (0.1 x 80/20)
  expect(Math.abs(followed / packets - 0.95 * 0.4)).toBeLessThan(0.01);
  expect(() => new BookSimDraws(layout, { kind: 'uniform' }, 0.3, 3, process)).toThrow(
    'creates at most 0.250 packets per cycle, found 0.300',
  );
  expect(() => new BookSimDraws(layout, { kind: 'uniform' }, 0.3, 3, { kind: 'poisson' })).toThrow('BookSim2 has no poisson process');
});
