import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spikeTrainsOf, totalSpikes, withinWindow } from '../../src/analysis/index.ts';

test('columns in any order become one sorted train per neuron, silent neurons included', () => {
  const trains = spikeTrainsOf([30, 10, 20, 5], [1, 1, 3, 1], 5, 0.5);
  expect(trains.count).toBe(5);
  expect(trains.times.map((train) => [...train])).toEqual([[], [2.5, 5, 15], [], [10], []]);
  expect(totalSpikes(trains)).toBe(4);
});

function group(rows: readonly (readonly [number, number])[]): number[][] {
  const ticks = rows.map(([tick]) => tick);
  const neurons = rows.map(([, neuron]) => neuron);
  return spikeTrainsOf(ticks, neurons, 8).times.map((train) => Array.from(train));
}

test('grouping keeps every spike, whatever the order of the rows', () => {
  const spike = fc.tuple(fc.nat(1000), fc.nat(7));
  fc.assert(
    fc.property(fc.array(spike), fc.infiniteStream(fc.nat()), (spikes, keys) => {
      const shuffled = spikes
        .map((value) => ({ value, key: keys.next().value as number }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ value }) => value);
      expect(group(shuffled)).toEqual(group(spikes));
      expect(group(spikes).flat()).toHaveLength(spikes.length);
    }),
  );
});

test('a window holds its beginning and not its end', () => {
  const trains = spikeTrainsOf([1, 2, 3, 4], [0, 0, 0, 0], 1);
  expect([...withinWindow(trains, 2, 4).times[0]!]).toEqual([2, 3]);
  expect(totalSpikes(withinWindow(trains, 5, 9))).toBe(0);
});

test('a spike of an unknown neuron is refused', () => {
  expect(() => spikeTrainsOf([1], [2], 2)).toThrow(/neuron 2 of 2/);
  expect(() => spikeTrainsOf([1, 2], [0], 2)).toThrow(/length/);
});
