/** Nodes: packets wait in queues, enter the network flit by flit, and are told when their last flit has left it. */
import {
  ARRIVAL_BYTES,
  COMMON,
  HEAD,
  INDEX_SHIFT,
  KEY_SHIFT,
  Net,
  Node,
  NODE_BYTES,
  Packet,
  PACKET_SHIFT,
  TAIL,
  TREES,
  WAY_LAYER,
} from './router-records';
import { Step } from './router-step';
import { Ways } from './router-common-ways';
import { Wraps } from './router-wraps';

const DROP_NEWEST: u32 = 1;
const DROP_OLDEST: u32 = 2;

export class Nodes {
  /** Offers of cycle t enter their queues. */
  static admit<K>(net: Net, t: u32): void {
    if (sizeof<K>() == COMMON) Ways.seek(net, t);
    for (let offer = net.offers + net.offerNext * 20; net.offerNext < net.offerCount && load<u32>(offer) == t; offer += 20) {
      net.offerNext++;
      const packet = changetype<Packet>(sizeof<K>() == COMMON ? <usize>load<u32>(offer, 16) : net.freePacket);
      if (sizeof<K>() != COMMON) net.freePacket = packet.next;
      packet.next = 0;
      packet.created = t;
      packet.source = load<u32>(offer, 4);
      packet.destination = load<u32>(offer, 8);
      packet.shape = load<u32>(offer, 12) | (sizeof<K>() == COMMON ? 0 : load<u32>(offer, 16) << 8);
      packet.ready = t;
      packet.id = sizeof<K>() == TREES ? load<u32>(offer, 16) : net.nextId++;
      const node = changetype<Node>(net.nodeRecords + <usize>packet.source * NODE_BYTES);
      const destinations = Nodes.destinations<K>(net, packet);
      net.alive += destinations;
      node.offered += <u32>destinations;
      const isListed = (node.first | node.sending) != 0;
      if (net.capacity != 0 && node.waiting >= net.capacity) {
        if (net.policy == DROP_NEWEST) {
          Nodes.drop<K>(net, packet);
          continue;
        }
        if (net.policy == DROP_OLDEST) {
          const oldest = changetype<Packet>(node.first);
          node.first = oldest.next;
          node.waiting--;
          Nodes.drop<K>(net, oldest);
        } else node.stalled++;
      }
      node.waiting++;
      if (node.first) changetype<Packet>(node.last).next = changetype<usize>(packet);
      else node.first = changetype<usize>(packet);
      if (!isListed) store<u32>(net.nodeList + (net.nodeCount++ << 2), <u32>changetype<usize>(node));
      node.last = changetype<usize>(packet);
    }
  }

  /** Every node with something to send sends at most one flit. */
  static inject<K>(net: Net, t: u32): void {
    const list = net.nodeList;
    const count = net.nodeCount;
    let kept: usize = 0;
    for (let i: usize = 0; i < count; i++) {
      const node = changetype<Node>(<usize>load<u32>(list + (i << 2)));
      if (sizeof<K>() < COMMON && net.lifetime != 0 && !Nodes.expire<K>(net, node, t)) continue;
      if (Nodes.sendOne<K>(net, node, t)) store<u32>(list + (kept++ << 2), <u32>changetype<usize>(node));
    }
    net.nodeCount = kept;
  }

  /** A VC with room for a head, looked for round robin behind the last one; layer 255 stands for all VCs. -1: none. */
  @inline static freeVc<K>(net: Net, node: Node, layer: u8, t: u32): i32 {
    const low: i32 = layer == 255 ? 0 : load<i32>(net.layerLow + ((<usize>layer) << 2));
    const size: i32 = layer == 255 ? <i32>net.vcs : load<i32>(net.layerCount + ((<usize>layer) << 2));
    const last = node.vc;
    if (last < low || last >= low + size) return Step.hasRoom<K>(net, Step.vcAt<K>(node.vcs, low), t) ? low : -1;
    let vc = last;
    for (let i = 0; i < size; i++) {
      vc = vc + 1 == low + size ? low : vc + 1;
      if (Step.hasRoom<K>(net, Step.vcAt<K>(node.vcs, vc), t)) return vc;
    }
    return -1;
  }

  /** Sends at most one flit; false when nothing is left to send. */
  @inline static sendOne<K>(net: Net, node: Node, t: u32): bool {
    let low: u32 = 0;
    if (node.sending == 0) {
      const packet = changetype<Packet>(node.first);
      const way = Ways.of(net, changetype<usize>(packet));
      let key: u32 = 0;
      let layer: u8;
      if (sizeof<K>() == TREES) {
        const group = net.treeGroups + ((<usize>packet.destination) << 4);
        key = load<u32>(group);
        layer = load<u8>(group, 4);
      } else if (sizeof<K>() == COMMON) layer = load<u8>(way, WAY_LAYER);
      else {
        key =
          node.start == 0
            ? load<u32>(net.keys + ((<usize>packet.destination) << 2))
            : load<u32>(node.start + ((<usize>packet.destination * net.choices + <usize>(packet.shape >> 8)) << 2));
        if (net.wraps != 0) key |= Wraps.way(net.wraps, node.row, key, packet.shape >> 8);
        layer = node.start == 0 ? 255 : load<u8>(net.table + key - 1);
      }
      const vc = Nodes.freeVc<K>(net, node, layer, t);
      if (vc < 0) return true;
      node.first = packet.next;
      node.waiting--;
      node.vc = vc;
      node.sending = changetype<usize>(packet);
      node.left = packet.shape & 0xff;
      if (sizeof<K>() != COMMON) node.key = key + net.step;
      packet.injected = t;
      if (sizeof<K>() == TREES) {
        packet.next = Nodes.destinations<K>(net, packet);
        low = HEAD;
      } else {
        low = HEAD | (sizeof<K>() == COMMON ? Ways.follow(net, way) : Step.hop<K>(net, node.row, node.turns, key));
        if (sizeof<K>() > COMMON) store<u32>(net.wayOf + (((node.sending - net.packets) >> PACKET_SHIFT) << KEY_SHIFT), node.key);
      }
    } else if (!Step.hasRoom<K>(net, Step.vcAt<K>(node.vcs, node.vc), t)) return true;
    const left = --node.left;
    low |= (<u32>((node.sending - net.packets) >> PACKET_SHIFT)) << INDEX_SHIFT;
    if (left == 0) {
      low |= TAIL;
      node.sending = 0;
      if (node.first) changetype<Packet>(node.first).ready = t + 1;
    }
    Step.send<K>(net, Step.vcAt<K>(node.vcs, node.vc), (<u64>low) | ((<u64>node.key) << 32), node.ports, t + 2);
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
      Nodes.drop<K>(net, packet);
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
    net.alive -= Nodes.destinations<K>(net, packet);
    Nodes.free(net, packet);
  }
}
