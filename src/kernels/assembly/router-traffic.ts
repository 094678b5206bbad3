/**
 * Bernoulli traffic in bulk. A node that creates a packet with probability p per cycle waits a geometric number of cycles: gap = 1 + floor(log(u) / log(1 - p)). So a node costs
 * something only when it has a packet. Packet i of a node draws four words (Threefry-4x32-13, counter (node, i, 0, 0)): two for the gap before the next, one for the destination, one
 * for the way.
 */

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
  words!: usize; // four u32 per node: words of its next packet
  first!: usize; // u32 per cycle of a window
  rows!: usize; // five u32 each, in the order of nodes
  sorted!: usize; // five u32 each, in the order of cycles: cycle, node, word for the destination, flits, word for the way
  capacity!: usize; // rows
  spread!: usize; // nodes among which destinations are drawn evenly; 0 = not so
  targets!: usize; // u32 per node: its only destination; 0 = not so. Neither: the words are left for the caller
  keepsWays!: u32; // 0 = there is but one way: 0 instead of a word
}

const NEVER: u32 = 0xffffffff;

class Rounds {
  @inline static mix(a: u32, b: u32, turn: u32): u32 {
    return rotl<u32>(b, turn) ^ a;
  }
}

/** Threefry-4x32 with 13 rounds; counter (node, index, 0, 0). */
function words(node: u32, index: u32, k0: u32, k1: u32, k2: u32, k3: u32, out: usize): void {
  const k4 = k0 ^ k1 ^ k2 ^ k3 ^ 0x1bd11bda;
  let x0 = node + k0;
  let x1 = index + k1;
  let x2 = k2;
  let x3 = k3;
  x0 += x1;
  x1 = Rounds.mix(x0, x1, 10);
  x2 += x3;
  x3 = Rounds.mix(x2, x3, 26); // prettier-ignore
  x0 += x3;
  x3 = Rounds.mix(x0, x3, 11);
  x2 += x1;
  x1 = Rounds.mix(x2, x1, 21); // prettier-ignore
  x0 += x1;
  x1 = Rounds.mix(x0, x1, 13);
  x2 += x3;
  x3 = Rounds.mix(x2, x3, 27); // prettier-ignore
  x0 += x3;
  x3 = Rounds.mix(x0, x3, 23);
  x2 += x1;
  x1 = Rounds.mix(x2, x1, 5); // prettier-ignore
  x0 += k1;
  x1 += k2;
  x2 += k3;
  x3 += k4 + 1; // prettier-ignore
  x0 += x1;
  x1 = Rounds.mix(x0, x1, 6);
  x2 += x3;
  x3 = Rounds.mix(x2, x3, 20); // prettier-ignore
  x0 += x3;
  x3 = Rounds.mix(x0, x3, 17);
  x2 += x1;
  x1 = Rounds.mix(x2, x1, 11); // prettier-ignore
  x0 += x1;
  x1 = Rounds.mix(x0, x1, 25);
  x2 += x3;
  x3 = Rounds.mix(x2, x3, 10); // prettier-ignore
  x0 += x3;
  x3 = Rounds.mix(x0, x3, 18);
  x2 += x1;
  x1 = Rounds.mix(x2, x1, 20); // prettier-ignore
  x0 += k2;
  x1 += k3;
  x2 += k4;
  x3 += k0 + 2; // prettier-ignore
  x0 += x1;
  x1 = Rounds.mix(x0, x1, 10);
  x2 += x3;
  x3 = Rounds.mix(x2, x3, 26); // prettier-ignore
  x0 += x3;
  x3 = Rounds.mix(x0, x3, 11);
  x2 += x1;
  x1 = Rounds.mix(x2, x1, 21); // prettier-ignore
  x0 += x1;
  x1 = Rounds.mix(x0, x1, 13);
  x2 += x3;
  x3 = Rounds.mix(x2, x3, 27); // prettier-ignore
  x0 += x3;
  x3 = Rounds.mix(x0, x3, 23);
  x2 += x1;
  x1 = Rounds.mix(x2, x1, 5); // prettier-ignore
  x0 += k3;
  x1 += k4;
  x2 += k0;
  x3 += k1 + 3; // prettier-ignore
  x0 += x1;
  x1 = Rounds.mix(x0, x1, 6);
  x2 += x3;
  x3 = Rounds.mix(x2, x3, 20); // prettier-ignore
  store<u32>(out, x0);
  store<u32>(out, x1, 4);
  store<u32>(out, x2, 8);
  store<u32>(out, x3, 12);
}

/** Draws the words of a node's next packet, which comes a gap after `cycle`. */
function prepare(source: Source, node: usize, cycle: f64): void {
  const at = source.words + (node << 4);
  const counter = source.count + (node << 2);
  const index = load<u32>(counter);
  store<u32>(counter, index + 1);
  words(<u32>node, index, source.key0, source.key1, source.key2, source.key3, at);
  const high = <f64>(load<u32>(at) >> 5);
  const u = (high * 67108864.0 + <f64>(load<u32>(at, 4) >> 6) + 0.5) * (1.0 / 9007199254740992.0);
  const gap = Math.floor(Math.log(u) * load<f64>(source.scale + (node << 3)));
  const next = cycle + gap + 1.0;
  store<u32>(source.next + (node << 2), next < 4294967295.0 ? <u32>next : NEVER);
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
  const at = source.words + (node << 4);
  store<u32>(row, first);
  store<u32>(row, <u32>node, 4);
  let destination = load<u32>(at, 8);
  if (source.spread) destination = <u32>(((<f64>destination + 0.5) / 4294967296.0) * <f64>source.spread);
  else if (source.targets) destination = load<u32>(source.targets + (node << 2));
  store<u32>(row, destination, 8);
  store<u32>(row, flits, 12);
  store<u32>(row, source.keepsWays ? load<u32>(at, 12) : 0, 16);
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
