/**
 * What the phases of router.ts do for one VC, port or node: written once, compiled into each of them (every method is inlined).
 */
import { Branches } from './router-branches';
import {
  COMMON,
  COMMON_BUFFER,
  COMMON_VCS,
  ARRIVAL_BYTES,
  ACTIVE,
  CLAIMING,
  EARLY,
  FLIT_SHIFT,
  GRANTS,
  HEAD,
  IDLE,
  INDEX_SHIFT,
  KEY_MASK,
  Net,
  Node,
  NODE_BYTES,
  Packet,
  PACKET_SHIFT,
  Port,
  Router,
  ROUTER_BYTES,
  Slot,
  SLOT_SHIFT,
  TAIL,
  TREES,
  Unit,
  UNIT_MASK,
  UNIT_SHIFT,
  Vc,
  VC_SHIFT,
} from './router-records';

export class Step {
  /** A flit is in the buffer of its router: counted there. */
  @inline static hold(vc: Vc, t: u32): void {
    const router = changetype<Router>(vc.router);
    const held = router.held + (1 - ((<i64>t) << 16));
    router.held = held;
    const now = (<u32>held) & 0xffff;
    if (now > router.peak) router.peak = now;
  }

  /** Where flit number `index` of a VC stands. */
  @inline static place<K>(net: Net, vc: Vc, index: u32): usize {
    return vc.ring + ((<usize>(index & (sizeof<K>() == COMMON ? COMMON_BUFFER - 1 : net.ringMask))) << FLIT_SHIFT);
  }

  /** The unit that the flit at the front of a VC asks for. */
  @inline static unitAhead<K>(net: Net, vc: Vc): u32 {
    if (sizeof<K>() == TREES) return 0;
    return load<u32>(Step.place<K>(net, vc, vc.popped)) & UNIT_MASK;
  }

  /** The packet at the front of a VC wants an output VC of a unit. */
  @inline static claim<K>(net: Net, vc: Vc, local: u32): void {
    vc.stage = CLAIMING;
    if (sizeof<K>() == TREES) Branches.claim(net, vc);
    else Step.ask(net, vc, vc.router + ROUTER_BYTES + ((<usize>local) << UNIT_SHIFT));
  }

  /** A VC wants an output VC of the unit at an address. */
  @inline static ask(net: Net, vc: Vc, at: usize): void {
    const unit = changetype<Unit>(at);
    const claims = unit.claims;
    unit.claims = claims | vc.bit;
    const count = net.vaCount;
    store<u32>(net.vaList + (count << 2), <u32>at);
    net.vaCount = count + (claims == 0 ? 1 : 0);
  }

  /** The same when the stages have had their time. */
  @inline static claimAfterDelay<K>(net: Net, vc: Vc, local: u32, t: u32): void {
    const delay: u32 = sizeof<K>() == COMMON ? 0 : net.claimDelay;
    if (delay == 0 || delay == EARLY) Step.claim<K>(net, vc, local);
    else {
      vc.stage = CLAIMING;
      Step.later(net, net.claims, net.claimCount, changetype<usize>(vc), t + delay);
    }
  }

  @inline static slot(net: Net, t: u32): Slot {
    return changetype<Slot>(net.calendar + ((<usize>(t & net.slotMask)) << SLOT_SHIFT));
  }

  /** Whether nothing arrives or falls due in a cycle. */
  @inline static isQuiet(net: Net, t: u32): bool {
    const slot = changetype<usize>(Step.slot(net, t));
    const at = (<usize>(t & net.slotMask)) << 2;
    return load<u64>(slot) == load<u64>(slot, 8) && (load<u32>(net.claimCount + at) | load<u32>(net.bidCount + at)) == 0;
  }

  /** Flits in the buffer of `vc` or under way to it. */
  @inline static held(vc: Vc): u32 {
    return (<u32>vc.sent - <u32>vc.popped) & 0xff;
  }

  /** An active VC with a flit bids for the switch in cycle t, or waits until there is room behind it. */
  @inline static bid<K>(net: Net, vc: Vc, t: u32): void {
    if (Step.mayHaveRoom<K>(net, changetype<Vc>(vc.down), t)) Step.want(net, vc, changetype<Port>(vc.port));
    else Step.block(net, changetype<usize>(vc));
  }

  /** As `hasRoom`, the common case first. */
  @inline static mayHaveRoom<K>(net: Net, down: Vc, t: u32): bool {
    return Step.held(down) + <u32>down.window < Step.buffer<K>(net) || Step.hasRoom<K>(net, down, t);
  }

  /** A VC or branch waits for a credit. */
  @inline static block(net: Net, waiting: usize): void {
    store<u32>(net.blockedList + (net.blockedCount++ << 2), <u32>waiting);
  }

  @inline static want(net: Net, vc: Vc, port: Port): void {
    port.bids |= vc.bit;
    Step.list(net, port);
  }

  /** Puts a port into the list of those with bids. */
  @inline static list(net: Net, port: Port): void {
    const count = net.saCount;
    store<u32>(net.saList + (count << 2), <u32>changetype<usize>(port));
    net.saCount = count + 1 - <usize>port.listed;
    port.listed = 1;
  }

  /** Flits per VC. */
  @inline static buffer<K>(net: Net): u32 {
    return sizeof<K>() == COMMON ? COMMON_BUFFER : net.buffer;
  }

  /** VCs per port. */
  @inline static vcs<K>(net: Net): u32 {
    return sizeof<K>() == COMMON ? COMMON_VCS : net.vcs;
  }

  /** Whether the sender of `vc` knows in cycle t of a free place there. The next flit takes that of the one a buffer earlier. */
  @inline static hasRoom<K>(net: Net, vc: Vc, t: u32): bool {
    const buffer = Step.buffer<K>(net);
    return Step.held(vc) < buffer && load<u32>(Step.place<K>(net, vc, <u32>vc.sent - buffer), 4) <= t;
  }

  /** Writes a flit into the buffer of `vc`, to arrive in cycle `t`. */
  @inline static send<K>(net: Net, vc: Vc, flit: u64, t: u32): void {
    const sent = <u32>vc.sent;
    store<u64>(Step.place<K>(net, vc, sent), flit);
    vc.sent = <u8>(sent + 1);
    // heads have the first list of a slot, others the second
    const list = changetype<usize>(Step.slot(net, t)) + ((((<usize>flit) & HEAD) >> 4) ^ 4);
    const end = <usize>load<u32>(list);
    store<u64>(end, (<u64>changetype<usize>(vc)) | ((flit & UNIT_MASK) << 32));
    store<u32>(list, <u32>(end + 8));
  }

  /** Puts a VC or branch into a list of a calendar, for cycle t. */
  @inline static later(net: Net, lists: usize, counts: usize, waiting: usize, t: u32): void {
    const slot = t & net.slotMask;
    const counter = counts + (slot << 2);
    const count = load<u32>(counter);
    store<u32>(lists + <usize>slot * net.delayBytes + ((<usize>count) << 2), <u32>waiting);
    store<u32>(counter, count + 1);
    net.pending++;
  }

  /** Port of a local VC; `table` has it for all. */
  @inline static portOf<K>(table: usize, local: u64): usize {
    return sizeof<K>() == COMMON ? <usize>(local >> 2) : <usize>load<u8>(table + <usize>local);
  }

  /** The first set bit at or after `start`, round the word. */
  @inline static pick(mask: u64, start: u64): u64 {
    const after = (mask >> start) << start;
    return ctz<u64>(after ? after : mask);
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
      Step.taken(port, out, local);
      if (net.bidDelay == 0) Branches.bid(net, branch, t + 1);
      else Step.later(net, net.bids, net.bidCount, changetype<usize>(branch), t + net.bidDelay);
    } else {
      const out = Step.freeOut<K>(net, offered, <u32>vc.accept - base);
      vc.accept = <u8>(base + out + 1);
      vc.out = <u8>out;
      vc.port = changetype<usize>(port);
      vc.down = port.down + ((<usize>out) << VC_SHIFT);
      vc.stage = ACTIVE;
      Step.taken(port, out, local);
      if (sizeof<K>() == COMMON || net.bidDelay == 0) Step.bid<K>(net, vc, t + 1);
      else Step.later(net, net.bids, net.bidCount, changetype<usize>(vc), t + net.bidDelay);
    }
  }

  /** The first of the output VCs `offered` at or after `start`, which may lie at another port. */
  @inline static freeOut<K>(net: Net, offered: u32, start: u32): u32 {
    const after = start < Step.vcs<K>(net) ? (offered >> start) << start : 0;
    return ctz<u32>(after ? after : offered);
  }

  /** An output VC is given to the input VC with a local number. */
  @inline static taken(port: Port, out: u32, local: u64): void {
    store<u8>(changetype<usize>(port) + out, <u8>local + 1, GRANTS);
    port.free = <u16>((<u32>port.free) & ~(1 << out));
  }

  /** Local unit of the hop behind a router: out of the table, or in a grid first along x, then along y, then out to the node. */
  @inline static hop<K>(net: Net, row: u32, turns: u32, key: u32): u32 {
    if (sizeof<K>() == COMMON || net.places == 0) return <u32>load<u8>(<usize>(row + (key & KEY_MASK)));
    const x = key & 0xff;
    const hereX = row & 0xff;
    const y = (key >> 8) & 0xff;
    const hereY = (row >> 8) & 0xff;
    // no branches: where a packet turns cannot be foreseen
    const alongX = (turns >> select<u32>(8, 0, x < hereX)) & 0xff;
    const alongY = (turns >> select<u32>(24, 16, y < hereY)) & 0xff;
    const out = (row >> 16) + ((key >> 16) & 0xff) * <u32>net.layers;
    return select<u32>(select<u32>(out, alongY, y == hereY), alongX, x == hereX);
  }

  /** A packet by its number. */
  @inline static packetAt(net: Net, index: u32): usize {
    return net.packets + ((<usize>index) << PACKET_SHIFT);
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
        Step.arrive(net, packet, packet.destination, <u32>(flit >> 56), t + 3 + (sizeof<K>() == COMMON ? 0 : net.crossDelay));
        Step.free(net, packet);
      }
    } else {
      const key = <u32>(flit >> 32);
      const unit = Step.hop<K>(net, output.row, output.turns, key);
      const moved = (flit & ~(<u64>UNIT_MASK)) + ((<u64>unit) | ((<u64>net.step) << 32));
      Step.send<K>(net, changetype<Vc>(vc.down), moved, t + <u32>output.delay);
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

  /** A flit goes out to a node, which takes it some cycles later; its place counts as free from the start, but the router does not know. */
  @inline static eject<K>(net: Net, down: Vc, t: u32): void {
    if (sizeof<K>() == COMMON || net.ejectionFills == 0) return;
    store<u32>(Step.place<K>(net, down, down.sent), t + 1 + <u32>down.window, 4);
    down.sent++;
    down.popped++;
  }

  /** A VC with room for a head, looked for round robin behind the last one; layer 255 stands for all VCs. -1: none. */
  @inline static freeVc<K>(net: Net, node: Node, layer: u8, t: u32): i32 {
    const low: i32 = layer == 255 ? 0 : load<i32>(net.layerLow + ((<usize>layer) << 2));
    const size: i32 = layer == 255 ? <i32>net.vcs : load<i32>(net.layerCount + ((<usize>layer) << 2));
    const last = node.vc;
    if (last < low || last >= low + size) return Step.hasRoom<K>(net, changetype<Vc>(node.vcs + ((<usize>low) << VC_SHIFT)), t) ? low : -1;
    let vc = last;
    for (let i = 0; i < size; i++) {
      vc = vc + 1 == low + size ? low : vc + 1;
      if (Step.hasRoom<K>(net, changetype<Vc>(node.vcs + ((<usize>vc) << VC_SHIFT)), t)) return vc;
    }
    return -1;
  }

  /** Sends at most one flit; false when nothing is left to send. */
  @inline static sendOne<K>(net: Net, node: Node, t: u32): bool {
    let low: u32 = 0;
    if (node.sending == 0) {
      const packet = changetype<Packet>(node.first);
      let key: u32;
      let layer: u8;
      if (sizeof<K>() == TREES) {
        const group = net.treeGroups + ((<usize>packet.destination) << 4);
        key = load<u32>(group);
        layer = load<u8>(group, 4);
      } else {
        key =
          node.start == 0
            ? load<u32>(net.keys + ((<usize>packet.destination) << 2))
            : load<u32>(node.start + ((<usize>packet.destination * net.choices + <usize>(packet.shape >> 8)) << 2));
        layer = node.start == 0 ? 255 : load<u8>(net.table + key - 1);
      }
      const vc = Step.freeVc<K>(net, node, layer, t);
      if (vc < 0) return true;
      node.first = packet.next;
      node.waiting--;
      node.vc = vc;
      node.sending = changetype<usize>(packet);
      node.left = packet.shape & 0xff;
      node.key = key + net.step;
      packet.injected = t;
      if (sizeof<K>() == TREES) {
        packet.next = Step.destinations<K>(net, packet);
        low = HEAD;
      } else low = HEAD | Step.hop<K>(net, node.row, node.turns, key);
    } else if (!Step.hasRoom<K>(net, changetype<Vc>(node.vcs + ((<usize>node.vc) << VC_SHIFT)), t)) return true;
    const left = --node.left;
    low |= (<u32>((node.sending - net.packets) >> PACKET_SHIFT)) << INDEX_SHIFT;
    if (left == 0) {
      low |= TAIL;
      node.sending = 0;
      if (node.first) changetype<Packet>(node.first).ready = t + 1;
    }
    Step.send<K>(net, changetype<Vc>(node.vcs + ((<usize>node.vc) << VC_SHIFT)), (<u64>low) | ((<u64>node.key) << 32), t + 2);
    net.pending++;
    node.flits++;
    return left != 0 || node.first != 0;
  }

  /** Nodes that a packet goes to. */
  @inline static destinations<K>(net: Net, packet: Packet): usize {
    return sizeof<K>() == TREES ? <usize>load<u32>(net.treeGroups + ((<usize>packet.destination) << 4), 8) : 1;
  }

  /** Throws away the packets of a node that have waited too long; false when it has nothing left to send. */
  @inline static expire<K>(net: Net, node: Node, t: u32): bool {
    let first = node.first;
    if (first == 0 || t - changetype<Packet>(first).created < net.lifetime) return true;
    do {
      const packet = changetype<Packet>(first);
      first = packet.next;
      node.waiting--;
      Step.drop<K>(net, packet);
    } while (first != 0 && t - changetype<Packet>(first).created >= net.lifetime);
    node.first = first;
    if (first == 0) return node.sending != 0;
    if (changetype<Packet>(first).ready < t) changetype<Packet>(first).ready = t;
    return true;
  }

  /** The last flit of a packet has left the network for a node. */
  @inline static arrive(net: Net, packet: Packet, node: u32, routers: u32, t: u32): void {
    const record = net.arrivals + net.arrivalCount++ * ARRIVAL_BYTES;
    store<u32>(record, packet.id);
    store<u32>(record, packet.source, 4);
    store<u32>(record, node, 8);
    store<u32>(record, packet.shape & 0xff, 12);
    store<u32>(record, packet.created, 16);
    store<u32>(record, packet.injected, 20);
    store<u32>(record, t, 24);
    store<u32>(record, routers, 28);
    store<u32>(record, packet.ready, 32);
    changetype<Node>(net.nodeRecords + <usize>node * NODE_BYTES).delivered++;
    net.alive--;
  }

  @inline static free(net: Net, packet: Packet): void {
    packet.next = net.freePacket;
    net.freePacket = changetype<usize>(packet);
  }

  /** A packet that waited is thrown away. */
  @inline static drop<K>(net: Net, packet: Packet): void {
    const record = net.drops + (net.dropCount++ << 4);
    store<u32>(record, packet.id);
    store<u32>(record, packet.source, 4);
    store<u32>(record, packet.created, 8);
    store<u32>(record, packet.destination, 12);
    net.alive -= Step.destinations<K>(net, packet);
    Step.free(net, packet);
  }
}
