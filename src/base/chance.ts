/**
 * Seeded chance. A draw is a pure function of (seed, stream, unit, index): adding a probe, a worker or a circuit changes no other draw. Threefry-4x32 with 20 rounds for
 * what is drawn once (dies, graphs, stimuli), 13 rounds for what is drawn at every step (noise; the kernels have their own copy, equal bit for bit).
 * Source: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"; known answers from the Random123 test vectors.
 */
import { cos, log } from './elementary.ts';
import { InternalError } from './errors.ts';

/** Streams keep purposes apart: the same seed, unit and index in two streams are unrelated. */
export const STREAMS = {
  die: 1,
  noise: 2,
  stimulus: 3,
  traffic: 4,
  search: 5,
  graph: 6,
  write: 7,
  readout: 8,
  mapping: 9,
  bootstrap: 10,
} as const;
export type Stream = keyof typeof STREAMS;

const PARITY = 0x1bd11bda;

/**
 * One block of Threefry-4x32: four 32-bit words from four counter words and four key words, written to `out`. Allocates nothing.
 * Four rounds with one set of rotations, an injection of the key, four rounds with the other set, an injection, and so on; the thirteenth round has the other set.
 */
export function threefry4x32(counter: ArrayLike<number>, key: ArrayLike<number>, rounds: 13 | 20, out: Uint32Array): void {
  let k0 = key[0]! | 0;
  let k1 = key[1]! | 0;
  let k2 = key[2]! | 0;
  let k3 = key[3]! | 0;
  let k4 = k0 ^ k1 ^ k2 ^ k3 ^ PARITY;
  let x0 = (counter[0]! + k0) | 0;
  let x1 = (counter[1]! + k1) | 0;
  let x2 = (counter[2]! + k2) | 0;
  let x3 = (counter[3]! + k3) | 0;
  const last = rounds === 13 ? 3 : 5;
  for (let injection = 1; ; injection++) {
    if ((injection & 1) === 1) {
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 10) | (x1 >>> 22)) ^ x0;
      x2 = (x2 + x3) | 0;
      x3 = ((x3 << 26) | (x3 >>> 6)) ^ x2;
      x0 = (x0 + x3) | 0;
      x3 = ((x3 << 11) | (x3 >>> 21)) ^ x0;
      x2 = (x2 + x1) | 0;
      x1 = ((x1 << 21) | (x1 >>> 11)) ^ x2;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
      x2 = (x2 + x3) | 0;
      x3 = ((x3 << 27) | (x3 >>> 5)) ^ x2;
      x0 = (x0 + x3) | 0;
      x3 = ((x3 << 23) | (x3 >>> 9)) ^ x0;
      x2 = (x2 + x1) | 0;
      x1 = ((x1 << 5) | (x1 >>> 27)) ^ x2;
    } else {
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
      x2 = (x2 + x3) | 0;
      x3 = ((x3 << 20) | (x3 >>> 12)) ^ x2;
      x0 = (x0 + x3) | 0;
      x3 = ((x3 << 17) | (x3 >>> 15)) ^ x0;
      x2 = (x2 + x1) | 0;
      x1 = ((x1 << 11) | (x1 >>> 21)) ^ x2;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 25) | (x1 >>> 7)) ^ x0;
      x2 = (x2 + x3) | 0;
      x3 = ((x3 << 10) | (x3 >>> 22)) ^ x2;
      x0 = (x0 + x3) | 0;
      x3 = ((x3 << 18) | (x3 >>> 14)) ^ x0;
      x2 = (x2 + x1) | 0;
      x1 = ((x1 << 20) | (x1 >>> 12)) ^ x2;
    }
    const first = k0;
    k0 = k1;
    k1 = k2;
    k2 = k3;
    k3 = k4;
    k4 = first;
    x0 = (x0 + k0) | 0;
    x1 = (x1 + k1) | 0;
    x2 = (x2 + k2) | 0;
    x3 = (x3 + k3 + injection) | 0;
    if (injection === last) break;
  }
  if (rounds === 13) {
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = ((x3 << 20) | (x3 >>> 12)) ^ x2;
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}

/**
 * Draws of one purpose. `seed` is any safe non-negative integer; `unit` and `index` are integers below 2^48. Every method is a pure function of its arguments:
 * calling it twice gives the same number.
 */
export class Chance {
  readonly #key: Uint32Array;
  readonly #counter = new Uint32Array(4);
  readonly #out = new Uint32Array(4);

  constructor(seed: number, stream: Stream, substream = 0) {
    if (!Number.isSafeInteger(seed) || seed < 0) throw new InternalError(`a seed is a non-negative integer, found ${String(seed)}`);
    this.#key = Uint32Array.of(seed >>> 0, Math.floor(seed / 2 ** 32), STREAMS[stream], substream >>> 0);
  }

  /** Four fresh 32-bit words. The array is reused by the next call. */
  words(unit: number, index: number): Uint32Array {
    const counter = this.#counter;
    counter[0] = unit >>> 0;
    counter[1] = Math.floor(unit / 2 ** 32);
    counter[2] = index >>> 0;
    counter[3] = Math.floor(index / 2 ** 32);
    threefry4x32(counter, this.#key, 20, this.#out);
    return this.#out;
  }

  /** Uniform in (0, 1), 53 bits, never 0 or 1. */
  uniform(unit: number, index: number): number {
    const words = this.words(unit, index);
    return uniformOf(words[0]!, words[1]!);
  }

  /** Uniform integer in [0, n), n below 2^32; the bias is below n / 2^53. */
  integer(unit: number, index: number, n: number): number {
    return Math.floor(this.uniform(unit, index) * n);
  }

  /** Standard normal by Box-Muller in f64. */
  normal(unit: number, index: number): number {
    const words = this.words(unit, index);
    const radius = Math.sqrt(-2 * log(uniformOf(words[0]!, words[1]!)));
    return radius * cos(2 * Math.PI * uniformOf(words[2]!, words[3]!));
  }

  /** Exponential with mean 1. */
  exponential(unit: number, index: number): number {
    return -log(this.uniform(unit, index));
  }

  /** The integers 0..n-1 in random order (Fisher-Yates, one draw per position). */
  permutation(unit: number, n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(unit, i, i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }
}

/** A seed derived from a seed and a purpose, so that the points of a plan are independent. */
export function deriveSeed(seed: number, ...path: readonly number[]): number {
  const out = new Uint32Array(4);
  let state = Uint32Array.of(seed >>> 0, Math.floor(seed / 2 ** 32), 0x5eed, path.length);
  for (const part of path) {
    threefry4x32([part >>> 0, Math.floor(part / 2 ** 32), 0, 0], state, 20, out);
    state = Uint32Array.from(out);
  }
  return (state[0]! & 0x1fffff) * 2 ** 32 + state[1]!;
}

function uniformOf(high: number, low: number): number {
  // 53 bits, centred in their interval: (n + 0.5) / 2^53
  return ((high >>> 5) * 2 ** 26 + (low >>> 6) + 0.5) / 2 ** 53;
}
