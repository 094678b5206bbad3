/** Codecs of spike packets: every set of neurons comes back, automatic is never more than its name longer than the best, and the lengths are those of the formulas. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InfeasibleError } from '../../src/base/index.ts';
import { codecBits, codecRanges, decodeSpikes, encodeSpikes, PLAIN_CODECS, type SpikeCodec } from '../../src/noc/index.ts';

const CODECS: readonly SpikeCodec[] = [...PLAIN_CODECS, 'automatic'];
const spikes = fc.integer({ min: 1, max: 600 }).chain((universe) =>
  fc.tuple(
    fc.constant(universe),
    fc.uniqueArray(fc.nat(universe - 1)).map((ids) => ids.toSorted((a, b) => a - b)),
  ),
);

test('what is encoded comes back, in as many bits as were said', () => {
  fc.assert(
    fc.property(spikes, fc.constantFrom(...CODECS), ([universe, ids], codec) => {
      const bits = encodeSpikes(ids, universe, codec);
      expect(decodeSpikes(bits, universe, codec)).toEqual(ids);
      expect(bits).toHaveLength(codecBits(ids, universe, codec));
    }),
  );
});

test('automatic takes two bits more than the shortest codec, whatever the spikes', () => {
  fc.assert(
    fc.property(spikes, ([universe, ids]) => {
      const best = Math.min(...PLAIN_CODECS.map((codec) => codecBits(ids, universe, codec)));
      expect(codecBits(ids, universe, 'automatic')).toBe(best + 2);
    }),
  );
});

test('the lengths are those of the formulas', () => {
  // 32 neurons: ids of 5 bits, a count from 0 to 32 in 6
  expect(codecBits([3, 4, 20], 32, 'id-list')).toBe(6 + 3 * 5);
  expect(codecBits([3, 4, 20], 32, 'bitmap')).toBe(32);
  // gaps 4, 1 and 16: 5, 1 and 9 bits
  expect(codecBits([3, 4, 20], 32, 'delta')).toBe(6 + 5 + 1 + 9);
  expect(Array.from(encodeSpikes([1], 4, 'delta')).join('')).toBe('001010');
});

test('with more spikes per packet a list gives way to a bitmap', () => {
  const ranges = codecRanges(256);
  expect(ranges.at(-1)!.codec).toBe('bitmap');
  expect(ranges[0]!.codec).not.toBe('bitmap');
  for (const [k, { codec, from }] of ranges.entries()) {
    const until = ranges[k + 1]?.from ?? 257;
    const ids = (n: number): number[] => Array.from({ length: n }, (_, i) => Math.floor((i * 256) / n));
    for (const n of [from, until - 1])
      for (const other of PLAIN_CODECS) expect(codecBits(ids(n), 256, codec)).toBeLessThanOrEqual(codecBits(ids(n), 256, other));
  }
});

test('ids out of order or out of the core, and bits that end early, are refused', () => {
  for (const ids of [[2, 1], [1, 1], [-1], [4], [0.5], [NaN]]) expect(() => encodeSpikes(ids, 4, 'id-list')).toThrow(InfeasibleError);
  expect(() => decodeSpikes(Uint8Array.of(1, 1), 4, 'id-list')).toThrow(/ends after 2 bits/);
  expect(() => decodeSpikes(Uint8Array.of(1, 1, 0), 4, 'automatic')).toThrow(/fourth codec/);
});

test('bits are either those of some spikes, to the last one, or refused', () => {
  const bits = fc.array(fc.nat(1), { maxLength: 40 }).map((list) => Uint8Array.from(list));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.constantFrom(...CODECS), bits, (universe, codec, given) => {
      let ids: number[];
      try {
        ids = decodeSpikes(given, universe, codec);
      } catch (error) {
        expect(error).toBeInstanceOf(InfeasibleError);
        return;
      }
      expect(encodeSpikes(ids, universe, codec)).toEqual(given);
    }),
  );
  // one spike of number 7 in a core of five; a bit too many; ids that fall
  expect(() => decodeSpikes(Uint8Array.of(0, 0, 1, 1, 1, 1), 5, 'id-list')).toThrow(InfeasibleError);
  expect(() => decodeSpikes(Uint8Array.of(0, 1, 0, 1, 0), 4, 'bitmap')).toThrow(/5 bits are no packet/);
  expect(() => decodeSpikes(Uint8Array.of(0, 1, 0, 1, 0, 0, 1), 4, 'id-list')).toThrow(InfeasibleError);
});
