/**
 * The input-queued virtual-channel router, exact to the cycle with BookSim2's `iq` router. A flit that arrives in cycle t at an empty VC is routed in t (R), wins an output VC in
 * t+1 (VA), the switch in t+2 (SA), crosses it in t+3 (ST) and is received by the next router at t+4+L; each stage can be given more cycles.
 *   arrival:  the flit is appended to its VC; an idle VC starts to claim
 *   VA:       a claim wins a free output VC of its layer; credits are not looked at
 *   SA:       an active VC with a flit and room downstream wins the switch: the flit leaves the buffer, a credit goes upstream in the same cycle, a tail frees the output VC
 *             (another packet may win it in the next cycle, behind this one); the next packet of the VC is routed in the next cycle
 * A multicast packet that parts here is served branch by branch: a copy claims an output VC, its flits cross while the packet stays in its buffer, then the next branch claims (VA one
 * cycle after the tail's SA); on its last branch the packet itself goes. A copy under way holds no other output, and the packet nothing but its buffer (source-trees.ts).
 * Routers do not see each other's step of the same cycle: everything that they send arrives at least two cycles later. So their order does not matter.
 */
import { InternalError } from '../base/index.ts';
import { Allocators } from './allocator.ts';
import type { Calendar } from './calendar.ts';
import type { Counters } from './counters.ts';
import { NODE_CHANNEL_LATENCY, vcsOfLayer, type NocLayout } from './layout.ts';
import type { MulticastGroups } from './multicast-groups.ts';
import { FLITS_PER_PACKET, type Packets } from './packets.ts';
import { ACTIVE, CLAIMING, IDLE, type RouterState } from './router-state.ts';
import { layerOfHop, linkOfHop, mustGoOn } from './routing/route-table.ts';
import { SeparableAllocators } from './separable-allocator.ts';

/** All routers of a network. */
export class Routers {
  readonly #layout: NocLayout;
  readonly #state: RouterState;
  readonly #packets: Packets;
  readonly #calendar: Calendar;
  readonly #counters: Counters;
  readonly #allocators: Allocators;
  readonly #layerVcs: Int32Array; // first VC and one past the last of each layer
  readonly #groups: MulticastGroups | undefined;

  constructor(
    layout: NocLayout,
    state: RouterState,
    packets: Packets,
    calendar: Calendar,
    counters: Counters,
    groups: MulticastGroups | undefined,
  ) {
    this.#layout = layout;
    this.#state = state;
    this.#packets = packets;
    this.#calendar = calendar;
    this.#counters = counters;
    this.#groups = groups;
    const { allocator, speculative } = layout.design.router;
    this.#allocators = allocator === 'islip' && !speculative ? new Allocators(layout, state) : new SeparableAllocators(layout, state);
    const { layers } = groups?.trees ?? layout.routes;
    this.#layerVcs = Int32Array.from(
      Array.from({ length: layers }, (_, layer) => vcsOfLayer(layers === 1 ? -1 : layer, layers, layout.vcs)).flat(),
    );
  }

  /** A flit arrives at input VC `vc`. */
  receive(vc: number, flit: number, cycle: number): void {
    const { fifo, fifoHead, fifoCount, stage, copied } = this.#state;
    const { buffer } = this.#layout;
    const count = fifoCount[vc]!;
    if (count === buffer) throw new InternalError(`a flit arrived at a full buffer (VC ${String(vc)}, cycle ${String(cycle)})`);
    const place = fifoHead[vc]! + count;
    fifo[vc * buffer + (place >= buffer ? place - buffer : place)] = flit;
    fifoCount[vc] = count + 1;
    this.#counters.write(this.#layout.routerOfPort[(vc / this.#layout.vcs) | 0]!, cycle);
    if (stage[vc] === IDLE) this.#route(vc, flit, cycle);
    else if (stage[vc] === ACTIVE && count === copied[vc]) this.#allocators.addBid(vc);
  }

  /** A credit arrives for output VC `vc` (of a router or of a node). */
  credit(vc: number): void {
    this.#state.occupied[vc]! -= 1;
  }

  /** One cycle of every router that has something to do. */
  step(cycle: number): void {
    const { busy, isBusy, claimCount, bidCount } = this.#state;
    const { routers } = this.#layout;
    for (let i = 0; i < busy[routers]!;) {
      const router = busy[i]!;
      if (claimCount[router]! > 0) this.#allocators.allocateVcs(router, cycle);
      // speculation adds bids to the list while VCs are allocated, so the list is read afterwards
      if (bidCount[router]! + claimCount[router]! > 0) {
        this.#allocators.allocateSwitch(router, cycle);
        for (let w = 0; w < this.#allocators.winnerCount; w++) this.#traverse(this.#allocators.winners[w]!, router, cycle);
      }
      if (claimCount[router]! + bidCount[router]! > 0) {
        i++;
        continue;
      }
      isBusy[router] = 0;
      busy[routers]! -= 1;
      busy[i] = busy[busy[routers]!]!;
    }
  }

  /** Routing of the packet whose head `flit` is now first in `vc`: output port and VCs, to be claimed after the stage delays. */
  #route(vc: number, flit: number, cycle: number): void {
    const { vcs, graph, routes, delays, routerOfPort } = this.#layout;
    const slot = (flit / FLITS_PER_PACKET) | 0;
    this.#state.ready[vc] = cycle + delays.routing + delays.vcAllocation - 1;
    if (this.#packets.group[slot]! >= 0) {
      const { firstBranch } = this.#groups!;
      this.#state.branch[vc] = firstBranch[this.#packets.place[slot]!]!;
      this.#state.branchEnd[vc] = firstBranch[this.#packets.place[slot]! + 1]!;
      this.#claimBranch(vc, slot);
      return;
    }
    const router = routerOfPort[(vc / vcs) | 0]!;
    const node = this.#packets.destination[slot]!;
    const end = graph.routerOfNode[node]!;
    const source = graph.routerOfNode[this.#packets.source[slot]!]!;
    const taken = this.#packets.routers[slot]!;
    const choice = this.#packets.choice[slot]!;
    this.#claim(vc, mustGoOn(routes, source, end, router, taken, choice) ? routes.hop(source, end, router, taken, choice) : ~node);
  }

  /** The packet at the front of `vc` wants to go where `hop` says: a link and a layer, or out to ~node by any VC. */
  #claim(vc: number, hop: number): void {
    const { outPort, lowVc, highVc, stage } = this.#state;
    const { vcs, portOfNode, portOfLink } = this.#layout;
    const port = hop < 0 ? portOfNode[~hop]! : portOfLink[linkOfHop(hop)]!;
    outPort[vc] = port;
    lowVc[vc] = port * vcs + (hop < 0 ? 0 : this.#layerVcs[2 * layerOfHop(hop)]!);
    highVc[vc] = port * vcs + (hop < 0 ? vcs : this.#layerVcs[2 * layerOfHop(hop) + 1]!);
    stage[vc] = CLAIMING;
    this.#allocators.addClaim(vc);
  }

  /** The flit at the front of `vc` has won the switch. */
  #traverse(vc: number, router: number, cycle: number): void {
    const { fifo, fifoHead, fifoCount, outVc, outPort, inUse, stage } = this.#state;
    const { buffer } = this.#layout;
    const head = fifoHead[vc]!;
    const flit = fifo[vc * buffer + head]!;
    const slot = (flit / FLITS_PER_PACKET) | 0;
    if (this.#state.copy[vc]! >= 0) {
      this.#sendCopy(vc, router, slot, cycle);
      return;
    }
    fifoHead[vc] = head + 1 === buffer ? 0 : head + 1;
    const left = (fifoCount[vc]! -= 1);
    this.#creditUpstream(vc, cycle);

    const out = outVc[vc]!;
    this.#send(vc, flit, cycle);
    this.#counters.traverse(router, outPort[vc]!, cycle);

    const number = flit % FLITS_PER_PACKET;
    if (number === 0) this.#packets.routers[slot]! += 1;
    if (number === this.#packets.flits[slot]! - 1) {
      inUse[out] = 0;
      this.#allocators.removeBid(vc);
      stage[vc] = IDLE;
      if (left > 0) this.#route(vc, fifo[vc * buffer + fifoHead[vc]]!, cycle + 1);
    } else if (left === 0) this.#allocators.removeBid(vc);
  }

  /** A flit goes through the switch and onto the channel behind the output VC that `vc` holds. */
  #send(vc: number, flit: number, cycle: number): void {
    const { outVc, outPort, occupied } = this.#state;
    const { vcs, delays, peerOfPort, latencyOut } = this.#layout;
    const port = outPort[vc]!;
    const out = outVc[vc]!;
    occupied[out]! += 1;
    const peer = peerOfPort[port]!;
    const arrival = cycle + delays.switchTraversal + 1 + latencyOut[port]!;
    this.#calendar.sendFlit(arrival, peer < 0 ? ~out : peer * vcs + (out - port * vcs), flit);
  }

  /** Multicast: the packet `slot` at the front of `vc` claims a VC for its present branch, itself if it is the last one, else in a copy. */
  #claimBranch(vc: number, slot: number): void {
    const { branch, branchEnd, copy } = this.#state;
    const packets = this.#packets;
    const at = branch[vc]!;
    const isLast = at + 1 === branchEnd[vc];
    const goer = isLast ? slot : packets.copy(slot);
    copy[vc] = isLast ? -1 : goer;
    const hop = this.#groups!.hop[at]!;
    packets.place[goer] = this.#groups!.next[at]!;
    if (hop < 0) packets.destination[goer] = ~hop;
    this.#claim(vc, hop);
  }

  /** Multicast: the next flit of the copy has won the switch. The packet `slot` stays where it is. */
  #sendCopy(vc: number, router: number, slot: number, cycle: number): void {
    const { branch, copy, copied, fifoCount, inUse, outVc, outPort, ready } = this.#state;
    const packets = this.#packets;
    const number = copied[vc]!;
    this.#send(vc, copy[vc]! * FLITS_PER_PACKET + number, cycle);
    this.#counters.replicate(router, outPort[vc]!);
    if (number === 0) packets.routers[copy[vc]!]! += 1;
    copied[vc] = number + 1;
    if (number + 1 < packets.flits[slot]!) {
      if (number + 1 === fifoCount[vc]) this.#allocators.removeBid(vc);
      return;
    }
    inUse[outVc[vc]!] = 0;
    this.#allocators.removeBid(vc);
    copied[vc] = 0;
    branch[vc]! += 1;
    ready[vc] = cycle + this.#layout.delays.vcAllocation;
    this.#claimBranch(vc, slot);
  }

  /** Tells the sender at the other end of the input port that a place in `vc` is free. */
  #creditUpstream(vc: number, cycle: number): void {
    const { vcs, ports, peerOfPort, nodeOfPort, latencyIn, delays } = this.#layout;
    const port = (vc / vcs) | 0;
    const peer = peerOfPort[port]!;
    if (peer >= 0) this.#calendar.sendCredit(cycle + 1 + latencyIn[port]! + delays.credit, peer * vcs + (vc - port * vcs));
    else this.#calendar.sendCredit(cycle + 1 + NODE_CHANNEL_LATENCY, (ports + nodeOfPort[port]!) * vcs + (vc - port * vcs));
  }
}
