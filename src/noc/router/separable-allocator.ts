/**
 * Separable allocation, input first, with or without speculation: every input picks one of its requests, every output picks one of the inputs that picked it, both by round robin;
 * pointers move on final grants only. At the switch one VC stands for each pair of ports (round robin over the VCs of the input), and an input goes round its outputs, not its VCs. Speculative: a VC that still claims an output VC bids for the switch in the same cycle if a free VC of its range has room; VCs that hold one go first.
 * A speculative grant is wasted when the VC did not win its output VC in this cycle, or won one without room. Both allocations start when a head has been routed; where the one of the
 * switch takes more cycles, its grant comes that much later.
 * Exact with BookSim2's `separable_input_first`, whose bids carry a priority (its `spec_sw_allocator = prio`).
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
  readonly #picked: Int32Array; // output VC -> input VC that picked it
  readonly #requests: Int32Array; // [input port][output port] of one router -> VC that stands for the pair
  readonly #isSure: Uint8Array; // the same -> it is no speculation
  readonly #guesses: number[] = []; // claiming VCs that bid in this cycle

  constructor(layout: NocLayout, state: RouterState) {
    super(layout, state);
    this.#layout = layout;
    this.#state = state;
    this.#isSpeculative = layout.design.router.speculative;
    this.#picked = new Int32Array(layout.ports * layout.vcs).fill(NONE);
    const mostPorts = layout.graph.ports.reduce((most, ports) => Math.max(most, ports.length), 0);
    this.#requests = new Int32Array(mostPorts * mostPorts).fill(NONE);
    this.#isSure = new Uint8Array(mostPorts * mostPorts);
  }

  override allocateVcs(router: number, cycle: number): void {
    const { claims, claimCount, ready, lowVc, highVc, mostBehind, inUse, occupied } = this.#state;
    const { acceptPointer, grantPointer, outVc, stage, branches } = this.#state;
    const { vcs, portBase, buffer, delays, periods } = this.#layout;
    const outBase = portBase[router]! * vcs;
    const outSize = portBase[router + 1]! * vcs - outBase;
    const base = outBase * branches;
    const size = outSize * branches;
    const outputs: number[] = [];
    const period = periods[router]!;
    // what a grant of the switch may come after that of a VC, of a head that bids for both at once
    const lag = (delays.switchAllocation - delays.vcAllocation) * period;
    this.#guesses.length = 0;
    for (let i = base; i < base + claimCount[router]!; i++) {
      const vc = claims[i]!;
      if (ready[vc]! > cycle) continue;
      let pick = NONE;
      let hasRoom = false;
      for (let out = lowVc[vc]!; out < highVc[vc]!; out++) {
        if (inUse[out] === 1 || occupied[out]! > mostBehind[vc]!) continue;
        if (occupied[out]! < buffer) hasRoom = true;
        if (pick === NONE || before(out - outBase, pick - outBase, acceptPointer[vc]!, outSize)) pick = out;
      }
      if (pick === NONE) continue;
      if (this.#isSpeculative && hasRoom && ready[vc]! + lag <= cycle) this.#guesses.push(vc);
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
      ready[vc] = this.#isSpeculative ? Math.max(cycle + period, ready[vc]! + lag) : cycle + delays.switchAllocation * period;
      this.removeClaim(vc);
      if (this.hasFlit(vc)) this.addBid(vc);
    }
  }

  override allocateSwitch(router: number, cycle: number): void {
    const { bids, bidCount, ready, outVc, occupied, outPort, firstVc, stage, branches } = this.#state;
    const { buffer, portBase } = this.#layout;
    const vcs = this.#layout.vcs * branches;
    const base = portBase[router]!;
    const ports = portBase[router + 1]! - base;
    const requests = this.#requests;
    const pairs: number[] = [];
    const consider = (vc: number, isSure: boolean): void => {
      const input = Math.floor(vc / vcs) - base;
      const pair = input * ports + outPort[vc]! - base;
      const rival = requests[pair]!;
      const first = (base + input) * vcs;
      if (rival === NONE) pairs.push(pair);
      else if (isSure !== (this.#isSure[pair] === 1) ? !isSure : !before(vc - first, rival - first, firstVc[base + input]!, vcs)) return;
      requests[pair] = vc;
      this.#isSure[pair] = isSure ? 1 : 0;
    };
    for (let i = base * vcs; i < base * vcs + bidCount[router]!; i++) {
      const vc = bids[i]!;
      if (ready[vc]! <= cycle && occupied[outVc[vc]!]! < buffer) consider(vc, true);
    }
    for (const vc of this.#guesses) consider(vc, false);
    this.#guesses.length = 0;
    this.winnerCount = 0;
    for (const pair of this.#matchPairs(pairs, base, ports)) {
      const vc = requests[pair]!;
      const port = base + Math.floor(pair / ports);
      firstVc[port] = (vc - port * vcs + 1) % vcs;
      // a guess is worth something only if the VC was won, with room behind it
      if (stage[vc] === ACTIVE && occupied[outVc[vc]!]! < buffer) this.winners[this.winnerCount++] = vc;
    }
    for (const pair of pairs) requests[pair] = NONE;
  }

  /** Of pairs of ports (input * ports + output) every input picks one, and every output one of those that are left; what is sure goes first. */
  #matchPairs(pairs: readonly number[], base: number, ports: number): readonly number[] {
    const { switchGrant, switchAccept } = this.#state;
    const isSure = this.#isSure;
    const byInput = new Map<number, number>();
    for (const pair of pairs) {
      const input = Math.floor(pair / ports);
      const rival = byInput.get(input);
      const isFirst =
        rival === undefined ||
        isSure[pair]! > isSure[rival]! ||
        (isSure[pair] === isSure[rival] && before(pair % ports, rival % ports, switchAccept[base + input]!, ports));
      if (isFirst) byInput.set(input, pair);
    }
    const byOutput = new Map<number, number>();
    for (const pair of byInput.values()) {
      const output = pair % ports;
      const rival = byOutput.get(output);
      const isFirst =
        rival === undefined ||
        isSure[pair]! > isSure[rival]! ||
        (isSure[pair] === isSure[rival] && before(Math.floor(pair / ports), Math.floor(rival / ports), switchGrant[base + output]!, ports));
      if (isFirst) byOutput.set(output, pair);
    }
    for (const [output, pair] of byOutput) {
      const input = Math.floor(pair / ports);
      switchGrant[base + output] = (input + 1) % ports;
      switchAccept[base + input] = (output + 1) % ports;
    }
    return Array.from(byOutput.values());
  }
}

/** Whether `a` comes before `b` on the way round from `pointer`; all in [0, size). */
function before(a: number, b: number, pointer: number, size: number): boolean {
  return (a - pointer + size) % size < (b - pointer + size) % size;
}
