/** Builds the records of a network from the flat tables of the header, once. */
import { COMMON_PLACE_BYTES, connectCommon, layOutCommon } from './router-common-build';
import { COMMON_VC_SHIFT, CommonPort, HEADER_BYTES, Place } from './router-common-records';
import { CROSSING_BYTES } from './router-alone';
import { ROUND_BYTES } from './router-claims';
import { Ground } from './router-ground';
import { Separable } from './router-separable';
import {
  Branch,
  BRANCH_SHIFT,
  COMMON,
  COMMON_VCS,
  EARLY,
  FLIT_SHIFT,
  GRID,
  Net,
  Node,
  NODE_BYTES,
  Packet,
  PACKET_BYTES,
  PACKET_SHIFT,
  PLAIN,
  Port,
  PORT_BYTES,
  Router,
  ROUTER_BYTES,
  Slot,
  SLOT_SHIFT,
  SPECULATIVE,
  Unit,
  UNIT_BYTES,
  Vc,
  VC_BYTES,
  VC_SHIFT,
  WAY_SHIFT,
} from './router-records';

/** VC records behind ports to nodes, shared by all where nothing is written to them. */
let nodeEnds: usize = 0;

/** Bytes that `routerBuild` cuts from its arena, at most. */
export function routerArena(address: usize): usize {
  const net = changetype<Net>(address);
  const channels: usize = net.ports + net.nodes;
  const bytes: usize =
    slots(net) * (channels * 16 + (hasDelays(net) ? requests(net) * 8 : 0) + 64) +
    (net.branches == 0 ? 0 : channels * <usize>net.vcs * branchBytes(net)) +
    requests(net) * 8 +
    (net.matching == SPECULATIVE ? requests(net) * 8 + channels * 16 : 0) +
    net.routers * (ROUTER_BYTES + 256) +
    (kindOf(net) ? 2 * channels * CROSSING_BYTES : 0) +
    net.ports * (PORT_BYTES + net.layers * UNIT_BYTES) +
    (kindOf(net) ? (net.ports + 2 * net.routers) * COMMON_PLACE_BYTES : channels * net.vcs * (VC_BYTES + ringSize(net) * 8)) +
    channels * 128 +
    channels * (9 + net.layers + net.vcs) * 4 +
    net.nodes * NODE_BYTES +
    16384;
  return net.matching == SPECULATIVE ? bytes + Separable.bytesBeside(bytes) : bytes;
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
  Ground.begin(net.arena);
  nodeEnds = 0;
  net.ringMask = <u32>ringSize(net) - 1;
  net.slotMask = <u32>slots(net) - 1;
  net.channels = net.ports + net.nodes;
  net.ringBytes = ringSize(net) << FLIT_SHIFT;
  net.ejectionFills = fills(net);
  // lists have room for one entry more, which is written before it is known whether it counts
  const lists: usize = net.channels;
  net.calendar = Ground.cut(slots(net) << SLOT_SHIFT);
  for (let i: usize = 0; i < slots(net); i++) {
    const slot = changetype<Slot>(net.calendar + (i << SLOT_SHIFT));
    slot.heads = Ground.cut(lists * 8);
    slot.bodies = Ground.cut(lists * 8);
    slot.headsEnd = slot.heads;
    slot.bodiesEnd = slot.bodies;
  }
  net.delayBytes = hasDelays(net) ? requests(net) << 2 : 0;
  const delayed: usize = slots(net) * net.delayBytes;
  net.claims = Ground.cut(delayed);
  net.bids = Ground.cut(delayed);
  net.claimCount = Ground.cut(slots(net) * 4);
  net.bidCount = Ground.cut(slots(net) * 4);
  net.saList = Ground.cut((lists + 1) * (net.matching == SPECULATIVE ? 16 : 4));
  net.vaList = Ground.cut((lists * net.layers + 1) * 4);
  net.grantList = Ground.cut((lists + 1) * 4);
  net.blockedList = Ground.cut(requests(net) << 2);
  net.nextList = Ground.cut((lists + 1) * 4);
  net.choosingList = Ground.cut(net.options == 0 ? 0 : requests(net) << 2);
  net.guessList = Ground.cut(net.matching == SPECULATIVE ? requests(net) << 3 : 0);
  net.rounds = Ground.cut(ROUND_BYTES);
  net.nodeList = Ground.cut(lists * 4);
  net.routerOf = Ground.cut(lists * 4);
  net.portRecord = Ground.cut(lists * 4);
  net.portOfVc = Ground.cut(64);
  for (let i: usize = 0; i < 64; i++) store<u8>(net.portOfVc + i, <u8>(i / net.vcs));
  net.linkList = Ground.cut(lists * 8);
  net.nodeEndList = Ground.cut(lists * 8);
  net.kind = kindOf(net);
  net.vcShift = net.kind ? COMMON_VC_SHIFT : VC_SHIFT;
  if (net.kind) layOutCommon(net);
  else for (let r: usize = 0; r < net.routers; r++) layOut(net, r);
  if (net.matching == SPECULATIVE) net.besides = Ground.cut(Separable.bytesBeside(Ground.end() - net.arena));
  for (let p: usize = 0; p < net.ports; p++) connect(net, p);
  net.nodeRecords = Ground.cut(net.nodes * NODE_BYTES);
  for (let n: usize = 0; n < net.nodes; n++) {
    const node = changetype<Node>(net.nodeRecords + n * NODE_BYTES);
    const port = <usize>load<u32>(net.portOfNode + (n << 2));
    const router = <usize>load<u32>(net.routerOf + (port << 2));
    const record = <usize>load<u32>(net.portRecord + (port << 2));
    node.vc = -1;
    node.vcs = inputVcs(net, record);
    node.row = Ground.rowOf(net, router);
    node.turns = Ground.turnsOf(net, router);
    node.ports = net.kind ? Place.first(changetype<CommonPort>(record)) : changetype<Port>(record).ports;
    node.start = net.start == 0 ? 0 : net.start + ((router * net.nodes * net.choices) << 2);
  }
  // memory of others lies behind
  if (Ground.end() > net.arena + routerArena(address)) unreachable();
}

/** VC record 0 of an input port. */
function inputVcs(net: Net, port: usize): usize {
  return net.kind ? Place.vcs(net.vcsOfPorts, port) : changetype<Port>(port).vcs + ((<usize>changetype<Port>(port).base) << VC_SHIFT);
}

/** Records of one router: what is counted, units, ports, VCs, their rings. */
function layOut(net: Net, r: usize): void {
  const first = <usize>load<u32>(net.portBase + (r << 2));
  const size = <usize>load<u32>(net.portBase + ((r + 1) << 2)) - first;
  const router = Ground.cut(ROUTER_BYTES + size * net.layers * UNIT_BYTES);
  const ports = Ground.cut(size * PORT_BYTES);
  changetype<Router>(router).number = r;
  changetype<Router>(router).ports = ports;
  const vcs = Ground.cut((size * <usize>net.vcs) << VC_SHIFT);
  const rings = Ground.cut(size * <usize>net.vcs * net.ringBytes);
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
    for (let l: usize = 0; l < net.layers; l++) {
      const unit = changetype<Unit>(router + ROUTER_BYTES + (p * net.layers + l) * UNIT_BYTES);
      unit.port = changetype<usize>(port);
      unit.range = port.isEjection ? 0xffffffff : Ground.rangeOf(net, l);
    }
    for (let v: usize = 0; v < net.vcs; v++) {
      const local = p * net.vcs + v;
      const vc = changetype<Vc>(vcs + (local << VC_SHIFT));
      vc.local = <u8>local;
      vc.bit = (<u64>1) << (<u64>local);
      vc.router = router;
      vc.ring = rings + local * net.ringBytes;
      vc.window = Ground.windowOf(net, global);
      if (net.branches != 0) branch(net, vc, ports, size);
    }
  }
}

/** Gives a VC its branches. */
function branch(net: Net, vc: Vc, ports: usize, size: usize): void {
  vc.port = Ground.cut(branchBytes(net));
  for (let p: usize = 0; p < size; p++) {
    const branch = changetype<Branch>(vc.port + (p << BRANCH_SHIFT));
    branch.vc = changetype<usize>(vc);
    branch.port = ports + p * PORT_BYTES;
  }
}

/** 1: places behind a port to a node can be used up before their credits are back. */
function fills(net: Net): u32 {
  return net.creditDelay + net.crossDelay + 4 < net.buffer ? 0 : 1;
}

/** The faster text that the kernel has for the network. */
function kindOf(net: Net): usize {
  if (net.isCommon == 0) return 0;
  if (net.start != 0) return COMMON;
  if (net.layers > 1) return 0;
  return net.places == 0 ? PLAIN : GRID;
}

/** Gives a port what lies behind it. */
function connect(net: Net, p: usize): void {
  if (net.kind) {
    connectCommon(net, p);
    return;
  }
  const port = changetype<Port>(<usize>load<u32>(net.portRecord + (p << 2)));
  if (port.isEjection) {
    if (net.ejectionFills == 0 && nodeEnds != 0) {
      port.down = nodeEnds;
      return;
    }
    port.down = Ground.cut((<usize>net.vcs) << VC_SHIFT);
    nodeEnds = port.down;
    const rings = net.ejectionFills ? Ground.cut(<usize>net.vcs * net.ringBytes) : 0;
    for (let v: usize = 0; v < net.vcs; v++) {
      const vc = changetype<Vc>(port.down + (v << VC_SHIFT));
      vc.window = <u8>(4 + net.creditDelay + net.crossDelay);
      vc.ring = rings + v * net.ringBytes;
    }
    return;
  }
  const peer = <usize>load<u32>(net.peer + (p << 2));
  const other = changetype<Port>(<usize>load<u32>(net.portRecord + (peer << 2)));
  port.down = inputVcs(net, changetype<usize>(other));
  port.delay = <u8>(load<u32>(net.latency + (peer << 2)) + 2 + net.crossDelay);
  const router = <usize>load<u32>(net.routerOf + (peer << 2));
  port.row = Ground.rowOf(net, router);
  port.turns = Ground.turnsOf(net, router);
}

/** Adds `count` free packets, whose records begin at `packets`; `ways` has sixteen bytes for each record from the first one of all to the last of these. */
export function routerPackets(address: usize, packets: usize, count: usize, ways: usize): void {
  const net = changetype<Net>(address);
  memory.copy(ways, net.wayOf, net.wayCount << WAY_SHIFT);
  net.wayOf = ways;
  net.wayCount = ((packets - net.packets) >> PACKET_SHIFT) + count;
  for (let i = count; i-- > 0;) {
    const packet = changetype<Packet>(packets + i * PACKET_BYTES);
    packet.next = net.freePacket;
    net.freePacket = changetype<usize>(packet);
  }
}

/** Size of the header, so that it can be set aside. */
export function routerHeaderBytes(): usize {
  return HEADER_BYTES;
}
