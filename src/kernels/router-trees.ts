/** Trees of destination sets in the memory of a router net (assembly/router-branches.ts): three lists of words that grow. */
import type { KernelMemory } from './memory.ts';

/** The part of a tree that packets of one destination set walk. Places are numbered through all sets, in the order in which they are added; the first of a set is the one at its source. */
export interface RouterTree {
  /** Layer in whose VCs its packets are injected, 255 = any VC. */
  readonly layer: number;
  readonly destinations: number;
  /** Of each new place: how many branches it has. */
  readonly branches: ArrayLike<number>;
  /** Two numbers per branch: local output port * layers + layer; the place at the other end, or the node at a port to a node. */
  readonly ways: ArrayLike<number>;
}

/** Where the lists stand and how much is in them: what a snapshot needs beside the memory. */
export type TreeLists = readonly (readonly [address: number, room: number, length: number])[];

const GROUP_WORDS = 4;
const FIRST_ROOM = 1024; // words

export class RouterTrees {
  readonly #memory: KernelMemory;
  readonly #moved: () => void;
  /** Groups, places, branches: address, words that there is room for, words. */
  #lists: [number, number, number][];

  /** `moved` is called when a list has another address. */
  constructor(memory: KernelMemory, moved: () => void) {
    this.#memory = memory;
    this.#moved = moved;
    this.#lists = [0, 1, 2].map(() => [memory.allocate(4 * FIRST_ROOM), FIRST_ROOM, 0]);
    this.#push(1, [0]);
  }

  /** Addresses of groups, places and branches. */
  get addresses(): readonly [number, number, number] {
    return this.#lists.map(([address]) => address) as [number, number, number];
  }

  /** Number of the new set. */
  add({ layer, destinations, branches, ways }: RouterTree): number {
    const group = this.#lists[0]![2] / GROUP_WORDS;
    const root = this.#lists[1]![2] - 1;
    let end = this.#lists[2]![2] / 2;
    this.#push(2, ways);
    this.#push(
      1,
      Array.from(branches, (count) => (end += count)),
    );
    this.#push(0, [root, layer, destinations, 0]);
    return group;
  }

  lists(): TreeLists {
    return this.#lists.map(([address, room, length]) => [address, room, length] as const);
  }

  restore(lists: TreeLists): void {
    this.#lists = lists.map(([address, room, length]) => [address, room, length]);
  }

  #push(index: number, words: ArrayLike<number>): void {
    const list = this.#lists[index]!;
    const [address, room, length] = list;
    if (length + words.length > room) {
      list[1] = 2 * (length + words.length);
      list[0] = this.#memory.allocate(4 * list[1]);
      this.#memory.u32(list[0], length).set(this.#memory.u32(address, length));
      this.#moved();
    }
    this.#memory.u32(list[0] + 4 * length, words.length).set(words);
    list[2] = length + words.length;
  }
}
