/**
 * The router kernel for the most common routers (kinds `Common` and `Large`): the cycle of router.ts, event by event, with their numbers in the text (4 VCs of 8 flits, standard stages) and with as
 * few branches as can be that hang on the traffic. Behind a mispredicted branch loads wait for one another that otherwise overlap, which costs more than the work that the branch saves.
 * Therefore one and many requests are answered alike, entries are written to a list before it is known whether they count, and the flits that cross the switch in a cycle are sorted first: those
 * that go on to another router, those that leave for a node.
 */
import { Nodes } from './router-nodes';
import { Phases } from './router-phases';
import {
  ACTIVE,
  BEHIND,
  CLAIMING,
  COMMON_VCS,
  GRANTS,
  HEAD,
  IDLE,
  INDEX_SHIFT,
  Net,
  Packet,
  PLAIN,
  Port,
  PORT_SHIFT,
  Router,
  Slot,
  TAIL,
  Unit,
  UNIT_MASK,
  Vc,
} from './router-records';
import { Step } from './router-step';

/** Flits of one cycle from which on it pays to sort them. */
const FEW: usize = 4;

export function runCommon<K>(net: Net, until: u32): void {
  let t = net.cycle;
  while (t < until && net.arrivalCount + net.nodes <= net.arrivalCapacity) {
    if (net.offerNext < net.offerCount) Nodes.admit<K>(net, t);
    const slot = Step.slot(net, t);
    if (slot.bodiesEnd != slot.bodies) Phases.bodiesArrive<K>(net, t, slot);
    if (net.blockedCount) Phases.lookAgain<K>(net, t);
    if (net.nodeCount) Nodes.inject<K>(net, t);
    const grants = net.saCount ? grantSwitch(net) : 0;
    if (net.vaCount) allocateVcs<K>(net, t);
    if (net.nextCount) Phases.routeNext<K>(net, t);
    if (slot.headsEnd != slot.heads) headsArrive<K>(net, t, slot);
    if (grants) acceptSwitch<K>(net, t, grants);
    t++;
    if ((net.saCount | net.vaCount | net.blockedCount | net.nextCount | net.nodeCount) == 0) t = Step.nextBusy(net, t, until);
  }
  net.cycle = t;
}

function headsArrive<K>(net: Net, t: u32, slot: Slot): void {
  const first = slot.heads;
  const end = slot.headsEnd;
  slot.headsEnd = first;
  net.pending -= (end - first) >> 3;
  const list = net.vaList;
  let last = list + (net.vaCount << 2);
  const arrived: i64 = 1 - ((<i64>t) << 16);
  for (let entry = first; entry < end; entry += 8) {
    const vc = changetype<Vc>(<usize>load<u32>(entry));
    const router = changetype<Router>(vc.router);
    const asked = <usize>load<u32>(entry, 4);
    const at = sizeof<K>() < PLAIN ? Step.unit<K>(vc.router, 0, asked) : asked;
    vc.visible++;
    const held = router.held + arrived;
    router.held = held;
    const now = (<u32>held) & 0xffff;
    if (now > router.peak) router.peak = now;
    const stage = <u32>vc.stage;
    const asks: u32 = stage == IDLE ? 1 : 0;
    vc.stage = <u8>(stage + asks);
    const place = Step.claimsOf<K>(at);
    const claims = load<u64>(place);
    store<u64>(place, claims | ((<u64>asks) << (<u64>vc.local)));
    store<u32>(last, <u32>at);
    last += ((<usize>asks) & (<usize>(claims == 0 ? 1 : 0))) << 2;
  }
  net.vaCount = (last - list) >> 2;
}

/** First half of the switch: every output with bids grants an input. Returns how many inputs were granted something. */
function grantSwitch(net: Net): usize {
  const list = net.saList;
  const end = list + (net.saCount << 2);
  const granted = net.grantList;
  let inputs = granted;
  for (let entry = list; entry < end; entry += 4) {
    const output = changetype<Port>(<usize>load<u32>(entry));
    const bids = output.bids;
    const port = Step.pick(bids, <u64>output.grant) >> 2;
    const input = changetype<Port>(output.ports + ((<usize>port) << PORT_SHIFT));
    const base = port << 2;
    const local = base + Step.pick((bids >> base) & 15, <u64>input.firstVc);
    output.candidate = <u8>local;
    const before = input.granted;
    input.granted = before | (1 << (<u32>output.local));
    store<u32>(inputs, <u32>changetype<usize>(input));
    inputs += before == 0 ? 4 : 0;
  }
  net.saCount = 0;
  return (inputs - granted) >> 2;
}

/** Every unit gives its free output VCs to claiming input VCs: one iteration of iSLIP. */
function allocateVcs<K>(net: Net, t: u32): void {
  const list = net.vaList;
  const end = list + (net.vaCount << 2);
  const bidding = net.saList;
  let bidder = bidding + (net.saCount << 2);
  let kept = list;
  for (let entry = list; entry < end; entry += 4) {
    const unit = <usize>load<u32>(entry);
    const port = changetype<Port>(sizeof<K>() < PLAIN ? changetype<Unit>(unit).port : unit);
    let free = <u32>port.free;
    if (sizeof<K>() < PLAIN) free &= changetype<Unit>(unit).range;
    const place = Step.claimsOf<K>(unit);
    let claims = load<u64>(place);
    if ((claims & (claims - 1)) == 0 && free != 0) {
      bidder = Inline.give<K>(net, port, ctz<u64>(claims), free, t, bidder);
      store<u64>(place, 0);
      continue;
    }
    if (free != 0) {
      // the claim that each output VC grants
      const pointers = changetype<usize>(port) + GRANTS;
      let grants = i8x16.splat(<u8>Step.pick(claims, <u64>load<u8>(pointers)));
      grants = i8x16.replace_lane(grants, 1, <u8>Step.pick(claims, <u64>load<u8>(pointers, 1)));
      grants = i8x16.replace_lane(grants, 2, <u8>Step.pick(claims, <u64>load<u8>(pointers, 2)));
      grants = i8x16.replace_lane(grants, 3, <u8>Step.pick(claims, <u64>load<u8>(pointers, 3)));
      let left = claims;
      do {
        const winner = Step.pick(claims, <u64>load<u8>(pointers + ctz<u32>(free)));
        const offered = (<u32>i8x16.bitmask(i8x16.eq(grants, i8x16.splat(<u8>winner)))) & free;
        free &= ~offered;
        bidder = Inline.give<K>(net, port, winner, offered, t, bidder);
        left &= ~((<u64>1) << winner);
      } while (free);
      claims = left;
      store<u64>(place, left);
    }
    store<u32>(kept, <u32>unit);
    kept += claims != 0 ? 4 : 0;
  }
  net.vaCount = (kept - list) >> 2;
  net.saCount = (bidder - bidding) >> 2;
}

/** Every output grants an input, see `grantSwitch`. */
export function grantFast(net: Net): usize {
  const list = net.saList;
  const end = list + (net.saCount << 2);
  const granted = net.grantList;
  let inputs = granted;
  for (let entry = list; entry < end; entry += 4) {
    const output = changetype<Port>(<usize>load<u32>(entry));
    const bids = output.bids;
    const port = Step.pick(bids, <u64>output.grant) >> 2;
    const input = changetype<Port>(output.ports + ((<usize>port) << PORT_SHIFT));
    const base = port << 2;
    const local = base + Step.pick((bids >> base) & 15, <u64>input.firstVc);
    output.candidate = <u8>local;
    const before = input.granted;
    input.granted = before | (1 << (<u32>output.local));
    store<u32>(inputs, <u32>changetype<usize>(input));
    inputs += before == 0 ? 4 : 0;
  }
  net.saCount = 0;
  return (inputs - granted) >> 2;
}

/** Second half of the switch: every granted input accepts an output, and its flit crosses. */
function acceptSwitch<K>(net: Net, t: u32, inputs: usize): void {
  const list = net.grantList;
  const end = list + (inputs << 2);
  const bidding = net.saList;
  let bidder = bidding + (net.saCount << 2);
  const links = net.linkList;
  const ends = net.nodeEndList;
  let link = links;
  let leaving = ends;
  const isQuiet = inputs < FEW;
  for (let entry = list; entry < end; entry += 4) {
    const input = changetype<Port>(<usize>load<u32>(entry));
    const granted = input.granted;
    input.granted = 0;
    const start = <u32>input.accept;
    const after = (granted >> start) << start;
    const chosen = ctz<u32>(after ? after : granted);
    const output = changetype<Port>(input.ports + ((<usize>chosen) << PORT_SHIFT));
    const local = <u32>output.candidate;
    if ((granted & (granted - 1)) != 0) {
      for (let others = granted & ~(1 << chosen); others; others &= others - 1) {
        store<u32>(bidder, <u32>(input.ports + ((<usize>ctz<u32>(others)) << PORT_SHIFT)));
        bidder += 4;
      }
    }
    input.accept = <u8>(chosen + 1);
    output.grant = input.behind;
    input.firstVc = <u8>((local & 3) + 1);
    const bids = output.bids & ~((<u64>1) << (<u64>local));
    output.bids = bids;
    store<u32>(bidder, <u32>changetype<usize>(output));
    bidder += bids != 0 ? 4 : 0;
    if (isQuiet) {
      // the next flit of its packet may bid
      net.saCount = (bidder - bidding) >> 2;
      const vc = Step.vcAt<K>(input.vcs, local);
      if (output.isEjection) Inline.leave<K>(net, vc, output, t);
      else {
        Inline.goOn<K>(net, vc, output, t);
        net.pending++;
      }
      bidder = bidding + (net.saCount << 2);
      continue;
    }
    const crossing = (<u64>changetype<usize>(Step.vcAt<K>(input.vcs, local))) | ((<u64>changetype<usize>(output)) << 32);
    store<u64>(link, crossing);
    store<u64>(leaving, crossing);
    const leaves = (<usize>output.isEjection) << 3;
    leaving += leaves;
    link += 8 - leaves;
  }
  net.saCount = (bidder - bidding) >> 2;
  net.moves += <u32>inputs;
  if (leaving != ends) leave<K>(net, t, ends, leaving);
  if (link != links) goOn<K>(net, t, links, link);
}

/** Flits that go on to another router, from a list. */
function goOn<K>(net: Net, t: u32, list: usize, end: usize): void {
  for (let entry = list; entry < end; entry += 8)
    Inline.goOn<K>(net, changetype<Vc>(<usize>load<u32>(entry)), changetype<Port>(<usize>load<u32>(entry, 4)), t);
  net.pending += (end - list) >> 3;
}

/** Flits that leave for a node, from a list. */
function leave<K>(net: Net, t: u32, list: usize, end: usize): void {
  for (let entry = list; entry < end; entry += 8)
    Inline.leave<K>(net, changetype<Vc>(<usize>load<u32>(entry)), changetype<Port>(<usize>load<u32>(entry, 4)), t);
}

class Inline {
  /** An input VC takes the first of the output VCs `offered`, at or after its pointer, and bids if there is room. Returns the end of the list of bidders. */
  @inline static give<K>(net: Net, port: Port, local: u64, offered: u32, t: u32, bidder: usize): usize {
    const vc = Step.vcAt<K>(port.vcs, <usize>local);
    const base = <u32>port.base;
    const from = <u32>vc.accept - base;
    const start = from < COMMON_VCS ? from : 0;
    const after = (offered >> start) << start;
    const out = ctz<u32>(after ? after : offered);
    const down = Step.vcAt<K>(port.down, out);
    vc.accept = <u8>(base + out + 1);
    vc.out = <u8>out;
    vc.port = changetype<usize>(port);
    vc.down = changetype<usize>(down);
    vc.stage = ACTIVE;
    Step.taken(port, out, local);
    if (!Step.mayHaveRoom<K>(net, down, t + 1)) {
      Step.block(net, changetype<usize>(vc));
      return bidder;
    }
    const bids = port.bids;
    port.bids = bids | ((<u64>1) << local);
    store<u32>(bidder, <u32>changetype<usize>(port));
    return bidder + (bids == 0 ? 4 : 0);
  }

  /** The flit at the front of a VC goes on to another router. */
  @inline static goOn<K>(net: Net, vc: Vc, output: Port, t: u32): void {
    const popped = <u32>vc.popped;
    const flit = Inline.pop<K>(net, vc, output, popped, t);
    const down = changetype<Vc>(vc.down);
    const sent = <u32>down.sent;
    let unit: u32 = 0;
    if (flit & HEAD) {
      const packet = changetype<Packet>(Step.packetAt(net, flit >> INDEX_SHIFT));
      const key = <u32>packet.next;
      packet.next = key + net.step;
      unit = Step.hop<K>(net, output.row, output.turns, key);
    }
    store<u32>(Step.place<K>(net, down, sent), (flit & ~UNIT_MASK) | unit);
    down.sent = <u8>(sent + 1);
    // heads have the first list of a slot, others the second
    const slot = changetype<usize>(Step.slot(net, t + <u32>output.delay)) + (((<usize>(flit & HEAD)) >> 4) ^ 4);
    const last = <usize>load<u32>(slot);
    const ports = sizeof<K>() < PLAIN ? 0 : <usize>load<u32>(changetype<usize>(output), BEHIND);
    store<u64>(last, (<u64>changetype<usize>(down)) | (Step.asked<K>(ports, unit) << 32));
    store<u32>(slot, <u32>(last + 8));
    Inline.passed<K>(net, vc, output, flit, popped, t);
  }

  /** The flit at the front of a VC leaves for a node. */
  @inline static leave<K>(net: Net, vc: Vc, output: Port, t: u32): void {
    const popped = <u32>vc.popped;
    const flit = Inline.pop<K>(net, vc, output, popped, t);
    if (flit & TAIL) {
      const packet = changetype<Packet>(Step.packetAt(net, flit >> INDEX_SHIFT));
      Nodes.arrive(net, packet, packet.destination, (<u32>packet.next) >> 24, t + 3);
      Nodes.free(net, packet);
    }
    Inline.passed<K>(net, vc, output, flit, popped, t);
  }

  /** Takes flit number `popped` out of a VC. */
  @inline static pop<K>(net: Net, vc: Vc, output: Port, popped: u32, t: u32): u32 {
    const place = Step.place<K>(net, vc, popped);
    const flit = load<u32>(place);
    store<u32>(place, t + 1 + <u32>vc.window);
    vc.popped = <u8>(popped + 1);
    changetype<Router>(vc.router).held += ((<i64>t) << 16) - 1;
    output.flits++;
    return flit;
  }

  /** What a flit leaves behind: its output VC is free again behind the last of a packet; the next flit of its VC bids, the next packet is routed. */
  @inline static passed<K>(net: Net, vc: Vc, output: Port, flit: u32, popped: u32, t: u32): void {
    const left = (<u32>vc.visible - popped - 1) & 0xff;
    if (flit & TAIL) {
      output.free = <u16>((<u32>output.free) | (1 << (<u32>vc.out)));
      const goesOn: usize = left != 0 ? 1 : 0;
      vc.stage = goesOn ? CLAIMING : IDLE;
      const count = net.nextCount;
      store<u32>(net.nextList + (count << 2), <u32>changetype<usize>(vc));
      net.nextCount = count + goesOn;
    } else {
      vc.ring = flit;
      if (left != 0) Step.bid<K>(net, vc, t + 1);
    }
  }
}
