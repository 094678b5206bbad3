/**
 * Counts what arrives from a network, in bulk: latencies by their length, a series of them, flows, sums over steps of time; every number is exact. assembly/packet-tally.ts has the loop,
 * src/noc/measure/packet-statistics.ts and measure-record.ts what becomes of the numbers.
 */
import { InternalError } from '../base/errors.ts';
import { instantiate, type Kernels } from './load.ts';
import { KernelMemory } from './memory.ts';
import { ARRIVAL_WORDS } from './router-tables.ts';

/** A flow: a pair of nodes with at least one measured packet. */
export interface FlowTally {
  readonly source: number;
  readonly destination: number;
  readonly packets: number;
  readonly sum: number; // of latencies, cycles
  readonly squares: number; // of latencies
  readonly jitter: number; // sum of | latency - latency of the packet before |
  readonly reordered: number; // packets that arrived after one that was offered later
}

/** All flows together. */
export interface FlowTotals {
  readonly flows: number;
  readonly packets: number;
  readonly jitter: number; // sum over the flows
  readonly jitterWorst: number; // cycles from packet to packet of the worst flow, mean
  readonly reordered: number; // packets
  readonly flowsReordered: number;
}

/** Arrivals by steps of equal length from cycle 0 on, each column one value per step. */
export interface StepTally {
  readonly cycles: number; // of a step
  readonly packets: Float64Array;
  readonly latencies: Float64Array; // sum over the packets
  readonly flits: Float64Array;
}

/** Words of the header, in the order of assembly/packet-tally.ts; two f64 follow. */
const HEADER = [
  'start',
  'end',
  'nodes',
  'longest',
  'latencies',
  'networkLatencies',
  'series',
  'seriesRoom',
  'packets',
  'flows',
  'flowMask',
  'flowFactor',
  'flowShift',
  'flowRoom',
  'flowCount',
  'bySource',
  'steps',
  'stepCycles',
  'stepFrom',
  'step',
] as const;
type Word = (typeof HEADER)[number];

const NEVER = 2 ** 32 - 1;
const STEPS = 8192;
const FIRST_STEP = 10; // cycles
const FLOW_BYTES = 64;
const DIRECT = 2 ** 16; // pairs of nodes that have a place each
const ROWS = 1024; // taken at once: few enough to lie in the near cache while they are counted
const SORTED_AT_ONCE = 4096; // flows
const ROW_BYTES = 4 * ARRIVAL_WORDS;

export class PacketTally {
  readonly #memory = new KernelMemory();
  readonly #kernels: Kernels;
  readonly #header: number;
  readonly #rows: number;
  readonly #nodes: number;

  /** Nothing is measured before `begin`; steps are counted all the time. */
  constructor(nodes: number) {
    const memory = this.#memory;
    this.#kernels = instantiate(memory);
    this.#nodes = nodes;
    this.#header = memory.allocate(HEADER.length * 4 + 16);
    if (this.#kernels.tallyBytes() !== HEADER.length * 4 + 16)
      throw new InternalError('kernels.wasm has another tally than packet-tally.ts: run npm run build');
    this.#rows = memory.allocate(ROWS * ROW_BYTES);
    this.#set('start', NEVER);
    this.#set('end', NEVER);
    this.#set('nodes', nodes);
    this.#set('bySource', memory.allocate(8 * nodes));
    this.#set('steps', memory.allocate(24 * STEPS));
    this.#set('stepCycles', FIRST_STEP);
    this.#lengthen(1024);
    this.#extend(4096);
    const isDirect = nodes * nodes <= DIRECT;
    this.#spread(isDirect ? 32 - Math.clz32(Math.max(2, nodes * nodes) - 1) : 12, isDirect);
  }

  /** Packets offered in the cycles [start, end) are measured. */
  begin(start: number, end: number): void {
    this.#set('start', start);
    this.#set('end', Math.min(end, NEVER));
  }

  /** Counts `count` rows of ARRIVAL_WORDS numbers, in the order of their arrival. */
  add(rows: Uint32Array, count: number): void {
    for (let from = 0; from < count; from += ROWS) {
      const piece = Math.min(ROWS, count - from);
      this.#memory.u32(this.#rows, piece * ARRIVAL_WORDS).set(rows.subarray(from * ARRIVAL_WORDS, (from + piece) * ARRIVAL_WORDS));
      let done = 0;
      while ((done += this.#kernels.tallyAdd(this.#header, this.#rows + done * ROW_BYTES, piece - done)) < piece) {
        this.#makeRoom(rows[(from + done) * ARRIVAL_WORDS + 6]! - rows[(from + done) * ARRIVAL_WORDS + 4]!);
      }
    }
  }

  /** Measured packets that have arrived. */
  get packets(): number {
    return this.#get('packets');
  }

  /** Sum over these of the cycles in which they were offered, and of the routers that they went through. */
  get sums(): { readonly offered: number; readonly routers: number } {
    const [offered, routers] = this.#memory.f64(this.#header + 4 * HEADER.length, 2);
    return { offered: offered!, routers: routers! };
  }

  /** Packets by their latency in cycles, from the offer and from the injection on. */
  latencies(): readonly [whole: Uint32Array, network: Uint32Array] {
    const read = (word: Word): Uint32Array => this.#memory.u32(this.#get(word), this.#get('longest')).slice();
    return [read('latencies'), read('networkLatencies')];
  }

  /** Latencies in the order of arrival: a window that holds until something is counted. */
  series(): Uint32Array {
    return this.#memory.u32(this.#get('series'), this.packets);
  }

  /** Flits that arrived in the measured span, by their source. */
  acceptedBySource(): Float64Array {
    return this.#memory.f64(this.#get('bySource'), this.#nodes).slice();
  }

  /** The steps that begin before a cycle; all of them without. */
  steps(before = Infinity): StepTally {
    const cycles = this.#get('stepCycles');
    const count = Math.min(STEPS, Math.ceil(before / cycles));
    const all = this.#memory.f64(this.#get('steps'), 3 * count);
    const [packets, latencies, flits] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
    for (let step = 0, from = 0; step < count; step++, from += 3) {
      packets[step] = all[from]!;
      latencies[step] = all[from + 1]!;
      flits[step] = all[from + 2]!;
    }
    return { cycles, packets, latencies, flits };
  }

  /** What `flows` would add up to. */
  flowTotals(): FlowTotals {
    const base = this.#get('flows');
    const records = this.#get('flowMask') + 1;
    const words = this.#memory.u32(base, (records * FLOW_BYTES) / 4);
    const sums = this.#memory.f64(base, (records * FLOW_BYTES) / 8);
    let [flows, all, jitter, jitterWorst, reordered, flowsReordered] = [0, 0, 0, 0, 0, 0];
    for (let word = 0, sum = 4; word < words.length; word += 16, sum += 8) {
      const packets = words[word]!;
      if (packets === 0) continue;
      const late = words[word + 10]!;
      flows += 1;
      all += packets;
      jitter += sums[sum]!;
      jitterWorst = Math.max(jitterWorst, sums[sum]! / Math.max(1, packets - 1));
      reordered += late;
      if (late > 0) flowsReordered += 1;
    }
    return { flows, packets: all, jitter, jitterWorst, reordered, flowsReordered };
  }

  /** The flows whose latency changes most from packet to packet, the worst first, at most `most` of them; those that change alike by source and destination. */
  flows(most = Infinity): FlowTally[] {
    const base = this.#get('flows');
    const records = this.#get('flowMask') + 1;
    const words = this.#memory.u32(base, (records * FLOW_BYTES) / 4);
    const sums = this.#memory.f64(base, (records * FLOW_BYTES) / 8);
    const changeOf = (record: number): number => sums[record * 8 + 4]! / Math.max(1, words[record * 16]! - 1);
    const worstOf = (some: readonly number[]): number[] =>
      some.toSorted((a, b) => changeOf(b) - changeOf(a) || words[a * 16 + 1]! - words[b * 16 + 1]!).slice(0, most);
    let chosen: number[] = [];
    // those of a network of thousands of nodes are millions: what is far from the worst is never listed
    let least = 0;
    for (let record = 0; record < records; record++) {
      if (words[record * 16] === 0 || changeOf(record) < least) continue;
      chosen.push(record);
      if (chosen.length < most + SORTED_AT_ONCE) continue;
      chosen = worstOf(chosen);
      least = changeOf(chosen.at(-1)!);
    }
    return worstOf(chosen).map((record) => {
      const pair = words[record * 16 + 1]!;
      return {
        source: Math.floor(pair / this.#nodes),
        destination: pair % this.#nodes,
        packets: words[record * 16]!,
        sum: sums[record * 8 + 2]!,
        squares: sums[record * 8 + 3]!,
        jitter: sums[record * 8 + 4]!,
        reordered: words[record * 16 + 10]!,
      };
    });
  }

  /** Something was too small for a packet of this latency. */
  #makeRoom(latency: number): void {
    if (latency >= this.#get('longest')) this.#lengthen(2 ** (32 - Math.clz32(latency)));
    else if (this.packets === this.#get('seriesRoom')) this.#extend(2 * this.packets);
    else this.#spread(32 - Math.clz32(this.#get('flowMask')) + 1, false);
  }

  #lengthen(longest: number): void {
    for (const word of ['latencies', 'networkLatencies'] as const) {
      const address = this.#memory.allocate(4 * longest);
      this.#memory.u32(address, longest).set(this.#memory.u32(this.#get(word), this.#get('longest')));
      this.#set(word, address);
    }
    this.#set('longest', longest);
  }

  #extend(room: number): void {
    const address = this.#memory.allocate(4 * room);
    this.#memory.u32(address, room).set(this.#memory.u32(this.#get('series'), this.packets));
    this.#set('series', address);
    this.#set('seriesRoom', room);
  }

  /** Room for 2^bits flows: every pair its place, or half full at most and scattered (Knuth's multiplicative hashing). */
  #spread(bits: number, isDirect: boolean): void {
    const records = 2 ** bits;
    const old = this.#get('flows');
    const count = old === 0 ? 0 : this.#get('flowMask') + 1;
    const address = this.#memory.allocate(records * FLOW_BYTES);
    const factor = isDirect ? 1 : 0x9e3779b1;
    const shift = isDirect ? 0 : 32 - bits;
    const from = this.#memory.u32(old, (count * FLOW_BYTES) / 4);
    const to = this.#memory.u32(address, (records * FLOW_BYTES) / 4);
    for (let record = 0; record < count; record++) {
      if (from[record * 16] === 0) continue;
      let place = Math.imul(from[record * 16 + 1]!, factor) >>> shift;
      while (to[place * 16] !== 0) place = (place + 1) % records;
      // word by word: a view for each of millions takes ten times as long
      for (let word = 0; word < 16; word++) to[place * 16 + word] = from[record * 16 + word]!;
    }
    this.#set('flows', address);
    this.#set('flowMask', records - 1);
    this.#set('flowFactor', factor);
    this.#set('flowShift', shift);
    this.#set('flowRoom', isDirect ? records : records / 2);
  }

  #get(word: Word): number {
    return this.#memory.u32(this.#header + 4 * HEADER.indexOf(word), 1)[0]!;
  }

  #set(word: Word, value: number): void {
    this.#memory.u32(this.#header + 4 * HEADER.indexOf(word), 1)[0] = value;
  }
}
