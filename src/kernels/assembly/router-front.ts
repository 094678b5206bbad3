/** What the packet at the front of a VC does in its router: it claims an output VC, is given one, and crosses flit by flit. Inlined into the phases of router.ts, like the steps it is made of. */
import { Branches } from './router-branches';
import { ASKED_VCS, CommonRouter } from './router-common-records';
import { Nodes } from './router-nodes';
import {
  COMMON,
  ACTIVE,
  CHOOSES,
  CLAIMING,
  EARLY,
  IDLE,
  INDEX_SHIFT,
  Net,
  Packet,
  Port,
  Router,
  ROUTER_BYTES,
  TAIL,
  TREES,
  UNIT_MASK,
  UNIT_SHIFT,
  Vc,
  VC_SHIFT,
} from './router-records';
import { Step } from './router-step';

export class Front {
  /** The packet at the front of a VC wants an output VC of a unit. */
  @inline static claim<K>(net: Net, vc: Vc, local: u32): void {
    vc.stage = CLAIMING;
    // out to a node by any VC, or as a packet chooses later
    if (isSigned<K>()) vc.down = 0xffff;
    if (sizeof<K>() == TREES) Branches.claim(net, vc);
    else if (isSigned<K>() && local == CHOOSES) store<u32>(net.choosingList + (net.choosingCount++ << 2), <u32>changetype<usize>(vc));
    else if (sizeof<K>() < COMMON) Step.ask<K>(net, vc, vc.router + ROUTER_BYTES + ((<usize>local) << UNIT_SHIFT));
    else {
      const asked = <usize>Step.asked<K>(net, changetype<CommonRouter>(vc.router).ports, local);
      if (sizeof<K>() == COMMON) vc.out = <u8>(asked & ASKED_VCS);
      Step.ask<K>(net, vc, sizeof<K>() == COMMON ? asked & ~ASKED_VCS : asked);
    }
  }

  /** The same when the stages have had their time. */
  @inline static claimAfterDelay<K>(net: Net, vc: Vc, local: u32, t: u32): void {
    const delay: u32 = sizeof<K>() >= COMMON ? 0 : net.claimDelay;
    if (delay == 0 || delay == EARLY) Front.claim<K>(net, vc, local);
    else {
      vc.stage = CLAIMING;
      Step.later(net, net.claims, net.claimCount, changetype<usize>(vc), t + delay);
    }
  }

  /** The input VC takes the first of the output VCs `offered`, at or after its pointer. */
  @inline static grantVc<K>(net: Net, port: Port, local: u64, offered: u32, t: u32): void {
    const vc = changetype<Vc>(port.vcs + ((<usize>local) << VC_SHIFT));
    const base = <u32>port.base;
    // the packet's head is here, or it would not have claimed
    if (sizeof<K>() == TREES) {
      const branch = Branches.of(vc, port);
      const pointer = Branches.pointer(net, vc, branch);
      const out = Step.freeOut<K>(net, offered, <u32>load<u8>(pointer) - base);
      store<u8>(pointer, <u8>(base + out + 1));
      branch.out = <u8>out;
      branch.down = port.down + ((<usize>out) << VC_SHIFT);
      branch.stage = ACTIVE;
      Step.taken<K>(port, out, local);
      if (net.bidDelay == 0) Branches.bid(net, branch, t + 1);
      else Step.later(net, net.bids, net.bidCount, changetype<usize>(branch), t + net.bidDelay);
    } else {
      const out = Step.freeOut<K>(net, offered, <u32>vc.accept - base);
      vc.accept = <u8>(base + out + 1);
      vc.out = <u8>out;
      vc.port = changetype<usize>(port);
      vc.down = port.down + ((<usize>out) << VC_SHIFT);
      vc.stage = ACTIVE;
      Step.taken<K>(port, out, local);
      if (net.bidDelay == 0) Step.bid<K>(net, vc, t + 1);
      else Step.later(net, net.bids, net.bidCount, changetype<usize>(vc), t + net.bidDelay);
    }
  }

  /** The flit at the front of `vc` crosses to `output`. Returns how many flits are on a channel for it. */
  @inline static traverse<K>(net: Net, vc: Vc, output: Port, t: u32): usize {
    let sent: usize = 0;
    const popped = <u32>vc.popped;
    const place = Step.place<K>(net, vc, popped);
    const flit = load<u64>(place);
    store<u32>(place, t + 1 + <u32>vc.window, 4);
    vc.popped = <u8>(popped + 1);
    const left = (<u32>vc.visible - popped - 1) & 0xff;
    const router = changetype<Router>(vc.router);
    router.held += ((<i64>t) << 16) - 1;
    output.flits++;
    if (output.isEjection) {
      Step.eject<K>(net, changetype<Vc>(vc.down), t);
      if ((<u32>flit) & TAIL) {
        const packet = changetype<Packet>(Step.packetAt(net, (<u32>flit) >> INDEX_SHIFT));
        Nodes.arrive(net, packet, packet.destination, <u32>(flit >> 56), t + 3 + net.crossDelay);
        Nodes.free(net, packet);
      }
    } else {
      const key = <u32>(flit >> 32);
      const unit = Step.hop<K>(net, output.row, output.turns, key);
      const moved = (flit & ~(<u64>UNIT_MASK)) + ((<u64>unit) | ((<u64>net.step) << 32));
      Step.send<K>(net, changetype<Vc>(vc.down), moved, 0, t + <u32>output.delay);
      sent = 1;
    }
    if ((<u32>flit) & TAIL) {
      output.free = <u16>((<u32>output.free) | (1 << (<u32>vc.out)));
      const goesOn: usize = left != 0 ? 1 : 0;
      vc.stage = goesOn ? CLAIMING : IDLE;
      const count = net.nextCount;
      store<u32>(net.nextList + (count << 2), <u32>changetype<usize>(vc));
      net.nextCount = count + goesOn;
    } else if (left != 0) Step.bid<K>(net, vc, t + 1);
    return sent;
  }
}
