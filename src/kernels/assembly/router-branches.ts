/**
 * Packets that go several ways at once: a VC has a branch for each output port of its router. The branches of the packet at its front claim, hold and bid each on its own; a flit leaves the
 * buffer when it has gone every way. Which ways, says the place of the packet in the tree of its destination set (src/noc/spikes/multicast-groups.ts).
 */
import {
  ACTIVE,
  Branch,
  BRANCH_SHIFT,
  CLAIMING,
  IDLE,
  INDEX_SHIFT,
  KEY_MASK,
  Net,
  Packet,
  Port,
  Router,
  ROUTER_BYTES,
  TAIL,
  Trees,
  Unit,
  UNIT_SHIFT,
  Vc,
} from './router-records';
import { Nodes } from './router-nodes';
import { Step } from './router-step';

export class Branches {
  /** The branch of a VC at an output port. */
  @inline static of(vc: Vc, port: Port): Branch {
    return changetype<Branch>(vc.port + ((<usize>port.local) << BRANCH_SHIFT));
  }

  /** Where the output VC stands at which a branch looks first. */
  @inline static pointer(net: Net, vc: Vc, branch: Branch): usize {
    return vc.port + (net.branches << BRANCH_SHIFT) + <usize>branch.rank;
  }

  /** The packet at the front of a VC wants an output VC for each of its ways. */
  static claim(net: Net, vc: Vc): void {
    const popped = vc.popped;
    const place = load<u32>(Step.place<Trees>(net, vc, popped), 4) & KEY_MASK;
    const row = net.treePlaces + ((<usize>place) << 2);
    const end = net.treeBranches + ((<usize>load<u32>(row, 4)) << 3);
    let open: u32 = 0;
    let rank: u8 = 0;
    for (let way = net.treeBranches + ((<usize>load<u32>(row)) << 3); way < end; way += 8) {
      const unit = vc.router + ROUTER_BYTES + ((<usize>load<u32>(way)) << UNIT_SHIFT);
      const port = changetype<Port>(changetype<Unit>(unit).port);
      const branch = Branches.of(vc, port);
      branch.next = load<u32>(way, 4);
      branch.sent = popped;
      branch.stage = CLAIMING;
      branch.rank = rank++;
      open |= 1 << (<u32>port.local);
      Step.ask<Trees>(net, vc, unit);
    }
    vc.down = open;
  }

  /** An active branch with a flit bids for the switch in cycle t, or waits until there is room behind it. */
  @inline static bid(net: Net, branch: Branch, t: u32): void {
    if (Step.mayHaveRoom<Trees>(net, changetype<Vc>(branch.down), t))
      Step.want<Trees>(net, changetype<Vc>(branch.vc), changetype<Port>(branch.port));
    else Step.block(net, changetype<usize>(branch));
  }

  /** Flit number `number`, no head, has arrived: branches that have sent all before it bid. */
  @inline static arrived(net: Net, vc: Vc, number: u8, t: u32): void {
    for (let open = <u32>vc.down; open; open &= open - 1) {
      const branch = changetype<Branch>(vc.port + ((<usize>ctz<u32>(open)) << BRANCH_SHIFT));
      if (branch.stage == ACTIVE && branch.sent == number) Branches.bid(net, branch, t);
    }
  }

  /** The next flit of `vc` for `output` crosses to it. Returns how many flits are on a channel for it. */
  static traverse(net: Net, vc: Vc, output: Port, t: u32): usize {
    const branch = Branches.of(vc, output);
    const number = branch.sent;
    const flit = load<u64>(Step.place<Trees>(net, vc, number));
    const isTail = ((<u32>flit) & TAIL) != 0;
    branch.sent = number + 1;
    output.flits++;
    let onChannel: usize = 0;
    if (output.isEjection) {
      Step.eject<Trees>(net, changetype<Vc>(branch.down), t);
      if (isTail) {
        const packet = changetype<Packet>(Step.packetAt(net, (<u32>flit) >> INDEX_SHIFT));
        Nodes.arrive(net, packet, branch.next, <u32>(flit >> 56), t + 3 + net.crossDelay);
        if (--packet.next == 0) Nodes.free(net, packet);
      }
    } else {
      const high = ((<u32>(flit >> 32)) & ~KEY_MASK) + net.step + branch.next;
      Step.send<Trees>(net, changetype<Vc>(branch.down), (flit & 0xffffffff) | ((<u64>high) << 32), 0, t + <u32>output.delay);
      onChannel = 1;
    }
    let open = <u32>vc.down;
    if (isTail) {
      output.free = <u16>((<u32>output.free) | (1 << (<u32>branch.out)));
      branch.stage = IDLE;
      open &= ~(1 << (<u32>output.local));
      vc.down = open;
    }
    Branches.leave(net, vc, open, t);
    if (open == 0) {
      const isNext: usize = vc.visible != vc.popped ? 1 : 0;
      vc.stage = isNext ? CLAIMING : IDLE;
      const count = net.nextCount;
      store<u32>(net.nextList + (count << 2), <u32>changetype<usize>(vc));
      net.nextCount = count + isNext;
    } else if (!isTail && vc.visible != branch.sent) Branches.bid(net, branch, t + 1);
    return onChannel;
  }

  /** The first flit leaves the buffer of `vc` unless some open branch has still to send it. */
  @inline static leave(net: Net, vc: Vc, open: u32, t: u32): void {
    const popped = vc.popped;
    const router = changetype<Router>(vc.router);
    for (let rest = open; rest; rest &= rest - 1) {
      if (changetype<Branch>(vc.port + ((<usize>ctz<u32>(rest)) << BRANCH_SHIFT)).sent == popped) {
        router.copies++;
        return;
      }
    }
    store<u32>(Step.place<Trees>(net, vc, popped), t + 1 + <u32>vc.window, 4);
    vc.popped = popped + 1;
    router.held += ((<i64>t) << 16) - 1;
  }
}
