/**
 * Spikes of one step, exchanged between threads through shared memory: nobody goes on before all have told theirs.
 * Shared words (Int32): one counter of finished steps per part, then two numbers of spikes per part (even and odd steps); then two lists of places per part. A part writes step
 * k + 2 over step k only after all have published k + 1, that is, have read k.
 */

/** Which part of how many. */
interface Part {
  readonly index: number;
  readonly of: number;
}

/** Looks at a counter before a thread goes to sleep over it, and how long it may sleep, ms. */
const SPINS = 5000;
const SLEEP = 10;

/** Memory for `parts` threads that tell at most `capacity` places each. */
export function exchangeBuffer(parts: number, capacity: number): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * parts * (3 + 2 * capacity));
}

/** One thread's end of it. */
export class StepExchange {
  readonly #part: Part;
  readonly #capacity: number;
  readonly #words: Int32Array;
  readonly #lists: Uint32Array;
  readonly #arrived: Uint32Array;

  constructor(buffer: SharedArrayBuffer, part: Part, capacity: number) {
    this.#part = part;
    this.#capacity = capacity;
    this.#words = new Int32Array(buffer, 0, 3 * part.of);
    this.#lists = new Uint32Array(buffer, 4 * 3 * part.of);
    this.#arrived = new Uint32Array(capacity);
  }

  /** Tells the spikes of this part in `step`, ascending. Steps follow one another. */
  publish(step: number, spikes: ArrayLike<number>): void {
    const { index, of } = this.#part;
    const slot = 2 * index + (step & 1);
    this.#lists.set(spikes, slot * this.#capacity);
    this.#words[of + slot] = spikes.length;
    Atomics.store(this.#words, index, step + 1);
    Atomics.notify(this.#words, index);
  }

  /** Spikes of all parts in `step`, ascending; waits for those that are not there yet. */
  gathered(step: number): Uint32Array {
    const { of } = this.#part;
    let count = 0;
    for (let other = 0; other < of; other++) {
      let spins = 0;
      for (let seen = Atomics.load(this.#words, other); seen <= step; seen = Atomics.load(this.#words, other)) {
        if (++spins > SPINS) Atomics.wait(this.#words, other, seen, SLEEP);
      }
      const slot = 2 * other + (step & 1);
      const found = this.#words[of + slot]!;
      this.#arrived.set(this.#lists.subarray(slot * this.#capacity, slot * this.#capacity + found), count);
      count += found;
    }
    return this.#arrived.subarray(0, count).toSorted();
  }
}
