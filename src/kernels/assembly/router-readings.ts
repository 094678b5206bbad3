/** What the host asks of a network between runs: its counters, what waits and what every VC holds; and that it throws away what waits. */
import { COMMON_PORT_SHIFT, COMMON_VC_SHIFT, CommonPort, CommonRouter, CommonVc, Place } from './router-common-records';
import {
  CHOOSES,
  CLAIMING,
  Common,
  COMMON_VCS,
  IDLE,
  INDEX_SHIFT,
  Net,
  Node,
  NODE_BYTES,
  Packet,
  Port,
  Router,
  Tables,
  Trees,
  UNIT_MASK,
  Vc,
} from './router-records';
import { Nodes } from './router-nodes';
import { Step } from './router-step';

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
      net.alive -=
        net.branches == 0
          ? Nodes.destinations<Tables>(net, changetype<Packet>(packet))
          : Nodes.destinations<Trees>(net, changetype<Packet>(packet));
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

/**
 * Flits that left by each port; per router: flits held now, most ever held, sum of departure cycles minus sum of arrival cycles, flits that went one way and stayed for another; per node: packets
 * that found its queue full and waited, offered, delivered, flits that entered. All f64.
 */
export function routerCounters(address: usize, out: usize): void {
  const net = changetype<Net>(address);
  for (let p: usize = 0; p < net.ports; p++) {
    const port = <usize>load<u32>(net.portRecord + (p << 2));
    store<f64>(out, <f64>(net.kind ? commonFlits(net, changetype<CommonPort>(port)) : changetype<Port>(port).flits));
    out += 8;
  }
  for (let r: usize = 0; r < net.routers; r++) {
    const first = <usize>load<u32>(net.portBase + (r << 2));
    const port = <usize>load<u32>(net.portRecord + (first << 2));
    if (net.kind) readCommon(net, port, <usize>load<u32>(net.portBase + ((r + 1) << 2)) - first, out);
    else {
      const router = changetype<Router>(changetype<Vc>(changetype<Port>(port).vcs).router);
      store<f64>(out, <f64>(router.held & 0xffff));
      store<f64>(out + 8, <f64>router.peak);
      store<f64>(out + 16, <f64>(router.held >> 16));
      store<f64>(out + 24, <f64>router.copies);
    }
    out += 32;
  }
  for (let n: usize = 0; n < net.nodes; n++) {
    const node = changetype<Node>(net.nodeRecords + n * NODE_BYTES);
    store<f64>(out, <f64>node.stalled);
    store<f64>(out + 8, <f64>node.offered);
    store<f64>(out + 16, <f64>node.delivered);
    store<f64>(out + 24, <f64>node.flits);
    out += 32;
  }
}

/** Flits that left by a port of a common router: the VCs at the other end have counted them. */
function commonFlits(net: Net, port: CommonPort): u32 {
  if (port.down == net.nodeEnd) return load<u32>(net.ejected + ((changetype<usize>(port) - net.commonPorts) >> (COMMON_PORT_SHIFT - 2)));
  let flits: u32 = 0;
  for (let v: usize = 0; v < COMMON_VCS; v++) flits += changetype<CommonVc>(port.down + (v << COMMON_VC_SHIFT)).sent;
  return flits;
}

/** The counters of a common router. */
function readCommon(net: Net, ports: usize, count: usize, out: usize): void {
  const vcs = Place.vcs(net.vcsOfPorts, ports);
  const router = changetype<CommonRouter>(changetype<CommonVc>(vcs).router);
  let cycles: i64 = 0;
  for (let v: usize = 0; v < count * COMMON_VCS; v++) cycles += changetype<CommonVc>(vcs + (v << COMMON_VC_SHIFT)).held >> 16;
  store<f64>(out, <f64>(router.held & 0xffff));
  store<f64>(out + 8, <f64>(router.held >> 16));
  store<f64>(out + 16, <f64>cycles);
  store<f64>(out + 24, 0);
}

/**
 * What every input VC holds, eight i32 each: packet (-1 = none), its source and destination node, flits in the buffer or under way, output VC held (-1 = none), output port wanted, layer
 * wanted (-1 where an adaptive packet has not chosen), flits of the packet. VCs and ports are numbered through all routers.
 */
export function routerHoldings(address: usize, out: usize): void {
  const net = changetype<Net>(address);
  for (let p: usize = 0; p < net.ports; p++) {
    const port = <usize>load<u32>(net.portRecord + (p << 2));
    const local = localOf(net, port);
    const first = p - local;
    const vcs = net.kind ? Place.vcs(net.vcsOfPorts, port - (local << COMMON_PORT_SHIFT)) : changetype<Port>(port).vcs;
    for (let v: usize = 0; v < net.vcs; v++, out += 32) {
      const vc = changetype<Vc>(vcs + ((local * <usize>net.vcs + v) << net.vcShift));
      memory.fill(out, 0xff, 32);
      const held = net.kind ? Step.held<Common>(vc) : Step.held<Tables>(vc);
      store<u32>(out, held, 12);
      if (vc.stage == IDLE) continue;
      // a VC that waits for more flits of its packet: the last that left
      const isEmpty = held == 0;
      const flit = net.kind
        ? isEmpty
          ? changetype<CommonVc>(vc).last
          : load<u32>(Step.place<Common>(net, vc, vc.popped))
        : load<u32>(Step.place<Tables>(net, vc, isEmpty ? <u32>vc.popped - 1 : vc.popped));
      if (vc.stage == CLAIMING) {
        const unit = <usize>(flit & UNIT_MASK);
        if (net.options == 0 || unit != <usize>CHOOSES) {
          store<u32>(out, <u32>(first + unit / net.layers), 20);
          store<u32>(out, <u32>(unit % net.layers), 24);
        }
      } else {
        store<u32>(out, <u32>((first + localOf(net, vc.port)) * net.vcs) + <u32>vc.out, 16);
      }
      const packet = changetype<Packet>(Step.packetAt(net, flit >> INDEX_SHIFT));
      store<u32>(out, packet.id);
      store<u32>(out, packet.source, 4);
      store<u32>(out, packet.destination, 8);
      store<u32>(out, packet.shape & 0xff, 28);
    }
  }
}

/** Number of a port within its router. */
function localOf(net: Net, port: usize): usize {
  return <usize>(net.kind ? changetype<CommonPort>(port).local : changetype<Port>(port).local);
}
