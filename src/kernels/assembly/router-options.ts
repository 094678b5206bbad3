/**
 * Adaptive packets: by which of several links a packet that claims an output VC in this cycle asks for one. The rules, and why they are safe, stand in src/noc/router/link-chooser.ts: the link with the
 * most room behind its VCs, the escape VC while no other is free. A claim holds for one cycle; who was not given anything chooses again.
 */
import { ACTIVE, INDEX_SHIFT, Net, Packet, Port, PORT_SHIFT, Router, ROUTER_BYTES, Unit, UNIT_SHIFT, Vc, VC_SHIFT } from './router-records';
import { Step } from './router-step';

/** `escape` of a network whose packets never leave the escape layer. */
const STAYS: u32 = 2;
/** Where a list of links has no escape. */
const NONE: u8 = 255;

export class Options {
  /** Every packet that has claimed nothing yet claims output VCs of the best of its links. */
  static choose(net: Net, t: u32): void {
    const end = net.choosingList + (net.choosingCount << 2);
    for (let entry = net.choosingList; entry < end; entry += 4) Options.claim(net, changetype<Vc>(<usize>load<u32>(entry)), t);
  }

  /** Takes back the claims of those that were given nothing. */
  static settle(net: Net): void {
    const end = net.choosingList + (net.choosingCount << 2);
    let kept = net.choosingList;
    for (let entry = net.choosingList; entry < end; entry += 4) {
      const vc = changetype<Vc>(<usize>load<u32>(entry));
      if (vc.stage == ACTIVE) continue;
      if (vc.down != 0) Options.unitOf(vc).claims &= ~vc.bit;
      store<u32>(kept, <u32>changetype<usize>(vc));
      kept += 4;
    }
    net.choosingCount = (kept - net.choosingList) >> 2;
    const last = net.vaList + (net.vaCount << 2);
    let left = net.vaList;
    for (let entry = net.vaList; entry < last; entry += 4) {
      const unit = load<u32>(entry);
      store<u32>(left, unit);
      left += changetype<Unit>(<usize>unit).claims != 0 ? 4 : 0;
    }
    net.vaCount = (left - net.vaList) >> 2;
  }

  /** The unit that a packet claims of: an adaptive network has one per port. */
  @inline static unitOf(vc: Vc): Unit {
    return changetype<Unit>(vc.router + ROUTER_BYTES + ((<usize>changetype<Port>(vc.port).local) << UNIT_SHIFT));
  }

  @inline static claim(net: Net, vc: Vc, t: u32): void {
    const flit = load<u32>(Step.place<u8>(net, vc, vc.popped));
    const packet = changetype<Packet>(Step.packetAt(net, flit >> INDEX_SHIFT));
    const router = changetype<Router>(vc.router);
    const list = Options.listOf(net, packet, router.number);
    const flits = packet.shape & 0xff;
    const mayReturn = flits == 1 && net.escape != STAYS;
    const input = changetype<Port>(router.ports + ((<usize>load<u8>(net.portOfVc + <usize>vc.local)) << PORT_SHIFT));
    const all: u32 = (1 << net.vcs) - 1;
    const buffer = net.buffer;
    // an adaptive VC behind which the packet would wait is no way out of a circle
    const behind = net.escape == 0 ? buffer : flits < buffer ? buffer - flits : 0;
    const count = <u32>load<u8>(list);
    const escape = load<u8>(list, 1);
    const first = list + 2;
    let bestPort = router.ports + ((<usize>(escape == NONE ? load<u8>(first + <usize>count - 1) : escape)) << PORT_SHIFT);
    let bestOuts: u32 = changetype<Port>(bestPort).free & (escape == NONE ? all : 1);
    const isEscaping = net.escape != 0 && vc.local == input.base && input.isEjection == 0 && !mayReturn;
    if (!isEscaping) {
      let mostRoom: i32 = -1;
      let turn = (t + <u32>router.number) % count;
      for (let i: u32 = 0; i < count; i++) {
        const local = load<u8>(first + <usize>turn);
        turn = turn + 1 == count ? 0 : turn + 1;
        const port = changetype<Port>(router.ports + ((<usize>local) << PORT_SHIFT));
        const range = net.escape == 0 || (mayReturn && local == escape) ? all : all & ~1;
        let room: i32 = 0;
        let outs: u32 = 0;
        for (let rest = range; rest; rest &= rest - 1) {
          const out = ctz<u32>(rest);
          const held = Options.occupied(net, changetype<Vc>(port.down + ((<usize>out) << VC_SHIFT)), t);
          room += <i32>buffer - <i32>held;
          outs |= held <= behind ? 1 << out : 0;
        }
        outs &= <u32>port.free;
        if (outs == 0 || room <= mostRoom) continue;
        mostRoom = room;
        bestPort = changetype<usize>(port);
        bestOuts = outs;
      }
    }
    vc.down = <usize>bestOuts;
    vc.port = bestPort;
    if (bestOuts) Step.ask<u8>(net, vc, changetype<usize>(Options.unitOf(vc)));
  }

  /** Where the links of a packet at a router stand. */
  @inline static listOf(net: Net, packet: Packet, router: usize): usize {
    const end = Options.routerOfNode(net, packet.destination);
    let row = router;
    if (net.columns != 0) {
      const column = load<u32>(net.columns + (Options.routerOfNode(net, packet.source) << 2));
      if (column == load<u32>(net.columns + (router << 2))) row += net.routers;
    }
    return net.optionLists + <usize>load<u32>(net.options + ((row * net.routers + end) << 2));
  }

  @inline static routerOfNode(net: Net, node: u32): usize {
    return <usize>load<u32>(net.routerOf + ((<usize>load<u32>(net.portOfNode + ((<usize>node) << 2))) << 2));
  }

  /** Flits that the sender of a VC has sent there and has no credit for. */
  @inline static occupied(net: Net, vc: Vc, t: u32): u32 {
    let held = Step.held<u8>(vc);
    const size = net.ringMask + 1;
    // flits that have left stand in its ring until the sender uses their places
    for (let left: u32 = 1; held < net.buffer && Step.held<u8>(vc) + left <= size; left++) {
      if (load<u32>(Step.place<u8>(net, vc, <u32>vc.popped - left), 4) <= t) break;
      held++;
    }
    return held;
  }
}
