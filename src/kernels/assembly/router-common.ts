/**
 * The router kernel for the most common routers (kinds `Common`, `Plain` and `Grid`): the cycle of router.ts, event by event, with their numbers in the text (4 VCs of 8 flits, standard stages) and with as
 * few branches as can be that hang on the traffic. Behind a mispredicted branch loads wait for one another that otherwise overlap, which costs more than the work that the branch saves.
 * Therefore one and many requests are answered alike, entries are written to a list before it is known whether they count, and the flits that cross the switch in a cycle are sorted first: those
 * that go on to another router, those that leave for a node.
 */
import { Alone, CROSSING_BYTES } from './router-alone';
import { ASKED_VCS, COMMON_GRANTS, COMMON_PORT_SHIFT, CommonPort, CommonRouter, CommonVc, Place } from './router-common-records';
import { Flits } from './router-common-flits';
import { Ways } from './router-common-ways';
import { Near } from './router-near';
import { Nodes } from './router-nodes';
import { Phases } from './router-phases';
import { COMMON, Common, Grid, GRID, IDLE, LARGE, Large, Net, Plain, PLAIN, Slot, Small } from './router-records';
import { Step } from './router-step';

/** Flits of one cycle from which on it pays to sort them. */
const FEW: usize = 4;

/** Simulates the cycles before `until`, as `routerRun`. */
export function runCommonOf(net: Net, until: u32): void {
  if (net.isWide) run<Large>(net, until);
  else run<Small>(net, until);
}

function run<W>(net: Net, until: u32): void {
  if (net.kind == PLAIN) runCommon<Plain, W>(net, until);
  else if (net.kind == GRID) runCommon<Grid, W>(net, until);
  else runCommon<Common, W>(net, until);
}

function runCommon<K, W>(net: Net, until: u32): void {
  let t = net.cycle;
  while (t < until && net.arrivalCount + net.nodes <= net.arrivalCapacity) {
    if (net.offerNext < net.offerCount) Nodes.admit<K>(net, t);
    const slot = Step.slot(net, t);
    const heads = slot.headsEnd;
    if (slot.bodiesEnd != slot.bodies) Phases.bodiesArrive<K>(net, t, slot);
    if (net.blockedCount) Phases.lookAgain<K>(net, t);
    if (net.nodeCount) Nodes.inject<K>(net, t);
    const grants = net.saCount ? grantSwitch<K, W>(net) : 0;
    if (net.vaCount) allocateVcs<K, W>(net, t, t + 1 < until);
    if (net.nextCount) Phases.routeNext<K>(net, t);
    if (heads != slot.heads) headsArrive<K, W>(net, t, slot);
    if (grants) acceptSwitch<K, W>(net, t, grants);
    t++;
    if ((net.saCount | net.vaCount | net.blockedCount | net.nextCount | net.nodeCount) == 0) t = Step.nextBusy(net, t, until);
  }
  net.cycle = t;
}

function headsArrive<K, W>(net: Net, t: u32, slot: Slot): void {
  const first = slot.heads;
  const end = slot.headsEnd;
  slot.headsEnd = first;
  net.pending -= (end - first) >> 3;
  const list = net.vaList;
  let last = list + (net.vaCount << 2);
  const arrived: i64 = 1 - ((<i64>t) << 16);
  let near = sizeof<W>() == LARGE ? first : end;
  for (let entry = first; entry < end; entry += 8) {
    if (sizeof<W>() == LARGE && entry == near) {
      near = Near.next(entry, end);
      Near.arriving<K>(entry, near);
    }
    const vc = changetype<CommonVc>(<usize>load<u32>(entry));
    const router = changetype<CommonRouter>(vc.router);
    const asked = <usize>load<u32>(entry, 4);
    const at = sizeof<K>() == COMMON ? asked & ~ASKED_VCS : asked;
    vc.held += arrived;
    router.held = CommonRouter.withOneMore(router.held);
    const stage = <u32>vc.stage;
    const asks: u32 = stage == IDLE ? 1 : 0;
    vc.stage = <u8>(stage + asks);
    if (sizeof<K>() == COMMON) vc.out = <u8>select<u32>(<u32>(asked & ASKED_VCS), <u32>vc.out, asks);
    const place = Step.claimsOf<K>(at);
    const claims = load<u64>(place);
    store<u64>(place, claims | ((<u64>asks) << (<u64>vc.local)));
    store<u32>(last, <u32>at);
    last += ((<usize>asks) & (<usize>(claims == 0 ? 1 : 0))) << 2;
  }
  net.vaCount = (last - list) >> 2;
}

/** First half of the switch: every output with bids grants an input. Returns how many inputs were granted something. */
function grantSwitch<K, W>(net: Net): usize {
  const list = net.saList;
  const end = list + (net.saCount << 2);
  const granted = net.grantList;
  let inputs = granted;
  let near = sizeof<W>() == LARGE ? list : end;
  for (let entry = list; entry < end; entry += 4) {
    if (sizeof<W>() == LARGE && entry == near) {
      near = Near.next(entry, end);
      Near.granting(entry, near);
    }
    const listed = load<u32>(entry);
    if (Alone.has<W>(listed)) {
      store<u32>(inputs, listed);
      inputs += 4;
      continue;
    }
    const output = changetype<CommonPort>(<usize>listed);
    const bids = output.bids;
    const port = Step.pick(bids, <u64>output.grant) >> 2;
    const input = changetype<CommonPort>(Place.first(output) + ((<usize>port) << COMMON_PORT_SHIFT));
    const base = port << 2;
    const local = base + Step.pick((bids >> base) & 15, <u64>input.firstVc);
    output.candidate = <u8>local;
    const before = <u32>input.granted;
    input.granted = <u16>(before | (1 << (<u32>output.local)));
    store<u32>(inputs, <u32>changetype<usize>(input));
    inputs += before == 0 ? 4 : 0;
  }
  net.saCount = 0;
  return (inputs - granted) >> 2;
}

/** Every port gives its free output VCs to claiming input VCs: one iteration of iSLIP. `mayCross`: packets that are alone may cross at once. */
function allocateVcs<K, W>(net: Net, t: u32, mayCross: bool): void {
  const list = net.vaList;
  const end = list + (net.vaCount << 2);
  const bidding = net.saList;
  const vcsOfPorts = net.vcsOfPorts;
  let bidder = bidding + (net.saCount << 2);
  let crossing = Alone.list(net, t);
  let kept = list;
  let near = sizeof<W>() == LARGE ? list : end;
  for (let entry = list; entry < end; entry += 4) {
    if (sizeof<W>() == LARGE && entry == near) {
      near = Near.next(entry, end);
      Near.claiming<K>(net, entry, near);
    }
    const port = changetype<CommonPort>(<usize>load<u32>(entry));
    let free = (<u32>port.free) & 15;
    const place = Step.claimsOf<K>(changetype<usize>(port));
    let claims = load<u64>(place);
    if ((claims & (claims - 1)) == 0 && free != 0) {
      if (sizeof<W>() == LARGE && mayCross && free == 15 && port.down != net.nodeEnd) {
        if (Alone.cross<K>(net, vcsOfPorts, port, ctz<u64>(claims), t, crossing)) {
          store<u64>(place, 0);
          store<u32>(bidder, 1);
          bidder += 4;
          crossing += CROSSING_BYTES;
          continue;
        }
      }
      Alone.wait<W>(port, claims);
      const local = ctz<u64>(claims);
      if (sizeof<K>() == COMMON)
        free = Ways.offered<K>(net, port, changetype<CommonVc>(Step.vcAt<K>(Place.vcsBeside(vcsOfPorts, port), <usize>local)), free);
      if (sizeof<K>() != COMMON || free != 0) {
        bidder = Flits.give<K>(net, vcsOfPorts, port, local, free, t, bidder);
        store<u64>(place, 0);
        continue;
      }
    }
    Alone.wait<W>(port, claims);
    if (sizeof<K>() == COMMON && free != 0) free &= Ways.sortClaims(net, vcsOfPorts, port, claims);
    if (free != 0) {
      // the claim that each output VC grants
      const pointers = changetype<usize>(port) + COMMON_GRANTS;
      let grants = i8x16.splat(<u8>Step.pick(Ways.claimsFor<K>(net, 0, claims), <u64>load<u8>(pointers)));
      grants = i8x16.replace_lane(grants, 1, <u8>Step.pick(Ways.claimsFor<K>(net, 1, claims), <u64>load<u8>(pointers, 1)));
      grants = i8x16.replace_lane(grants, 2, <u8>Step.pick(Ways.claimsFor<K>(net, 2, claims), <u64>load<u8>(pointers, 2)));
      grants = i8x16.replace_lane(grants, 3, <u8>Step.pick(Ways.claimsFor<K>(net, 3, claims), <u64>load<u8>(pointers, 3)));
      let left = claims;
      do {
        const out = <usize>ctz<u32>(free);
        const winner = Step.pick(Ways.claimsFor<K>(net, out, claims), <u64>load<u8>(pointers + out));
        const offered = (<u32>i8x16.bitmask(i8x16.eq(grants, i8x16.splat(<u8>winner)))) & free;
        free &= ~offered;
        bidder = Flits.give<K>(net, vcsOfPorts, port, winner, offered, t, bidder);
        left &= ~((<u64>1) << winner);
      } while (free);
      claims = left;
      store<u64>(place, left);
    }
    store<u32>(kept, <u32>changetype<usize>(port));
    kept += claims != 0 ? 4 : 0;
  }
  net.vaCount = (kept - list) >> 2;
  net.saCount = (bidder - bidding) >> 2;
}

/** Second half of the switch: every granted input accepts an output, and its flit crosses. */
function acceptSwitch<K, W>(net: Net, t: u32, inputs: usize): void {
  const list = net.grantList;
  const end = list + (inputs << 2);
  const bidding = net.saList;
  let bidder = bidding + (net.saCount << 2);
  const links = net.linkList;
  const ends = net.nodeEndList;
  let link = links;
  let leaving = ends;
  const isQuiet = inputs < FEW;
  let alone = Alone.list(net, t - 1);
  const nodeEnd = net.nodeEnd;
  const vcsOfPorts = net.vcsOfPorts;
  for (let entry = list; entry < end; entry += 4) {
    const listed = load<u32>(entry);
    if (Alone.has<W>(listed)) {
      bidder = Alone.release(alone, bidder);
      if (isQuiet) {
        Alone.goOn(net, alone, t);
        net.pending++;
      } else {
        store<u64>(link, <u64>(alone | 1));
        link += 8;
      }
      alone += CROSSING_BYTES;
      continue;
    }
    const input = changetype<CommonPort>(<usize>listed);
    const ports = Place.first(input);
    const vcs = Place.vcsBeside(vcsOfPorts, input);
    const granted = <u32>input.granted;
    input.granted = 0;
    const start = <u32>input.accept;
    const after = (granted >> start) << start;
    const chosen = ctz<u32>(after ? after : granted);
    const output = changetype<CommonPort>(ports + ((<usize>chosen) << COMMON_PORT_SHIFT));
    const local = <u32>output.candidate;
    if ((granted & (granted - 1)) != 0) {
      for (let others = granted & ~(1 << chosen); others; others &= others - 1) {
        store<u32>(bidder, <u32>(ports + ((<usize>ctz<u32>(others)) << COMMON_PORT_SHIFT)));
        bidder += 4;
      }
    }
    input.accept = <u8>(chosen + 1);
    output.grant = <u8>((<u32>input.local + 1) << 2);
    input.firstVc = <u8>((local & 3) + 1);
    const bids = output.bids & ~((<u64>1) << (<u64>local));
    output.bids = bids;
    store<u32>(bidder, <u32>changetype<usize>(output));
    bidder += bids != 0 ? 4 : 0;
    if (isQuiet) {
      // the next flit of its packet may bid
      net.saCount = (bidder - bidding) >> 2;
      const vc = changetype<CommonVc>(Step.vcAt<K>(vcs, local));
      if (output.down == nodeEnd) Flits.leave<K, W>(net, vc, output, t);
      else {
        Flits.goOn<K, W>(net, vc, output, t);
        net.pending++;
      }
      bidder = bidding + (net.saCount << 2);
      continue;
    }
    const crossing = (<u64>changetype<usize>(Step.vcAt<K>(vcs, local))) | ((<u64>changetype<usize>(output)) << 32);
    store<u64>(link, crossing);
    store<u64>(leaving, crossing);
    const leaves = (<usize>(output.down == nodeEnd ? 1 : 0)) << 3;
    leaving += leaves;
    link += 8 - leaves;
  }
  net.saCount = (bidder - bidding) >> 2;
  net.moves += <u32>inputs;
  if (leaving != ends) leave<K, W>(net, t, ends, leaving);
  if (link == links) return;
  goOn<K, W>(net, t, links, link);
}

/** Flits that go on to another router, from a list. */
function goOn<K, W>(net: Net, t: u32, list: usize, end: usize): void {
  let near = sizeof<W>() == LARGE ? list : end;
  for (let entry = list; entry < end; entry += 8) {
    if (sizeof<W>() == LARGE && entry == near) {
      near = Near.next(entry, end);
      Near.crossing<K>(entry, near);
    }
    const vc = load<u32>(entry);
    if (Alone.has<W>(vc)) Alone.goOn(net, <usize>(vc & ~1), t);
    else Flits.goOn<K, W>(net, changetype<CommonVc>(<usize>vc), changetype<CommonPort>(<usize>load<u32>(entry, 4)), t);
  }
  net.pending += (end - list) >> 3;
}

/** Flits that leave for a node, from a list. */
function leave<K, W>(net: Net, t: u32, list: usize, end: usize): void {
  for (let entry = list; entry < end; entry += 8)
    Flits.leave<K, W>(net, changetype<CommonVc>(<usize>load<u32>(entry)), changetype<CommonPort>(<usize>load<u32>(entry, 4)), t);
}
