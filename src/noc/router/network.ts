/**
 * The network: routers, source queues and everything under way, as a passive machine. The caller offers packets and advances time; the network never looks ahead.
 *
 * A cycle t, in this order:
 *   1. flits and credits that arrive in t are received; a node that receives a flit returns its credit in t; a packet whose tail has arrived is delivered;
 *   2. packets offered for t enter their source queues (or are dropped), those that are too old are dropped, and every node sends at most one flit;
 *   3. every router does one step.
 * Everything sent in t arrives in t+2 or later, so inside a phase the order of routers and of nodes does not matter. Cycles in which nothing arrives, waits or is offered are
 * skipped: an idle network costs nothing.
 */
import { InfeasibleError, InternalError } from '../../base/index.ts';
import { Calendar } from './calendar.ts';
import { channelDelays } from '../design/clock-domains.ts';
import { Counters, readCounters, type Reading } from './counters.ts';
import { NODE_CHANNEL_LATENCY, type NocLayout } from '../design/layout.ts';
import { MulticastGroups } from '../spikes/multicast-groups.ts';
import { auditOf, type Audit } from './audit.ts';
import { holdingsOf, type Holdings } from './holdings.ts';
import { copiesOf, putBack, type NocSnapshot, type Parts } from './snapshot.ts';
import { Offers } from '../traffic/offers.ts';
import { FLITS_PER_PACKET, Packets } from './packets.ts';
import type { NetworkOptions, OnDrop, OnEject } from './network-types.ts';
import { RouterState } from './router-state.ts';
import { Routers } from './router.ts';
import { SourceQueues } from './source-queues.ts';

/** A network in operation. */
export class NocNetwork {
  readonly layout: NocLayout;
  readonly counters: Counters;
  readonly #state: RouterState;
  readonly #packets = new Packets();
  readonly #calendar: Calendar;
  readonly #queues: SourceQueues;
  readonly #routers: Routers;
  readonly #offers: Offers;
  readonly #dropsByFlow = new Map<number, number>();
  readonly #ejected: number[] = []; // output VC and flit of this cycle's arrivals at nodes
  readonly #groups: MulticastGroups | undefined;
  #cycle = 0;

  constructor(layout: NocLayout, { multicast = false, watch }: NetworkOptions = {}) {
    this.layout = layout;
    this.#groups = multicast ? new MulticastGroups(layout) : undefined;
    this.counters = new Counters(layout);
    const mostPorts = layout.graph.ports.reduce((most, list) => Math.max(most, list.length), 1);
    this.#state = new RouterState(layout, multicast ? mostPorts : 1);
    const { flit, credit } = channelDelays(layout);
    const slowest = flit.reduce((most, delay, port) => Math.max(most, delay, credit[port]!), 0);
    this.#calendar = new Calendar(layout.ports + layout.nodes, slowest + layout.delays.credit);
    this.#queues = new SourceQueues(layout, this.#state, this.#packets, this.#calendar, this.counters, this.#groups);
    this.#routers = new Routers(layout, this.#state, this.#packets, this.#calendar, this.counters, this.#groups, watch);
    this.#offers = new Offers(this.#packets);
  }

  /** The next cycle that will be simulated. */
  get cycle(): number {
    return this.#cycle;
  }

  /** True when no packet is in the network, in a source queue or offered for later. Credits may still be on their way. */
  get idle(): boolean {
    return this.#packets.heads[2] === 0;
  }

  /** The first cycle from now on in which anything happens; Infinity when nothing ever will without a new offer. */
  get nextBusyCycle(): number {
    const { nodes, routers } = this.layout;
    if (this.#queues.busy[nodes]! > 0 || this.#state.busy[routers]! > 0) return this.#cycle;
    return Math.min(this.#calendar.nextBusy(this.#cycle), this.#offers.nextCycle);
  }

  /**
   * Offers a packet to the source queue of node `source` in `cycle`, which must not have been simulated yet. Packets of one node and cycle keep the order in which they were offered;
   * between nodes the order does not matter. `packetId` is the caller's number for it. A drop is told by `advance`.
   * `choice` picks one of the ways of a routing that offers several (`routes.choices`). A packet that is `passedOn` by its node enters before the node's own of the same cycle.
   * A list of destinations makes a multicast packet, which goes once over every link of its tree and is told of at each of them; it needs a network made with `multicast`, where a
   * single destination is a list of one. InfeasibleError when a buffer does not hold the whole packet, because copies are made from there.
   */
  offer(
    cycle: number,
    source: number,
    destination: number | readonly number[],
    flits: number,
    packetId: number,
    choice = 0,
    passedOn = false,
  ): void {
    const { nodes, routes, buffer, name } = this.layout;
    if (typeof destination !== 'number' || this.#groups !== undefined) {
      const list = typeof destination === 'number' ? [destination] : destination;
      if (this.#groups === undefined) throw new InternalError('a packet for several nodes needs a network made with { multicast: true }');
      if (list.length > 1 && flits > buffer)
        throw new InfeasibleError(
          `${name}: a multicast packet of ${String(flits)} flits needs buffers of at least that, found ${String(buffer)}`,
        );
      this.#enter(cycle, source, source, flits, packetId, 0, this.#groups.numberOf(source, list), passedOn);
      return;
    }
    if (!(source >= 0 && source < nodes && destination >= 0 && destination < nodes)) {
      throw new InfeasibleError(
        `a packet from node ${String(source)} to node ${String(destination)}: ${this.layout.name} has the nodes 0 to ${String(nodes - 1)}`,
      );
    }
    if (choice !== 0 && !(choice > 0 && choice < (routes.choices?.count ?? 1)))
      throw new InternalError(`${routes.method} has no way number ${String(choice)}`);
    this.#enter(cycle, source, destination, flits, packetId, choice, -1, passedOn);
  }

  #enter(
    cycle: number,
    source: number,
    destination: number,
    flits: number,
    packetId: number,
    choice: number,
    group: number,
    passedOn: boolean,
  ): void {
    if (!(Number.isInteger(cycle) && cycle >= this.#cycle))
      throw new InternalError(`a packet was offered for cycle ${String(cycle)}, the network is at ${String(this.#cycle)}`);
    if (!(flits >= 1 && flits <= FLITS_PER_PACKET))
      throw new InfeasibleError(`a packet has 1 to ${String(FLITS_PER_PACKET)} flits, found ${String(flits)}`);
    const slot = this.#offers.add(packetId, cycle, source, destination, flits, choice, passedOn);
    this.#packets.group[slot] = group;
    if (group >= 0) this.#packets.place[slot] = this.#groups!.root[group]!;
    const deliveries = group < 0 ? 1 : this.#groups!.members[group]!.length - 1;
    this.#packets.heads[2]! += deliveries;
    this.counters.offeredPackets[source]! += deliveries;
    this.counters.flits[0]! += flits;
  }

  /** Nodes that a packet in a source queue goes to. */
  #destinationsOf(slot: number): readonly number[] {
    const group = this.#packets.group[slot]!;
    return group < 0 ? [this.#packets.destination[slot]!] : this.#groups!.members[group]!.slice(1);
  }

  /** Simulates all cycles before `until`. Calls back in the order of cycles, within a cycle in the order of nodes: deliveries first, then drops. */
  advance(until: number, onEject: OnEject, onDrop?: OnDrop): void {
    while (this.#cycle < until) {
      const next = this.nextBusyCycle;
      if (next > this.#cycle) {
        this.#cycle = Math.min(next, until);
        continue;
      }
      this.#receive(this.#cycle, onEject);
      this.#admit(this.#cycle, onDrop);
      for (const slot of this.#queues.expire(this.#cycle)) this.#drop(slot, this.#cycle, onDrop);
      this.#queues.inject(this.#cycle);
      this.#routers.step(this.#cycle);
      this.#cycle += 1;
    }
  }

  /** Drops the packets that wait in source queues, but for those that were next to be sent before the present cycle. Offers for later stay. */
  flush(onDrop?: OnDrop): void {
    for (const slot of this.#queues.flush(this.#cycle)) this.#drop(slot, this.#cycle, onDrop);
  }

  /** Packets that wait in source queues and are not next to be sent, and the sum of the cycles in which they were offered. */
  waiting(): readonly [packets: number, offered: number] {
    return this.#queues.waiting(this.#cycle);
  }

  /** What every input VC holds, to look for a deadlock. Not for multicast, whose trees are always certified. */
  holdings(): Holdings {
    if (this.#groups !== undefined) throw new InternalError('a multicast network is certified; nothing can block it');
    return holdingsOf(this.layout, this.#state, this.#packets, this.#calendar);
  }

  /** Sets 1 for every node with a packet that waits or is being sent, else 0. */
  markBusy(nodes: Uint8Array): void {
    nodes.set(this.#queues.isBusy);
  }

  /** Packets that the flow from `source` to `destination` has lost at the source queue. */
  dropsOfFlow(source: number, destination: number): number {
    return this.#dropsByFlow.get(source * this.layout.nodes + destination) ?? 0;
  }

  /** The counters now, to be compared with another reading by `activityBetween`. */
  read(): Reading {
    return readCounters(this.counters, this.#cycle);
  }

  /** Counts packets and flits from both ends. */
  audit(): Audit {
    return auditOf(this.counters, this.#packets, this.#state, this.#calendar);
  }

  /** A copy of the whole state; a network of the same layout that restores it continues bit for bit. */
  snapshot(): NocSnapshot {
    return {
      cycle: this.#cycle,
      arrays: copiesOf(this.#parts()),
      dropsByFlow: Array.from(this.#dropsByFlow),
      groups: this.#groups?.members.map((list) => list.slice()) ?? [],
    };
  }

  /** Puts a snapshot of the same layout in place of the present state. */
  restore(snapshot: NocSnapshot): void {
    this.#packets.fit(snapshot.arrays['packets.id']!.length);
    putBack(snapshot.arrays, this.#parts(), this.layout.name);
    this.#groups?.restore(snapshot.groups);
    this.#offers.restore();
    this.#dropsByFlow.clear();
    for (const [flow, packets] of snapshot.dropsByFlow) this.#dropsByFlow.set(flow, packets);
    this.#cycle = snapshot.cycle;
  }

  #receive(cycle: number, onEject: OnEject): void {
    const calendar = this.#calendar;
    const slot = cycle % calendar.span;
    const start = slot * calendar.capacity;
    const credits = start + calendar.creditCount[slot]!;
    for (let i = start; i < credits; i++) this.#routers.credit(calendar.creditTarget[i]!);
    const flits = start + calendar.flitCount[slot]!;
    for (let i = start; i < flits; i++) {
      const target = calendar.flitTarget[i]!;
      if (target >= 0) this.#routers.receive(target, calendar.flit[i]!, cycle);
      else this.#noteEjected(~target, calendar.flit[i]!);
    }
    calendar.clear(cycle);
    for (let i = 0; i < this.#ejected.length; i += 2) this.#deliver(this.#ejected[i]!, this.#ejected[i + 1]!, cycle, onEject);
    this.#ejected.length = 0;
  }

  /** Keeps this cycle's arrivals at nodes sorted by node: a node receives at most one flit per cycle, so nothing depends on the order of routers. */
  #noteEjected(outVc: number, flit: number): void {
    const { nodeOfPort, vcs } = this.layout;
    const ejected = this.#ejected;
    const node = nodeOfPort[(outVc / vcs) | 0]!;
    let place = ejected.length;
    while (place > 0 && nodeOfPort[(ejected[place - 2]! / vcs) | 0]! > node) {
      ejected[place] = ejected[place - 2]!;
      ejected[place + 1] = ejected[place - 1]!;
      place -= 2;
    }
    ejected[place] = outVc;
    ejected[place + 1] = flit;
  }

  #deliver(outVc: number, flit: number, cycle: number, onEject: OnEject): void {
    const packets = this.#packets;
    const period = this.layout.periods[this.layout.routerOfPort[(outVc / this.layout.vcs) | 0]!]!;
    this.#calendar.sendCredit(cycle + (1 + NODE_CHANNEL_LATENCY + this.layout.delays.credit) * period, outVc);
    const slot = (flit / FLITS_PER_PACKET) | 0;
    const node = packets.destination[slot]!;
    this.counters.deliveredFlits[node]! += 1;
    if (flit % FLITS_PER_PACKET !== packets.flits[slot]! - 1) return;
    this.counters.deliveredPackets[node]! += 1;
    packets.give(slot);
    packets.heads[2]! -= 1;
    onEject(packets.id[slot]!, cycle, packets.routers[slot]!, packets.injected[slot]!, packets.ready[slot]!, node);
  }

  /** Packets offered for this cycle enter their queues, in the order of nodes. */
  #admit(cycle: number, onDrop: OnDrop | undefined): void {
    while (this.#offers.nextCycle === cycle) {
      const slot = this.#offers.take();
      const dropped = this.#isLost(slot) ? slot : this.#queues.enqueue(slot);
      if (dropped >= 0) this.#drop(dropped, cycle, onDrop);
    }
  }

  /** Whether its node or its only destination is dead. */
  #isLost(slot: number): boolean {
    const { isDeadNode } = this.layout.graph;
    return (
      isDeadNode[this.#packets.source[slot]!] === 1 ||
      (this.#packets.group[slot]! < 0 && isDeadNode[this.#packets.destination[slot]!] === 1)
    );
  }

  #drop(slot: number, cycle: number, onDrop: OnDrop | undefined): void {
    const packets = this.#packets;
    const node = packets.source[slot]!;
    for (const destination of this.#destinationsOf(slot)) {
      const flow = node * this.layout.nodes + destination;
      this.counters.droppedPackets[node]! += 1;
      packets.heads[2]! -= 1;
      this.#dropsByFlow.set(flow, (this.#dropsByFlow.get(flow) ?? 0) + 1);
    }
    this.counters.flits[1]! += packets.flits[slot]!;
    packets.give(slot);
    onDrop?.(packets.id[slot]!, cycle, node);
  }

  #parts(): Parts {
    return { state: this.#state, packets: this.#packets, calendar: this.#calendar, queues: this.#queues, counters: this.counters };
  }
}
