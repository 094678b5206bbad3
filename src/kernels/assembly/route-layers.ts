/**
 * Paths in layers of virtual channels, each layer free of cycles of dependencies (src/noc/routing/blash.ts says what for). A path adds one dependency for every two links that follow each
 * other; dependencies are counted, so that a path can be taken out again. Every layer keeps its links in an order that all its dependencies climb in: one that climbs already closes no cycle,
 * another one is asked only about the links between its two ends, which are put in order anew.
 * Source: Marchetti-Spaccamela, Nanni, Rohnert 1996 (topological order under insertions).
 */
import { get, put } from './words';

@unmanaged
class Layers {
  links!: u32;
  layers!: u32;
  pairs!: u32;
  dependencies!: u32; // of one layer: every link and one that may follow it
  linkTo!: usize; // u32 per link: its router
  firstOut!: usize; // u32 per router and one more
  out!: usize; // u32 per link: links by the router that they leave
  place!: usize; // u32 per link: which of those of its router it is
  firstDependency!: usize; // u32 per link
  counts!: usize; // u32 per (layer, dependency): paths
  refused!: usize; // the same: `version` of the layer when the dependency was found to close a cycle
  version!: usize; // u32 per layer: dependencies that have gone from it; a cycle that was found stays while none goes
  rank!: usize; // u32 per (layer, link)
  at!: usize; // u32 per (layer, rank): the link
  seen!: usize; // u32 per link: number of the search that met it
  search!: u32;
  stack!: usize; // u32 per link
  start!: usize; // u32 per pair and one more
  hops!: usize; // u32 per link of a path
  order!: usize; // u32 per pair that has a path
  ordered!: u32;
  layerOf!: usize; // u8 per pair
  lengths!: usize; // u32 per length of a path and two more
  load!: usize; // f64 per (layer, link), paths
  meets!: usize; // f64 per layer
}
const NONE: u8 = 255;
const ROUNDS = 3;

/** Size of the header, for route-layers.ts. */
export function layersHeaderBytes(): usize {
  return offsetof<Layers>();
}

/** Fills `order`: pairs that have a path, the longest first, then as they come. Returns their number. */
export function layersOrder(address: usize): u32 {
  const layers = changetype<Layers>(address);
  const pairs = layers.pairs;
  const lengths = layers.lengths;
  for (let pair: u32 = 0; pair < pairs; pair++) put(lengths, lengthOf(layers, pair), get(lengths, lengthOf(layers, pair)) + 1);
  let before: u32 = 0;
  for (let length = layers.links; length > 0; length--) {
    const count = get(lengths, length);
    put(lengths, length, before);
    before += count;
  }
  for (let pair: u32 = 0; pair < pairs; pair++) {
    const length = lengthOf(layers, pair);
    if (length === 0) continue;
    const place = get(lengths, length);
    put(layers.order, place, pair);
    put(lengths, length, place + 1);
  }
  return before;
}

/** Puts every path, in order, into the first layer that takes it, or none. */
export function layersPlace(address: usize): void {
  const layers = changetype<Layers>(address);
  rankLinks(layers);
  for (let i: u32 = 0; i < layers.ordered; i++) {
    const pair = get(layers.order, i);
    let layer: u32 = 0;
    while (layer < layers.layers && !tryAdd(layers, layer, pair)) layer++;
    store<u8>(layers.layerOf + pair, layer < layers.layers ? <u8>layer : NONE);
  }
}

/** Every path, which has a layer, goes in turn to the one in which it meets the least traffic, if that one stays free of cycles; round after round. */
export function layersEvenOut(address: usize): void {
  const layers = changetype<Layers>(address);
  rankLinks(layers);
  for (let i: u32 = 0; i < layers.ordered; i++) {
    const pair = get(layers.order, i);
    const home = load<u8>(layers.layerOf + pair);
    tryAdd(layers, home, pair);
    weigh(layers, home, pair, 1);
  }
  for (let round = 0; round < ROUNDS; round++) for (let i: u32 = 0; i < layers.ordered; i++) settle(layers, get(layers.order, i));
}

function settle(layers: Layers, pair: u32): void {
  const home = load<u8>(layers.layerOf + pair);
  for (let layer: u32 = 0; layer < layers.layers; layer++)
    store<f64>(layers.meets + ((<usize>layer) << 3), trafficMet(layers, layer, pair));
  const own = layers.meets + ((<usize>home) << 3);
  // taken out of its own layer, the path meets its length less there
  const stay = load<f64>(own) - <f64>lengthOf(layers, pair);
  store<f64>(own, Infinity);
  let target = leastBelow(layers, stay);
  while (target !== NONE && !tryAdd(layers, target, pair)) {
    store<f64>(layers.meets + ((<usize>target) << 3), Infinity);
    target = leastBelow(layers, stay);
  }
  if (target === NONE) return;
  put(layers.version, home, get(layers.version, home) + release(layers, home, pair, lengthOf(layers, pair)));
  weigh(layers, home, pair, -1);
  weigh(layers, target, pair, 1);
  store<u8>(layers.layerOf + pair, target);
}

/** The first of the layers that meet the least traffic, if that is below `limit`. */
function leastBelow(layers: Layers, limit: f64): u8 {
  let best = NONE;
  for (let layer: u32 = 0; layer < layers.layers; layer++) {
    const meets = load<f64>(layers.meets + ((<usize>layer) << 3));
    if (meets >= limit) continue;
    limit = meets;
    best = <u8>layer;
  }
  return best;
}

function trafficMet(layers: Layers, layer: u32, pair: u32): f64 {
  const base = layers.load + ((<usize>layer * layers.links) << 3);
  let sum: f64 = 0;
  for (let i = get(layers.start, pair); i < get(layers.start, pair + 1); i++) sum += load<f64>(base + ((<usize>get(layers.hops, i)) << 3));
  return sum;
}

function weigh(layers: Layers, layer: u32, pair: u32, change: f64): void {
  const base = layers.load + ((<usize>layer * layers.links) << 3);
  for (let i = get(layers.start, pair); i < get(layers.start, pair + 1); i++) {
    const slot = base + ((<usize>get(layers.hops, i)) << 3);
    store<f64>(slot, load<f64>(slot) + change);
  }
}

/** Any order will do for a layer without dependencies. */
function rankLinks(layers: Layers): void {
  for (let layer: u32 = 0; layer < layers.layers; layer++) {
    for (let link: u32 = 0; link < layers.links; link++) {
      put(layers.rank, layer * layers.links + link, link);
      put(layers.at, layer * layers.links + link, link);
    }
    put(layers.version, layer, 1);
  }
}

/** Puts a path into a layer if no cycle arises; else leaves its dependencies as they were. */
function tryAdd(layers: Layers, layer: u32, pair: u32): bool {
  const hops = layers.hops + ((<usize>get(layers.start, pair)) << 2);
  const length = lengthOf(layers, pair);
  let added: u32 = 0;
  for (let i: u32 = 0; i + 1 < length; i++) {
    const index = dependencyOf(layers, layer, get(hops, i), get(hops, i + 1));
    const count = get(layers.counts, index);
    if (count === 0) {
      const isKnown = get(layers.refused, index) === get(layers.version, layer);
      if (isKnown || !mayFollow(layers, layer, get(hops, i), get(hops, i + 1))) {
        // known for the next path, unless the cycle may go over new dependencies of this one
        if (added === 0) put(layers.refused, index, get(layers.version, layer));
        release(layers, layer, pair, i + 1);
        return false;
      }
      added++;
    }
    put(layers.counts, index, count + 1);
  }
  return true;
}

/** Takes the dependencies between the first `length` links of a path out. Returns how many have gone with it. */
function release(layers: Layers, layer: u32, pair: u32, length: u32): u32 {
  const hops = layers.hops + ((<usize>get(layers.start, pair)) << 2);
  let gone: u32 = 0;
  for (let i: u32 = 0; i + 1 < length; i++) {
    const index = dependencyOf(layers, layer, get(hops, i), get(hops, i + 1));
    const left = get(layers.counts, index) - 1;
    put(layers.counts, index, left);
    if (left === 0) gone++;
  }
  return gone;
}

function dependencyOf(layers: Layers, layer: u32, link: u32, next: u32): u32 {
  return layer * layers.dependencies + get(layers.firstDependency, link) + get(layers.place, next);
}

/** Whether `next` can come after `link`: yes, and the order says so afterwards, unless dependencies lead from `next` to `link`. */
function mayFollow(layers: Layers, layer: u32, link: u32, next: u32): bool {
  const rank = layers.rank + ((<usize>layer * layers.links) << 2);
  const lowest = get(rank, next);
  const highest = get(rank, link);
  if (lowest > highest) return true;
  if (lowest === highest || !gather(layers, layer, next, highest)) return false;
  // what was met goes behind `link`, in its order; the rest moves down
  const at = layers.at + ((<usize>layer * layers.links) << 2);
  let met: u32 = 0;
  for (let place = lowest; place <= highest; place++) {
    const one = get(at, place);
    if (get(layers.seen, one) === layers.search) put(layers.stack, met++, one);
    else {
      put(at, place - met, one);
      put(rank, one, place - met);
    }
  }
  for (let i: u32 = 0; i < met; i++) {
    const place = highest + 1 - met + i;
    put(at, place, get(layers.stack, i));
    put(rank, get(layers.stack, i), place);
  }
  return true;
}

/** Marks `first` and all links that dependencies lead to from it and that stand before rank `end`; false when they lead to that one too. */
function gather(layers: Layers, layer: u32, first: u32, end: u32): bool {
  const rank = layers.rank + ((<usize>layer * layers.links) << 2);
  const stack = layers.stack;
  const seen = layers.seen;
  const search = ++layers.search;
  put(stack, 0, first);
  put(seen, first, search);
  for (let height: u32 = 1; height > 0;) {
    const link = get(stack, --height);
    const router = get(layers.linkTo, link);
    let slot = layers.counts + ((<usize>(layer * layers.dependencies + get(layers.firstDependency, link))) << 2);
    for (let i = get(layers.firstOut, router), last = get(layers.firstOut, router + 1); i < last; i++, slot += 4) {
      if (load<u32>(slot) === 0) continue;
      const next = get(layers.out, i);
      const place = get(rank, next);
      if (place === end) return false;
      if (place > end || get(seen, next) === search) continue;
      put(seen, next, search);
      put(stack, height++, next);
    }
  }
  return true;
}

function lengthOf(layers: Layers, pair: u32): u32 {
  return get(layers.start, pair + 1) - get(layers.start, pair);
}
