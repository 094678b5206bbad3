/**
 * The input-queued virtual-channel router, exact to the cycle with BookSim2's `iq` router. A flit that arrives in cycle t at an empty VC is routed in t (R), wins an output VC in
 * t+1 (VA), the switch in t+2 (SA), crosses it in t+3 (ST) and is received by the next router at t+4+L; each stage can be given more cycles.
 *   arrival:  the flit is appended to its VC; an idle VC starts to claim
 *   VA:       a claim wins a free output VC of its layer; credits are not looked at
 *   SA:       an active VC with a flit and room downstream wins the switch: the flit leaves the buffer, a credit goes upstream in the same cycle, a tail frees the output VC
 *             (another packet may win it in the next cycle, behind this one); the next packet of the VC is routed in the next cycle
 * Routers do not see each other's step of the same cycle: everything that they send arrives at least two cycles later. So their order does not matter.
 */
import { InternalError } from '../base/index.ts';
import { Allocators } from './allocator.ts';
import type { Calendar } from './calendar.ts';
import type { Counters } from './counters.ts';
import { NODE_CHANNEL_LATENCY, vcsOfLayer, type NocLayout } from './layout.ts';
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

  constructor(layout: NocLayout, state: RouterState, packets: Packets, calendar: Calendar, counters: Counters) {
    this.#layout = layout;
    this.#state = state;
    this.#packets = packets;
    this.#calendar = calendar;
    this.#counters = counters;
    const { allocator, speculative } = layout.design.router;
    this.#allocators = allocator === 'islip' && !speculative ? new Allocators(layout, state) : new SeparableAllocators(layout, state);
    this.#layerVcs = Int32Array.from(
      Array.from({ length: layout.routes.layers }, (_, layer) =>
        vcsOfLayer(layout.routes.layers === 1 ? -1 : layer, layout.routes.layers, layout.vcs),
      ).flat(),
    );
  }

  /** A flit arrives at input VC `vc`. */
  receive(vc: number, flit: number, cycle: number): void {
    const { fifo, fifoHead, fifoCount, stage } = this.#state;
    const { buffer } = this.#layout;
    const count = fifoCount[vc]!;
    if (count === buffer) throw new InternalError(`a flit arrived at a full buffer (VC ${String(vc)}, cycle ${String(cycle)})`);
    const place = fifoHead[vc]! + count;
    fifo[vc * buffer + (place >= buffer ? place - buffer : place)] = flit;
    fifoCount[vc] = count + 1;
    this.#counters.write(this.#layout.routerOfPort[(vc / this.#layout.vcs) | 0]!, cycle);
    if (stage[vc] === IDLE) this.#route(vc, flit, cycle);
    else if (stage[vc] === ACTIVE && count === 0) this.#allocators.addBid(vc);
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
    const { outPort, lowVc, highVc, stage, ready } = this.#state;
    const { vcs, graph, routes, delays, portOfNode, portOfLink, routerOfPort } = this.#layout;
    const slot = (flit / FLITS_PER_PACKET) | 0;
    const router = routerOfPort[(vc / vcs) | 0]!;
    const node = this.#packets.destination[slot]!;
    const end = graph.routerOfNode[node]!;
    const source = graph.routerOfNode[this.#packets.source[slot]!]!;
    const taken = this.#packets.routers[slot]!;
    const choice = this.#packets.choice[slot]!;
    if (!mustGoOn(routes, source, end, router, taken, choice)) {
      const port = portOfNode[node]!;
      outPort[vc] = port;
      lowVc[vc] = port * vcs;
      highVc[vc] = port * vcs + vcs;
    } else {
      const hop = routes.hop(source, end, router, taken, choice);
      const layer = layerOfHop(hop);
      const port = portOfLink[linkOfHop(hop)]!;
      outPort[vc] = port;
      lowVc[vc] = port * vcs + this.#layerVcs[2 * layer]!;
      highVc[vc] = port * vcs + this.#layerVcs[2 * layer + 1]!;
    }
    stage[vc] = CLAIMING;
    ready[vc] = cycle + delays.routing + delays.vcAllocation - 1;
    this.#allocators.addClaim(vc);
  }

  /** The flit at the front of `vc` has won the switch. */
  #traverse(vc: number, router: number, cycle: number): void {
    const { fifo, fifoHead, fifoCount, outVc, outPort, inUse, occupied, stage } = this.#state;
    const { vcs, buffer, delays, peerOfPort, latencyOut } = this.#layout;
    const head = fifoHead[vc]!;
    const flit = fifo[vc * buffer + head]!;
    const slot = (flit / FLITS_PER_PACKET) | 0;
    fifoHead[vc] = head + 1 === buffer ? 0 : head + 1;
    const left = (fifoCount[vc]! -= 1);
    this.#creditUpstream(vc, cycle);

    const port = outPort[vc]!;
    const out = outVc[vc]!;
    occupied[out]! += 1;
    const peer = peerOfPort[port]!;
    const arrival = cycle + delays.switchTraversal + 1 + latencyOut[port]!;
    this.#calendar.sendFlit(arrival, peer < 0 ? ~out : peer * vcs + (out - port * vcs), flit);
    this.#counters.traverse(router, port, cycle);

    const number = flit % FLITS_PER_PACKET;
    if (number === 0) this.#packets.routers[slot]! += 1;
    if (number === this.#packets.flits[slot]! - 1) {
      inUse[out] = 0;
      this.#allocators.removeBid(vc);
      stage[vc] = IDLE;
      if (left > 0) this.#route(vc, fifo[vc * buffer + fifoHead[vc]]!, cycle + 1);
    } else if (left === 0) this.#allocators.removeBid(vc);
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
