/**
 * Separable allocation, input first, with or without speculation: every input picks one of its requests, every output picks one of the inputs that picked it, both by round robin;
 * pointers move on final grants only. Speculative: a VC that still claims an output VC bids for the switch in the same cycle if a free VC of its range has room; VCs that hold one go first.
 * A speculative grant is wasted when the VC did not win its output VC in this cycle, or won one without room.
 * Agrees with BookSim2 (`separable_input_first`) in the mean, not packet by packet.
 */
import { Allocators } from './allocator.ts';
import type { NocLayout } from '../design/layout.ts';
import type { RouterState } from './router-state.ts';
import { ACTIVE } from './router-state.ts';

const NONE = -1;

export class SeparableAllocators extends Allocators {
  readonly #layout: NocLayout;
  readonly #state: RouterState;
  readonly #isSpeculative: boolean;
  // scratch, NONE between calls
  readonly #picked: Int32Array; // output VC, or output port -> input that was picked for it
  readonly #choice: Int32Array; // input port -> VC that it picked
  readonly #isSure: Uint8Array; // input port -> its pick is no speculation
  readonly #guesses: number[] = []; // claiming VCs that bid in this cycle

  constructor(layout: NocLayout, state: RouterState) {
    super(layout, state);
    this.#layout = layout;
    this.#state = state;
    this.#isSpeculative = layout.design.router.speculative;
    this.#picked = new Int32Array(layout.ports * layout.vcs).fill(NONE);
    this.#choice = new Int32Array(layout.ports).fill(NONE);
    this.#isSure = new Uint8Array(layout.ports);
  }

  override allocateVcs(router: number, cycle: number): void {
    const { claims, claimCount, ready, lowVc, highVc, inUse, occupied, acceptPointer, grantPointer, outVc, stage, branches } = this.#state;
    const { vcs, portBase, buffer, delays, periods } = this.#layout;
    const outBase = portBase[router]! * vcs;
    const outSize = portBase[router + 1]! * vcs - outBase;
    const base = outBase * branches;
    const size = outSize * branches;
    const outputs: number[] = [];
    this.#guesses.length = 0;
    for (let i = base; i < base + claimCount[router]!; i++) {
      const vc = claims[i]!;
      if (ready[vc]! > cycle) continue;
      let pick = NONE;
      let hasRoom = false;
      for (let out = lowVc[vc]!; out < highVc[vc]!; out++) {
        if (inUse[out] === 1) continue;
        if (occupied[out]! < buffer) hasRoom = true;
        if (pick === NONE || before(out - outBase, pick - outBase, acceptPointer[vc]!, outSize)) pick = out;
      }
      if (pick === NONE) continue;
      if (this.#isSpeculative && hasRoom) this.#guesses.push(vc);
      const rival = this.#picked[pick]!;
      if (rival === NONE) outputs.push(pick);
      if (rival === NONE || before(vc - base, rival - base, grantPointer[pick]!, size)) this.#picked[pick] = vc;
    }
    for (const out of outputs) {
      const vc = this.#picked[out]!;
      this.#picked[out] = NONE;
      inUse[out] = 1;
      outVc[vc] = out;
      stage[vc] = ACTIVE;
      grantPointer[out] = (vc - base + 1) % size;
      acceptPointer[vc] = (out - outBase + 1) % outSize;
      ready[vc] = cycle + delays.switchAllocation * periods[router]!;
      this.removeClaim(vc);
      if (this.hasFlit(vc)) this.addBid(vc);
    }
  }

  override allocateSwitch(router: number, cycle: number): void {
    const { bids, bidCount, ready, outVc, occupied, outPort, firstVc, switchGrant, stage, branches } = this.#state;
    const { buffer, portBase } = this.#layout;
    const vcs = this.#layout.vcs * branches;
    const base = portBase[router]!;
    const ports = portBase[router + 1]! - base;
    const inputs: number[] = [];
    const consider = (vc: number, isSure: boolean): void => {
      const port = Math.floor(vc / vcs);
      const rival = this.#choice[port]!;
      if (rival === NONE) inputs.push(port);
      const first = port * vcs;
      const isFirst =
        rival === NONE ||
        (isSure && this.#isSure[port] === 0) ||
        (isSure === (this.#isSure[port] === 1) && before(vc - first, rival - first, firstVc[port]!, vcs));
      if (!isFirst) return;
      this.#choice[port] = vc;
      this.#isSure[port] = isSure ? 1 : 0;
    };
    for (let i = base * vcs; i < base * vcs + bidCount[router]!; i++) {
      const vc = bids[i]!;
      if (ready[vc]! <= cycle && occupied[outVc[vc]!]! < buffer) consider(vc, true);
    }
    for (const vc of this.#guesses) consider(vc, false);
    this.#guesses.length = 0;
    this.winnerCount = 0;
    const outputs: number[] = [];
    for (const port of inputs) {
      const output = outPort[this.#choice[port]!]!;
      const rival = this.#picked[output]!;
      if (rival === NONE) outputs.push(output);
      const isFirst =
        rival === NONE ||
        this.#isSure[port]! > this.#isSure[rival]! ||
        (this.#isSure[port] === this.#isSure[rival] && before(port - base, rival - base, switchGrant[output]!, ports));
      if (isFirst) this.#picked[output] = port;
    }
    for (const output of outputs) {
      const port = this.#picked[output]!;
      this.#picked[output] = NONE;
      const vc = this.#choice[port]!;
      switchGrant[output] = (port - base + 1) % ports;
      firstVc[port] = (vc - port * vcs + 1) % vcs;
      // a guess is worth something only if the VC was won, with room behind it
      if (stage[vc] === ACTIVE && occupied[outVc[vc]!]! < buffer) this.winners[this.winnerCount++] = vc;
    }
    for (const port of inputs) this.#choice[port] = NONE;
  }
}

/** Whether `a` comes before `b` on the way round from `pointer`; all in [0, size). */
function before(a: number, b: number, pointer: number, size: number): boolean {
  return (a - pointer + size) % size < (b - pointer + size) % size;
}
