/**
 * The cycle-exact router of src/noc/router.ts, for networks whose stages all take one cycle, up to 64 VCs per router. Same results, packet by packet; no allocation, no credits in
 * flight (the sender sees the buffer at the other end and leaves out what it cannot know yet), no visit to a router that has nothing to do.
 *
 * A cycle t, in this order; what a phase writes for t + 1 is not read by a later phase of t:
 *   offers of t enter their queues; flits other than heads arrive; VCs that waited for a credit look again; nodes send;
 *   switch, first half: every output grants an input; VC allocation (its winners bid from t + 1 on);
 *   heads arrive and are routed (they claim from t + 1 on);
 *   switch, second half: every input accepts an output; the flit is written into the buffer at the other end, visible there at t + 2 + latency.
 */
import {
  ACTIVE,
  ARRIVAL_BYTES,
  CLAIMING,
  GRANTS,
  HEAD,
  IDLE,
  KEY_MASK,
  Net,
  Node,
  NODE_BYTES,
  Packet,
  PACKET_BYTES,
  PACKET_SHIFT,
  Port,
  PORT_BYTES,
  Router,
  ROUTER_BYTES,
  TAIL,
  Unit,
  UNIT_BYTES,
  UNIT_SHIFT,
  Vc,
  VC_BYTES,
} from './router-records';

/** Simulates the cycles before `until`, or fewer when the list of arrivals or of offers is used up; `net.cycle` tells. */
export function routerRun(address: usize, until: u32): void {
  const net = changetype<Net>(address);
  let t = net.cycle;
  while (t < until && net.arrivalCount + net.nodes <= net.arrivalCapacity) {
    if (net.offerNext < net.offerCount) admit(net, t);
    const slot = t & net.slotMask;
    const bodies = load<u32>(net.bodyCount + (slot << 2));
    if (bodies) bodiesArrive(net, t, slot, bodies);
    if (net.blockedCount) lookAgain(net, t);
    if (net.nodeCount) inject(net, t);
    const grants = net.saCount ? grantSwitch(net) : 0;
    if (net.vaCount) allocateVcs(net);
    if (net.nextCount) routeNext(net);
    const heads = load<u32>(net.headCount + (slot << 2));
    if (heads) headsArrive(net, t, slot, heads);
    if (grants) acceptSwitch(net, t, grants);
    t++;
    if ((net.saCount | net.vaCount | net.blockedCount | net.nextCount | net.nodeCount) == 0) t = nextBusy(net, t, until);
  }
  net.cycle = t;
}

/** The first cycle from t on in which something arrives or is offered, at most `until`. */
function nextBusy(net: Net, t: u32, until: u32): u32 {
  let limit = until;
  if (net.offerNext < net.offerCount) {
    const offered = load<u32>(net.offers + net.offerNext * 20);
    if (offered < limit) limit = offered;
  }
  if (net.pending == 0) return limit > t ? limit : t;
  while (t < limit && (load<u32>(net.headCount + ((t & net.slotMask) << 2)) | load<u32>(net.bodyCount + ((t & net.slotMask) << 2))) == 0)
    t++;
  return t;
}

function admit(net: Net, t: u32): void {
  for (let offer = net.offers + net.offerNext * 20; net.offerNext < net.offerCount && load<u32>(offer) == t; offer += 20) {
    net.offerNext++;
    const packet = changetype<Packet>(net.freePacket);
    net.freePacket = packet.next;
    net.alive++;
    packet.next = 0;
    packet.created = t;
    packet.source = load<u32>(offer, 4);
    packet.destination = load<u32>(offer, 8);
    packet.shape = load<u32>(offer, 12) | (load<u32>(offer, 16) << 8);
    packet.ready = t;
    packet.id = net.nextId++;
    const node = changetype<Node>(net.nodeRecords + <usize>packet.source * NODE_BYTES);
    if (node.first) changetype<Packet>(node.last).next = changetype<usize>(packet);
    else {
      node.first = changetype<usize>(packet);
      if (node.sending == 0) store<u32>(net.nodeList + (net.nodeCount++ << 2), <u32>changetype<usize>(node));
    }
    node.last = changetype<usize>(packet);
  }
}

function bodiesArrive(net: Net, t: u32, slot: u32, count: u32): void {
  store<u32>(net.bodyCount + (slot << 2), 0);
  net.pending -= count;
  let entry = net.bodies + ((<usize>slot * net.channels) << 2);
  for (const end = entry + (count << 2); entry < end; entry += 4) {
    const vc = changetype<Vc>(<usize>load<u32>(entry));
    const isFirst = vc.visible == vc.popped;
    vc.visible++;
    Step.hold(vc, t);
    if (isFirst && vc.stage == ACTIVE) Step.bid(net, vc);
  }
}

function headsArrive(net: Net, t: u32, slot: u32, count: u32): void {
  store<u32>(net.headCount + (slot << 2), 0);
  net.pending -= count;
  let entry = net.heads + ((<usize>slot * net.channels) << 2);
  for (const end = entry + (count << 2); entry < end; entry += 4) {
    const vc = changetype<Vc>(<usize>load<u32>(entry));
    vc.visible++;
    Step.hold(vc, t);
    if (vc.stage == IDLE) Step.claim(net, vc);
  }
}

/** VCs whose packet left in the cycle before, with another behind it. */
function routeNext(net: Net): void {
  for (let i: usize = 0; i < net.nextCount; i++) Step.claim(net, changetype<Vc>(<usize>load<u32>(net.nextList + (i << 2))));
  net.nextCount = 0;
}

function lookAgain(net: Net, t: u32): void {
  const list = net.blockedList;
  const count = net.blockedCount;
  let kept: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    const vc = changetype<Vc>(<usize>load<u32>(list + (i << 2)));
    const port = changetype<Port>(vc.port);
    if (Step.occupied(changetype<Vc>(port.down + <usize>vc.out * VC_BYTES), t) < net.buffer) Step.place(net, vc, port);
    else store<u32>(list + (kept++ << 2), <u32>changetype<usize>(vc));
  }
  net.blockedCount = kept;
}

function inject(net: Net, t: u32): void {
  const list = net.nodeList;
  const count = net.nodeCount;
  let kept: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    const node = changetype<Node>(<usize>load<u32>(list + (i << 2)));
    if (Step.sendOne(net, node, t)) store<u32>(list + (kept++ << 2), <u32>changetype<usize>(node));
  }
  net.nodeCount = kept;
}

/** First half of the switch: every output with bids grants the input at or after its pointer. Returns how many inputs were granted something. */
function grantSwitch(net: Net): usize {
  const list = net.saList;
  const count = net.saCount;
  const vcs = <u64>net.vcs;
  const one = ((<u64>1) << vcs) - 1;
  let inputs: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    const output = changetype<Port>(<usize>load<u32>(list + (i << 2)));
    const bids = output.bids;
    let local: u64 = 0;
    let input: Port;
    if ((bids & (bids - 1)) == 0) {
      local = ctz<u64>(bids);
      input = changetype<Port>(output.router + ROUTER_BYTES + <usize>load<u8>(net.portOfVc + <usize>local) * PORT_BYTES);
    } else {
      const first = Step.pick(bids, <u64>output.grant);
      input = changetype<Port>(output.router + ROUTER_BYTES + <usize>load<u8>(net.portOfVc + <usize>first) * PORT_BYTES);
      const base = <u64>input.base;
      local = base + Step.pick((bids >> base) & one, <u64>input.firstVc);
    }
    output.candidate = <u8>local;
    const granted = input.granted;
    input.granted = granted | (1 << (<u32>output.local));
    store<u32>(net.grantList + (inputs << 2), <u32>changetype<usize>(input));
    inputs += granted == 0 ? 1 : 0;
  }
  return inputs;
}

/** Every unit gives its free output VCs to claiming input VCs: one iteration of iSLIP. */
function allocateVcs(net: Net): void {
  const list = net.vaList;
  const count = net.vaCount;
  let kept: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    const unit = changetype<Unit>(<usize>load<u32>(list + (i << 2)));
    const port = changetype<Port>(unit.port);
    const free = port.free & unit.range;
    const claims = unit.claims;
    if (free != 0) {
      if ((claims & (claims - 1)) == 0) {
        Step.grantVc(net, unit, port, ctz<u64>(claims), free);
        unit.claims = 0;
        continue;
      }
      contend(net, unit, port, claims, free);
      if (unit.claims == 0) continue;
    }
    store<u32>(list + (kept++ << 2), <u32>changetype<usize>(unit));
  }
  net.vaCount = kept;
}

/** Several claims: every free output VC grants one, every granted input VC accepts one. */
function contend(net: Net, unit: Unit, port: Port, claims: u64, free: u32): void {
  let rest = free;
  let winners: u64 = 0;
  const grants = changetype<usize>(port);
  while (rest) {
    const out = ctz<u32>(rest);
    const winner = Step.pick(claims, <u64>load<u8>(grants + out, GRANTS));
    // all output VCs that grant the same input VC
    let offered: u32 = 1 << out;
    rest &= rest - 1;
    for (let others = rest; others; others &= others - 1) {
      const other = ctz<u32>(others);
      if (Step.pick(claims, <u64>load<u8>(grants + other, GRANTS)) == winner) offered |= 1 << other;
    }
    rest &= ~offered;
    winners |= (<u64>1) << winner;
    Step.grantVc(net, unit, port, winner, offered);
  }
  unit.claims = claims & ~winners;
}

/** Second half of the switch: every granted input accepts the output at or after its pointer, and its flit crosses. */
function acceptSwitch(net: Net, t: u32, inputs: usize): void {
  for (let i: usize = 0; i < inputs; i++) {
    const input = changetype<Port>(<usize>load<u32>(net.grantList + (i << 2)));
    const granted = input.granted;
    input.granted = 0;
    const after = (granted >> (<u32>input.accept)) << (<u32>input.accept);
    const output = changetype<Port>(input.router + ROUTER_BYTES + <usize>ctz<u32>(after ? after : granted) * PORT_BYTES);
    const local = output.candidate;
    const next = <u32>output.local + 1;
    input.accept = next == <u32>output.size ? 0 : <u8>next;
    const base = <u32>input.local + 1 == <u32>input.size ? 0 : <u32>input.base + net.vcs;
    output.grant = <u8>base;
    const first = <u32>local - <u32>input.base + 1;
    input.firstVc = first == net.vcs ? 0 : <u8>first;
    output.bids &= ~((<u64>1) << (<u64>local));
    Step.traverse(net, changetype<Vc>(input.vcs + <usize>local * VC_BYTES), output, t);
  }
  // outputs without further bids leave the list
  const list = net.saList;
  let kept: usize = 0;
  for (let i: usize = 0; i < net.saCount; i++) {
    const port = load<u32>(list + (i << 2));
    store<u32>(list + (kept << 2), port);
    const isWanted: u32 = changetype<Port>(<usize>port).bids != 0 ? 1 : 0;
    changetype<Port>(<usize>port).listed = isWanted;
    kept += <usize>isWanted;
  }
  net.saCount = kept;
}

/** What the phases do for one VC, port or node: written once, compiled into each of them. */
class Step {
  /** A flit is in the buffer of its router: counted there. */
  @inline static hold(vc: Vc, t: u32): void {
    const router = changetype<Router>(vc.router);
    const held = router.held + 1 - ((<i64>t) << 16);
    router.held = held;
    const now = (<u32>held) & 0xffff;
    if (now > router.peak) router.peak = now;
  }

  /** The packet at the front of a VC wants an output VC. */
  @inline static claim(net: Net, vc: Vc): void {
    vc.stage = CLAIMING;
    const flit = load<u64>(vc.ring + ((vc.popped & net.ringMask) << 3));
    const unit = changetype<Unit>(vc.units + ((<usize>(flit >> UNIT_SHIFT)) & 63) * UNIT_BYTES);
    const claims = unit.claims;
    unit.claims = claims | ((<u64>1) << (<u64>vc.local));
    store<u32>(net.vaList + (net.vaCount << 2), <u32>changetype<usize>(unit));
    net.vaCount += claims == 0 ? 1 : 0;
  }

  /** An active VC with a flit bids for the switch, or waits until there is room behind it. */
  @inline static bid(net: Net, vc: Vc): void {
    const port = changetype<Port>(vc.port);
    const down = changetype<Vc>(port.down + <usize>vc.out * VC_BYTES);
    if (down.sent - down.popped + down.window < net.buffer) Step.place(net, vc, port);
    else store<u32>(net.blockedList + (net.blockedCount++ << 2), <u32>changetype<usize>(vc));
  }

  @inline static place(net: Net, vc: Vc, port: Port): void {
    port.bids |= (<u64>1) << (<u64>vc.local);
    store<u32>(net.saList + (net.saCount << 2), <u32>changetype<usize>(port));
    net.saCount += 1 - <usize>port.listed;
    port.listed = 1;
  }

  /** Flits that the sender of `vc` has to count at the beginning of cycle t: those in the buffer or under way, and places that became free too recently to be known. */
  @inline static occupied(vc: Vc, t: u32): u32 {
    const age = t - vc.last;
    const recent = age <= vc.window ? popcnt<u32>(vc.history & ((2 << (vc.window - age)) - 1)) : 0;
    return vc.sent - vc.popped + recent;
  }

  /** A flit leaves `vc` in cycle t. */
  @inline static pop(vc: Vc, t: u32): void {
    const age = t - vc.last;
    vc.history = (age < 32 ? vc.history << age : 0) | 1;
    vc.last = t;
    vc.popped++;
  }

  /** Writes a flit into the buffer of `vc`, to arrive in cycle `t`. */
  @inline static send(net: Net, vc: Vc, flit: u64, t: u32): void {
    const sent = vc.sent;
    store<u64>(vc.ring + ((sent & net.ringMask) << 3), flit);
    vc.sent = sent + 1;
    const slot = t & net.slotMask;
    const isHead = (flit & HEAD) != 0;
    const counter = (isHead ? net.headCount : net.bodyCount) + (slot << 2);
    const count = load<u32>(counter);
    store<u32>((isHead ? net.heads : net.bodies) + ((<usize>slot * net.channels + <usize>count) << 2), <u32>changetype<usize>(vc));
    store<u32>(counter, count + 1);
    net.pending++;
  }

  /** The first set bit at or after `start`, round the word. */
  @inline static pick(mask: u64, start: u64): u64 {
    const after = (mask >> start) << start;
    return ctz<u64>(after ? after : mask);
  }

  /** The input VC takes the first of the output VCs `offered`, at or after its pointer. */
  @inline static grantVc(net: Net, unit: Unit, port: Port, local: u64, offered: u32): void {
    const vc = changetype<Vc>(unit.vcs + <usize>local * VC_BYTES);
    const start = <u32>vc.accept - <u32>port.base;
    const after = start < net.vcs ? (offered >> start) << start : 0;
    const out = ctz<u32>(after ? after : offered);
    const size = <u32>port.size * net.vcs;
    const next = <u32>port.base + out + 1;
    vc.accept = next == size ? 0 : <u8>next;
    vc.out = <u8>out;
    vc.port = changetype<usize>(port);
    vc.stage = ACTIVE;
    const pointer = <u32>local + 1;
    store<u8>(changetype<usize>(port) + out, pointer == size ? 0 : <u8>pointer, GRANTS);
    port.free &= ~(1 << out);
    // the packet's head is here, or it would not have claimed
    Step.bid(net, vc);
  }

  @inline static traverse(net: Net, vc: Vc, output: Port, t: u32): void {
    const flit = load<u64>(vc.ring + ((vc.popped & net.ringMask) << 3));
    Step.pop(vc, t);
    const router = changetype<Router>(vc.router);
    router.held += ((<i64>t) << 16) - 1;
    output.flits++;
    net.moves++;
    const out = <usize>vc.out;
    const down = changetype<Vc>(output.down + out * VC_BYTES);
    const key = <u32>flit;
    if (output.isEjection) {
      // the node takes the flit three cycles later; its place counts as free from the start, but the router does not know
      down.sent++;
      Step.pop(down, t);
      if (flit & TAIL) Step.arrive(net, flit, key, t + 3);
    } else {
      const unit = <u64>load<u8>(output.row + <usize>(key & KEY_MASK));
      const moved = (flit & ~(((<u64>63) << UNIT_SHIFT) | 0xffffffff)) | (unit << UNIT_SHIFT) | (<u64>(key + net.step));
      Step.send(net, down, moved, t + 1 + down.reach);
    }
    const left = vc.visible - vc.popped;
    if (flit & TAIL) {
      output.free |= 1 << (<u32>out);
      if (left == 0) vc.stage = IDLE;
      else {
        vc.stage = CLAIMING;
        store<u32>(net.nextList + (net.nextCount++ << 2), <u32>changetype<usize>(vc));
      }
    } else if (left != 0) Step.bid(net, vc);
  }

  /** A VC with room for a head, looked for round robin behind the last one; layer 255 stands for all VCs. -1: none. */
  @inline static freeVc(net: Net, node: Node, layer: u8, t: u32): i32 {
    const low: i32 = layer == 255 ? 0 : load<i32>(net.layerLow + ((<usize>layer) << 2));
    const size: i32 = layer == 255 ? <i32>net.vcs : load<i32>(net.layerCount + ((<usize>layer) << 2));
    const last = node.vc;
    if (last < low || last >= low + size) return Step.occupied(changetype<Vc>(node.vcs + <usize>low * VC_BYTES), t) < net.buffer ? low : -1;
    let vc = last;
    for (let i = 0; i < size; i++) {
      vc = vc + 1 == low + size ? low : vc + 1;
      if (Step.occupied(changetype<Vc>(node.vcs + <usize>vc * VC_BYTES), t) < net.buffer) return vc;
    }
    return -1;
  }

  /** Sends at most one flit; false when nothing is left to send. */
  @inline static sendOne(net: Net, node: Node, t: u32): bool {
    let flit: u64 = 0;
    if (node.sending == 0) {
      const packet = changetype<Packet>(node.first);
      const key =
        node.start == 0
          ? packet.destination
          : load<u32>(node.start + ((<usize>packet.destination * net.choices + <usize>(packet.shape >> 8)) << 2));
      const vc = Step.freeVc(net, node, node.start == 0 ? 255 : load<u8>(node.row + key - 1), t);
      if (vc < 0) return true;
      node.first = packet.next;
      node.vc = vc;
      node.sending = changetype<usize>(packet);
      node.left = packet.shape & 0xff;
      node.key = key;
      packet.injected = t;
      flit = HEAD;
    } else if (Step.occupied(changetype<Vc>(node.vcs + <usize>node.vc * VC_BYTES), t) >= net.buffer) return true;
    const left = --node.left;
    const slot = (<u64>(node.sending - net.packets)) >> 5;
    flit |= (slot << PACKET_SHIFT) | ((<u64>load<u8>(node.row + node.key)) << UNIT_SHIFT) | (<u64>(node.key + net.step));
    if (left == 0) {
      flit |= TAIL;
      node.sending = 0;
      if (node.first) changetype<Packet>(node.first).ready = t + 1;
    }
    Step.send(net, changetype<Vc>(node.vcs + <usize>node.vc * VC_BYTES), flit, t + 2);
    return left != 0 || node.first != 0;
  }

  /** The last flit of a packet has left the network. */
  @inline static arrive(net: Net, flit: u64, key: u32, t: u32): void {
    const packet = changetype<Packet>(net.packets + <usize>(flit >> PACKET_SHIFT) * PACKET_BYTES);
    const record = net.arrivals + net.arrivalCount++ * ARRIVAL_BYTES;
    store<u32>(record, packet.id);
    store<u32>(record, packet.source, 4);
    store<u32>(record, packet.destination, 8);
    store<u32>(record, packet.shape & 0xff, 12);
    store<u32>(record, packet.created, 16);
    store<u32>(record, packet.injected, 20);
    store<u32>(record, t, 24);
    store<u32>(record, key >> 24, 28);
    store<u32>(record, packet.ready, 32);
    packet.next = net.freePacket;
    net.freePacket = changetype<usize>(packet);
    net.alive--;
  }
}
