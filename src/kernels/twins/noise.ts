/** Noise of one neuron in one step as the kernel draws it: assembly/threefry.ts and `gauss` of assembly/lif.ts. */
import { threefry4x32 } from '../../base/chance.ts';

const f = Math.fround;
const out = new Uint32Array(4);

/** The word of neuron `neuron` (number in the population) at step `step`; `key` is seed low, seed high, stream, substream. */
export function noiseWordTwin(neuron: number, step: number, unit: number, key: ArrayLike<number>): number {
  const counter = [16 * Math.floor(neuron / 64) + (neuron & 15), step >>> 0, Math.floor(step / 2 ** 32), unit];
  threefry4x32(counter, key, 13, out);
  return out[(neuron >> 4) & 3]!;
}

/** Mean 0, variance 1: the sum of the four bytes of a word, centred and scaled. */
export function gaussTwin(word: number): number {
  const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
  return f((sum - 510) * f(0.006765875086793228));
}
