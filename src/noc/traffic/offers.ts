/**
 * Packets offered for cycles to come, taken out in the order (cycle, source node, those passed on first, order of offering). Binary heap over packet slots.
 * Packets that a node passes on come before its own: they are offered while time advances, and how far the caller had offered ahead must not show.
 * A slot of an offer carries its state in the packet itself (`next` = -2), so a snapshot of the packets holds the offers too.
 */
import type { Packets } from '../router/packets.ts';

const OFFERED = -2;
const FIRST = -(2 ** 52);

/** The heap. */
export class Offers {
  readonly #packets: Packets;
  #heap: number[] = [];
  #sequence = 0;
  /** Sequence of the next packet that is passed on: below those of all others. */
  #passedOn = FIRST;

  constructor(packets: Packets) {
    this.#packets = packets;
  }

  /** Cycle of the first offer; Infinity when there is none. */
  get nextCycle(): number {
    return this.#heap.length === 0 ? Infinity : this.#packets.offered[this.#heap[0]!]!;
  }

  /** The slot of the packet. */
  add(id: number, cycle: number, source: number, destination: number, flits: number, choice: number, isPassedOn = false): number {
    const slot = this.#packets.take(id, isPassedOn ? this.#passedOn++ : this.#sequence++, cycle, source, destination, flits, choice);
    this.#packets.next[slot] = OFFERED;
    this.#push(slot);
    return slot;
  }

  /** Takes out the first offer: the slot of its packet, ready for a source queue. */
  take(): number {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) {
      let parent = 0;
      for (let child = 1; child < heap.length; child = 2 * parent + 1) {
        if (child + 1 < heap.length && this.#before(heap[child + 1]!, heap[child]!)) child += 1;
        if (!this.#before(heap[child]!, last)) break;
        heap[parent] = heap[child]!;
        parent = child;
      }
      heap[parent] = last;
    }
    this.#packets.next[first] = -1;
    return first;
  }

  /** Finds the offers among the packets again, after these have been restored. */
  restore(): void {
    this.#heap = [];
    this.#sequence = 0;
    this.#passedOn = FIRST;
    const { next, sequence } = this.#packets;
    for (let slot = 0; slot < next.length; slot++) {
      // sequence numbers only order packets among each other: continuing after the largest is as good as continuing the count
      if (sequence[slot]! < 0) this.#passedOn = Math.max(this.#passedOn, sequence[slot]! + 1);
      else this.#sequence = Math.max(this.#sequence, sequence[slot]! + 1);
      if (next[slot] === OFFERED) this.#push(slot);
    }
  }

  #push(slot: number): void {
    const heap = this.#heap;
    let child = heap.push(slot) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#before(slot, heap[parent]!)) break;
      heap[child] = heap[parent]!;
      child = parent;
    }
    heap[child] = slot;
  }

  #before(a: number, b: number): boolean {
    const { offered, source, sequence } = this.#packets;
    return (offered[a]! - offered[b]! || source[a]! - source[b]! || sequence[a]! - sequence[b]!) < 0;
  }
}
