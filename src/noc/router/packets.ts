/**
 * Packets that are somewhere in the network or before it. A packet has a slot as long as it lives; slots are used again, and the arrays double when all are taken.
 * A flit is one integer: slot * 64 + number of the flit within its packet.
 */

/** Longest packet; also the factor between slot and flit number. */
export const FLITS_PER_PACKET = 64;

/** The slots. */
export class Packets {
  id = new Float64Array(64); // the caller's number
  sequence = new Float64Array(64); // order in which packets were offered
  offered = new Float64Array(64); // cycle
  injected = new Float64Array(64); // cycle of the head flit, -1 before
  ready = new Float64Array(64); // cycle in which it was next to be sent
  source = new Int32Array(64); // node
  destination = new Int32Array(64); // node
  flits = new Int32Array(64);
  choice = new Int32Array(64); // which of the ways that the routing offers
  group = new Int32Array(64); // destination set, -1 = the one destination
  place = new Int32Array(64); // where in the tree of the set it stands
  routers = new Int32Array(64); // traversed by the head so far
  /** Next slot in the list that the packet stands in: its source queue, or the free slots; -1 = last. */
  next = Int32Array.from({ length: 64 }, (_, slot) => (slot === 63 ? -1 : slot + 1));
  /** [0] first free slot, [1] packets and copies alive, [2] deliveries due. */
  readonly heads = Int32Array.of(0, 0, 0);

  take(id: number, sequence: number, cycle: number, source: number, destination: number, flits: number, choice: number): number {
    if (this.heads[0] === -1) this.resize(2 * this.id.length);
    const slot = this.heads[0]!;
    this.heads[0] = this.next[slot]!;
    this.heads[1]! += 1;
    this.id[slot] = id;
    this.sequence[slot] = sequence;
    this.offered[slot] = cycle;
    this.injected[slot] = -1;
    this.ready[slot] = cycle;
    this.source[slot] = source;
    this.destination[slot] = destination;
    this.flits[slot] = flits;
    this.choice[slot] = choice;
    this.group[slot] = -1;
    this.place[slot] = -1;
    this.routers[slot] = 0;
    this.next[slot] = -1;
    return slot;
  }

  /** A slot for a copy of a packet: the same, but for where it goes. */
  copy(slot: number): number {
    const twin = this.take(
      this.id[slot]!,
      this.sequence[slot]!,
      this.offered[slot]!,
      this.source[slot]!,
      this.destination[slot]!,
      this.flits[slot]!,
      this.choice[slot]!,
    );
    this.injected[twin] = this.injected[slot]!;
    this.ready[twin] = this.ready[slot]!;
    this.group[twin] = this.group[slot]!;
    this.place[twin] = this.place[slot]!;
    this.routers[twin] = this.routers[slot]!;
    return twin;
  }

  give(slot: number): void {
    this.next[slot] = this.heads[0]!;
    this.heads[0] = slot;
    this.heads[1]! -= 1;
  }

  /** Makes room for `size` slots, more than now; the new ones are free. */
  resize(size: number): void {
    const old = this.id.length;
    this.fit(size);
    for (let slot = size - 1; slot >= old; slot--) {
      this.next[slot] = this.heads[0]!;
      this.heads[0] = slot;
    }
  }

  /** Gives the arrays exactly `size` slots and keeps what fits. The list of free slots is left to the caller. */
  fit(size: number): void {
    const fitted = <T extends Float64Array | Int32Array>(array: T, other: T): T => {
      other.set(array.subarray(0, size));
      return other;
    };
    this.id = fitted(this.id, new Float64Array(size));
    this.sequence = fitted(this.sequence, new Float64Array(size));
    this.offered = fitted(this.offered, new Float64Array(size));
    this.injected = fitted(this.injected, new Float64Array(size));
    this.ready = fitted(this.ready, new Float64Array(size));
    this.source = fitted(this.source, new Int32Array(size));
    this.destination = fitted(this.destination, new Int32Array(size));
    this.flits = fitted(this.flits, new Int32Array(size));
    this.choice = fitted(this.choice, new Int32Array(size));
    this.group = fitted(this.group, new Int32Array(size));
    this.place = fitted(this.place, new Int32Array(size));
    this.routers = fitted(this.routers, new Int32Array(size));
    this.next = fitted(this.next, new Int32Array(size));
  }

  /** The arrays that make up the state. */
  arrays() {
    const { id, sequence, offered, injected, ready, source, destination, flits, choice, group, place, routers, next, heads } = this;
    return { id, sequence, offered, injected, ready, source, destination, flits, choice, group, place, routers, next, heads };
  }
}
