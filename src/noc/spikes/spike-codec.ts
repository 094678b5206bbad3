/**
 * How the neurons that spiked are written into a packet. Ids are numbers of neurons within their core, 0 .. universe - 1, ascending, each at most once. Bits, most significant first:
 *   id-list    count, then every id                      w + n b        w = bits of the numbers 0 .. universe,  b = bits of 0 .. universe - 1
 *   delta      count, then the gaps in Elias' gamma code  w + sum of (2 floor(log2 gap) + 1),  gap = id - id before (the first: id + 1)
 *   bitmap     one bit per neuron of the core             universe
 *   automatic  two bits that name the shortest of the three (the first of equals), then that
 * A list is short when few neurons spike and a bitmap when many do; `codecRanges` says where one takes over from the other.
 * Source: Elias 1975, "Universal codeword sets and representations of the integers", for the gamma code.
 */
import { InfeasibleError } from '../../base/index.ts';

/** The codecs, in the order in which `automatic` numbers them. */
export const PLAIN_CODECS = ['id-list', 'delta', 'bitmap'] as const;
export type PlainCodec = (typeof PLAIN_CODECS)[number];
export type SpikeCodec = PlainCodec | 'automatic';

/** Bits by which `automatic` names the codec. */
const NAME_BITS = 2;

/** Bits that the ids take. `ids` ascend and lie below `universe`. */
export function codecBits(ids: readonly number[], universe: number, codec: SpikeCodec): number {
  if (codec === 'automatic') return NAME_BITS + codecBits(ids, universe, shortestCodec(ids, universe));
  if (codec === 'bitmap') return universe;
  const count = bitsFor(universe);
  if (codec === 'id-list') return count + ids.length * bitsFor(universe - 1);
  return ids.reduce((bits, id, k) => bits + 2 * floorLog2(id - (ids[k - 1] ?? -1)) + 1, count);
}

/** The codec that takes the fewest bits for these ids. */
export function shortestCodec(ids: readonly number[], universe: number): PlainCodec {
  return PLAIN_CODECS.reduce((best, codec) => (codecBits(ids, universe, codec) < codecBits(ids, universe, best) ? codec : best));
}

/** The bits themselves. Throws InfeasibleError for ids that do not ascend or do not lie in 0 .. universe - 1. */
export function encodeSpikes(ids: readonly number[], universe: number, codec: SpikeCodec): Uint8Array {
  const wrong = ids.find((id, k) => !(Number.isInteger(id) && id > (ids[k - 1] ?? -1) && id < universe));
  if (wrong !== undefined)
    throw new InfeasibleError(`ids of spikes ascend and lie between 0 and ${String(universe - 1)}, found ${String(wrong)}`);
  const bits: number[] = [];
  const write = (value: number, width: number): void => {
    for (let bit = width - 1; bit >= 0; bit--) bits.push(Math.floor(value / 2 ** bit) % 2);
  };
  const plain = codec === 'automatic' ? shortestCodec(ids, universe) : codec;
  if (codec === 'automatic') write(PLAIN_CODECS.indexOf(plain), NAME_BITS);
  if (plain === 'bitmap') {
    const there = new Set(ids);
    for (let id = 0; id < universe; id++) bits.push(there.has(id) ? 1 : 0);
    return Uint8Array.from(bits);
  }
  write(ids.length, bitsFor(universe));
  for (const [k, id] of ids.entries()) {
    const gap = id - (ids[k - 1] ?? -1);
    if (plain === 'id-list') write(id, bitsFor(universe - 1));
    else write(gap, 2 * floorLog2(gap) + 1); // as many zeros as bits follow the first one
  }
  return Uint8Array.from(bits);
}

/** The ids again. Throws InfeasibleError for bits that `encodeSpikes` does not write. */
export function decodeSpikes(bits: Uint8Array, universe: number, codec: SpikeCodec): number[] {
  const ids = readSpikes(bits, universe, codec);
  const written = encodeSpikes(ids, universe, codec);
  if (written.length !== bits.length || written.some((bit, k) => bit !== bits[k]))
    throw new InfeasibleError(
      `${String(bits.length)} bits are no packet of spikes as ${codec} writes them, which has ${String(written.length)}`,
    );
  return ids;
}

function readSpikes(bits: Uint8Array, universe: number, codec: SpikeCodec): number[] {
  let at = 0;
  const read = (width: number): number => {
    if (at + width > bits.length)
      throw new InfeasibleError(`a packet of spikes ends after ${String(bits.length)} bits, expected at least ${String(at + width)}`);
    let value = 0;
    for (const end = at + width; at < end; at++) value = 2 * value + bits[at]!;
    return value;
  };
  const plain = codec === 'automatic' ? PLAIN_CODECS[read(NAME_BITS)] : codec;
  if (plain === undefined) throw new InfeasibleError('a packet of spikes names a fourth codec, there are three');
  if (plain === 'bitmap') {
    const ids: number[] = [];
    for (let id = 0; id < universe; id++) if (read(1) === 1) ids.push(id);
    return ids;
  }
  const count = read(bitsFor(universe));
  const ids: number[] = [];
  for (let k = 0; k < count; k++) {
    if (plain === 'id-list') ids.push(read(bitsFor(universe - 1)));
    else {
      let zeros = 0;
      while (read(1) === 0) zeros++;
      ids.push((ids.at(-1) ?? -1) + 2 ** zeros + read(zeros));
    }
  }
  return ids;
}

/** A codec and the least number of spikes per packet from which on it is the shortest. */
export interface CodecRange {
  readonly codec: PlainCodec;
  readonly from: number;
}

/** Which codec is shortest for how many spikes of a core, evenly spread over its neurons: where one crosses over to the next. */
export function codecRanges(universe: number): CodecRange[] {
  const ranges: CodecRange[] = [];
  for (let count = 1; count <= universe; count++) {
    const ids = Array.from({ length: count }, (_, k) => Math.floor((k * universe) / count));
    const codec = shortestCodec(ids, universe);
    if (ranges.at(-1)?.codec !== codec) ranges.push({ codec, from: count });
  }
  return ranges;
}

/** Bits of a number from 0 to `largest`; at least 1. */
function bitsFor(largest: number): number {
  return floorLog2(Math.max(1, largest)) + 1;
}

function floorLog2(value: number): number {
  return 31 - Math.clz32(value);
}
