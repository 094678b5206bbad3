/** Builds the records of a network from the flat tables of the header, once. */
import {
  BEHIND,
  Branch,
  BRANCH_SHIFT,
  COMMON,
  COMMON_VC_SHIFT,
  COMMON_BUFFER,
  COMMON_VCS,
  EARLY,
  FLIT_SHIFT,
  GRID,
  Net,
  Node,
  NODE_BYTES,
  Packet,
  PACKET_BYTES,
  PLAIN,
  Port,
  PORT_BYTES,
  ROUTER_BYTES,
  Slot,
  SLOT_SHIFT,
  Unit,
  UNIT_BYTES,
  Vc,
  VC_BYTES,
  VC_SHIFT,
} from './router-records';

let arena: usize = 0;
/** VC records behind ports to nodes, shared by all where nothing is written to them. */
let nodeEnds: usize = 0;

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
  return (
    slots(net) * (channels * 16 + (hasDelays(net) ? requests(net) * 8 : 0) + 64) +
    (net.branches == 0 ? 0 : channels * <usize>net.vcs * branchBytes(net)) +
    requests(net) * 4 +
    net.routers * (ROUTER_BYTES + 256) +
    net.ports * (PORT_BYTES + net.layers * UNIT_BYTES) +
    channels * net.vcs * (VC_BYTES + ringSize(net) * 8) +
    channels * 128 +
    channels * (9 + net.layers + net.vcs) * 4 +
    net.nodes * NODE_BYTES +
    16384
  );
}

/** Requests for output VCs or for the switch, at most. */
function requests(net: Net): usize {
  return (net.ports + net.nodes) * <usize>net.vcs * (net.branches == 0 ? 1 : net.branches);
}

/** Of all branches of a VC. */
function branchBytes(net: Net): usize {
  return (net.branches << BRANCH_SHIFT) + ((net.branches + 31) & ~31);
}

function hasDelays(net: Net): bool {
  return net.bidDelay != 0 || (net.claimDelay != 0 && net.claimDelay != EARLY);
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
  nodeEnds = 0;
  net.ringMask = <u32>ringSize(net) - 1;
  net.slotMask = <u32>slots(net) - 1;
  net.channels = net.ports + net.nodes;
  net.ringBytes = ringSize(net) << FLIT_SHIFT;
  net.ejectionFills = net.creditDelay + net.crossDelay + 4 < net.buffer ? 0 : 1;
  // lists have room for one entry more, which is written before it is known whether it counts
  const lists: usize = net.channels;
  net.calendar = cut(slots(net) << SLOT_SHIFT);
  for (let i: usize = 0; i < slots(net); i++) {
    const slot = changetype<Slot>(net.calendar + (i << SLOT_SHIFT));
    slot.heads = cut(lists * 8);
    slot.bodies = cut(lists * 8);
    slot.headsEnd = slot.heads;
    slot.bodiesEnd = slot.bodies;
  }
  net.delayBytes = hasDelays(net) ? requests(net) << 2 : 0;
  const delayed: usize = slots(net) * net.delayBytes;
  net.claims = cut(delayed);
  net.bids = cut(delayed);
  net.claimCount = cut(slots(net) * 4);
  net.bidCount = cut(slots(net) * 4);
  net.saList = cut((lists + 1) * 4);
  net.vaList = cut((lists * net.layers + 1) * 4);
  net.grantList = cut((lists + 1) * 4);
  net.blockedList = cut(requests(net) << 2);
  net.nextList = cut((lists + 1) * 4);
  net.nodeList = cut(lists * 4);
  net.routerOf = cut(lists * 4);
  net.portRecord = cut(lists * 4);
  net.portOfVc = cut(64);
  for (let i: usize = 0; i < 64; i++) store<u8>(net.portOfVc + i, <u8>(i / net.vcs));
  net.linkList = cut(lists * 8);
  net.nodeEndList = cut(lists * 8);
  net.kind = kindOf(net);
  net.vcShift = net.kind ? COMMON_VC_SHIFT : VC_SHIFT;
  net.records = arena;
  const plain = net.kind >= PLAIN ? cut(net.routers * ROUTER_BYTES) : 0;
  for (let r: usize = 0; r < net.routers; r++) layOut(net, r, plain);
  for (let p: usize = 0; p < net.ports; p++) connect(net, p);
  net.nodeRecords = cut(net.nodes * NODE_BYTES);
  for (let n: usize = 0; n < net.nodes; n++) {
    const node = changetype<Node>(net.nodeRecords + n * NODE_BYTES);
    const port = <usize>load<u32>(net.portOfNode + (n << 2));
    const router = <usize>load<u32>(net.routerOf + (port << 2));
    const record = changetype<Port>(<usize>load<u32>(net.portRecord + (port << 2)));
    node.vc = -1;
    node.vcs = record.vcs + ((<usize>record.base) << net.vcShift);
    node.row = rowOf(net, router);
    node.turns = turnsOf(net, router);
    node.ports = record.ports;
    node.start = net.start == 0 ? 0 : net.start + ((router * net.nodes * net.choices) << 2);
  }
}

/** Where the hops of a router stand in the table; in a grid its place. */
function rowOf(net: Net, router: usize): u32 {
  if (net.places != 0) return load<u32>(net.places + (router << 3));
  return <u32>(net.start != 0 ? net.table : net.table + router * net.nodes);
}

function turnsOf(net: Net, router: usize): u32 {
  return net.places != 0 ? load<u32>(net.places + (router << 3), 4) : 0;
}

/** The output VCs of a layer. */
function rangeOf(net: Net, layer: usize): u32 {
  return ((1 << load<u32>(net.layerCount + (layer << 2))) - 1) << load<u32>(net.layerLow + (layer << 2));
}

/** Records of one router: what is counted, units, ports, VCs, their rings. */
function layOut(net: Net, r: usize, plain: usize): void {
  const first = <usize>load<u32>(net.portBase + (r << 2));
  const size = <usize>load<u32>(net.portBase + ((r + 1) << 2)) - first;
  const units: usize = plain ? 0 : size * net.layers;
  const router = plain ? plain + r * ROUTER_BYTES : cut(ROUTER_BYTES + units * UNIT_BYTES);
  const ports = cut(size * PORT_BYTES);
  const vcs = cut((size * <usize>net.vcs) << net.vcShift);
  const rings: usize = net.kind ? 0 : cut(size * <usize>net.vcs * net.ringBytes);
  for (let p: usize = 0; p < size; p++) {
    const global = first + p;
    const port = changetype<Port>(ports + p * PORT_BYTES);
    store<u32>(net.routerOf + (global << 2), r);
    store<u32>(net.portRecord + (global << 2), <u32>changetype<usize>(port));
    port.free = <u16>(((<u32>1) << net.vcs) - 1);
    port.isEjection = load<i32>(net.peer + (global << 2)) < 0 ? 1 : 0;
    port.base = <u8>(p * net.vcs);
    port.local = <u8>p;
    port.behind = <u8>((p + 1) * net.vcs);
    port.ports = ports;
    port.vcs = vcs;
    for (let l: usize = 0; l < net.layers && units != 0; l++) {
      const unit = changetype<Unit>(router + ROUTER_BYTES + (p * net.layers + l) * UNIT_BYTES);
      unit.port = changetype<usize>(port);
      unit.range = port.isEjection ? 0xffffffff : rangeOf(net, l);
    }
    for (let v: usize = 0; v < net.vcs; v++) {
      const local = p * net.vcs + v;
      const vc = changetype<Vc>(vcs + (local << net.vcShift));
      vc.local = <u8>local;
      vc.bit = (<u64>1) << (<u64>local);
      vc.router = router;
      if (rings) vc.ring = rings + local * net.ringBytes;
      // a node learns of free places without the credit delay of routers
      vc.window = port.isEjection ? 1 : <u8>(load<u32>(net.latency + (global << 2)) + net.creditDelay);
      if (net.branches != 0) branch(net, vc, ports, size);
    }
  }
}

/** Gives a VC its branches. */
function branch(net: Net, vc: Vc, ports: usize, size: usize): void {
  vc.port = cut(branchBytes(net));
  for (let p: usize = 0; p < size; p++) {
    const branch = changetype<Branch>(vc.port + (p << BRANCH_SHIFT));
    branch.vc = changetype<usize>(vc);
    branch.port = ports + p * PORT_BYTES;
  }
}

/** The faster text that the kernel has for the network. */
function kindOf(net: Net): usize {
  const isCommon =
    net.branches == 0 &&
    net.iterations == 1 &&
    net.vcs == COMMON_VCS &&
    net.buffer == COMMON_BUFFER &&
    net.claimDelay == 0 &&
    net.bidDelay == 0 &&
    net.crossDelay == 0 &&
    net.ejectionFills == 0 &&
    net.lifetime == 0;
  if (!isCommon) return 0;
  if (net.layers > 1) return COMMON;
  return net.places == 0 ? PLAIN : GRID;
}

/** Gives a port what lies behind it. */
function connect(net: Net, p: usize): void {
  const port = changetype<Port>(<usize>load<u32>(net.portRecord + (p << 2)));
  if (port.isEjection) {
    if (net.ejectionFills == 0 && nodeEnds != 0) {
      port.down = nodeEnds;
      return;
    }
    port.down = cut((<usize>net.vcs) << net.vcShift);
    nodeEnds = port.down;
    const rings = net.ejectionFills ? cut(<usize>net.vcs * net.ringBytes) : 0;
    for (let v: usize = 0; v < net.vcs; v++) {
      const vc = changetype<Vc>(port.down + (v << net.vcShift));
      vc.window = <u8>(4 + net.creditDelay + net.crossDelay);
      vc.ring = rings + v * net.ringBytes;
    }
    return;
  }
  const peer = <usize>load<u32>(net.peer + (p << 2));
  const other = changetype<Port>(<usize>load<u32>(net.portRecord + (peer << 2)));
  port.down = other.vcs + ((<usize>other.base) << net.vcShift);
  port.delay = <u8>(load<u32>(net.latency + (peer << 2)) + 2 + net.crossDelay);
  const router = <usize>load<u32>(net.routerOf + (peer << 2));
  port.row = rowOf(net, router);
  port.turns = turnsOf(net, router);
  if (net.kind >= PLAIN) store<u32>(changetype<usize>(port), <u32>other.ports, BEHIND);
}

/** Adds `count` free packets, whose records begin at `packets`. */
export function routerPackets(address: usize, packets: usize, count: usize): void {
  const net = changetype<Net>(address);
  for (let i = count; i-- > 0;) {
    const packet = changetype<Packet>(packets + i * PACKET_BYTES);
    packet.next = net.freePacket;
    net.freePacket = changetype<usize>(packet);
  }
}

/** Size of the header, so that it can be set aside. */
export function routerHeaderBytes(): usize {
  return offsetof<Net>();
}
