/**
 * The cycle-exact router of src/noc/router/router.ts, up to 64 VCs per router. Same results, packet by packet; no allocation, no credits in flight (the sender sees the buffer
 * at the other end and leaves out what it cannot know yet), no visit to a router that has nothing to do.
 *
 * A cycle t, in this order; what a phase writes for t + 1 is not read by a later phase of t:
 *   offers of t enter their queues; flits other than heads arrive; VCs that waited for a credit look again; nodes send;
 *   switch, first half: every output grants an input; adaptive packets choose a link; VC allocation (its winners bid from t + 1 on, or later; with speculation claims bid for what the switch has left);
 *   heads arrive and are routed (they claim from t + 1 on, or later; where the router before has looked ahead, this comes before VC allocation);
 *   switch, second half: every input accepts an output; the flit is written into the buffer at the other end, visible there at t + 2 + latency.
 */
import { Branches } from './router-branches';
import { Claims } from './router-claims';
import { runCommonOf } from './router-common';
import { Front } from './router-front';
import { Separable } from './router-separable';
import { Nodes } from './router-nodes';
import { Options } from './router-options';
import { Phases } from './router-phases';
import {
  Adaptive,
  Branch,
  EARLY,
  IDLE,
  ISLIP,
  Net,
  Port,
  PORT_SHIFT,
  Slot,
  Tables,
  TREES,
  Trees,
  Unit,
  Vc,
  VC_SHIFT,
} from './router-records';
import { Step } from './router-step';

/** Simulates the cycles before `until`, or fewer when the list of arrivals or of offers is used up; `net.cycle` tells. */
export function routerRun(address: usize, until: u32): void {
  const net = changetype<Net>(address);
  if (net.kind != 0) runCommonOf(net, until);
  else if (net.branches != 0) run<Trees>(net, until);
  else if (net.options != 0) run<Adaptive>(net, until);
  else run<Tables>(net, until);
}

function run<K>(net: Net, until: u32): void {
  let t = net.cycle;
  while (t < until && net.arrivalCount + net.nodes <= net.arrivalCapacity) {
    if (net.offerNext < net.offerCount) Nodes.admit<K>(net, t);
    const slot = Step.slot(net, t);
    if (slot.bodiesEnd != slot.bodies) Phases.bodiesArrive<K>(net, t, slot);
    if (net.blockedCount) Phases.lookAgain<K>(net, t);
    if (net.nodeCount) Nodes.inject<K>(net, t);
    let grants = net.saCount ? matched<K>(net, t) : 0;
    const heads = slot.headsEnd != slot.heads;
    if (net.claimDelay == EARLY) {
      if (net.nextCount) Phases.routeNext<K>(net, t);
      if (heads) headsArrive<K>(net, t, slot);
    }
    if (isSigned<K>() && net.choosingCount) Options.choose(net, t);
    if (net.vaCount) allocateVcs<K>(net, t);
    if (isSigned<K>() && net.choosingCount) Options.settle(net);
    if (net.guessCount) grants = Separable.crossGuesses(net, t, grants);
    if (net.bidDelay != 0) bidsFallDue<K>(net, t);
    if (net.claimDelay != EARLY) {
      if (net.nextCount) Phases.routeNext<K>(net, t);
      if (heads) headsArrive<K>(net, t, slot);
      if (net.claimDelay != 0) claimsFallDue<K>(net, t & net.slotMask);
    }
    if (grants) acceptSwitch<K>(net, t, grants);
    t++;
    if ((net.saCount | net.vaCount | net.blockedCount | net.nextCount | net.nodeCount | net.choosingCount) == 0)
      t = Step.nextBusy(net, t, until);
  }
  net.cycle = t;
}

/** Inputs that were granted something by outputs with bids. */
function matched<K>(net: Net, t: u32): usize {
  if (net.matching != ISLIP) return Separable.match(net, t);
  return net.iterations == 1 ? grantSwitch<K>(net) : matchSwitch(net);
}

function headsArrive<K>(net: Net, t: u32, slot: Slot): void {
  const end = slot.headsEnd;
  const first = slot.heads;
  slot.headsEnd = first;
  net.pending -= (end - first) >> 3;
  for (let entry = first; entry < end; entry += 8) {
    const vc = changetype<Vc>(<usize>load<u32>(entry));
    vc.visible++;
    Step.hold<K>(vc, t);
    if (vc.stage == IDLE) Front.claimAfterDelay<K>(net, vc, load<u32>(entry, 4), t);
  }
}

function claimsFallDue<K>(net: Net, slot: u32): void {
  const counter = net.claimCount + (slot << 2);
  const count = <usize>load<u32>(counter);
  const first = net.claims + <usize>slot * net.delayBytes;
  for (let i: usize = 0; i < count; i++) {
    const vc = changetype<Vc>(<usize>load<u32>(first + (i << 2)));
    Front.claim<K>(net, vc, Step.unitAhead<K>(net, vc));
  }
  store<u32>(counter, 0);
  net.pending -= count;
}

function bidsFallDue<K>(net: Net, t: u32): void {
  const slot = t & net.slotMask;
  const counter = net.bidCount + (slot << 2);
  const count = <usize>load<u32>(counter);
  const first = net.bids + <usize>slot * net.delayBytes;
  for (let i: usize = 0; i < count; i++) {
    const waiting = <usize>load<u32>(first + (i << 2));
    if (sizeof<K>() == TREES) Branches.bid(net, changetype<Branch>(waiting), t + 1);
    else Step.bid<K>(net, changetype<Vc>(waiting), t + 1);
  }
  store<u32>(counter, 0);
  net.pending -= count;
}

/** First half of the switch: every output with bids grants the input at or after its pointer. Returns how many inputs were granted something. */
function grantSwitch<K>(net: Net): usize {
  const list = net.saList;
  const end = list + (net.saCount << 2);
  const one = ((<u64>1) << (<u64>Step.vcs<K>(net))) - 1;
  const portOfVc = net.portOfVc;
  const granted = net.grantList;
  let inputs = granted;
  for (let entry = list; entry < end; entry += 4) {
    const output = changetype<Port>(<usize>load<u32>(entry));
    const bids = output.bids;
    let local = ctz<u64>(bids);
    let input: Port;
    if ((bids & (bids - 1)) == 0) input = changetype<Port>(output.ports + ((<usize>load<u8>(portOfVc + <usize>local)) << PORT_SHIFT));
    else {
      const first = Step.pick(bids, <u64>output.grant);
      input = changetype<Port>(output.ports + ((<usize>load<u8>(portOfVc + <usize>first)) << PORT_SHIFT));
      const base = <u64>input.base;
      local = base + Step.pick((bids >> base) & one, <u64>input.firstVc);
    }
    output.candidate = <u8>local;
    const before = input.granted;
    input.granted = before | (1 << (<u32>output.local));
    store<u32>(inputs, <u32>changetype<usize>(input));
    inputs += before == 0 ? 4 : 0;
  }
  // the second half brings back those that are not done
  net.saCount = 0;
  return (inputs - granted) >> 2;
}

/** Every unit gives its free output VCs to claiming input VCs. */
function allocateVcs<K>(net: Net, t: u32): void {
  const list = net.vaList;
  const end = list + (net.vaCount << 2);
  let kept = list;
  for (let entry = list; entry < end; entry += 4) {
    const unit = changetype<Unit>(<usize>load<u32>(entry));
    if (Claims.allocate<K>(net, changetype<Port>(unit.port), unit, t) == 0) continue;
    store<u32>(kept, <u32>changetype<usize>(unit));
    kept += 4;
  }
  net.vaCount = (kept - list) >> 2;
}

/** First half of the switch with several iterations of iSLIP: outputs grant, inputs accept, what is left over does so again. Returns how many inputs were matched; each has granted the one output that it takes. */
function matchSwitch(net: Net): usize {
  const list = net.saList;
  let end = list + (net.saCount << 2);
  const one = ((<u64>1) << (<u64>net.vcs)) - 1;
  const matches = net.grantList;
  let last = matches;
  for (let iteration: u32 = 0; iteration < net.iterations; iteration++) {
    const first = last;
    let kept = list;
    for (let entry = list; entry < end; entry += 4) {
      const output = changetype<Port>(<usize>load<u32>(entry));
      let bids = output.bids;
      let input = output;
      while (bids != 0) {
        const local = Step.pick(bids, <u64>output.grant);
        input = changetype<Port>(output.ports + ((<usize>load<u8>(net.portOfVc + <usize>local)) << PORT_SHIFT));
        if (input.turn == 0) break;
        bids &= ~(one << (<u64>input.base));
      }
      if (bids == 0) {
        store<u32>(kept, <u32>changetype<usize>(output));
        kept += 4;
        continue;
      }
      const base = <u64>input.base;
      output.candidate = <u8>(base + Step.pick((bids >> base) & one, <u64>input.firstVc));
      const before = input.granted;
      input.granted = before | (1 << (<u32>output.local));
      store<u32>(last, <u32>changetype<usize>(input));
      last += before == 0 ? 4 : 0;
    }
    for (let entry = first; entry < last; entry += 4) {
      const input = changetype<Port>(<usize>load<u32>(entry));
      const granted = input.granted;
      const start = <u32>input.accept;
      const after = (granted >> start) << start;
      const chosen: u32 = 1 << ctz<u32>(after ? after : granted);
      input.granted = chosen;
      input.turn = iteration == 0 ? 1 : 2;
      for (let others = granted & ~chosen; others; others &= others - 1) {
        store<u32>(kept, <u32>(input.ports + ((<usize>ctz<u32>(others)) << PORT_SHIFT)));
        kept += 4;
      }
    }
    end = kept;
    if (first == last || end == list) break;
  }
  net.saCount = (end - list) >> 2;
  return (last - matches) >> 2;
}

/** Second half of the switch: every granted input accepts the output at or after its pointer, and its flit crosses. */
function acceptSwitch<K>(net: Net, t: u32, inputs: usize): void {
  let sent: usize = 0;
  let moves = <u32>inputs;
  const list = net.grantList;
  const end = list + (inputs << 2);
  for (let entry = list; entry < end; entry += 4) {
    const input = changetype<Port>(<usize>load<u32>(entry));
    const granted = input.granted;
    input.granted = 0;
    const start = <u32>input.accept;
    const after = (granted >> start) << start;
    const chosen = ctz<u32>(after ? after : granted);
    const output = changetype<Port>(input.ports + ((<usize>chosen) << PORT_SHIFT));
    const local = <u32>output.candidate;
    const vc = changetype<Vc>(input.vcs + ((<usize>local) << VC_SHIFT));
    const number: u8 = sizeof<K>() == TREES ? Branches.of(vc, output).sent : 0;
    for (let others = granted & ~(1 << chosen); others; others &= others - 1) {
      const other = changetype<Port>(input.ports + ((<usize>ctz<u32>(others)) << PORT_SHIFT));
      if (sizeof<K>() == TREES && other.candidate == output.candidate && Branches.of(vc, other).sent == number) {
        other.grant = input.behind;
        Step.answer(net, other, vc.bit);
        sent += Branches.traverse(net, vc, other, t);
        moves++;
      } else Step.answer(net, other, 0);
    }
    if (input.turn < 2) {
      input.accept = <u8>(chosen + 1);
      output.grant = input.behind;
    }
    input.turn = 0;
    input.firstVc = <u8>(local - <u32>input.base + 1);
    Step.answer(net, output, vc.bit);
    sent += sizeof<K>() == TREES ? Branches.traverse(net, vc, output, t) : Front.traverse<K>(net, vc, output, t);
  }
  net.moves += moves;
  net.pending += sent;
}
