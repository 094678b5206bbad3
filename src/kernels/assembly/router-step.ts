/**
 * What the phases of router.ts do for one VC, port or node: written once, compiled into each of them (every method is inlined).
 */
import {
  ARRIVAL_BYTES,
  ACTIVE,
  BLOCK_BYTES,
  BLOCK_KEYS,
  CLAIMING,
  CLAIMS,
  EARLY,
  GRANTS,
  HEAD,
  IDLE,
  KEY_MASK,
  Net,
  Node,
  NODE_BYTES,
  Packet,
  PACKET_BYTES,
  PACKET_SHIFT,
  Port,
  PORT_BYTES,
  Router,
  ROUTER_BYTES,
  TAIL,
  UNIT_MASK,
  Vc,
  VC_BYTES,
} from './router-records';

export class Step {
  /** A flit is in the buffer of its router: counted there. */
  @inline static hold(vc: Vc, t: u32): void {
    const router = changetype<Router>(vc.router);
    const held = router.held + 1 - ((<i64>t) << 16);
    router.held = held;
    const now = (<u32>held) & 0xffff;
    if (now > router.peak) router.peak = now;
  }

  /** The flit at the front of a VC. */
  @inline static front(net: Net, vc: Vc): u32 {
    return load<u32>(changetype<usize>(vc) + (((<usize>vc.popped) & (<usize>net.ringMask)) << 2), VC_BYTES);
  }

  /** The packet at the front of a VC wants an output VC. */
  @inline static claim(net: Net, vc: Vc): void {
    vc.stage = CLAIMING;
    const unit = <usize>(Step.front(net, vc) & UNIT_MASK);
    const at = vc.router + CLAIMS - (unit << 3);
    const claims = load<u64>(at);
    store<u64>(at, claims | ((<u64>1) << (<u64>vc.local)));
    const entry = net.vaList + (net.vaCount << 3);
    store<u32>(entry, <u32>at);
    store<u32>(entry, <u32>(vc.router + ROUTER_BYTES + <usize>load<u8>(net.portOfUnit + unit) * PORT_BYTES), 4);
    net.vaCount += claims == 0 ? 1 : 0;
  }

  /** The same when the stages have had their time. */
  @inline static claimAfterDelay(net: Net, vc: Vc, t: u32): void {
    const delay = net.claimDelay;
    if (delay == 0 || delay == EARLY) Step.claim(net, vc);
    else {
      vc.stage = CLAIMING;
      Step.later(net, net.claims, net.claimCount, vc, t + delay);
    }
  }

  /** Whether nothing arrives or falls due in a slot (its place in the counters). */
  @inline static isQuiet(net: Net, at: u32): bool {
    return (
      (load<u32>(net.headCount + at) | load<u32>(net.bodyCount + at) | load<u32>(net.claimCount + at) | load<u32>(net.bidCount + at)) == 0
    );
  }

  /** Flits in the buffer of `vc` or under way to it. */
  @inline static held(vc: Vc): u32 {
    return (<u32>vc.sent - <u32>vc.popped) & 0xff;
  }

  /** An active VC with a flit bids for the switch, or waits until there is room behind it. */
  @inline static bid(net: Net, vc: Vc): void {
    const down = changetype<Vc>(vc.down);
    if (Step.held(down) + <u32>down.window < net.buffer) Step.place(net, vc, changetype<Port>(vc.port));
    else store<u32>(net.blockedList + (net.blockedCount++ << 2), <u32>changetype<usize>(vc));
  }

  @inline static place(net: Net, vc: Vc, port: Port): void {
    port.bids |= (<u64>1) << (<u64>vc.local);
    store<u32>(net.saList + (net.saCount << 2), <u32>changetype<usize>(port));
    net.saCount += 1 - <usize>port.listed;
    port.listed = 1;
  }

  /** Flits that the sender of `vc` has to count at the beginning of cycle t: those in the buffer or under way, and places that became free too recently to be known. */
  @inline static occupied(vc: Vc, t: u32): u32 {
    const age = t - vc.last;
    const window = <u32>vc.window;
    const recent = age <= window ? popcnt<u32>(vc.history & ((2 << (window - age)) - 1)) : 0;
    return Step.held(vc) + recent;
  }

  /** A flit leaves `vc` in cycle t. */
  @inline static pop(vc: Vc, t: u32): void {
    const age = t - vc.last;
    vc.history = (age < 32 ? vc.history << age : 0) | 1;
    vc.last = t;
    vc.popped++;
  }

  /** Writes a flit into the buffer of `vc`, to arrive in cycle `t`. */
  @inline static send(net: Net, vc: Vc, flit: u32, t: u32): void {
    const sent = <usize>vc.sent;
    store<u32>(changetype<usize>(vc) + ((sent & (<usize>net.ringMask)) << 2), flit, VC_BYTES);
    vc.sent = <u8>(sent + 1);
    const slot = t & net.slotMask;
    const isHead = (flit & HEAD) != 0;
    const counter = (isHead ? net.headCount : net.bodyCount) + (slot << 2);
    const count = load<u32>(counter);
    store<u32>((isHead ? net.heads : net.bodies) + ((<usize>slot * net.channels + <usize>count) << 2), <u32>changetype<usize>(vc));
    store<u32>(counter, count + 1);
  }

  /** Puts a VC into a list of a calendar, for cycle t. */
  @inline static later(net: Net, lists: usize, counts: usize, vc: Vc, t: u32): void {
    const slot = t & net.slotMask;
    const counter = counts + (slot << 2);
    const count = load<u32>(counter);
    store<u32>(lists + ((<usize>slot * net.channels * <usize>net.vcs + <usize>count) << 2), <u32>changetype<usize>(vc));
    store<u32>(counter, count + 1);
    net.pending++;
  }

  /** The first set bit at or after `start`, round the word. */
  @inline static pick(mask: u64, start: u64): u64 {
    const after = (mask >> start) << start;
    return ctz<u64>(after ? after : mask);
  }

  /** The input VC takes the first of the output VCs `offered`, at or after its pointer. */
  @inline static grantVc(net: Net, port: Port, local: u64, offered: u32, t: u32): void {
    const vc = changetype<Vc>(port.vcs + <usize>local * net.vcBytes);
    const start = <u32>vc.accept - <u32>port.base;
    const after = start < net.vcs ? (offered >> start) << start : 0;
    const out = ctz<u32>(after ? after : offered);
    const size = <u32>port.size * net.vcs;
    const next = <u32>port.base + out + 1;
    vc.accept = next == size ? 0 : <u8>next;
    vc.out = <u8>out;
    vc.port = changetype<usize>(port);
    vc.down = port.down + <usize>out * net.vcBytes;
    vc.stage = ACTIVE;
    const pointer = <u32>local + 1;
    store<u8>(changetype<usize>(port) + out, pointer == size ? 0 : <u8>pointer, GRANTS);
    port.free = <u16>((<u32>port.free) & ~(1 << out));
    // the packet's head is here, or it would not have claimed
    if (net.bidDelay == 0) Step.bid(net, vc);
    else Step.later(net, net.bids, net.bidCount, vc, t + net.bidDelay);
  }

  /** Local unit of the hop behind a router: the next of the path, or in a grid first along x, then along y, then out to the node. */
  @inline static hop(net: Net, place: u32, turns: u32, key: u32): u32 {
    if (net.start != 0) return <u32>load<u8>(net.table + <usize>(key & KEY_MASK));
    const x = key & 0xff;
    const hereX = place & 0xff;
    const y = (key >> 8) & 0xff;
    const hereY = (place >> 8) & 0xff;
    // no branches: where a packet turns cannot be foreseen
    const alongX = (turns >> select<u32>(8, 0, x < hereX)) & 0xff;
    const alongY = (turns >> select<u32>(24, 16, y < hereY)) & 0xff;
    const out = (place >> 16) + ((key >> 16) & 0xff) * <u32>net.layers;
    return select<u32>(select<u32>(out, alongY, y == hereY), alongX, x == hereX);
  }

  /** Where the key of a packet stands, by its number. */
  @inline static keyAt(net: Net, index: u32): usize {
    return net.packets + <usize>(index >> 4) * BLOCK_BYTES + ((<usize>(index & 15)) << 2);
  }

  @inline static packetAt(net: Net, index: u32): usize {
    return net.packets + <usize>(index >> 4) * BLOCK_BYTES + BLOCK_KEYS + <usize>(index & 15) * PACKET_BYTES;
  }

  @inline static indexOf(net: Net, packet: usize): u32 {
    const offset = packet - net.packets;
    const block = offset / BLOCK_BYTES;
    return <u32>((block << 4) + (offset - block * BLOCK_BYTES - BLOCK_KEYS) / PACKET_BYTES);
  }

  /** The flit at the front of `vc` crosses to `output`. Returns how many flits are on a channel for it. */
  @inline static traverse(net: Net, vc: Vc, output: Port, t: u32): usize {
    let sent: usize = 0;
    const flit = Step.front(net, vc);
    Step.pop(vc, t);
    const router = changetype<Router>(vc.router);
    router.held += ((<i64>t) << 16) - 1;
    output.flits++;
    const down = changetype<Vc>(vc.down);
    if (output.isEjection) {
      // the node takes the flit some cycles later; its place counts as free from the start, but the router does not know
      down.sent++;
      Step.pop(down, t);
      if (flit & TAIL) Step.arrive(net, flit, t + 3 + net.crossDelay);
    } else {
      let moved = flit;
      if (flit & HEAD) {
        const at = Step.keyAt(net, flit >> PACKET_SHIFT);
        const key = load<u32>(at);
        moved = (flit & ~UNIT_MASK) | Step.hop(net, output.place, output.turns, key);
        store<u32>(at, key + net.step);
      }
      Step.send(net, down, moved, t + <u32>down.window + net.reach);
      sent = 1;
    }
    const left = (<u32>vc.visible - <u32>vc.popped) & 0xff;
    if (flit & TAIL) {
      output.free = <u16>((<u32>output.free) | (1 << (<u32>vc.out)));
      if (left == 0) vc.stage = IDLE;
      else {
        vc.stage = CLAIMING;
        store<u32>(net.nextList + (net.nextCount++ << 2), <u32>changetype<usize>(vc));
      }
    } else if (left != 0) Step.bid(net, vc);
    return sent;
  }

  /** A VC with room for a head, looked for round robin behind the last one; layer 255 stands for all VCs. -1: none. */
  @inline static freeVc(net: Net, node: Node, layer: u8, t: u32): i32 {
    const low: i32 = layer == 255 ? 0 : load<i32>(net.layerLow + ((<usize>layer) << 2));
    const size: i32 = layer == 255 ? <i32>net.vcs : load<i32>(net.layerCount + ((<usize>layer) << 2));
    const last = node.vc;
    if (last < low || last >= low + size)
      return Step.occupied(changetype<Vc>(node.vcs + <usize>low * net.vcBytes), t) < net.buffer ? low : -1;
    let vc = last;
    for (let i = 0; i < size; i++) {
      vc = vc + 1 == low + size ? low : vc + 1;
      if (Step.occupied(changetype<Vc>(node.vcs + <usize>vc * net.vcBytes), t) < net.buffer) return vc;
    }
    return -1;
  }

  /** Sends at most one flit; false when nothing is left to send. */
  @inline static sendOne(net: Net, node: Node, t: u32): bool {
    let flit: u32 = 0;
    if (node.sending == 0) {
      const packet = changetype<Packet>(node.first);
      const key =
        node.start == 0
          ? load<u32>(net.keys + ((<usize>packet.destination) << 2))
          : load<u32>(node.start + ((<usize>packet.destination * net.choices + <usize>(packet.shape >> 8)) << 2));
      const vc = Step.freeVc(net, node, node.start == 0 ? 255 : load<u8>(net.table + key - 1), t);
      if (vc < 0) return true;
      node.first = packet.next;
      node.waiting--;
      node.vc = vc;
      node.sending = changetype<usize>(packet);
      node.left = packet.shape & 0xff;
      store<u32>(Step.keyAt(net, Step.indexOf(net, node.sending)), key + net.step);
      packet.injected = t;
      flit = HEAD | Step.hop(net, node.place, node.turns, key);
    } else if (Step.occupied(changetype<Vc>(node.vcs + <usize>node.vc * net.vcBytes), t) >= net.buffer) return true;
    const left = --node.left;
    flit |= Step.indexOf(net, node.sending) << PACKET_SHIFT;
    if (left == 0) {
      flit |= TAIL;
      node.sending = 0;
      if (node.first) changetype<Packet>(node.first).ready = t + 1;
    }
    Step.send(net, changetype<Vc>(node.vcs + <usize>node.vc * net.vcBytes), flit, t + 2);
    net.pending++;
    return left != 0 || node.first != 0;
  }

  /** The last flit of a packet has left the network. */
  @inline static arrive(net: Net, flit: u32, t: u32): void {
    const index = flit >> PACKET_SHIFT;
    const packet = changetype<Packet>(Step.packetAt(net, index));
    const record = net.arrivals + net.arrivalCount++ * ARRIVAL_BYTES;
    store<u32>(record, packet.id);
    store<u32>(record, packet.source, 4);
    store<u32>(record, packet.destination, 8);
    store<u32>(record, packet.shape & 0xff, 12);
    store<u32>(record, packet.created, 16);
    store<u32>(record, packet.injected, 20);
    store<u32>(record, t, 24);
    store<u32>(record, load<u32>(Step.keyAt(net, index)) >> 24, 28);
    store<u32>(record, packet.ready, 32);
    changetype<Node>(net.nodeRecords + <usize>packet.destination * NODE_BYTES).delivered++;
    Step.free(net, packet);
  }

  @inline static free(net: Net, packet: Packet): void {
    packet.next = net.freePacket;
    net.freePacket = changetype<usize>(packet);
    net.alive--;
  }

  /** A packet that waited is thrown away by a full queue. */
  @inline static drop(net: Net, packet: Packet): void {
    const record = net.drops + net.dropCount++ * 12;
    store<u32>(record, packet.id);
    store<u32>(record, packet.source, 4);
    store<u32>(record, packet.created, 8);
    Step.free(net, packet);
  }
}
