/** Small steps of the phases of router.ts, for one VC, port or node: written once, compiled into each of them (every method is inlined). */
import {
  ASKED_OF_UNIT,
  COMMON_CLAIMS,
  COMMON_FLIT_SHIFT,
  COMMON_GRANTS,
  COMMON_PORT_SHIFT,
  COMMON_RING,
  COMMON_VC_SHIFT,
  CommonPort,
  CommonRouter,
  CommonVc,
} from './router-common-records';
import {
  COMMON,
  COMMON_BUFFER,
  COMMON_VCS,
  FLIT_SHIFT,
  GRANTS,
  GRID,
  HEAD,
  KEY_MASK,
  Net,
  PLAIN,
  PACKET_SHIFT,
  Port,
  Router,
  Slot,
  SLOT_SHIFT,
  TREES,
  UNIT_MASK,
  Vc,
  VC_SHIFT,
} from './router-records';
import { Wraps } from './router-wraps';

export class Step {
  /** A flit is in the buffer of its router: counted there. */
  @inline static hold<K>(vc: Vc, t: u32): void {
    if (sizeof<K>() >= COMMON) {
      const router = changetype<CommonRouter>(vc.router);
      changetype<CommonVc>(vc).held += 1 - ((<i64>t) << 16);
      router.held = CommonRouter.withOneMore(router.held);
      return;
    }
    const router = changetype<Router>(vc.router);
    const held = router.held + (1 - ((<i64>t) << 16));
    router.held = held;
    const now = (<u32>held) & 0xffff;
    if (now > router.peak) router.peak = now;
  }

  /** Where flit number `index` of a VC stands. */
  @inline static place<K>(net: Net, vc: Vc, index: u32): usize {
    if (sizeof<K>() >= COMMON) return changetype<usize>(vc) + COMMON_RING + ((<usize>(index & (COMMON_BUFFER - 1))) << COMMON_FLIT_SHIFT);
    return vc.ring + ((<usize>(index & net.ringMask)) << FLIT_SHIFT);
  }

  /** Where in a place the cycle stands in which its sender knows that it is free: in the high word of the flit that has left, or over a flit of 32 bits. */
  @inline static freed<K>(): usize {
    return sizeof<K>() >= COMMON ? 0 : 4;
  }

  /** A VC by its number behind the one at an address. */
  @inline static vcAt<K>(first: usize, index: usize): Vc {
    const shift = sizeof<K>() >= COMMON ? COMMON_VC_SHIFT : VC_SHIFT;
    return changetype<Vc>(first + (index << shift));
  }

  /** The unit that the flit at the front of a VC asks for. */
  @inline static unitAhead<K>(net: Net, vc: Vc): u32 {
    if (sizeof<K>() == TREES) return 0;
    return load<u32>(Step.place<K>(net, vc, vc.popped)) & UNIT_MASK;
  }

  /** Where the claims of a unit, or of a port of a common router, stand. */
  @inline static claimsOf<K>(unit: usize): usize {
    return sizeof<K>() < COMMON ? unit : unit + COMMON_CLAIMS;
  }

  /** A VC wants an output VC of the unit at an address. */
  @inline static ask<K>(net: Net, vc: Vc, at: usize): void {
    const place = Step.claimsOf<K>(at);
    const claims = load<u64>(place);
    store<u64>(place, claims | Step.bit<K>(vc));
    const count = net.vaCount;
    store<u32>(net.vaList + (count << 2), <u32>at);
    net.vaCount = count + (claims == 0 ? 1 : 0);
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

  /** The first cycle from t on in which something arrives or is offered, at most `until`. */
  static nextBusy(net: Net, t: u32, until: u32): u32 {
    let limit = until;
    if (net.offerNext < net.offerCount) {
      const offered = load<u32>(net.offers + net.offerNext * 20);
      if (offered < limit) limit = offered;
    }
    if (net.pending == 0) return limit > t ? limit : t;
    while (t < limit && Step.isQuiet(net, t)) t++;
    return t;
  }

  /** Flits in the buffer of `vc` or under way to it. */
  @inline static held<K>(vc: Vc): u32 {
    return (Step.sent<K>(vc) - <u32>vc.popped) & 0xff;
  }

  /** Flits that were sent to a VC, in the low byte. */
  @inline static sent<K>(vc: Vc): u32 {
    return sizeof<K>() < COMMON ? <u32>vc.sent : changetype<CommonVc>(vc).sent;
  }

  /** An active VC with a flit bids for the switch in cycle t, or waits until there is room behind it. */
  @inline static bid<K>(net: Net, vc: Vc, t: u32): void {
    if (Step.mayHaveRoom<K>(net, Step.down<K>(vc), t)) Step.want<K>(net, vc, changetype<Port>(vc.port));
    else Step.block(net, changetype<usize>(vc));
  }

  /** As `hasRoom`, the common case first. */
  @inline static mayHaveRoom<K>(net: Net, down: Vc, t: u32): bool {
    return Step.held<K>(down) + <u32>down.window < Step.buffer<K>(net) || Step.hasRoom<K>(net, down, t);
  }

  /** A VC or branch waits for a credit. */
  @inline static block(net: Net, waiting: usize): void {
    store<u32>(net.blockedList + (net.blockedCount++ << 2), <u32>waiting);
  }

  /** The end of the output VC that a VC holds. */
  @inline static down<K>(vc: Vc): Vc {
    if (sizeof<K>() < COMMON) return changetype<Vc>(vc.down);
    return Step.vcAt<K>(changetype<CommonPort>(vc.port).down, <usize>vc.out);
  }

  /** The bit of a VC in masks over its router. */
  @inline static bit<K>(vc: Vc): u64 {
    return sizeof<K>() < COMMON ? vc.bit : (<u64>1) << (<u64>vc.local);
  }

  /** Bids stand first in the records of ports of all kinds. */
  @inline static want<K>(net: Net, vc: Vc, port: Port): void {
    const bids = port.bids;
    port.bids = bids | Step.bit<K>(vc);
    const count = net.saCount;
    store<u32>(net.saList + (count << 2), <u32>changetype<usize>(port));
    net.saCount = count + (bids == 0 ? 1 : 0);
  }

  /** A port whose bids have been answered: back into the list with those that are left, less `won`. */
  @inline static answer(net: Net, port: Port, won: u64): void {
    const bids = port.bids & ~won;
    port.bids = bids;
    const count = net.saCount;
    store<u32>(net.saList + (count << 2), <u32>changetype<usize>(port));
    net.saCount = count + (bids != 0 ? 1 : 0);
  }

  /** Flits per VC. */
  @inline static buffer<K>(net: Net): u32 {
    return sizeof<K>() >= COMMON ? COMMON_BUFFER : net.buffer;
  }

  /** VCs per port. */
  @inline static vcs<K>(net: Net): u32 {
    return sizeof<K>() >= COMMON ? COMMON_VCS : net.vcs;
  }

  /** Whether the sender of `vc` knows in cycle t of a free place there. The next flit takes that of the one a buffer earlier. */
  @inline static hasRoom<K>(net: Net, vc: Vc, t: u32): bool {
    const buffer = Step.buffer<K>(net);
    const place = Step.place<K>(net, vc, Step.sent<K>(vc) - buffer);
    return Step.held<K>(vc) < buffer && load<u32>(place + Step.freed<K>()) <= t;
  }

  /** Writes a flit into the buffer of `vc`, to arrive in cycle `t`. */
  @inline static send<K>(net: Net, vc: Vc, flit: u64, ports: usize, t: u32): void {
    const sent = Step.sent<K>(vc);
    if (sizeof<K>() >= COMMON) {
      store<u32>(Step.place<K>(net, vc, sent), <u32>flit);
      changetype<CommonVc>(vc).sent = sent + 1;
    } else {
      store<u64>(Step.place<K>(net, vc, sent), flit);
      vc.sent = <u8>(sent + 1);
    }
    // heads have the first list of a slot, others the second
    const list = changetype<usize>(Step.slot(net, t)) + ((((<usize>flit) & HEAD) >> 4) ^ 4);
    const end = <usize>load<u32>(list);
    store<u64>(end, (<u64>changetype<usize>(vc)) | (Step.asked<K>(net, ports, flit & UNIT_MASK) << 32));
    store<u32>(list, <u32>(end + 8));
  }

  /** What an entry of a slot says of the unit that its flit asks for: the local number; of common routers the address of the port, along paths with the output VCs of the layer in its low bits. */
  @inline static asked<K>(net: Net, ports: usize, local: u64): u64 {
    if (sizeof<K>() < COMMON) return local;
    if (sizeof<K>() > COMMON) return <u64>ports + (local << COMMON_PORT_SHIFT);
    return <u64>ports + <u64>load<u32>(changetype<usize>(net) + ((<usize>local) << 2), ASKED_OF_UNIT);
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

  /** The first set bit at or after `start`, round the word. */
  @inline static pick(mask: u64, start: u64): u64 {
    const after = (mask >> start) << start;
    return ctz<u64>(after ? after : mask);
  }

  /** The first of the output VCs `offered` at or after `start`, which may lie at another port. */
  @inline static freeOut<K>(net: Net, offered: u32, start: u32): u32 {
    const after = start < Step.vcs<K>(net) ? (offered >> start) << start : 0;
    return ctz<u32>(after ? after : offered);
  }

  /** An output VC is given to the input VC with a local number. */
  @inline static taken<K>(port: Port, out: u32, local: u64): void {
    if (sizeof<K>() >= COMMON) {
      const common = changetype<CommonPort>(port);
      store<u8>(changetype<usize>(common) + out, <u8>local + 1, COMMON_GRANTS);
      common.free = <u8>((<u32>common.free) & ~(1 << out));
      return;
    }
    store<u8>(changetype<usize>(port) + out, <u8>local + 1, GRANTS);
    port.free = <u16>((<u32>port.free) & ~(1 << out));
  }

  /** Local unit of the hop behind a router: out of the table, or in a grid first along x, then along y, then out to the node. */
  @inline static hop<K>(net: Net, row: u32, turns: u32, key: u32): u32 {
    if (sizeof<K>() == PLAIN || (sizeof<K>() != GRID && net.places == 0)) return <u32>load<u8>(<usize>(row + (key & KEY_MASK)));
    if (sizeof<K>() < COMMON && net.wraps != 0) return Wraps.hop(net, row, turns, key);
    const x = key & 0xff;
    const hereX = row & 0xff;
    const y = (key >> 8) & 0xff;
    const hereY = (row >> 8) & 0xff;
    // no branches: where a packet turns cannot be foreseen
    const alongX = (turns >> select<u32>(8, 0, x < hereX)) & 0xff;
    const alongY = (turns >> select<u32>(24, 16, y < hereY)) & 0xff;
    const node = (key >> 16) & 0xff;
    const out = (row >> 16) + (sizeof<K>() == GRID ? node : node * <u32>net.layers);
    return select<u32>(select<u32>(out, alongY, y == hereY), alongX, x == hereX);
  }

  /** A packet by its number. */
  @inline static packetAt(net: Net, index: u32): usize {
    return net.packets + ((<usize>index) << PACKET_SHIFT);
  }

  /** A flit goes out to a node, which takes it some cycles later; its place counts as free from the start, but the router does not know. */
  @inline static eject<K>(net: Net, down: Vc, t: u32): void {
    if (net.ejectionFills == 0) return;
    store<u32>(Step.place<K>(net, down, down.sent), t + 1 + <u32>down.window, 4);
    down.sent++;
    down.popped++;
  }
}
