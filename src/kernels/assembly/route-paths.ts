/**
 * Balanced shortest paths between all routers, over a graph of states (src/noc/routing/shortest-paths.ts says what they are): distances by relaxation, then for every pair the path with the
 * smallest sum of load^2 over its links, by dynamic programming over the states that lie on any shortest one. All sums are of whole numbers, so they are exact.
 */
import { get, put } from './words';

@unmanaged
class Search {
  routers!: u32;
  states!: u32; // state s < routers is router s as a source
  first!: usize; // u32 per state and one more: its first arc
  link!: usize; // u32 per arc
  to!: usize; // u32 per arc: the next state
  routerOf!: usize; // u32 per state
  cost!: usize; // u32 per link, cycles, at least 1
  load!: usize; // f64 per link, paths
  wanted!: usize; // u8 per pair
  distance!: usize; // u32 per state: cycles to the destination in turn
  onward!: usize; // a bit per arc for every destination: whether it lies on a shortest path
  onwardBytes!: usize; // of a destination
  into!: usize; // u32 per state and one more: the first arc into it
  arcInto!: usize; // u32 per arc: arcs by the state that they lead to
  from!: usize; // u32 per arc: its state
  queue!: usize; // u32 per state
  best!: usize; // f64 per state: smallest sum from here to the destination
  step!: usize; // u32 per state: the arc that reaches it
  seen!: usize; // u32 per state: number of the search that filled the two
  search!: u32;
  leastCost!: u32; // of a link
  start!: usize; // u32 per pair and one more: where the links of its path begin
  length!: usize; // u32 per pair
  hops!: usize; // u32 per link of a path
}
const UNREACHED: u32 = 0x7fffffff;
const ROUNDS = 3;
/** Marks that are looked at together: a word at any bit of a byte. */
const ARCS: u32 = 57;

/** Size of the header, for route-paths.ts. */
export function pathsHeaderBytes(): usize {
  return offsetof<Search>();
}

/** Fills `onward` and `start`, which then leaves room for any shortest path; returns the room for all of them. */
export function pathsMeasure(address: usize): u32 {
  const search = changetype<Search>(address);
  const routers = search.routers;
  reverse(search);
  for (let destination: u32 = 0; destination < routers; destination++) {
    reach(search, destination);
    mark(search, destination);
    for (let source: u32 = 0; source < routers; source++) {
      const cycles = get(search.distance, source);
      put(search.start, source * routers + destination, cycles === UNREACHED ? 0 : cycles / search.leastCost);
    }
  }
  let room: u32 = 0;
  for (let pair: u32 = 0; pair <= routers * routers; pair++) {
    const most = get(search.start, pair);
    put(search.start, pair, room);
    room += most;
  }
  return room;
}

/** Marks the arcs on shortest paths to a router. */
function mark(search: Search, destination: u32): void {
  const onward = search.onward + <usize>destination * search.onwardBytes;
  for (let state: u32 = 0; state < search.states; state++) {
    const here = get(search.distance, state);
    for (let arc = get(search.first, state), end = get(search.first, state + 1); arc < end; arc++) {
      if (get(search.distance, get(search.to, arc)) + get(search.cost, get(search.link, arc)) !== here) continue;
      put(onward, arc >> 5, get(onward, arc >> 5) | ((<u32>1) << (arc & 31)));
    }
  }
}

/** Every pair in turn takes its path out and chooses anew, round after round; then the paths are moved together and `start` says where each begins. Returns the links of all of them. */
export function pathsBalance(address: usize): u32 {
  const search = changetype<Search>(address);
  const routers = search.routers;
  for (let round = 0; round < ROUNDS; round++) {
    for (let source: u32 = 0; source < routers; source++) {
      // destinations in an order that starts elsewhere for every source: neighbouring pairs do not all choose first
      for (let i: u32 = 1; i < routers; i++) {
        const destination = (source + i) % routers;
        const pair = source * routers + destination;
        const isReached = get(search.start, pair) !== get(search.start, pair + 1);
        if (isReached && load<u8>(search.wanted + pair) !== 0) choose(search, source, destination, pair);
      }
    }
  }
  return pack(search);
}

/** Arcs by the state that they lead to. */
function reverse(search: Search): void {
  const states = search.states;
  const arcs = get(search.first, states);
  for (let arc: u32 = 0; arc < arcs; arc++) bump(search.into, get(search.to, arc), 1);
  let sum: u32 = 0;
  for (let state: u32 = 0; state <= states; state++) {
    sum += get(search.into, state);
    put(search.into, state, sum);
  }
  for (let state: u32 = 0; state < states; state++) {
    for (let arc = get(search.first, state); arc < get(search.first, state + 1); arc++) {
      put(search.from, arc, state);
      const to = get(search.to, arc);
      bump(search.into, to, -1);
      put(search.arcInto, get(search.into, to), arc);
    }
  }
}

/** Cycles from every state to a router. States wait in a ring until what they improve has been told; `seen` marks those that wait. */
function reach(search: Search, destination: u32): void {
  const states = search.states;
  const queue = search.queue;
  const seen = search.seen;
  const distance = search.distance;
  let head: u32 = 0;
  let waiting: u32 = 0;
  for (let state: u32 = 0; state < states; state++) {
    put(seen, state, 0);
    put(distance, state, UNREACHED);
    if (get(search.routerOf, state) !== destination) continue;
    put(distance, state, 0);
    put(queue, waiting++, state);
    put(seen, state, 1);
  }
  for (; waiting > 0; waiting--) {
    const state = get(queue, head);
    head = head + 1 === states ? 0 : head + 1;
    put(seen, state, 0);
    const here = get(distance, state);
    for (let i = get(search.into, state); i < get(search.into, state + 1); i++) {
      const arc = get(search.arcInto, i);
      const from = get(search.from, arc);
      const through = here + get(search.cost, get(search.link, arc));
      if (through >= get(distance, from)) continue;
      put(distance, from, through);
      if (get(seen, from) !== 0) continue;
      put(seen, from, 1);
      const tail = head + waiting - 1;
      put(queue, tail < states ? tail : tail - states, from);
      waiting++;
    }
  }
}

function choose(search: Search, source: u32, destination: u32, pair: u32): void {
  const hops = search.hops + ((<usize>get(search.start, pair)) << 2);
  const before = get(search.length, pair);
  for (let i: u32 = 0; i < before; i++) weigh(search, get(hops, i), -1);
  search.search++;
  explore(search, source, search.onward + <usize>destination * search.onwardBytes);
  let length: u32 = 0;
  for (let state = source; get(search.routerOf, state) !== destination;) {
    const arc = get(search.step, state);
    const link = get(search.link, arc);
    weigh(search, link, 1);
    put(hops, length++, link);
    state = get(search.to, arc);
  }
  put(search.length, pair, length);
}

/** Fills best and step of `state`, from which the marked arcs lead on; the depth of the recursion is the number of hops of a path. */
function explore(search: Search, state: u32, onward: usize): f64 {
  const slot = search.best + ((<usize>state) << 3);
  if (get(search.seen, state) === search.search) return load<f64>(slot);
  put(search.seen, state, search.search);
  let best: f64 = Infinity;
  for (let base = get(search.first, state), end = get(search.first, state + 1); base < end; base += ARCS) {
    const count = min(ARCS, end - base);
    const marks = (load<u64>(onward + ((<usize>base) >> 3)) >> (<u64>(base & 7))) & (((<u64>1) << (<u64>count)) - 1);
    for (let rest = marks; rest !== 0; rest &= rest - 1) {
      const arc = base + <u32>ctz<u64>(rest);
      const paths = load<f64>(search.load + ((<usize>get(search.link, arc)) << 3));
      const total = paths * paths + explore(search, get(search.to, arc), onward);
      if (total < best) {
        best = total;
        put(search.step, state, arc);
      }
    }
  }
  // nothing leads on from the destination
  if (best === Infinity) best = 0;
  store<f64>(slot, best);
  return best;
}

function pack(search: Search): u32 {
  const pairs = search.routers * search.routers;
  let next: u32 = 0;
  for (let pair: u32 = 0; pair < pairs; pair++) {
    const from = get(search.start, pair);
    const length = get(search.length, pair);
    put(search.start, pair, next);
    for (let i: u32 = 0; i < length; i++) put(search.hops, next++, get(search.hops, from + i));
  }
  put(search.start, pairs, next);
  return next;
}

function bump(base: usize, index: u32, change: i32): void {
  put(base, index, get(base, index) + change);
}

function weigh(search: Search, link: u32, change: f64): void {
  const slot = search.load + ((<usize>link) << 3);
  store<f64>(slot, load<f64>(slot) + change);
}
