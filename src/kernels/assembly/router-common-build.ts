/** Builds the records of common routers (router-common-records.ts). */
import {
  COMMON_PORT_SHIFT,
  COMMON_ROUTER_BYTES,
  COMMON_ROW,
  COMMON_VC_SHIFT,
  COMMON_VCS_PLACE,
  CommonPort,
  CommonRouter,
  CommonVc,
  Place,
} from './router-common-records';
import { CROSSING_BYTES } from './router-alone';
import { Ground } from './router-ground';
import { COMMON_VCS, Net, PLAIN, ROUTER_BYTES, Unit, UNIT_BYTES } from './router-records';

/** Bytes of a port and its VCs, with its counters. */
export const COMMON_PLACE_BYTES: usize = ((<usize>COMMON_VCS) << COMMON_VC_SHIFT) + ((<usize>1) << COMMON_PORT_SHIFT) + 4;
/** Bytes of records from which on they do not fit into the near caches. */
const NEAR_BYTES: usize = 3 << 18;

/** Records of all common routers. */
export function layOutCommon(net: Net): void {
  let places: usize = 0;
  for (let r: usize = 0; r < net.routers; r++) places += placesOf(net, r);
  net.commonPorts = Ground.cut(places << COMMON_PORT_SHIFT);
  net.vcsOfPorts = Ground.cut(places * ((<usize>COMMON_VCS) << COMMON_VC_SHIFT)) - Place.vcs(0, net.commonPorts);
  net.ejected = Ground.cut(places << 2);
  net.isWide = places * COMMON_PLACE_BYTES > NEAR_BYTES ? 1 : 0;
  net.crossings = Ground.cut(net.isWide ? 2 * net.channels * CROSSING_BYTES : 0);
  net.nodeEnd = Ground.cut((<usize>COMMON_VCS) << COMMON_VC_SHIFT);
  for (let v: usize = 0; v < COMMON_VCS; v++) changetype<CommonVc>(net.nodeEnd + (v << COMMON_VC_SHIFT)).window = <u8>(4 + net.creditDelay);
  const plain = net.kind >= PLAIN ? Ground.cut(net.routers * COMMON_ROUTER_BYTES) : 0;
  let place: usize = 0;
  for (let r: usize = 0; r < net.routers; r++) {
    layOutOne(net, r, net.commonPorts + ((place + firstPlace(net, r)) << COMMON_PORT_SHIFT), plain);
    place += placesOf(net, r);
  }
}

/** Ports to nodes come first or last: where there is an odd number of them first, the router begins at an odd place, so that ports of opposite directions stay together. */
function firstPlace(net: Net, r: usize): usize {
  const first = <usize>load<u32>(net.portBase + (r << 2));
  const end = <usize>load<u32>(net.portBase + ((r + 1) << 2));
  let p = first;
  while (p < end && load<i32>(net.peer + (p << 2)) < 0) p++;
  return (p - first) & 1;
}

/** Places of a router in the array of ports: an even number. */
function placesOf(net: Net, r: usize): usize {
  const ports = <usize>load<u32>(net.portBase + ((r + 1) << 2)) - <usize>load<u32>(net.portBase + (r << 2));
  return (firstPlace(net, r) + ports + 1) & ~1;
}

function layOutOne(net: Net, r: usize, ports: usize, plain: usize): void {
  const first = <usize>load<u32>(net.portBase + (r << 2));
  const size = <usize>load<u32>(net.portBase + ((r + 1) << 2)) - first;
  const address = plain ? plain + r * COMMON_ROUTER_BYTES : Ground.cut(ROUTER_BYTES + size * net.layers * UNIT_BYTES);
  const router = changetype<CommonRouter>(address);
  router.row = Ground.rowOf(net, r);
  router.turns = Ground.turnsOf(net, r);
  router.ports = ports;
  for (let p: usize = 0; p < size; p++) {
    const global = first + p;
    const port = changetype<CommonPort>(ports + (p << COMMON_PORT_SHIFT));
    store<u32>(net.routerOf + (global << 2), r);
    store<u32>(net.portRecord + (global << 2), <u32>changetype<usize>(port));
    port.free = <u8>(((<u32>1) << COMMON_VCS) - 1);
    port.local = <u8>p;
    for (let l: usize = 0; l < net.layers && plain == 0; l++) {
      const unit = changetype<Unit>(address + ROUTER_BYTES + (p * net.layers + l) * UNIT_BYTES);
      unit.port = changetype<usize>(port);
      unit.range = load<i32>(net.peer + (global << 2)) < 0 ? 0xffffffff : Ground.rangeOf(net, l);
    }
    const vcs = Place.vcs(net.vcsOfPorts, changetype<usize>(port));
    for (let v: usize = 0; v < COMMON_VCS; v++) {
      const vc = changetype<CommonVc>(vcs + (v << COMMON_VC_SHIFT));
      vc.local = <u8>(p * COMMON_VCS + v);
      vc.router = address;
      vc.window = Ground.windowOf(net, global);
      vc.delay = <u8>(load<u32>(net.latency + (global << 2)) + 2);
    }
  }
}

/** Gives a port what lies behind it. */
export function connectCommon(net: Net, p: usize): void {
  const port = changetype<CommonPort>(<usize>load<u32>(net.portRecord + (p << 2)));
  const peer = load<i32>(net.peer + (p << 2));
  if (net.kind < PLAIN) {
    store<u32>(changetype<usize>(port), <u32>Place.vcs(net.vcsOfPorts, Place.first(port)), COMMON_VCS_PLACE);
    if (peer >= 0)
      store<u32>(changetype<usize>(port), Ground.rowOf(net, <usize>load<u32>(net.routerOf + ((<usize>peer) << 2))), COMMON_ROW);
  }
  port.down = peer < 0 ? net.nodeEnd : Place.vcs(net.vcsOfPorts, <usize>load<u32>(net.portRecord + ((<usize>peer) << 2)));
}
