/**
 * The nodes' side of the injection channels: a source queue per node, and at most one flit per cycle into the network.
 * A packet starts when the tail of the one before it is in. Its head takes a VC with room, looked for round robin behind the VC of the node's last packet
 * (only the lowest VC of its layer if that one lay outside the layer or there was none); body flits follow in the same VC.
 * A bounded queue counts the packets that wait, not the one that is being sent. A packet that arrives in the cycle in which the queue's first starts still finds it there.
 * Policies: stall (it waits at the sender, in order, and is counted), drop the newest (itself), drop the oldest (the first in the queue), expire (as stall, and a packet that has waited for
 * its lifetime when it is looked at, at the front of the queue, is dropped; those behind it are younger).
 */
import type { Calendar } from './calendar.ts';
import type { Counters } from './counters.ts';
import { NODE_CHANNEL_LATENCY, vcsOfLayer, type NocLayout } from '../design/layout.ts';
import type { MulticastGroups } from '../spikes/multicast-groups.ts';
import { FLITS_PER_PACKET, type Packets } from './packets.ts';
import type { RouterState } from './router-state.ts';

const NONE: readonly number[] = [];

/** The source queues of all nodes. */
export class SourceQueues {
  readonly #layout: NocLayout;
  readonly #state: RouterState;
  readonly #packets: Packets;
  readonly #calendar: Calendar;
  readonly #counters: Counters;
  readonly #groups: MulticastGroups | undefined;
  readonly first: Int32Array; // slot at the front, -1 = empty
  readonly last: Int32Array;
  readonly length: Int32Array; // packets that wait
  readonly sending: Int32Array; // slot of the packet that is being sent, -1 = none
  readonly sent: Int32Array; // flits of it that are in
  readonly vc: Int32Array; // VC of the last packet, -1 before the first
  /** Nodes with something to send, unordered; the last entry says how many. */
  readonly busy: Int32Array;
  readonly isBusy: Uint8Array;

  constructor(
    layout: NocLayout,
    state: RouterState,
    packets: Packets,
    calendar: Calendar,
    counters: Counters,
    groups: MulticastGroups | undefined,
  ) {
    this.#groups = groups;
    this.#layout = layout;
    this.#state = state;
    this.#packets = packets;
    this.#calendar = calendar;
    this.#counters = counters;
    this.first = new Int32Array(layout.nodes).fill(-1);
    this.last = new Int32Array(layout.nodes).fill(-1);
    this.length = new Int32Array(layout.nodes);
    this.sending = new Int32Array(layout.nodes).fill(-1);
    this.sent = new Int32Array(layout.nodes);
    this.vc = new Int32Array(layout.nodes).fill(-1);
    this.busy = new Int32Array(layout.nodes + 1);
    this.isBusy = new Uint8Array(layout.nodes);
  }

  /** Puts a packet into the queue of its source. Returns the slot of the packet that is dropped for it, or -1. */
  enqueue(slot: number): number {
    const node = this.#packets.source[slot]!;
    const { capacity, policy } = this.#layout.sourceQueue;
    let dropped = -1;
    if (this.length[node]! >= capacity) {
      if (policy === 'drop-newest') return slot;
      if (policy === 'stall' || policy === 'expire') this.#counters.stalledPackets[node]! += 1;
      else dropped = this.#dequeue(node);
    }
    if (this.first[node] === -1) this.first[node] = slot;
    else this.#packets.next[this.last[node]!] = slot;
    this.last[node] = slot;
    this.length[node]! += 1;
    if (this.isBusy[node] === 0) {
      this.isBusy[node] = 1;
      this.busy[this.busy[this.#layout.nodes]!++] = node;
    }
    return dropped;
  }

  /** Takes out the packets that are too old at the beginning of `cycle`. Their slots, in the order of nodes, within a node in that of the queue. */
  expire(cycle: number): readonly number[] {
    const { nodes, sourceQueue } = this.#layout;
    const { offered, ready } = this.#packets;
    if (sourceQueue.lifetime === Infinity) return NONE;
    const expired: number[] = [];
    const born = cycle - sourceQueue.lifetime;
    for (let i = this.busy[nodes]! - 1; i >= 0; i--) {
      const node = this.busy[i]!;
      if (this.first[node] === -1 || offered[this.first[node]!]! > born) continue;
      while (this.first[node] !== -1 && offered[this.first[node]!]! <= born) expired.push(this.#dequeue(node));
      if (this.first[node] !== -1) ready[this.first[node]!] = Math.max(ready[this.first[node]!]!, cycle);
      else if (this.sending[node] === -1) {
        this.isBusy[node] = 0;
        this.busy[i] = this.busy[--this.busy[nodes]!]!;
      }
    }
    return expired.toSorted(
      (a, b) => this.#packets.source[a]! - this.#packets.source[b]! || this.#packets.sequence[a]! - this.#packets.sequence[b]!,
    );
  }

  /** One cycle of every node that has something to send. */
  inject(cycle: number): void {
    const { nodes, vcs, ports, buffer, portOfNode, periods, graph } = this.#layout;
    const { occupied } = this.#state;
    for (let i = 0; i < this.busy[nodes]!; i++) {
      const node = this.busy[i]!;
      const period = periods[graph.routerOfNode[node]!]!;
      if (cycle % period !== 0) continue;
      const channel = (ports + node) * vcs;
      if (this.sending[node] === -1) {
        const vc = this.#freeVc(node, channel);
        if (vc < 0) continue;
        const packet = this.#dequeue(node);
        this.vc[node] = vc;
        this.sending[node] = packet;
        this.sent[node] = 0;
        this.#packets.injected[packet] = cycle;
      } else if (occupied[channel + this.vc[node]!]! >= buffer) continue;
      const slot = this.sending[node]!;
      const vc = this.vc[node]!;
      occupied[channel + vc]! += 1;
      this.#calendar.sendFlit(
        cycle + (1 + NODE_CHANNEL_LATENCY) * period,
        portOfNode[node]! * vcs + vc,
        slot * FLITS_PER_PACKET + this.sent[node]!,
      );
      this.#counters.flits[2]! += 1;
      this.sent[node]! += 1;
      if (this.sent[node] !== this.#packets.flits[slot]) continue;
      this.sending[node] = -1;
      if (this.first[node] !== -1) {
        this.#packets.ready[this.first[node]!] = cycle + period;
        continue;
      }
      this.isBusy[node] = 0;
      this.busy[nodes]! -= 1;
      this.busy[i] = this.busy[this.busy[nodes]!]!;
      i -= 1;
    }
  }

  /** Takes out what waits, but for packets that were next to be sent before `cycle`. Their slots, in no particular order. */
  flush(cycle: number): number[] {
    const dropped: number[] = [];
    for (let i = this.busy[this.#layout.nodes]! - 1; i >= 0; i--) {
      const node = this.busy[i]!;
      const kept = this.sending[node] === -1 && this.#packets.ready[this.first[node]!]! < cycle ? this.#dequeue(node) : -1;
      while (this.first[node] !== -1) dropped.push(this.#dequeue(node));
      if (kept >= 0) {
        this.first[node] = kept;
        this.last[node] = kept;
        this.length[node] = 1;
      } else if (this.sending[node] === -1) {
        this.isBusy[node] = 0;
        this.busy[i] = this.busy[--this.busy[this.#layout.nodes]!]!;
      }
    }
    return dropped;
  }

  /** Packets that wait and are not next to be sent at `cycle`, and the sum of the cycles in which they were offered. */
  waiting(cycle: number): readonly [packets: number, offered: number] {
    const { ready, next, offered } = this.#packets;
    let [count, sum] = [0, 0];
    for (const [node, first] of this.first.entries()) {
      let slot = first;
      if (slot !== -1 && this.sending[node] === -1 && ready[slot]! < cycle) slot = next[slot]!;
      for (; slot !== -1; slot = next[slot]!) {
        count += 1;
        sum += offered[slot]!;
      }
    }
    return [count, sum];
  }

  /** The arrays that make up the state. */
  arrays() {
    const { first, last, length, sending, sent, vc, busy, isBusy } = this;
    return { first, last, length, sending, sent, vc, busy, isBusy };
  }

  #dequeue(node: number): number {
    const slot = this.first[node]!;
    this.first[node] = this.#packets.next[slot]!;
    if (this.first[node] === -1) this.last[node] = -1;
    this.#packets.next[slot] = -1;
    this.length[node]! -= 1;
    return slot;
  }

  /** A VC with room for the head of the first packet, or -1. */
  #freeVc(node: number, channel: number): number {
    const { graph, routes, vcs, buffer } = this.#layout;
    const { occupied } = this.#state;
    const slot = this.first[node]!;
    const group = this.#packets.group[slot]!;
    const layer =
      group >= 0
        ? this.#groups!.layer[group]!
        : routes.injectionLayer(graph.routerOfNode[node]!, graph.routerOfNode[this.#packets.destination[slot]!]!);
    const [low, end] = vcsOfLayer(layer, group >= 0 ? this.#groups!.trees.layers : routes.layers, vcs);
    const last = this.vc[node]!;
    if (last < low || last >= end) return occupied[channel + low]! < buffer ? low : -1;
    for (let i = 1; i <= end - low; i++) {
      const vc = low + ((last - low + i) % (end - low));
      if (occupied[channel + vc]! < buffer) return vc;
    }
    return -1;
  }
}
