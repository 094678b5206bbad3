/**
 * Bernoulli traffic in bulk. A node that creates a packet with probability p per cycle waits a geometric number of cycles: gap = 1 + floor(log(u) / log(1 - p)). So a node costs
 * something only when it has a packet. Packet i of a node draws four words (Threefry-4x32-13, counter (node, i, 0, 0)): two for the gap before the next, one for the destination, one
 * for the way.
 */

import { Threefry } from './threefry';

/** What a source has in memory. */
@unmanaged
class Source {
  nodes!: usize;
  key0!: u32; // seed, low word
  key1!: u32; // seed, high word
  key2!: u32; // stream
  key3!: u32; // substream
  scale!: usize; // f64 per node: 1 / log(1 - p)
  next!: usize; // u32 per node: cycle of its next packet
  count!: usize; // u32 per node: packets so far
  draws!: usize; // 128 bytes per node: draws of four packets, its next one among them
  first!: usize; // u32 per cycle of a window
  rows!: usize; // five u32 each, in the order of nodes
  sorted!: usize; // five u32 each, in the order of cycles: cycle, node, word for the destination, flits, word for the way
  capacity!: usize; // rows
  spread!: usize; // nodes among which destinations are drawn evenly; 0 = not so
  targets!: usize; // u32 per node: its only destination, or with `cumulative` per column; 0 = not so. Neither: the words are left for the caller
  keepsWays!: u32; // 0 = there is but one way: 0 instead of a word
  cumulative!: usize; // f64 per row and column: cumulative weights of destinations; 0 = none
  columns!: usize;
  last!: usize; // u32 per row: its last column with a weight above 0
  hasRows!: u32; // 1 = a row per node, 0 = one for all
}

const NEVER: u32 = 0xffffffff;

/** Bytes of a node's draws: those of four packets in turn, word by word, then their gaps in f64. */
const DRAWS_SHIFT: usize = 7;
const GAPS: usize = 64;

class Rounds {
  @inline static mix(a: v128, b: v128, turn: i32): v128 {
    return v128.xor(Threefry.rotate(b, turn), a);
  }

  @inline static splat(word: u32): v128 {
    return i32x4.splat(<i32>word);
  }
}

/** Threefry-4x32 with 13 rounds; counters (node, index ... index + 3, 0, 0) in the lanes. */
function words(node: u32, index: u32, k0: u32, k1: u32, k2: u32, k3: u32, out: usize): void {
  const k4 = k0 ^ k1 ^ k2 ^ k3 ^ 0x1bd11bda;
  let x0 = Rounds.splat(node + k0);
  let x1 = i32x4.add(Rounds.splat(index + k1), i32x4(0, 1, 2, 3));
  let x2 = Rounds.splat(k2);
  let x3 = Rounds.splat(k3);
  x0 = i32x4.add(x0, x1);
  x1 = Rounds.mix(x0, x1, 10);
  x2 = i32x4.add(x2, x3);
  x3 = Rounds.mix(x2, x3, 26);
  x0 = i32x4.add(x0, x3);
  x3 = Rounds.mix(x0, x3, 11);
  x2 = i32x4.add(x2, x1);
  x1 = Rounds.mix(x2, x1, 21);
  x0 = i32x4.add(x0, x1);
  x1 = Rounds.mix(x0, x1, 13);
  x2 = i32x4.add(x2, x3);
  x3 = Rounds.mix(x2, x3, 27);
  x0 = i32x4.add(x0, x3);
  x3 = Rounds.mix(x0, x3, 23);
  x2 = i32x4.add(x2, x1);
  x1 = Rounds.mix(x2, x1, 5);
  x0 = i32x4.add(x0, Rounds.splat(k1));
  x1 = i32x4.add(x1, Rounds.splat(k2));
  x2 = i32x4.add(x2, Rounds.splat(k3));
  x3 = i32x4.add(x3, Rounds.splat(k4 + 1));
  x0 = i32x4.add(x0, x1);
  x1 = Rounds.mix(x0, x1, 6);
  x2 = i32x4.add(x2, x3);
  x3 = Rounds.mix(x2, x3, 20);
  x0 = i32x4.add(x0, x3);
  x3 = Rounds.mix(x0, x3, 17);
  x2 = i32x4.add(x2, x1);
  x1 = Rounds.mix(x2, x1, 11);
  x0 = i32x4.add(x0, x1);
  x1 = Rounds.mix(x0, x1, 25);
  x2 = i32x4.add(x2, x3);
  x3 = Rounds.mix(x2, x3, 10);
  x0 = i32x4.add(x0, x3);
  x3 = Rounds.mix(x0, x3, 18);
  x2 = i32x4.add(x2, x1);
  x1 = Rounds.mix(x2, x1, 20);
  x0 = i32x4.add(x0, Rounds.splat(k2));
  x1 = i32x4.add(x1, Rounds.splat(k3));
  x2 = i32x4.add(x2, Rounds.splat(k4));
  x3 = i32x4.add(x3, Rounds.splat(k0 + 2));
  x0 = i32x4.add(x0, x1);
  x1 = Rounds.mix(x0, x1, 10);
  x2 = i32x4.add(x2, x3);
  x3 = Rounds.mix(x2, x3, 26);
  x0 = i32x4.add(x0, x3);
  x3 = Rounds.mix(x0, x3, 11);
  x2 = i32x4.add(x2, x1);
  x1 = Rounds.mix(x2, x1, 21);
  x0 = i32x4.add(x0, x1);
  x1 = Rounds.mix(x0, x1, 13);
  x2 = i32x4.add(x2, x3);
  x3 = Rounds.mix(x2, x3, 27);
  x0 = i32x4.add(x0, x3);
  x3 = Rounds.mix(x0, x3, 23);
  x2 = i32x4.add(x2, x1);
  x1 = Rounds.mix(x2, x1, 5);
  x0 = i32x4.add(x0, Rounds.splat(k3));
  x1 = i32x4.add(x1, Rounds.splat(k4));
  x2 = i32x4.add(x2, Rounds.splat(k0));
  x3 = i32x4.add(x3, Rounds.splat(k1 + 3));
  x0 = i32x4.add(x0, x1);
  x1 = Rounds.mix(x0, x1, 6);
  x2 = i32x4.add(x2, x3);
  x3 = Rounds.mix(x2, x3, 20);
  v128.store(out, x0);
  v128.store(out, x1, 16);
  v128.store(out, x2, 32);
  v128.store(out, x3, 48);
}

/** Goes to a node's next packet, which comes a gap after `cycle`. */
function prepare(source: Source, node: usize, cycle: f64): void {
  const counter = source.count + (node << 2);
  const index = load<u32>(counter);
  store<u32>(counter, index + 1);
  const at = source.draws + (node << DRAWS_SHIFT);
  if ((index & 3) == 0) drawFour(source, node, index, at);
  const next = cycle + load<f64>(at + ((<usize>(index & 3)) << 3), GAPS) + 1.0;
  store<u32>(source.next + (node << 2), next < 4294967295.0 ? <u32>next : NEVER);
}

/** The draws of four packets: words and gaps. */
function drawFour(source: Source, node: usize, index: u32, at: usize): void {
  words(<u32>node, index, source.key0, source.key1, source.key2, source.key3, at);
  const scale = load<f64>(source.scale + (node << 3));
  for (let i: usize = 0; i < 4; i++) {
    const word = at + (i << 2);
    const high = <f64>(load<u32>(word) >> 5);
    const u = (high * 67108864.0 + <f64>(load<u32>(word, 16) >> 6) + 0.5) * (1.0 / 9007199254740992.0);
    store<f64>(at + (i << 3), Math.floor(Math.log(u) * scale), GAPS);
  }
}

/** The first packet of every node. */
export function routerTrafficBegin(address: usize): void {
  const source = changetype<Source>(address);
  for (let node: usize = 0; node < source.nodes; node++) prepare(source, node, -1.0);
}

/**
 * Packets of the cycles [from, until), in the order of cycles, within a cycle in the order of nodes. Returns how many; more than the capacity: they did not fit.
 * Few packets in many cycles (`sparse`) are sorted by insertion, many through a list per cycle.
 */
export function routerTraffic(address: usize, from: u32, until: u32, flits: u32, sparse: bool): usize {
  const source = changetype<Source>(address);
  let count: usize = 0;
  if (!sparse) memory.fill(source.first, 0, (<usize>(until - from)) << 2);
  for (let node = source.nodes; node-- > 0;) {
    for (let cycle = load<u32>(source.next + (node << 2)); cycle < until; cycle = load<u32>(source.next + (node << 2))) {
      if (count < source.capacity) {
        if (sparse) insert(source, node, cycle, flits, count);
        else {
          const row = source.rows + count * ROW;
          const list = source.first + ((<usize>(cycle - from)) << 2);
          write(source, row, node, load<u32>(list), flits);
          store<u32>(list, <u32>row);
        }
      }
      count++;
      prepare(source, node, <f64>cycle);
    }
  }
  if (sparse) return count;
  let sorted = source.sorted;
  for (let cycle = from; cycle < until; cycle++) {
    for (let row = <usize>load<u32>(source.first + ((<usize>(cycle - from)) << 2)); row; row = <usize>load<u32>(row)) {
      store<u32>(sorted, cycle);
      store<u64>(sorted, load<u64>(row, 4), 4);
      store<u64>(sorted, load<u64>(row, 12), 12);
      sorted += ROW;
    }
  }
  return count;
}

const ROW: usize = 20;

/** The next packet of a node; the first word is its cycle, or the row that follows in a list. */
function write(source: Source, row: usize, node: usize, first: u32, flits: u32): void {
  // the counter stands one behind the next packet
  const at = source.draws + (node << DRAWS_SHIFT) + ((<usize>((load<u32>(source.count + (node << 2)) - 1) & 3)) << 2);
  store<u32>(row, first);
  store<u32>(row, <u32>node, 4);
  let destination = load<u32>(at, 32);
  if (source.spread) destination = <u32>(((<f64>destination + 0.5) / 4294967296.0) * <f64>source.spread);
  else if (source.targets) {
    const column = source.cumulative ? weighted(source, node, (<f64>destination + 0.5) / 4294967296.0) : node;
    destination = load<u32>(source.targets + (column << 2));
  }
  store<u32>(row, destination, 8);
  store<u32>(row, flits, 12);
  store<u32>(row, source.keepsWays ? load<u32>(at, 48) : 0, 16);
}

/** The first column of the node's row whose cumulative weight is above `u` times that of the last one. */
function weighted(source: Source, node: usize, u: f64): usize {
  const row: usize = source.hasRows ? node : 0;
  const first = source.cumulative + ((row * source.columns) << 3);
  const sought = u * load<f64>(first + ((source.columns - 1) << 3));
  let low: usize = 0;
  let high = <usize>load<u32>(source.last + (row << 2));
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<f64>(first + (middle << 3)) > sought) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Nodes come in descending order: a packet goes before those of the same cycle that are there already, but behind earlier cycles. */
function insert(source: Source, node: usize, cycle: u32, flits: u32, count: usize): void {
  let row = source.sorted + count * ROW;
  while (row > source.sorted && load<u32>(row - ROW) >= cycle) {
    memory.copy(row, row - ROW, ROW);
    row -= ROW;
  }
  write(source, row, node, cycle, flits);
}
