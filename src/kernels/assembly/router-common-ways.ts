/**
 * The ways of packets between common routers. Along paths (kind COMMON) a packet carries its next hops, so that the table, which lies far away in a large network, is asked once for every packet and
 * not at every hop; and a port gives its output VCs to the claims of their layer.
 */
import { CLAIMS_BY_VC, CommonPort, CommonRouter, CommonVc, Place } from './router-common-records';
import {
  COMMON,
  Common,
  COMMON_VCS,
  INDEX_SHIFT,
  KEY_SHIFT,
  Net,
  Node,
  NODE_BYTES,
  Packet,
  PACKET_SHIFT,
  WAY_HOPS,
  WAY_LAYER,
  WAY_ROUTERS,
  WAY_SHIFT,
  WAY_STEP,
} from './router-records';
import { Step } from './router-step';

export class Ways {
  /** Records for the packets that are offered in cycle t, with their paths: small loops, so that the processor waits for many of these, which lie far away, at once. Choices give way to records. */
  static seek(net: Net, t: u32): void {
    const first = net.offers + net.offerNext * 20;
    const end = net.offers + net.offerCount * 20;
    let packet = net.freePacket;
    let last = first;
    for (; last < end && load<u32>(last) == t; last += 20) {
      const keys = changetype<Node>(net.nodeRecords + <usize>load<u32>(last, 4) * NODE_BYTES).start;
      const place = <usize>load<u32>(last, 8) * net.choices + <usize>load<u32>(last, 16);
      store<u32>(Ways.of(net, packet), load<u32>(keys + (place << 2)));
      store<u32>(last, <u32>packet, 16);
      packet = changetype<Packet>(packet).next;
    }
    net.freePacket = packet;
    for (let offer = first; offer < last; offer += 20) {
      const way = Ways.of(net, <usize>load<u32>(offer, 16));
      const hops = net.table + <usize>load<u32>(way);
      store<u32>(way, <u32>load<u8>(hops - 1), WAY_LAYER);
      store<u64>(way, load<u64>(hops), WAY_HOPS);
    }
  }

  /** Where the way of a packet stands. */
  @inline static of(net: Net, packet: usize): usize {
    return net.wayOf + ((packet - net.packets) >> (PACKET_SHIFT - WAY_SHIFT));
  }

  /** Where the way of the packet of a flit stands, between common routers. */
  @inline static at<K>(net: Net, flit: u32): usize {
    const shift = sizeof<K>() == COMMON ? WAY_SHIFT : KEY_SHIFT;
    return net.wayOf + ((<usize>(flit >> INDEX_SHIFT)) << shift);
  }

  /** Takes the hop of the packet of a head behind a router, to the local unit that it returns. */
  @inline static hop<K>(net: Net, router: CommonRouter, flit: u32): u32 {
    const way = Ways.at<K>(net, flit);
    if (sizeof<K>() == COMMON) return Ways.follow(net, way);
    const key = load<u32>(way);
    store<u32>(way, key + net.step);
    return Step.hop<K>(net, router.row, router.turns, key);
  }

  /** Routers that the packet of a flit has behind it. */
  @inline static routers<K>(net: Net, flit: u32): u32 {
    const way = Ways.at<K>(net, flit);
    return sizeof<K>() == COMMON ? <u32>load<u8>(way, WAY_ROUTERS) : load<u32>(way) >> 24;
  }

  /** Takes the hop of the packet whose way stands at an address, to the local unit that it returns. */
  @inline static follow(net: Net, way: usize): u32 {
    const key = load<u64>(way) + WAY_STEP;
    const hops = load<u64>(way, WAY_HOPS);
    store<u64>(way, key);
    store<u64>(way, (key >> 56) & 7 ? hops >> 8 : load<u64>(net.table + <usize>(<u32>key)), WAY_HOPS);
    return (<u32>hops) & 0xff;
  }

  /** Which of the free output VCs of a port a VC may be given: along paths those of its layer, towards nodes all. */
  @inline static offered<K>(net: Net, port: CommonPort, vc: CommonVc, free: u32): u32 {
    if (sizeof<K>() != COMMON || port.down == net.nodeEnd) return free;
    return free & (<u32>vc.out);
  }

  /** Sorts the claims of a port by the output VCs that may be given to them, for `claimsFor`. Returns the output VCs that are claimed. */
  @inline static sortClaims(net: Net, vcsOfPorts: usize, port: CommonPort, claims: u64): u32 {
    const sorted = changetype<usize>(net) + CLAIMS_BY_VC;
    const same: u64 = net.layers == 1 ? claims : 0;
    for (let out: usize = 0; out < COMMON_VCS; out++) store<u64>(sorted + (out << 3), same);
    if (net.layers == 1) return (1 << COMMON_VCS) - 1;
    const vcs = Place.vcsBeside(vcsOfPorts, port);
    let claimed: u32 = 0;
    for (let rest = claims; rest; rest &= rest - 1) {
      const vc = changetype<CommonVc>(Step.vcAt<Common>(vcs, <usize>ctz<u64>(rest)));
      const outs = Ways.offered<Common>(net, port, vc, (1 << COMMON_VCS) - 1);
      claimed |= outs;
      for (let left = outs; left; left &= left - 1) {
        const place: usize = sorted + ((<usize>ctz<u32>(left)) << 3);
        store<u64>(place, load<u64>(place) | (rest & (~rest + 1)));
      }
    }
    return claimed;
  }

  /** Of the claims of a port those that an output VC may be given to. */
  @inline static claimsFor<K>(net: Net, out: usize, claims: u64): u64 {
    return sizeof<K>() == COMMON ? load<u64>(changetype<usize>(net) + (out << 3), CLAIMS_BY_VC) : claims;
  }
}
