import { expect, test } from 'vitest';
import { validateMicrocircuit } from '../../../src/index.ts';

/** A clock that goes on by `second` at each look. */
function clock(second: number): () => number {
  let now = 0;
  return () => (now += second);
}

const small = (scale: number, more: { second?: number; memory?: number; workers?: number } = {}) =>
  validateMicrocircuit({
    scale,
    seed: 3,
    workers: more.workers ?? 1,
    elapsed: clock(more.second ?? 1),
    peakMemory: () => more.memory ?? 1e9,
  });

test('a scaled microcircuit has its share of neurons and synapses, the same rates on any number of threads, and no verdict on rates', async () => {
  const one = await small(0.02);
  const two = await small(0.02, { workers: 2 });
  expect(one.neurons).toBe(1544);
  expect(one.synapses / (298_880_970 * 0.02 ** 2)).toBeCloseTo(1, 3);
  expect(two.populations).toEqual(one.populations);
  expect(one.bars.map(({ name }) => name)).toEqual(['build', 'a biological second', 'peak memory', 'bytes a synapse']);
  expect(one.passed).toBe(true);
});

test('a network that takes too long or too much memory is told so', async () => {
  const slow = await small(0.01, { second: 1000, memory: 7e9 });
  expect(slow.passed).toBe(false);
  expect(slow.bars.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual(['build', 'a biological second', 'peak memory']);
});
