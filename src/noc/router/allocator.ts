/**
 * The two allocations of a router by iSLIP (McKeown 1999): every output grants the requester at or first after its pointer, every input accepts the granting output at or first after its
 * own pointer, and only accepted grants move the pointers, to one past the partner. Pointers are local to the router. Further iterations (`allocator_iterations`) match what is left over
 * in the same way and move no pointers, which keeps every requester's turn.
 * Both read the state as it is at the beginning of the router's step: the caller runs VC allocation first, then the switch, and a winner of the first is not ready for the second
 * before the next cycle.
 */
import type { NocLayout } from '../design/layout.ts';
import { ACTIVE, type RouterState } from './router-state.ts';

const NONE = -1;
const WON = -2;

/** Allocators of one network, with their scratch arrays. Who asks is a request: an input VC, or one of its branches (router-state.ts). */
export class Allocators {
  readonly #layout: NocLayout;
  readonly #state: RouterState;
  // scratch, all NONE or 0 between calls
  readonly #granted: Int32Array; // output VC -> request that it grants
  readonly #candidate: Int32Array; // [input port][output port] of one router -> request
  readonly #grantedInput: Int32Array; // local output port -> local input port
  readonly #acceptedOutput: Int32Array; // local input port -> local output port
  readonly #touched: Int32Array; // output VCs or pairs of ports in play
  readonly #inputs: Int32Array;
  readonly #outputs: Int32Array;
  /** Requests that won the switch in the last call; [0 .. winnerCount). */
  readonly winners: Int32Array;
  winnerCount = 0;
  readonly #iterations: number;

  constructor(layout: NocLayout, state: RouterState) {
    this.#layout = layout;
    this.#state = state;
    this.#iterations = layout.design.router.allocator_iterations;
    const mostPorts = layout.graph.ports.reduce((most, ports) => Math.max(most, ports.length), 0);
    this.#granted = new Int32Array(layout.ports * layout.vcs).fill(NONE);
    this.#candidate = new Int32Array(mostPorts * mostPorts).fill(NONE);
    this.#grantedInput = new Int32Array(mostPorts).fill(NONE);
    this.#acceptedOutput = new Int32Array(mostPorts).fill(NONE);
    this.#touched = new Int32Array(mostPorts * Math.max(mostPorts, layout.vcs));
    this.#inputs = new Int32Array(mostPorts);
    this.#outputs = new Int32Array(mostPorts);
    this.winners = new Int32Array(mostPorts);
  }

  /**
   * Gives free output VCs to claiming input VCs. A claim asks for every free VC of its range, whether or not there is room behind it (but for
   * adaptive packets, link-chooser.ts).
   * A winner holds the VC at once and may bid for the switch from the next cycle on (later with a switch allocation delay above 1).
   */
  allocateVcs(router: number, cycle: number): void {
    for (let iteration = 0; iteration < this.#iterations; iteration++) if (!this.#offerVcs(router, cycle, iteration === 0)) return;
  }

  /** One iteration of VC allocation; false when no output had a requester. */
  #offerVcs(router: number, cycle: number, movesPointers: boolean): boolean {
    const { claims, claimCount, ready, lowVc, highVc, mostBehind, occupied, inUse, grantPointer, branches } = this.#state;
    const base = this.#layout.portBase[router]! * this.#layout.vcs * branches;
    const size = this.#layout.portBase[router + 1]! * this.#layout.vcs * branches - base;
    const granted = this.#granted;
    const touched = this.#touched;
    let offers = 0;
    for (let i = base; i < base + claimCount[router]!; i++) {
      const vc = claims[i]!;
      if (ready[vc]! > cycle) continue;
      for (let out = lowVc[vc]!; out < highVc[vc]!; out++) {
        if (inUse[out] === 1 || occupied[out]! > mostBehind[vc]!) continue;
        const rival = granted[out]!;
        if (rival === NONE) touched[offers++] = out;
        if (rival === NONE || isCloser(vc - base, rival - base, grantPointer[out]!, size)) granted[out] = vc;
      }
    }
    if (offers > 0)
      this.#acceptVcs(offers, base, size, cycle + this.#layout.delays.switchAllocation * this.#layout.periods[router]!, movesPointers);
    return offers > 0;
  }

  /** The accepting half of VC allocation. */
  #acceptVcs(offers: number, base: number, size: number, bidsFrom: number, movesPointers: boolean): void {
    const { outVc, acceptPointer, stage, inUse, grantPointer, ready, branches } = this.#state;
    const [outBase, outSize] = [base / branches, size / branches];
    const granted = this.#granted;
    const touched = this.#touched;
    for (let i = 0; i < offers; i++) {
      const out = touched[i]!;
      const vc = granted[out]!;
      // until it is accepted, the stage of the input VC tells whether another output has offered itself
      if (stage[vc] !== ACTIVE) {
        stage[vc] = ACTIVE;
        outVc[vc] = out;
      } else if (isCloser(out - outBase, outVc[vc]! - outBase, acceptPointer[vc]!, outSize)) outVc[vc] = out;
    }
    for (let i = 0; i < offers; i++) {
      const out = touched[i]!;
      const vc = granted[out]!;
      granted[out] = NONE;
      if (outVc[vc] !== out) continue;
      inUse[out] = 1;
      if (movesPointers) {
        // to one past the VC, whichever of its branches won
        grantPointer[out] = after(((vc - base) / branches) | 0, outSize) * branches;
        acceptPointer[vc] = after(out - outBase, outSize);
      }
      ready[vc] = bidsFrom;
      this.removeClaim(vc);
      if (this.hasFlit(vc)) this.addBid(vc);
    }
  }

  /**
   * Matches input ports with output ports. Candidates are the active VCs with a flit and room at the other end; of those that go from one input port to the same output port the
   * first in round-robin order stands for all. Fills `winners`; the caller moves the flits.
   */
  allocateSwitch(router: number, cycle: number): void {
    const { bids, bidCount, ready, outVc, occupied, outPort, firstVc, branches } = this.#state;
    const { buffer, portBase } = this.#layout;
    const vcs = this.#layout.vcs * branches;
    const base = portBase[router]!;
    const ports = portBase[router + 1]! - base;
    const candidate = this.#candidate;
    const pairs = this.#touched;
    let pairCount = 0;
    this.winnerCount = 0;
    for (let i = base * vcs; i < base * vcs + bidCount[router]!; i++) {
      const vc = bids[i]!;
      if (ready[vc]! > cycle || occupied[outVc[vc]!]! >= buffer) continue;
      const port = (vc / vcs) | 0;
      const pair = (port - base) * ports + outPort[vc]! - base;
      const rival = candidate[pair]!;
      if (rival === NONE) pairs[pairCount++] = pair;
      if (rival === NONE || isCloser(vc - port * vcs, rival - port * vcs, firstVc[port]!, vcs)) candidate[pair] = vc;
    }
    for (let left = pairCount, iteration = 0; left > 0 && iteration < this.#iterations; iteration++) {
      const isLast = iteration + 1 === this.#iterations;
      left = this.#matchPorts(left, base, ports, iteration === 0, isLast);
    }
  }

  /**
   * One iteration of iSLIP over the pairs of ports that have a candidate. An input that accepts an output for a multicast flit takes all other outputs that grant it the same flit:
   * the switch can hand one input to several outputs. Returns how many pairs are left for another iteration, 0 after the last.
   */
  #matchPorts(pairCount: number, base: number, ports: number, movesPointers: boolean, isLast: boolean): number {
    const { switchGrant, switchAccept, firstVc, branches } = this.#state;
    const candidate = this.#candidate;
    const grantedInput = this.#grantedInput;
    const acceptedOutput = this.#acceptedOutput;
    const pairs = this.#touched;
    const outputs = this.#outputs;
    const inputs = this.#inputs;
    const { vcs } = this.#layout;
    let outputCount = 0;
    let inputCount = 0;
    for (let i = 0; i < pairCount; i++) {
      const pair = pairs[i]!;
      const input = (pair / ports) | 0;
      const output = pair - input * ports;
      const rival = grantedInput[output]!;
      if (rival === NONE) outputs[outputCount++] = output;
      if (rival === NONE || isCloser(input, rival, switchGrant[base + output]!, ports)) grantedInput[output] = input;
    }
    for (let i = 0; i < outputCount; i++) {
      const output = outputs[i]!;
      const input = grantedInput[output]!;
      const rival = acceptedOutput[input]!;
      if (rival === NONE) inputs[inputCount++] = input;
      if (rival === NONE || isCloser(output, rival, switchAccept[base + input]!, ports)) acceptedOutput[input] = output;
    }
    for (let i = 0; i < inputCount; i++) {
      const input = inputs[i]!;
      const output = acceptedOutput[input]!;
      if (movesPointers) {
        switchGrant[base + output] = after(input, ports);
        switchAccept[base + input] = after(output, ports);
      }
      const request = candidate[input * ports + output]!;
      const vc = (request / branches) | 0;
      firstVc[base + input] = after(vc - (base + input) * vcs, vcs) * branches;
      this.winners[this.winnerCount++] = request;
    }
    for (let i = 0; i < outputCount; i++) {
      const output = outputs[i]!;
      const input = grantedInput[output]!;
      const accepted = acceptedOutput[input]!;
      if (accepted === output || (branches > 1 && this.#join(input, output, accepted, base, ports, movesPointers)))
        grantedInput[output] = WON;
    }
    let left = 0;
    for (let i = 0; i < pairCount; i++) {
      const pair = pairs[i]!;
      const input = (pair / ports) | 0;
      if (isLast || acceptedOutput[input] !== NONE || grantedInput[pair - input * ports] === WON) candidate[pair] = NONE;
      else pairs[left++] = pair;
    }
    for (let i = 0; i < outputCount; i++) grantedInput[outputs[i]!] = NONE;
    for (let i = 0; i < inputCount; i++) acceptedOutput[inputs[i]!] = NONE;
    return left;
  }

  /** An output that grants an input which accepted another one wins as well if both want the same flit of the same VC. */
  #join(input: number, output: number, accepted: number, base: number, ports: number, movesPointers: boolean): boolean {
    const { branches, sent, switchGrant } = this.#state;
    const request = this.#candidate[input * ports + output]!;
    const first = this.#candidate[input * ports + accepted]!;
    if (((request / branches) | 0) !== ((first / branches) | 0) || sent[request] !== sent[first]) return false;
    if (movesPointers) switchGrant[base + output] = after(input, ports);
    this.winners[this.winnerCount++] = request;
    return true;
  }

  /** Whether a request has a flit in the buffer that it has not sent. */
  protected hasFlit(request: number): boolean {
    const { branches, fifoCount, sent, gone } = this.#state;
    const vc = (request / branches) | 0;
    return sent[request]! - gone[vc]! < fifoCount[vc]!;
  }

  /** Puts a request on the list of those that want an output VC. */
  addClaim(vc: number): void {
    const { claims, claimCount } = this.#state;
    this.#add(vc, claims, claimCount);
  }

  removeClaim(vc: number): void {
    const { claims, claimCount } = this.#state;
    this.#remove(vc, claims, claimCount);
  }

  /** Puts an active request with a flit on the list of those that want to cross the switch. */
  addBid(vc: number): void {
    const { bids, bidCount } = this.#state;
    this.#add(vc, bids, bidCount);
  }

  removeBid(vc: number): void {
    const { bids, bidCount } = this.#state;
    this.#remove(vc, bids, bidCount);
  }

  #add(vc: number, list: Int32Array, count: Int32Array): void {
    const { isBusy, busy, listPlace, branches } = this.#state;
    const vcs = this.#layout.vcs * branches;
    const router = this.#layout.routerOfPort[(vc / vcs) | 0]!;
    const place = this.#layout.portBase[router]! * vcs + count[router]!++;
    list[place] = vc;
    listPlace[vc] = place;
    if (isBusy[router] === 1) return;
    isBusy[router] = 1;
    busy[busy[this.#layout.routers]!++] = router;
  }

  #remove(vc: number, list: Int32Array, count: Int32Array): void {
    const { listPlace, branches } = this.#state;
    const vcs = this.#layout.vcs * branches;
    const router = this.#layout.routerOfPort[(vc / vcs) | 0]!;
    const last = list[this.#layout.portBase[router]! * vcs + --count[router]!]!;
    list[listPlace[vc]!] = last;
    listPlace[last] = listPlace[vc]!;
  }
}

/** Whether `a` comes before `b` on the way round from `pointer`; all in [0, size). */
function isCloser(a: number, b: number, pointer: number, size: number): boolean {
  const fromA = a < pointer ? a - pointer + size : a - pointer;
  const fromB = b < pointer ? b - pointer + size : b - pointer;
  return fromA < fromB;
}

function after(position: number, size: number): number {
  return position + 1 === size ? 0 : position + 1;
}
