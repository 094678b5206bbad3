/**
 * Whole windows of an emulation without a host: what src/emulator/emulator.ts does for one chip whose spikes travel as multicast packets, with membranes, synapses, network and waiting events in one
 * memory. A window [t, t + H), in this order:
 *   HEAR: the network advances to t + H - interface.in; deliveries become synaptic events at their tick;
 *   STEP: events of the window act in the total order, membranes move, crossings are rounded up to ticks and sorted by (tick, neuron);
 *   SEND: each spike is noted, takes the loop of its own core, and is offered to the network at crossing + interface.out.
 * A call returns between two of these steps where it needs the host (room, a route, losses to be counted) and is called again.
 */
import { adexSteps } from './adex';
import { Bank } from './bank';
import { lifSteps } from './lif';
import { routerRun } from './router';
import { ARRIVAL_BYTES, Net } from './router-records';
import { Days, gapOf } from './window-calendar';
import {
  BROKE_CAUSALITY,
  DONE,
  HAS_LOSSES,
  NEEDS_DRAINING,
  NEEDS_ROOM,
  NEEDS_ROUTE,
  PART_SHIFT,
  Route,
  ROUTE_SHIFT,
  Slot,
  Windows,
} from './window-records';

const HEAR: u32 = 0;
const STEP: u32 = 1;
const SEND: u32 = 2;
const NEVER: u32 = 0xffffffff;
const OFFER_BYTES: usize = 20;
/** Smallest part of a step at which a spike is reported (src/chip/fast.ts). */
const SMALLEST_FRACTION: f64 = 5.9604644775390625e-8; // 2^-24

/** Size of the header, so that it can be compared. */
export function windowsHeaderBytes(): usize {
  return offsetof<Windows>();
}

/** Runs `count` windows, those begun included. Returns DONE, or what the host has to see to before it calls again for those that are left. */
export function runWindows(address: usize, until: f64): u32 {
  const w = changetype<Windows>(address);
  while (w.windowsDone < until) {
    if (w.phase == HEAR) {
      const asks = hear(w);
      if (asks != DONE) return asks;
      w.phase = STEP;
    }
    if (w.phase == STEP) {
      // as many spikes as there are circuits can be noted in any window
      Days.deliver(w);
      step(w);
      w.phase = SEND;
    }
    while (w.crossingNext < w.crossingCount) {
      const asks = send(w);
      if (asks != DONE) return asks;
    }
    w.crossingCount = 0;
    w.crossingNext = 0;
    w.start += w.window;
    w.windowsDone += 1;
    w.phase = HEAR;
  }
  return DONE;
}

/** An event from outside, for the present window or a later one. */
export function pushEvent(address: usize, tick: f64, kind: u32, source: u32, sequence: f64, from: u32, to: u32): u32 {
  const w = changetype<Windows>(address);
  if (w.freeEvents == 0) return NEEDS_ROOM;
  if (tick < w.start) return BROKE_CAUSALITY;
  Days.push(w, tick, kind, source, sequence, from, to);
  return DONE;
}

/** The smallest cycle that begins at or after a tick: ceil(tick x parts / ticks). */
function cycleAtOrAfter(w: Windows, tick: f64): u32 {
  if (tick <= 0) return 0;
  const ticks = <u64>w.cycleTicks;
  return <u32>((<u64>tick * <u64>w.cycleParts + ticks - 1) / ticks);
}

/** Advances the network as far as it can be known, and turns deliveries into events. */
function hear(w: Windows): u32 {
  if (w.underWay == 0) return DONE;
  const net = changetype<Net>(w.net);
  const until = cycleAtOrAfter(w, w.start + w.window - w.inward);
  for (;;) {
    const rows = net.arrivals;
    while (w.rowNext < <u32>net.arrivalCount) {
      const row = rows + <usize>w.rowNext * ARRIVAL_BYTES;
      const cycle = load<u32>(row, 24);
      if (cycle >= until) break;
      if (w.freeEvents == 0) return NEEDS_ROOM;
      if (w.rareCount == w.rareRoom) return NEEDS_DRAINING;
      const asks = arrive(w, changetype<Slot>(<usize>load<u32>(row)), load<u32>(row, 8), cycle);
      if (asks != DONE) return asks;
      w.rowNext++;
    }
    // the last rows may lie behind the window
    const left = net.arrivalCount - <usize>w.rowNext;
    if (left != 0 && w.rowNext != 0) memory.copy(rows, rows + <usize>w.rowNext * ARRIVAL_BYTES, left * ARRIVAL_BYTES);
    net.arrivalCount = left;
    w.rowNext = 0;
    if (net.dropCount != 0) return HAS_LOSSES;
    if (net.cycle >= until) break;
    routerRun(w.net, until);
  }
  return DONE;
}

/** A packet under way has reached a node. */
function arrive(w: Windows, slot: Slot, node: u32, cycle: u32): u32 {
  const last = slot.farCount - 1;
  // of ascending numbers none stands behind its own
  let part = slot.far + ((<usize>min(node, last)) << PART_SHIFT);
  while (load<u32>(part) > node) part -= 1 << PART_SHIFT;
  const crossing = slot.crossing;
  const arrived = <f64>((<u64>cycle * <u64>w.cycleTicks) / <u64>w.cycleParts) + w.inward;
  const tick = held(w, arrived, crossing);
  if (tick < w.start) return BROKE_CAUSALITY;
  const from = load<u32>(part, 4);
  const to = load<u32>(part, 8);
  const latency = <u64>(tick - crossing);
  if (latency < <u64>w.latencyRoom) {
    const count = w.latencies + ((<usize>latency) << 3);
    store<f64>(count, load<f64>(count) + <f64>(to - from));
  } else {
    const pair = w.rare + ((<usize>w.rareCount) << 4);
    w.rareCount++;
    store<f64>(pair, tick - crossing);
    store<f64>(pair, <f64>(to - from), 8);
  }
  act(w, tick, w.network, slot.source, slot.sequence + <f64>load<u32>(part, 12), crossing, from, to);
  w.delivered += 1;
  w.underWay -= 1;
  if (--slot.left == 0) free(w, slot);
  return DONE;
}

/** When a delay line lets go of what arrives at `tick`. */
function held(w: Windows, tick: f64, crossing: f64): f64 {
  const due = crossing + w.delay;
  if (w.lineStep == 0 || due <= tick) return tick;
  return tick + Math.min(Math.floor((due - tick) / w.lineStep) * w.lineStep, w.lineLongest);
}

/** Part of a spike acts on its synapse row at `tick`. */
function act(w: Windows, tick: f64, kind: u32, source: u32, sequence: f64, crossing: f64, from: u32, to: u32): void {
  if (tick > crossing + w.delay + w.window / 2) w.late += <f64>(to - from);
  Days.push(w, tick, kind, source, sequence, from, to);
}

function free(w: Windows, slot: Slot): void {
  slot.far = w.freeSlot;
  w.freeSlot = changetype<usize>(slot);
}

/** Membranes move; who crosses the threshold stands in a list in the order of (tick, neuron). */
function step(w: Windows): void {
  const bank = changetype<Bank>(w.bank);
  const number = <u64>w.windowsDone;
  const low = <u32>number;
  const high = <u32>(number >> 32);
  const arriving = w.arriving != 0;
  const spikes = w.adex
    ? adexSteps(w.bank, low, high, 1, w.noisy != 0, true, arriving, NEVER, 0, 0)
    : lifSteps(w.bank, low, high, 1, w.noisy != 0, true, arriving, NEVER, 0, 0);
  w.arriving = 0;
  const crossings = w.crossings;
  let count: usize = 0;
  for (let i: usize = 0; i < <usize>spikes; i++) {
    const circuit = <usize>load<u32>(bank.spikeNeurons + (i << 2));
    const neuron = load<i32>(w.neuronOf + (circuit << 2));
    // circuits without a neuron have no synapses, but noise may still fire them: nobody listens
    if (neuron < 0) continue;
    const fraction = Math.max(<f64>load<f32>(bank.spikeFractions + (i << 2)), SMALLEST_FRACTION);
    const offset = <u64>Math.max(Math.ceil(fraction * w.window), 1);
    store<u64>(crossings + (count++ << 3), (offset << 32) | (<u64>neuron));
  }
  for (let gap = gapOf(count); gap > 0; gap = gap == 1 ? 0 : gap / 3) {
    for (let i = gap; i < count; i++) {
      const crossing = load<u64>(crossings + (i << 3));
      let place = i;
      for (; place >= gap && crossing < load<u64>(crossings + ((place - gap) << 3)); place -= gap)
        store<u64>(crossings + (place << 3), load<u64>(crossings + ((place - gap) << 3)));
      store<u64>(crossings + (place << 3), crossing);
    }
  }
  w.crossingCount = <u32>count;
}

/** Notes the next spike of the window, and sends it on its ways. */
function send(w: Windows): u32 {
  const crossing = load<u64>(w.crossings + ((<usize>w.crossingNext) << 3));
  const neuron = <u32>crossing;
  const route = changetype<Route>(w.routes + ((<usize>neuron) << ROUTE_SHIFT));
  const net = changetype<Net>(w.net);
  w.wanted = neuron;
  if (route.known == 0) return NEEDS_ROUTE;
  if (w.spikeCount == w.spikeRoom) return NEEDS_DRAINING;
  if (w.freeEvents < route.nearCount || w.freeSlot == 0) return NEEDS_ROOM;
  const ahead = net.offerCount - net.offerNext;
  if (ahead == <usize>w.offerRoom || net.alive + ahead + 1 > <usize>w.packetRoom) return NEEDS_ROOM;
  const tick = w.start + <f64>(crossing >> 32);
  const at = (<usize>w.spikeCount) << 2;
  w.spikeCount++;
  store<f64>(w.spikeTicks + (at << 1), tick);
  store<u32>(w.spikeNeurons + at, neuron);
  w.spikes += 1;
  const counter = w.sequences + ((<usize>neuron) << 3);
  const sequence = load<f64>(counter);
  store<f64>(counter, sequence + <f64>route.parts);
  const end = route.near + ((<usize>route.nearCount) << PART_SHIFT);
  for (let part = route.near; part < end; part += 1 << PART_SHIFT) {
    act(
      w,
      held(w, tick + w.local, tick),
      w.loop,
      neuron,
      sequence + <f64>load<u32>(part, 12),
      tick,
      load<u32>(part, 4),
      load<u32>(part, 8),
    );
  }
  if (route.farCount != 0) {
    const slot = changetype<Slot>(w.freeSlot);
    w.freeSlot = slot.far;
    slot.far = route.far;
    slot.farCount = route.farCount;
    slot.source = neuron;
    slot.left = route.farCount;
    slot.crossing = tick;
    slot.sequence = sequence;
    w.offered += <f64>route.farCount;
    w.underWay += <f64>route.farCount;
    w.packets += 1;
    offer(w, net, cycleAtOrAfter(w, tick + w.out), route, slot);
  }
  w.crossingNext++;
  return DONE;
}

/** Puts a packet into the list of offers, behind those of its cycle. */
function offer(w: Windows, net: Net, cycle: u32, route: Route, slot: Slot): void {
  if (net.offerNext == net.offerCount) {
    net.offerNext = 0;
    net.offerCount = 0;
  } else if (net.offerCount == <usize>w.offerRoom) {
    const ahead = net.offerCount - net.offerNext;
    memory.copy(net.offers, net.offers + net.offerNext * OFFER_BYTES, ahead * OFFER_BYTES);
    net.offerNext = 0;
    net.offerCount = ahead;
  }
  const first = net.offers + net.offerNext * OFFER_BYTES;
  let at = net.offers + net.offerCount++ * OFFER_BYTES;
  for (; at > first && load<u32>(at - OFFER_BYTES) > cycle; at -= OFFER_BYTES) memory.copy(at, at - OFFER_BYTES, OFFER_BYTES);
  store<u32>(at, cycle);
  store<u32>(at, route.home, 4);
  store<u32>(at, route.tree, 8);
  store<u32>(at, w.flits, 12);
  // a packet is told of by its record
  store<u32>(at, <u32>changetype<usize>(slot), 16);
}
