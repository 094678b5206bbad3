/**
 * A network on the router kernel that is used packet by packet, as NocNetwork is: single packets along the routes of the layout, or packets for sets of nodes along its source trees. The same
 * arrivals in the same order; what stands before the routers (offers for later, arrivals that lie ahead) is kept here.
 */
import { InfeasibleError, InternalError } from '../../base/index.ts';
import {
  ARRIVAL_WORDS,
  DROP_WORDS,
  OFFER_WORDS,
  RouterNet,
  type KernelMemory,
  type RouterSnapshot,
  type RouterTree,
} from '../../kernels/index.ts';
import type { NocLayout } from '../design/layout.ts';
import { totalOf, type Reading } from '../router/counters.ts';
import type { Audit } from '../router/audit.ts';
import type { OnDrop, OnEject } from '../router/network-types.ts';
import { FLITS_PER_PACKET } from '../router/packets.ts';
import { linkOfHop } from '../routing/route-table.ts';
import { MulticastGroups } from '../spikes/multicast-groups.ts';
import { ARRIVAL } from './arrival.ts';
import { ANY_VC, byteOf, fastTables, treeTables } from './fast-tables.ts';
import { kernelReading } from './kernel-reading.ts';

/** Rooms of the lists that go to and come from the kernel; they grow. */
const ROOMS = { offers: 512, arrivals: 512 };
/** Cycles whose arrivals may be known before they are due. */
const AHEAD = 16;

/** Told rows of arrivals: the first `end` words of `rows`. */
type TellRows = (rows: Uint32Array, end: number) => void;

/** The whole state. */
export interface KernelNetworkSnapshot {
  readonly cycle: number;
  readonly net: RouterSnapshot;
  readonly early: Uint32Array;
  readonly callerIds: readonly (readonly [number, number])[];
  readonly next: number;
  readonly dropped: Float64Array;
  readonly groups: readonly (readonly number[])[];
}

/** A network in operation. */
export class KernelNetwork {
  readonly layout: NocLayout;
  readonly #net: RouterNet;
  readonly #groups: MulticastGroups | undefined;
  readonly #layers: number;
  /** Routers of the places of all sets. */
  #routerOfPlace: number[] = [];
  /** Rows of arrivals that have not been told, in the order of cycles, as many as #waiting. */
  #rows = new Uint32Array(64 * ARRIVAL_WORDS);
  #waiting = 0;
  #order: number[] = [];
  /** Where packets follow tables the kernel numbers them itself. */
  readonly #callerIds = new Map<number, number>();
  #next = 0;
  /** Cycle of the packet offered last. */
  #last = 0;
  #told = 0; // sets that the kernel knows
  /** Of the call of `advanceRows` under way. */
  #until = 0;
  #tell: TellRows | undefined;
  #dropped: Float64Array;

  /** The network, or undefined where the kernel has not what the layout asks for. */
  static of(layout: NocLayout, multicast: boolean, memory?: KernelMemory): KernelNetwork | undefined {
    const tables = multicast ? treeTables(layout) : fastTables(layout);
    if (tables === undefined) return undefined;
    // whoever reads the list of arrivals himself leaves there what lies ahead
    const rooms = memory === undefined ? ROOMS : { ...ROOMS, arrivals: ROOMS.arrivals + AHEAD * layout.nodes };
    return new KernelNetwork(layout, new RouterNet(tables, rooms, memory), multicast);
  }

  /** What moves the packets, for a kernel that offers and hears by itself. */
  get net(): RouterNet {
    return this.#net;
  }

  private constructor(layout: NocLayout, net: RouterNet, multicast: boolean) {
    this.layout = layout;
    this.#net = net;
    this.#groups = multicast ? new MulticastGroups(layout) : undefined;
    this.#layers = this.#groups?.trees.layers ?? layout.routes.layers;
    this.#dropped = new Float64Array(layout.nodes);
  }

  /** The next cycle that will be simulated. */
  get cycle(): number {
    return this.#net.cycle;
  }

  /** As in NocNetwork; single packets along the routes in the order of their cycles. */
  offer(cycle: number, source: number, destination: number | readonly number[], flits: number, packetId: number, choice = 0): void {
    if (!(Number.isInteger(cycle) && cycle >= this.cycle))
      throw new InternalError(`a packet was offered for cycle ${String(cycle)}, the network is at ${String(this.cycle)}`);
    if (!(flits >= 1 && flits <= FLITS_PER_PACKET))
      throw new InfeasibleError(`a packet has 1 to ${String(FLITS_PER_PACKET)} flits, found ${String(flits)}`);
    if (this.#groups === undefined) {
      if (typeof destination !== 'number') throw new InternalError('a packet for several nodes needs a network with trees');
      if (cycle < this.#last)
        throw new InternalError('packets along tables are offered in the order of their cycles: so the kernel numbers them');
      this.#last = cycle;
      this.#callerIds.set(this.#next++, packetId);
      this.#net.offer(cycle, source, destination, flits, choice);
      return;
    }
    const list = typeof destination === 'number' ? [destination] : destination;
    if (list.length > 1 && flits > this.layout.buffer)
      throw new InfeasibleError(
        `${this.layout.name}: a multicast packet of ${String(flits)} flits needs buffers of at least that, found ${String(this.layout.buffer)}`,
      );
    this.offerToSet(cycle, source, this.setOf(source, list), flits, packetId);
  }

  /** Number of the set of `destinations` of node `source`, for `offerToSet`; only in a network with trees. */
  setOf(source: number, destinations: readonly number[]): number {
    if (this.#groups === undefined) throw new InternalError('sets of nodes need a network with trees');
    const group = this.#groups.numberOf(source, destinations);
    if (group === this.#told) {
      this.#told += 1;
      this.#net.addTree(this.#treeOf(group));
    }
    return group;
  }

  /** As `offer`, for a caller who keeps the numbers of his sets; nothing is checked. */
  offerToSet(cycle: number, source: number, set: number, flits: number, packetId: number): void {
    this.#net.offer(cycle, source, set, flits, packetId);
  }

  /** Simulates all cycles before `until`. Calls back in the order of cycles, within a cycle in the order of nodes. */
  advance(until: number, onEject: OnEject, onDrop?: OnDrop): void {
    if (this.idle) {
      if (until > this.cycle) this.#net.skip(until);
      return;
    }
    this.#simulate(until, onDrop);
    this.tellArrivals(until, onEject);
  }

  /** Whether nothing waits or travels, nor has arrived without being told. */
  get idle(): boolean {
    return this.#waiting === 0 && this.#net.idle;
  }

  /** As `advance`, for a caller who asks for no order within a cycle: `tell` is given the arrivals as rows of ARRIVAL_WORDS numbers, the first `end` words of a window that holds only during the call. */
  advanceRows(until: number, tell: TellRows, onDrop?: OnDrop): void {
    if (this.idle) {
      if (until > this.cycle) this.#net.skip(until);
      return;
    }
    this.#until = until;
    this.#tell = tell;
    if (this.#waiting > 0) {
      const rows = this.#rows;
      const all = this.#waiting * ARRIVAL_WORDS;
      this.#waiting = 0;
      this.#pass(rows, all / ARRIVAL_WORDS);
    }
    this.#simulate(until, onDrop, this.#pass);
  }

  /** Tells the rows before the cycle that `advanceRows` goes to, and keeps the others, which come last. */
  readonly #pass = (rows: Uint32Array, count: number): void => {
    let due = count;
    while (due > 0 && rows[(due - 1) * ARRIVAL_WORDS + ARRIVAL.arrived]! >= this.#until) due--;
    if (due > 0) this.#tell!(rows, due * ARRIVAL_WORDS);
    if (due < count) this.#keep(rows, due, count);
  };

  /** The counters now, to be compared with another reading by `activityBetween`. */
  read(): Reading {
    const reading = kernelReading(this.layout, this.#net, this.#early(), this.#dropped);
    const ahead = this.#net.ahead();
    for (let i = 0; i < ahead.length; i += OFFER_WORDS)
      reading.values['offeredPackets']![ahead[i + 1]!]! += this.#deliveries(ahead[i + 2]!);
    return reading;
  }

  /** Counts packets and flits from both ends; flits that have left the last router count as delivered. */
  audit(): Audit {
    const counts = this.#net.readings.counts();
    const { values } = this.read();
    const pending = this.#pending();
    const offered = totalOf(values['offeredPackets']!);
    const delivered = totalOf(values['deliveredPackets']!);
    const dropped = totalOf(values['droppedPackets']!);
    const inFlight = pending + this.#net.alive + this.#early().length / ARRIVAL_WORDS;
    const flitsInjected = totalOf(counts.injected);
    const flitsCopied = totalOf(counts.copies);
    const flitsDelivered = this.layout.portOfNode.reduce((sum, port) => sum + counts.portFlits[port]!, 0);
    const flitsInNetwork = this.#net.readings.flitsInside();
    const balanced = offered === delivered + dropped + inFlight && flitsInjected + flitsCopied === flitsDelivered + flitsInNetwork;
    return { offered, delivered, dropped, inFlight, flitsInjected, flitsCopied, flitsDelivered, flitsInNetwork, balanced };
  }

  /** A copy of the whole state; a network of the same layout that restores it continues bit for bit. */
  snapshot(): KernelNetworkSnapshot {
    return {
      cycle: this.cycle,
      net: this.#net.snapshot(),
      early: this.#rows.slice(0, this.#waiting * ARRIVAL_WORDS),
      callerIds: [...this.#callerIds],
      next: this.#next,
      dropped: this.#dropped.slice(),
      groups: this.#groups?.members.map((list) => list.slice()) ?? [],
    };
  }

  restore(snapshot: KernelNetworkSnapshot): void {
    this.#net.restore(snapshot.net);
    this.#waiting = 0;
    this.#take(snapshot.early, snapshot.early.length / ARRIVAL_WORDS);
    this.#callerIds.clear();
    for (const [id, callerId] of snapshot.callerIds) this.#callerIds.set(id, callerId);
    this.#next = snapshot.next;
    this.#dropped = snapshot.dropped.slice();
    this.#groups?.restore(snapshot.groups);
    this.#routerOfPlace = [];
    this.#told = this.#groups?.members.length ?? 0;
    for (let group = 0; group < this.#told; group++) this.#treeOf(group);
  }

  /** Tells of the packets that were thrown away since the last time: for a kernel that advances the network by itself. */
  takeDrops(onDrop: OnDrop): void {
    this.#net.takeDrops((lost, count) => this.#dropAll(lost, count, onDrop));
  }

  #simulate(until: number, onDrop?: OnDrop, arrived = this.#take): void {
    this.#net.advance(until, arrived, (lost, count) => this.#dropAll(lost, count, onDrop));
  }

  #dropAll(lost: Uint32Array, count: number, onDrop?: OnDrop): void {
    for (let i = 0; i < count * DROP_WORDS; i += DROP_WORDS) this.#drop(lost[i]!, lost[i + 1]!, lost[i + 3]!, onDrop);
  }

  /** Deliveries of the offers for later. */
  #pending(): number {
    const ahead = this.#net.ahead();
    let sum = 0;
    for (let i = 0; i < ahead.length; i += OFFER_WORDS) sum += this.#deliveries(ahead[i + 2]!);
    return sum;
  }

  #deliveries(destination: number): number {
    return this.#groups === undefined ? 1 : this.#groups.members[destination]!.length - 1;
  }

  /** The tree of a set, for the kernel, whose places have the same numbers as those of the set. */
  #treeOf(group: number): RouterTree {
    const { graph } = this.layout;
    const { root, layer, members, firstBranch, hop, next } = this.#groups!;
    const routers = this.#routerOfPlace;
    const end = root[group + 1] ?? firstBranch.length - 1;
    const [branches, ways]: [number[], number[]] = [[], []];
    routers[root[group]!] = graph.routerOfNode[members[group]![0]!]!;
    for (let place = root[group]!; place < end; place++) {
      const [from, to] = [firstBranch[place]!, firstBranch[place + 1]!];
      branches.push(to - from);
      for (let branch = from; branch < to; branch++) {
        const onward = hop[branch]!;
        const node = onward < 0 ? ~onward : 0;
        if (onward >= 0) routers[next[branch]!] = graph.linkTo[linkOfHop(onward)]!;
        const unit = byteOf(this.layout, routers[place]!, onward < 0 ? undefined : onward, node, this.#layers);
        ways.push(unit, onward < 0 ? node : next[branch]!);
      }
    }
    return { layer: layer[group]! < 0 ? ANY_VC : layer[group]!, destinations: members[group]!.length - 1, branches, ways };
  }

  #drop(id: number, source: number, destination: number, onDrop?: OnDrop): void {
    this.#dropped[source]! += this.#deliveries(destination);
    onDrop?.(this.#callerId(id), this.cycle, source);
  }

  /** The caller's number of a packet that leaves. */
  #callerId(id: number): number {
    if (this.#groups !== undefined) return id;
    const callerId = this.#callerIds.get(id)!;
    this.#callerIds.delete(id);
    return callerId;
  }

  /** Keeps all rows that the kernel hands out. */
  readonly #take = (rows: Uint32Array, count: number): void => this.#keep(rows, 0, count);

  /** Keeps the rows from number `first` on. */
  #keep(rows: Uint32Array, first: number, count: number): void {
    const start = this.#waiting * ARRIVAL_WORDS;
    const from = first * ARRIVAL_WORDS;
    const end = start + count * ARRIVAL_WORDS - from;
    if (end > this.#rows.length) this.#rows = joined(this.#rows, new Uint32Array(end));
    const own = this.#rows;
    // a few words are copied faster one by one
    for (let i = start; i < end; i++) own[i] = rows[from + i - start]!;
    this.#waiting += count - first;
  }

  /** A copy of the rows of arrivals that lie ahead. */
  #early(): Uint32Array {
    return joined(this.#rows.subarray(0, this.#waiting * ARRIVAL_WORDS), this.#net.listed());
  }

  /** Tells the arrivals before `until` that are known; those of the next three cycles are. They came in the order of cycles, within a cycle in any. */
  tellArrivals(until: number, onEject: OnEject): void {
    if (this.#waiting === 0) return;
    const rows = this.#rows;
    const end = this.#waiting * ARRIVAL_WORDS;
    let from = 0;
    while (from < end && rows[from + ARRIVAL.arrived]! < until) {
      const cycle = rows[from + ARRIVAL.arrived]!;
      // a node takes one flit a cycle: no two rows of a cycle have the same
      const order = this.#order;
      let count = 0;
      for (; from < end && rows[from + ARRIVAL.arrived] === cycle; from += ARRIVAL_WORDS) {
        let place = count++;
        for (; place > 0 && rows[order[place - 1]! + ARRIVAL.destination]! > rows[from + ARRIVAL.destination]!; place--)
          order[place] = order[place - 1]!;
        order[place] = from;
      }
      for (let i = 0; i < count; i++) this.#tellArrival(rows, order[i]!, onEject);
    }
    rows.copyWithin(0, from, end);
    this.#waiting = (end - from) / ARRIVAL_WORDS;
  }

  #tellArrival(rows: Uint32Array, row: number, onEject: OnEject): void {
    onEject(
      this.#callerId(rows[row + ARRIVAL.id]!),
      rows[row + ARRIVAL.arrived]!,
      rows[row + ARRIVAL.routers]!,
      rows[row + ARRIVAL.injected]!,
      rows[row + ARRIVAL.ready]!,
      rows[row + ARRIVAL.destination]!,
    );
  }
}

function joined(first: Uint32Array, second: Uint32Array): Uint32Array<ArrayBuffer> {
  const both = new Uint32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
