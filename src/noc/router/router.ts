/**
 * The input-queued virtual-channel router, exact to the cycle with BookSim2's `iq` router. A flit that arrives in cycle t at an empty VC is routed in t (R), wins an output VC in
 * t+1 (VA), the switch in t+2 (SA), crosses it in t+3 (ST) and is received by the next router at t+4+L; each stage can be given more cycles.
 *   arrival:  the flit is appended to its VC; an idle VC starts to claim
 *   VA:       a claim wins a free output VC of its layer; credits are not looked at
 *   SA:       an active VC with a flit and room downstream wins the switch: the flit leaves the buffer, a credit goes upstream in the same cycle, a tail frees the output VC
 *             (another packet may win it in the next cycle, behind this one); the next packet of the VC is routed in the next cycle
 * A multicast packet that parts here makes a request for each of its branches; each claims and bids on its own, and the switch hands a flit to all outputs that grant it in the same
 * cycle. A flit leaves its buffer when it has gone every way; the buffer holds the whole packet, so no branch ever waits for another (source-trees.ts).
 * Routers do not see each other's step of the same cycle: everything that they send arrives at least two cycles later. So their order does not matter.
 */
import { InternalError } from '../../base/index.ts';
import { Allocators } from './allocator.ts';
import type { Calendar } from './calendar.ts';
import { LinkChooser } from './link-chooser.ts';
import { channelDelays, nextEdge, type ChannelDelays } from '../design/clock-domains.ts';
import type { Counters } from './counters.ts';
import { vcsOfLayer, type NocLayout } from '../design/layout.ts';
import type { MulticastGroups } from '../spikes/multicast-groups.ts';
import { FLITS_PER_PACKET, type Packets } from './packets.ts';
import { ACTIVE, CLAIMING, IDLE, type RouterState } from './router-state.ts';
import { layerOfHop, linkOfHop, mustGoOn } from '../routing/route-table.ts';
import { SeparableAllocators } from './separable-allocator.ts';

/** Told of what goes onto the channels of a network, in the cycle in which it is sent. */
export interface ChannelWatch {
  /** A flit leaves by `port` of a router in `vc`; it was granted the switch in `cycle`. */
  flit(cycle: number, port: number, vc: number, packetId: number, number: number): void;
  /** A credit for `vc` of input port `port` goes back to its sender. */
  credit(cycle: number, port: number, vc: number): void;
}

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
  readonly #watch: ChannelWatch | undefined;
  readonly #periods: Int32Array;
  readonly #channels: ChannelDelays;
  readonly #chooser: LinkChooser | undefined; // packets of a multicast network follow trees

  constructor(
    layout: NocLayout,
    state: RouterState,
    packets: Packets,
    calendar: Calendar,
    counters: Counters,
    groups: MulticastGroups | undefined,
    watch: ChannelWatch | undefined,
  ) {
    this.#watch = watch;
    this.#periods = layout.periods;
    this.#channels = channelDelays(layout);
    this.#layout = layout;
    this.#state = state;
    this.#packets = packets;
    this.#calendar = calendar;
    this.#counters = counters;
    this.#groups = groups;
    const adaptive = groups === undefined ? layout.routes.adaptive : undefined;
    if (adaptive !== undefined) this.#chooser = new LinkChooser(layout, adaptive, state, packets);
    const { allocator, speculative } = layout.design.router;
    this.#allocators = allocator === 'islip' && !speculative ? new Allocators(layout, state) : new SeparableAllocators(layout, state);
    const { layers } = groups?.trees ?? layout.routes;
    this.#layerVcs =
      adaptive !== undefined && layers === 2
        ? Int32Array.of(0, 1, 1, layout.vcs)
        : Int32Array.from(Array.from({ length: layers }, (_, layer) => vcsOfLayer(layers === 1 ? -1 : layer, layers, layout.vcs)).flat());
  }

  /** A flit arrives at input VC `vc`. */
  receive(vc: number, flit: number, cycle: number): void {
    const { fifo, fifoHead, fifoCount, stage, branches, open, sent, gone } = this.#state;
    const { buffer } = this.#layout;
    const count = fifoCount[vc]!;
    if (count === buffer) throw new InternalError(`a flit arrived at a full buffer (VC ${String(vc)}, cycle ${String(cycle)})`);
    const place = fifoHead[vc]! + count;
    fifo[vc * buffer + (place >= buffer ? place - buffer : place)] = flit;
    fifoCount[vc] = count + 1;
    this.#counters.write(this.#layout.routerOfPort[(vc / this.#layout.vcs) | 0]!, cycle);
    if (open[vc] === 0) this.#route(vc, flit, cycle);
    else {
      for (let request = vc * branches; request < (vc + 1) * branches; request++)
        if (stage[request] === ACTIVE && sent[request] === count + gone[vc]!) this.#allocators.addBid(request);
    }
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
      if (cycle % this.#periods[router]! !== 0) {
        i++;
        continue;
      }
      if (claimCount[router]! > 0) this.#chooser?.choose(router, cycle);
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

  /** Routing of the packet whose head `flit` is now first in `vc`: output ports and VCs, to be claimed after the stage delays. */
  #route(vc: number, flit: number, cycle: number): void {
    const { vcs, graph, routes, routerOfPort } = this.#layout;
    const { branches, open, gone } = this.#state;
    const packets = this.#packets;
    const slot = (flit / FLITS_PER_PACKET) | 0;
    gone[vc] = 0;
    if (packets.group[slot]! >= 0) {
      const { firstBranch, hop, next } = this.#groups!;
      const first = firstBranch[packets.place[slot]!]!;
      const count = firstBranch[packets.place[slot]! + 1]! - first;
      open[vc] = count;
      for (let q = 0; q < count; q++) {
        const goer = q === count - 1 ? slot : packets.copy(slot);
        packets.place[goer] = next[first + q]!;
        if (hop[first + q]! < 0) packets.destination[goer] = ~hop[first + q]!;
        this.#claim(vc * branches + q, hop[first + q]!, goer, cycle);
      }
      return;
    }
    const router = routerOfPort[(vc / vcs) | 0]!;
    const node = packets.destination[slot]!;
    const end = graph.routerOfNode[node]!;
    const source = graph.routerOfNode[packets.source[slot]!]!;
    const taken = packets.routers[slot]!;
    const choice = packets.choice[slot]!;
    open[vc] = 1;
    const hop = mustGoOn(routes, source, end, router, taken, choice) ? routes.hop(source, end, router, taken, choice) : ~node;
    this.#claim(vc * branches, hop, slot, cycle);
  }

  /** A packet or copy in `slot` wants to go where `hop` says: a link and a layer, or out to ~node by any VC. */
  #claim(request: number, hop: number, slot: number, cycle: number): void {
    const { outPort, lowVc, highVc, mostBehind, stage, ready, sent } = this.#state;
    const { vcs, buffer, portOfNode, portOfLink, delays, routerOfPort } = this.#layout;
    const port = hop < 0 ? portOfNode[~hop]! : portOfLink[linkOfHop(hop)]!;
    outPort[request] = port;
    lowVc[request] = port * vcs + (hop < 0 ? 0 : this.#layerVcs[2 * layerOfHop(hop)]!);
    highVc[request] = port * vcs + (hop < 0 ? vcs : this.#layerVcs[2 * layerOfHop(hop) + 1]!);
    mostBehind[request] = buffer;
    this.#state.slot[request] = slot;
    sent[request] = 0;
    stage[request] = CLAIMING;
    const period = this.#periods[routerOfPort[port]!]!;
    ready[request] = nextEdge(cycle, period) + (delays.routing + delays.vcAllocation - 1) * period;
    this.#allocators.addClaim(request);
  }

  /** The next flit of a request has won the switch. */
  #traverse(request: number, router: number, cycle: number): void {
    const { fifo, fifoHead, fifoCount, outVc, outPort, inUse, stage, sent, slot, open, gone, branches } = this.#state;
    const { buffer } = this.#layout;
    const vc = (request / branches) | 0;
    const number = sent[request]!;
    const goer = slot[request]!;
    this.#send(request, goer * FLITS_PER_PACKET + number, cycle);
    sent[request] = number + 1;
    if (number === 0) this.#packets.routers[goer]! += 1;
    const isTail = number === this.#packets.flits[goer]! - 1;
    if (isTail) {
      inUse[outVc[request]!] = 0;
      this.#allocators.removeBid(request);
      stage[request] = IDLE;
      open[vc]! -= 1;
    }
    if (this.#isWanted(vc, gone[vc]!)) this.#counters.replicate(router, outPort[request]!);
    else {
      fifoHead[vc] = fifoHead[vc]! + 1 === buffer ? 0 : fifoHead[vc]! + 1;
      fifoCount[vc]! -= 1;
      gone[vc]! += 1;
      this.#creditUpstream(vc, cycle);
      this.#counters.traverse(router, outPort[request]!, cycle);
    }
    if (open[vc] === 0) {
      if (fifoCount[vc]! > 0) this.#route(vc, fifo[vc * buffer + fifoHead[vc]!]!, cycle + 1);
    } else if (!isTail && number + 1 === fifoCount[vc]! + gone[vc]!) this.#allocators.removeBid(request);
  }

  /** Whether some branch of the packet at the front of `vc` still has to send flit `number`. */
  #isWanted(vc: number, number: number): boolean {
    const { branches, open, stage, sent } = this.#state;
    if (branches === 1 || open[vc] === 0) return false;
    for (let request = vc * branches; request < (vc + 1) * branches; request++)
      if (stage[request] !== IDLE && sent[request]! <= number) return true;
    return false;
  }

  /** A flit goes through the switch and onto the channel behind the output VC that the request holds. */
  #send(request: number, flit: number, cycle: number): void {
    const { outVc, outPort, occupied } = this.#state;
    const { vcs, peerOfPort } = this.#layout;
    const port = outPort[request]!;
    const out = outVc[request]!;
    occupied[out]! += 1;
    this.#watch?.flit(cycle, port, out - port * vcs, this.#packets.id[(flit / FLITS_PER_PACKET) | 0]!, flit % FLITS_PER_PACKET);
    const peer = peerOfPort[port]!;
    this.#calendar.sendFlit(cycle + this.#channels.flit[port]!, peer < 0 ? ~out : peer * vcs + (out - port * vcs), flit);
  }

  /** Tells the sender at the other end of the input port that a place in `vc` is free. */
  #creditUpstream(vc: number, cycle: number): void {
    const { vcs, ports, peerOfPort, nodeOfPort } = this.#layout;
    const port = (vc / vcs) | 0;
    const peer = peerOfPort[port]!;
    this.#watch?.credit(cycle, port, vc - port * vcs);
    const sender = peer >= 0 ? peer : ports + nodeOfPort[port]!;
    this.#calendar.sendCredit(cycle + this.#channels.credit[port]!, sender * vcs + (vc - port * vcs));
  }
}
