/**
 * Flits and credits on their way: a ring of cycles, each with the list of what arrives in it. A channel delivers at most one flit and one credit per cycle,
 * so a list is never longer than the number of channels, and the ring is longer than the slowest channel: nothing is allocated while the network runs.
 */

/** The calendar of one network. Entries of one cycle are unordered as far as the model is concerned. */
export class Calendar {
  /** Cycles in the ring, a power of two. */
  readonly span: number;
  readonly capacity: number;
  readonly flitTarget: Int32Array; // input VC, or ~output VC for a flit that leaves to a node
  readonly flit: Int32Array;
  readonly flitCount: Int32Array;
  readonly creditTarget: Int32Array; // VC at the sender's side
  readonly creditCount: Int32Array;
  /** [0] entries in all lists. */
  readonly pending = new Int32Array(1);

  constructor(channels: number, longestDelay: number) {
    let span = 1;
    while (span <= longestDelay) span *= 2;
    this.span = span;
    this.capacity = channels;
    this.flitTarget = new Int32Array(span * channels);
    this.flit = new Int32Array(span * channels);
    this.flitCount = new Int32Array(span);
    this.creditTarget = new Int32Array(span * channels);
    this.creditCount = new Int32Array(span);
  }

  /** `cycle` lies after the present one and less than `span` ahead. */
  sendFlit(cycle: number, target: number, flit: number): void {
    const slot = cycle % this.span;
    const place = slot * this.capacity + this.flitCount[slot]!++;
    this.flitTarget[place] = target;
    this.flit[place] = flit;
    this.pending[0]! += 1;
  }

  sendCredit(cycle: number, target: number): void {
    const slot = cycle % this.span;
    this.creditTarget[slot * this.capacity + this.creditCount[slot]!++] = target;
    this.pending[0]! += 1;
  }

  /** Empties the lists of a cycle, after its entries have been handled. */
  clear(cycle: number): void {
    const slot = cycle % this.span;
    this.pending[0]! -= this.flitCount[slot]! + this.creditCount[slot]!;
    this.flitCount[slot] = 0;
    this.creditCount[slot] = 0;
  }

  /** The first cycle from `cycle` on in which something arrives; Infinity if nothing is on its way. */
  nextBusy(cycle: number): number {
    if (this.pending[0] === 0) return Infinity;
    let next = cycle;
    while (this.flitCount[next % this.span] === 0 && this.creditCount[next % this.span] === 0) next++;
    return next;
  }

  /** Flits on their way, counted one by one. */
  flitsInFlight(): number {
    return this.flitCount.reduce((sum, count) => sum + count, 0);
  }

  /** Adds the flits on their way to each input VC. */
  countFlits(perVc: Int32Array): void {
    for (const [slot, count] of this.flitCount.entries()) {
      for (const target of this.flitTarget.subarray(slot * this.capacity, slot * this.capacity + count))
        if (target >= 0) perVc[target]! += 1;
    }
  }

  /** The arrays that make up the state. */
  arrays() {
    const { flitTarget, flit, flitCount, creditTarget, creditCount, pending } = this;
    return { flitTarget, flit, flitCount, creditTarget, creditCount, pending };
  }
}
