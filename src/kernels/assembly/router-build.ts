/** Builds the records of a network from the flat tables of the header, once; and copies its counters out. */
import {
  BLOCK_BYTES,
  BLOCK_KEYS,
  CLAIMING,
  CLAIMS_WITHIN,
  EARLY,
  IDLE,
  Net,
  Node,
  NODE_BYTES,
  Packet,
  PACKET_SHIFT,
  PACKET_BYTES,
  Port,
  PORT_BYTES,
  Router,
  ROUTER_BYTES,
  UNIT_MASK,
  Vc,
  VC_BYTES,
} from './router-records';
import { Step } from './router-step';

let arena: usize = 0;
/** Records of more bytes than this do not fit the second cache of a core. */
const LARGE: usize = 1 << 20;

/** Cuts zeroed bytes from the arena. */
function cut(bytes: usize): usize {
  const address = arena;
  arena = (arena + bytes + 63) & ~63;
  return address;
}

/** Bytes that `routerBuild` cuts from its arena, at most. */
export function routerArena(address: usize): usize {
  const net = changetype<Net>(address);
  const channels: usize = net.ports + net.nodes;
  const calendars: usize = slots(net) * (2 * channels + 4 + (hasDelays(net) ? 2 * channels * net.vcs : 0));
  return (
    net.routers * (ROUTER_BYTES + 192) +
    net.ports * (PORT_BYTES + net.layers * 8) +
    channels * net.vcs * vcSize(net) +
    net.nodes * 64 +
    (calendars + channels * (8 + 2 * net.layers + net.vcs)) * 4 +
    net.nodes * NODE_BYTES +
    16384
  );
}

function hasDelays(net: Net): bool {
  return net.bidDelay != 0 || (net.claimDelay != 0 && net.claimDelay != EARLY);
}

/** The record of a VC and its ring. */
function vcSize(net: Net): usize {
  return VC_BYTES + (ringSize(net) << 2);
}

function ringSize(net: Net): usize {
  let size: usize = 1;
  while (size < <usize>net.buffer) size <<= 1;
  return size;
}

function slots(net: Net): usize {
  let size: usize = 4;
  const claims: usize = net.claimDelay == EARLY ? 0 : net.claimDelay;
  while (size < net.slowest + 4 + net.crossDelay || size < claims + 2 || size < net.bidDelay + 2) size <<= 1;
  return size;
}

export function routerBuild(address: usize): void {
  const net = changetype<Net>(address);
  arena = net.arena;
  net.ringMask = <u32>ringSize(net) - 1;
  net.slotMask = <u32>slots(net) - 1;
  net.channels = net.ports + net.nodes;
  net.vcBytes = vcSize(net);
  net.reach = 2 - net.creditDelay + net.crossDelay;
  const lists: usize = net.channels;
  net.heads = cut(slots(net) * lists * 4);
  net.bodies = cut(slots(net) * lists * 4);
  net.headCount = cut(slots(net) * 4);
  net.bodyCount = cut(slots(net) * 4);
  const delayed: usize = hasDelays(net) ? slots(net) * lists * net.vcs * 4 : 0;
  net.claims = cut(delayed);
  net.bids = cut(delayed);
  net.claimCount = cut(slots(net) * 4);
  net.bidCount = cut(slots(net) * 4);
  net.saList = cut(lists * 4);
  net.vaList = cut(lists * net.layers * 8);
  net.grantList = cut(lists * 4);
  net.blockedList = cut(lists * net.vcs * 4);
  net.nextList = cut(lists * 4);
  net.nodeList = cut(lists * 4);
  net.routerOf = cut(lists * 4);
  net.portRecord = cut(lists * 4);
  net.portOfVc = cut(64);
  for (let i: usize = 0; i < 64; i++) store<u8>(net.portOfVc + i, <u8>(i / net.vcs));
  net.portOfUnit = cut(64);
  for (let i: usize = 0; i < 64; i++) store<u8>(net.portOfUnit + i, <u8>(i / net.layers));
  net.ranges = cut(net.layers * 4);
  for (let l: usize = 0; l < net.layers << 2; l += 4)
    store<u32>(net.ranges + l, ((1 << load<u32>(net.layerCount + l)) - 1) << load<u32>(net.layerLow + l));
  net.records = arena;
  for (let r: usize = 0; r < net.routers; r++) layOut(net, r);
  for (let p: usize = 0; p < net.ports; p++) connect(net, p);
  net.isLarge = arena - net.records > LARGE ? 1 : 0;
  net.nodeRecords = cut(net.nodes * NODE_BYTES);
  for (let n: usize = 0; n < net.nodes; n++) {
    const node = changetype<Node>(net.nodeRecords + n * NODE_BYTES);
    const port = <usize>load<u32>(net.portOfNode + (n << 2));
    const router = <usize>load<u32>(net.routerOf + (port << 2));
    const record = changetype<Port>(<usize>load<u32>(net.portRecord + (port << 2)));
    node.vc = -1;
    node.vcs = record.vcs + <usize>record.base * net.vcBytes;
    node.place = placeOf(net, router, 0);
    node.turns = placeOf(net, router, 1);
    node.start = net.start == 0 ? 0 : net.start + ((router * net.nodes * net.choices) << 2);
  }
}

/** A word of a router's place in the grid. */
function placeOf(net: Net, router: usize, word: usize): u32 {
  return net.start == 0 ? load<u32>(net.places + (((router << 1) + word) << 2)) : 0;
}

/** Records of one router: claims, what is counted, ports, VCs with their rings. */
function layOut(net: Net, r: usize): void {
  const first = <usize>load<u32>(net.portBase + (r << 2));
  const size = <usize>load<u32>(net.portBase + ((r + 1) << 2)) - first;
  const units = size * net.layers;
  const before: usize = units > CLAIMS_WITHIN ? ((units - CLAIMS_WITHIN) * 8 + 63) & ~63 : 0;
  const router = cut(before + ROUTER_BYTES + size * PORT_BYTES) + before;
  const ports = router + ROUTER_BYTES;
  const vcs = cut(size * <usize>net.vcs * net.vcBytes);
  for (let p: usize = 0; p < size; p++) {
    const global = first + p;
    const port = changetype<Port>(ports + p * PORT_BYTES);
    store<u32>(net.routerOf + (global << 2), r);
    store<u32>(net.portRecord + (global << 2), <u32>changetype<usize>(port));
    port.free = <u16>(((<u32>1) << net.vcs) - 1);
    port.isEjection = load<i32>(net.peer + (global << 2)) < 0 ? 1 : 0;
    port.base = <u8>(p * net.vcs);
    port.local = <u8>p;
    port.size = <u8>size;
    port.router = router;
    port.vcs = vcs;
    for (let v: usize = 0; v < net.vcs; v++) {
      const vc = changetype<Vc>(vcs + (p * net.vcs + v) * net.vcBytes);
      vc.local = <u8>(p * net.vcs + v);
      vc.router = router;
      // a node learns of free places without the credit delay of routers
      vc.window = port.isEjection ? 1 : <u8>(load<u32>(net.latency + (global << 2)) + net.creditDelay);
    }
  }
}

/** Gives a port what lies behind it. */
function connect(net: Net, p: usize): void {
  const port = changetype<Port>(<usize>load<u32>(net.portRecord + (p << 2)));
  if (port.isEjection) {
    port.down = cut(<usize>net.vcs * net.vcBytes);
    for (let v: usize = 0; v < net.vcs; v++)
      changetype<Vc>(port.down + v * net.vcBytes).window = <u8>(4 + net.creditDelay + net.crossDelay);
    return;
  }
  const peer = <usize>load<u32>(net.peer + (p << 2));
  const other = changetype<Port>(<usize>load<u32>(net.portRecord + (peer << 2)));
  port.down = other.vcs + <usize>other.base * net.vcBytes;
  const router = <usize>load<u32>(net.routerOf + (peer << 2));
  port.place = placeOf(net, router, 0);
  port.turns = placeOf(net, router, 1);
}

/** Adds `count` free packets, a multiple of 16, whose blocks begin at `packets`. */
export function routerPackets(address: usize, packets: usize, count: usize): void {
  const net = changetype<Net>(address);
  for (let i = count; i > 0; i--) {
    const packet = changetype<Packet>(packets + ((i - 1) >> 4) * BLOCK_BYTES + BLOCK_KEYS + ((i - 1) & 15) * PACKET_BYTES);
    packet.next = net.freePacket;
    net.freePacket = changetype<usize>(packet);
  }
}

/** Throws away what waits at the nodes, but for packets that were at the front before this cycle, and what is being sent. */
export function routerFlush(address: usize): void {
  const net = changetype<Net>(address);
  let kept: usize = 0;
  for (let i: usize = 0; i < net.nodeCount; i++) {
    const node = changetype<Node>(<usize>load<u32>(net.nodeList + (i << 2)));
    let keep: usize = 0;
    let packet = node.first;
    if (node.sending == 0 && packet != 0 && changetype<Packet>(packet).ready < net.cycle) {
      keep = packet;
      packet = changetype<Packet>(packet).next;
      changetype<Packet>(keep).next = 0;
    }
    node.first = keep;
    node.last = keep;
    node.waiting = keep ? 1 : 0;
    while (packet) {
      const next = changetype<Packet>(packet).next;
      changetype<Packet>(packet).next = net.freePacket;
      net.freePacket = packet;
      net.alive--;
      packet = next;
    }
    if (node.sending != 0 || keep != 0) store<u32>(net.nodeList + (kept++ << 2), <u32>changetype<usize>(node));
  }
  net.nodeCount = kept;
}

/** Two f64: packets that wait at the nodes and are not next to be sent, and the sum of the cycles in which they were offered. */
export function routerWaiting(address: usize, out: usize): void {
  const net = changetype<Net>(address);
  let count: f64 = 0;
  let created: f64 = 0;
  for (let i: usize = 0; i < net.nodeCount; i++) {
    const node = changetype<Node>(<usize>load<u32>(net.nodeList + (i << 2)));
    let packet = node.first;
    if (packet != 0 && node.sending == 0 && changetype<Packet>(packet).ready < net.cycle) packet = changetype<Packet>(packet).next;
    for (; packet; packet = changetype<Packet>(packet).next) {
      count += 1;
      created += <f64>changetype<Packet>(packet).created;
    }
  }
  store<f64>(out, count);
  store<f64>(out, created, 8);
}

/** Flits that left by each port; per router: flits held now, most ever held, sum of departure cycles minus sum of arrival cycles; per node: packets that found its queue full and waited, offered, delivered. All f64. */
export function routerCounters(address: usize, out: usize): void {
  const net = changetype<Net>(address);
  for (let p: usize = 0; p < net.ports; p++) {
    store<f64>(out, <f64>changetype<Port>(<usize>load<u32>(net.portRecord + (p << 2))).flits);
    out += 8;
  }
  for (let r: usize = 0; r < net.routers; r++) {
    const first = <usize>load<u32>(net.portRecord + ((<usize>load<u32>(net.portBase + (r << 2))) << 2));
    const router = changetype<Router>(changetype<Port>(first).router);
    store<f64>(out, <f64>(router.held & 0xffff));
    store<f64>(out + 8, <f64>router.peak);
    store<f64>(out + 16, <f64>(router.held >> 16));
    out += 24;
  }
  for (let n: usize = 0; n < net.nodes; n++) {
    const node = changetype<Node>(net.nodeRecords + n * NODE_BYTES);
    store<f64>(out, <f64>node.stalled);
    store<f64>(out + 8, <f64>node.offered);
    store<f64>(out + 16, <f64>node.delivered);
    out += 24;
  }
}

/** Size of the header, so that it can be set aside. */
export function routerHeaderBytes(): usize {
  return offsetof<Net>();
}

/**
 * What every input VC holds, eight i32 each: packet (-1 = none), its source and destination node, flits in the buffer or under way, output VC held (-1 = none), output port wanted, layer
 * wanted, spare. VCs and ports are numbered through all routers.
 */
export function routerHoldings(address: usize, out: usize): void {
  const net = changetype<Net>(address);
  for (let p: usize = 0; p < net.ports; p++) {
    const port = changetype<Port>(<usize>load<u32>(net.portRecord + (p << 2)));
    const first = p - <usize>port.local;
    for (let v: usize = 0; v < net.vcs; v++, out += 32) {
      const vc = changetype<Vc>(port.vcs + (<usize>port.base + v) * net.vcBytes);
      memory.fill(out, 0xff, 32);
      store<u32>(out, (<u32>vc.sent - <u32>vc.popped) & 0xff, 12);
      if (vc.stage == IDLE) continue;
      // a VC that waits for more flits of its packet: the last that left
      const place = (<usize>(vc.sent == vc.popped ? vc.popped - 1 : vc.popped)) & (<usize>net.ringMask);
      const flit = load<u32>(changetype<usize>(vc) + (place << 2), VC_BYTES);
      if (vc.stage == CLAIMING) {
        const unit = <usize>(flit & UNIT_MASK);
        store<u32>(out, <u32>(first + unit / net.layers), 20);
        store<u32>(out, <u32>(unit % net.layers), 24);
      } else {
        const held = changetype<Port>(vc.port);
        store<u32>(out, <u32>((first + <usize>held.local) * net.vcs) + <u32>vc.out, 16);
      }
      const packet = changetype<Packet>(Step.packetAt(net, flit >> PACKET_SHIFT));
      store<u32>(out, packet.id);
      store<u32>(out, packet.source, 4);
      store<u32>(out, packet.destination, 8);
    }
  }
}
