/** Builds the records of common routers (router-common-records.ts). */
import {
  ASKED_OF_UNIT,
  COMMON_PORT_SHIFT,
  COMMON_ROUTER_BYTES,
  COMMON_VC_SHIFT,
  CommonPort,
  CommonRouter,
  CommonVc,
  Place,
} from './router-common-records';
import { CROSSING_BYTES } from './router-alone';
import { Ground } from './router-ground';
import { COMMON, COMMON_VCS, Net, UNIT_MASK } from './router-records';

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
  if (net.kind == COMMON) layOutUnits(net);
  const records = Ground.cut(net.routers * COMMON_ROUTER_BYTES);
  let place: usize = 0;
  for (let r: usize = 0; r < net.routers; r++) {
    layOutOne(net, r, net.commonPorts + ((place + firstPlace(net, r)) << COMMON_PORT_SHIFT), records + r * COMMON_ROUTER_BYTES);
    place += placesOf(net, r);
  }
}

/** What the units of a router stand for along paths. */
function layOutUnits(net: Net): void {
  for (let unit: usize = 0; unit <= <usize>UNIT_MASK; unit++)
    store<u32>(
      changetype<usize>(net) + (unit << 2),
      (<u32>((unit / net.layers) << COMMON_PORT_SHIFT)) | Ground.rangeOf(net, unit % net.layers),
      ASKED_OF_UNIT,
    );
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

function layOutOne(net: Net, r: usize, ports: usize, address: usize): void {
  const first = <usize>load<u32>(net.portBase + (r << 2));
  const size = <usize>load<u32>(net.portBase + ((r + 1) << 2)) - first;
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
  port.down = peer < 0 ? net.nodeEnd : Place.vcs(net.vcsOfPorts, <usize>load<u32>(net.portRecord + ((<usize>peer) << 2)));
}
