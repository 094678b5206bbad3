/**
 * Spikes as multicast packets, one each, on the router kernel: what `SpikeNetwork` does without gathering, with the same deliveries and the same accounts, but nothing is made anew per spike. Where
 * the spikes of a neuron go is declared once; a packet under way is a slot of flat columns, under whose number the caller keeps what he wants back with the deliveries.
 * Times are cycles. Deliveries of one cycle come in no particular order.
 */
import { InternalError } from '../../base/index.ts';
import { ARRIVAL_WORDS, type KernelMemory } from '../../kernels/index.ts';
import type { NocLayout } from '../design/layout.ts';
import { ARRIVAL } from '../kernel/arrival.ts';
import { KernelNetwork, type KernelNetworkSnapshot } from '../kernel/kernel-network.ts';
import { SpikeLosses, type SpikeLossesSnapshot } from './spike-losses.ts';
import type { SpikeAccounts, SpikePart } from './spike-packets.ts';

/** Columns of a row of an arrival that are read here. */
const { id: ID, destination: DESTINATION, arrived: ARRIVED } = ARRIVAL;
const ROW = ARRIVAL_WORDS;

/** State as plain data; the slots of packets under way are those that `offer` returned. */
export interface MulticastSnapshot {
  readonly network: KernelNetworkSnapshot;
  /** Sets, in the order of their declaration. */
  readonly sets: readonly { readonly home: number; readonly nodes: readonly number[]; readonly synapses: readonly number[] }[];
  readonly setOfSlot: Int32Array;
  readonly left: Int32Array;
  readonly free: readonly number[];
  readonly counts: Readonly<Record<'offered' | 'delivered' | 'packets', number>>;
  readonly losses: SpikeLossesSnapshot;
}

type Deliver = (slot: number, place: number, cycle: number) => void;

/** The router kernel of a layout whose spikes travel alone as multicast packets, undefined for others and where the kernel has not what the layout asks for. */
export function multicastNetwork(layout: NocLayout, memory?: KernelMemory): KernelNetwork | undefined {
  const { mode, gather } = layout.design.packet;
  if (mode !== 'multicast' || gather !== 'none' || layout.packetFlits > layout.buffer || layout.graph.isDeadNode.includes(1))
    return undefined;
  return KernelNetwork.of(layout, true, memory);
}

/** A network that carries spikes as multicast packets. */
export class MulticastSpikes {
  readonly #network: KernelNetwork;
  readonly #layout: NocLayout;
  /** Columns of the destination sets: their core, their number in the network, where their nodes begin in `#nodes`, and one entry more that ends them. */
  #sets = 0;
  #home = new Int32Array(64);
  #tree = new Int32Array(64);
  #first = new Int32Array(65);
  /** Nodes of all sets, ascending within each, and the synapses that are reached there. */
  #nodes = new Int32Array(512);
  #synapses = new Int32Array(512);
  /** Set of the packet in each slot, and its deliveries that have not been made; 0 in free slots. */
  #setOfSlot = new Int32Array(64);
  #left = new Int32Array(64);
  #free = Array.from({ length: 64 }, (_, i) => 63 - i);
  #counts = { offered: 0, delivered: 0, packets: 0 };
  readonly #losses: SpikeLosses;
  /** Deliveries neither made nor lost. */
  #underWay = 0;
  /** Everything before this cycle has been told. */
  #until = 0;
  #deliver: Deliver | undefined;

  /** The network, or undefined where packets are not of this kind or the kernel has not what the layout asks for. */
  static of(layout: NocLayout): MulticastSpikes | undefined {
    const network = multicastNetwork(layout);
    return network && new MulticastSpikes(layout, network);
  }

  private constructor(layout: NocLayout, network: KernelNetwork) {
    this.#layout = layout;
    this.#network = network;
    this.#losses = new SpikeLosses(layout);
  }

  /** The network, brought to the present cycle. */
  get network(): KernelNetwork {
    if (this.#until > this.#network.cycle) this.#network.advanceRows(this.#until, this.#hear, this.#lose);
    return this.#network;
  }

  /** Makes known where spikes of a neuron of core `home` go: one part per node, in ascending order of nodes, none of them `home`. Returns the number of the set. */
  declare(home: number, parts: readonly SpikePart[]): number {
    const nodes = parts.map(({ node }) => node);
    if (nodes.length === 0 || nodes.some((node, i) => i > 0 && node <= nodes[i - 1]!))
      throw new InternalError(`parts of a spike stand in ascending order of nodes, found ${nodes.join(', ')}`);
    const set = this.#sets++;
    const first = this.#first[set]!;
    const end = first + nodes.length;
    this.#home = roomFor(this.#home, set);
    this.#tree = roomFor(this.#tree, set);
    this.#first = roomFor(this.#first, set + 1);
    this.#nodes = roomFor(this.#nodes, end);
    this.#synapses = roomFor(this.#synapses, end);
    this.#home[set] = home;
    this.#tree[set] = this.#network.setOf(home, nodes);
    this.#nodes.set(nodes, first);
    parts.forEach(({ synapses }, i) => (this.#synapses[first + i] = synapses));
    this.#first[set + 1] = end;
    return set;
  }

  /** A spike for the nodes of a set, sent in `cycle`. Returns the slot of its packet: the caller's until the last delivery. */
  offer(cycle: number, set: number): number {
    const size = this.#first[set + 1]! - this.#first[set]!;
    const slot = this.#free.pop() ?? this.#grow();
    this.#setOfSlot[slot] = set;
    this.#left[slot] = size;
    this.#counts.offered += size;
    this.#counts.packets += 1;
    this.#underWay += size;
    this.#network.offerToSet(cycle, this.#home[set]!, this.#tree[set]!, this.#layout.packetFlits, slot);
    return slot;
  }

  /** Simulates the cycles before `until`; tells the place of every delivery within the parts of its set. Cycles in which nothing is under way are left for later. */
  advance(until: number, deliver: Deliver): void {
    if (until <= this.#until) return;
    this.#until = until;
    if (this.#underWay === 0) return;
    this.#deliver = deliver;
    this.#network.advanceRows(until, this.#hear, this.#lose);
  }

  readonly #hear = (rows: Uint32Array, end: number): void => {
    const deliver = this.#deliver!;
    this.#counts.delivered += end / ROW;
    this.#underWay -= end / ROW;
    for (let row = 0; row < end; row += ROW) {
      const slot = rows[row + ID]!;
      const set = this.#setOfSlot[slot]!;
      const first = this.#first[set]!;
      const node = rows[row + DESTINATION]!;
      // of ascending numbers none stands behind its own
      let at = Math.min(first + node, this.#first[set + 1]! - 1);
      while (this.#nodes[at]! > node) at--;
      deliver(slot, at - first, rows[row + ARRIVED]!);
      if (--this.#left[slot]! === 0) this.#free.push(slot);
    }
  };

  /** Counts everything. */
  account(): SpikeAccounts {
    const { offered, delivered, packets } = this.#counts;
    return {
      offered,
      delivered,
      inFlight: this.#underWay,
      ...this.#losses.account(),
      packets,
      flits: packets * this.#layout.packetFlits,
      packedSpikes: packets,
      codecs: {},
    };
  }

  snapshot(): MulticastSnapshot {
    return {
      network: this.network.snapshot(),
      sets: Array.from({ length: this.#sets }, (_, set) => ({
        home: this.#home[set]!,
        nodes: Array.from(this.#nodes.subarray(this.#first[set], this.#first[set + 1])),
        synapses: Array.from(this.#synapses.subarray(this.#first[set], this.#first[set + 1])),
      })),
      setOfSlot: this.#setOfSlot.slice(),
      left: this.#left.slice(),
      free: this.#free.slice(),
      counts: { ...this.#counts },
      losses: this.#losses.snapshot(),
    };
  }

  /** Sets that were declared here are forgotten for those of the snapshot, under its numbers. */
  restore(snapshot: MulticastSnapshot): void {
    this.#network.restore(snapshot.network);
    this.#sets = 0;
    for (const { home, nodes, synapses } of snapshot.sets)
      this.declare(
        home,
        nodes.map((node, i) => ({ node, synapses: synapses[i]! })),
      );
    this.#setOfSlot = snapshot.setOfSlot.slice();
    this.#left = snapshot.left.slice();
    this.#free = snapshot.free.slice();
    this.#counts = { ...snapshot.counts };
    this.#losses.restore(snapshot.losses);
    this.#underWay = this.#left.reduce((sum, left) => sum + left, 0);
    this.#until = this.#network.cycle;
  }

  /** A packet was thrown away in the queue of its node, before any part of it was delivered. */
  readonly #lose = (slot: number, _cycle: number, node: number): void => {
    const set = this.#setOfSlot[slot]!;
    const [first, end] = [this.#first[set]!, this.#first[set + 1]!];
    this.#underWay -= end - first;
    for (let i = first; i < end; i++) this.#losses.add(this.#home[set]!, this.#nodes[i]!, this.#synapses[i]!, node, 'queue');
    this.#left[slot] = 0;
    this.#free.push(slot);
  };

  /** Doubles the slots; returns a free one. */
  #grow(): number {
    const size = this.#left.length;
    this.#setOfSlot = roomFor(this.#setOfSlot, size);
    this.#left = roomFor(this.#left, size);
    for (let slot = 2 * size - 1; slot > size; slot--) this.#free.push(slot);
    return size;
  }
}

/** The column, or one twice as long and more, with room for an entry number `index`. */
function roomFor(column: Int32Array<ArrayBuffer>, index: number): Int32Array<ArrayBuffer> {
  if (index < column.length) return column;
  const longer = new Int32Array(Math.max(2 * column.length, index + 1));
  longer.set(column);
  return longer;
}
