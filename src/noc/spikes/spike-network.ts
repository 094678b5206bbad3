/**
 * Spikes over a network: from (neuron, cores with targets of it) to packets and back. How, says `packet` of the design:
 *   per-synapse  a packet for every part of a spike                    multicast  a packet per spike, copied where its ways part
 *   per-core     a packet for every core that it reaches                two-level  a packet per group of cores, to a bridge core that passes it on (core-groups.ts)
 * With `gather`, spikes of one core that go the same way wait up to a window for others and share a packet, whose size follows from the codec (spike-codec.ts). The window opens with the
 * first spike; it closes early when the packet is full, or when a neuron spikes again. A multicast packet goes to all cores that any of its spikes has to reach.
 *
 * The unit of the account is the delivery: one part of a spike at its core. offered = delivered + lost + in flight, whatever the packets are; what is in flight is counted one by one.
 * All times are cycles. Nothing depends on how `advance` is cut into calls, as long as spikes are offered in the order of their cycles, and not before a cycle that was simulated.
 */
import { Chance, InternalError } from '../../base/index.ts';
import { bridgeOf, coreGroups, type CoreGroups } from './core-groups.ts';
import type { NocLayout } from '../design/layout.ts';
import { BridgedNetwork, type BridgedNetworkSnapshot } from '../kernel/bridged-network.ts';
import { KernelNetwork, type KernelNetworkSnapshot } from '../kernel/kernel-network.ts';
import { NocNetwork } from '../router/network.ts';
import type { NocSnapshot } from '../router/snapshot.ts';
import type { PlainCodec } from './spike-codec.ts';
import { SpikeLosses } from './spike-losses.ts';
import { SpikePacking } from './spike-packing.ts';
import {
  byNode,
  nodesOf,
  onwardOf,
  type PackedSpike,
  type SpikeAccounts,
  type SpikeCounts,
  type SpikeNetworkSnapshot,
  type SpikePacket,
  type SpikePart,
} from './spike-packets.ts';

/** Cycles from the arrival at a bridge core to its own source queue. */
const BRIDGE_CYCLES = 1;

/** A network that carries spikes. */
export class SpikeNetwork<T extends SpikePart> {
  readonly network: NocNetwork | KernelNetwork | BridgedNetwork;
  readonly #layout: NocLayout;
  readonly #packing: SpikePacking;
  /** A spike is a packet: multicast without gathering. */
  readonly #sendsAtOnce: boolean;
  readonly #hasDead: boolean;
  readonly #groups: CoreGroups | undefined;
  readonly #chance: Chance;
  /** In the order of opening, which is that of closing. */
  readonly #open = new Map<string, SpikePacket<T>>();
  readonly #live = new Map<number, SpikePacket<T>>();
  /** Packets so far by sender: which way one takes, where the routing offers several. */
  readonly #sent: Float64Array;
  readonly #losses: SpikeLosses;
  #codecs: Partial<Record<PlainCodec, number>> = {};
  #counts: SpikeCounts = { offered: 0, delivered: 0, packets: 0, flits: 0, packedSpikes: 0 };

  /** `neurons` is how many neurons a core has: ids of spikes lie below. InfeasibleError when a multicast packet of one spike does not fit a buffer. The clear router gives the same results. */
  constructor(layout: NocLayout, neurons: number, seed: number, router: 'fastest' | 'clear' = 'fastest') {
    const { mode, gather, group_cores: groupCores } = layout.design.packet;
    this.#layout = layout;
    this.#packing = new SpikePacking(layout, neurons);
    this.#chance = new Chance(seed, 'traffic', 1);
    const kernel = (): KernelNetwork | BridgedNetwork | undefined =>
      mode === 'two-level' ? BridgedNetwork.of(layout, BRIDGE_CYCLES) : KernelNetwork.of(layout, mode === 'multicast');
    this.network = (router === 'clear' ? undefined : kernel()) ?? new NocNetwork(layout, { multicast: mode === 'multicast' });
    this.#groups = mode === 'two-level' ? coreGroups(layout, groupCores) : undefined;
    this.#sendsAtOnce = mode === 'multicast' && gather === 'none';
    this.#hasDead = layout.graph.isDeadNode.includes(1);
    this.#sent = new Float64Array(layout.nodes);
    this.#losses = new SpikeLosses(layout);
  }

  /**
   * Neuron number `id` of core `home` spikes in `cycle`; its parts stand in ascending order of nodes, none of them `home`. What comes from a dead core or goes to one is lost at
   * once and told to `lose`: nothing of it enters the network.
   */
  offer(cycle: number, home: number, id: number, asked: readonly T[], lose?: (part: T) => void): void {
    this.#counts.offered += asked.length;
    const parts = this.#living(home, asked, lose);
    if (parts.length === 0) return;
    if (this.#sendsAtOnce) {
      this.#counts.packets += 1;
      this.#counts.flits += this.#layout.packetFlits;
      this.#counts.packedSpikes += 1;
      const nodes = nodesOf(parts);
      const number = this.#counts.packets - 1;
      this.network.offer(cycle, home, nodes, this.#layout.packetFlits, number);
      this.#live.set(number, { home, sender: home, nodes, left: nodes.length, spikes: [{ id, parts }], closes: cycle });
      return;
    }
    if (this.#packing.window > 0) this.#closeBefore(cycle);
    for (const [nodes, share] of this.#shares(home, parts)) {
      if (this.#packing.window > 0) this.#gather(cycle, home, nodes, { id, parts: share });
      else this.#send(cycle, { home, sender: home, nodes: nodes.slice(), left: 0, spikes: [{ id, parts: share }], closes: cycle });
    }
  }

  /** Simulates the cycles before `until`; deliveries are told in the order of cycles, within one in the order of nodes. */
  advance(until: number, deliver: (part: T, cycle: number, node: number) => void, lose?: (part: T) => void): void {
    if (until <= this.network.cycle) return;
    this.#closeBefore(until);
    this.network.advance(
      until,
      (id, cycle, _routers, _injected, _ready, node) => this.#arrive(id, cycle, node, deliver),
      (id, _cycle, node) => this.#lose(id, node, lose),
    );
  }

  /** Deliveries that are neither made nor lost. */
  get pending(): number {
    return this.#counts.offered - this.#counts.delivered - this.#losses.count;
  }

  /** Flits of all packets so far. */
  get flits(): number {
    return this.#counts.flits;
  }

  /** Counts everything, what is in flight one by one. */
  account(): SpikeAccounts {
    const { offered, delivered, packets, flits, packedSpikes } = this.#counts;
    let inFlight = 0;
    for (const packet of [...this.#open.values(), ...this.#live.values()]) inFlight += this.#partsLeft(packet).length;
    return {
      offered,
      delivered,
      inFlight,
      ...this.#losses.account(),
      packets,
      flits,
      packedSpikes,
      codecs: { ...this.#codecs },
    };
  }

  /** The whole state; a network of the same layout that restores it goes on bit for bit. */
  snapshot(): SpikeNetworkSnapshot<T> {
    return structuredClone({
      network: this.network.snapshot(),
      open: [...this.#open],
      live: [...this.#live],
      counts: this.#counts,
      sent: this.#sent,
      losses: this.#losses.snapshot(),
      codecs: this.#codecs,
    });
  }

  restore(snapshot: SpikeNetworkSnapshot<T>): void {
    const { network, open, live, counts, sent, losses, codecs } = structuredClone(snapshot);
    if (this.network instanceof NocNetwork) this.network.restore(network as NocSnapshot);
    else if (this.network instanceof BridgedNetwork) this.network.restore(network as BridgedNetworkSnapshot);
    else this.network.restore(network as KernelNetworkSnapshot);
    for (const [map, entries] of [
      [this.#open, open],
      [this.#live, live],
    ] as [Map<unknown, unknown>, readonly (readonly [unknown, unknown])[]][]) {
      map.clear();
      for (const [key, value] of entries) map.set(key, value);
    }
    this.#counts = counts;
    this.#sent.set(sent);
    this.#losses.restore(losses);
    this.#codecs = codecs;
  }

  /** The parts that neither come from a dead core nor go to one; the others are counted. */
  #living(home: number, parts: readonly T[], lose?: (part: T) => void): readonly T[] {
    if (!this.#hasDead) return parts;
    const { isDeadNode } = this.#layout.graph;
    const isLost = ({ node }: T): boolean => isDeadNode[home] === 1 || isDeadNode[node] === 1;
    if (!parts.some(isLost)) return parts;
    for (const part of parts.filter(isLost)) {
      lose?.(part);
      this.#losses.add(home, part.node, part.synapses, isDeadNode[home] === 1 ? home : part.node, 'dead');
    }
    return parts.filter((part) => !isLost(part));
  }

  /** The packets that the parts of a spike make: nodes they go to, and what is in them. */
  #shares(home: number, parts: readonly T[]): (readonly [nodes: readonly number[], parts: readonly T[]])[] {
    const { mode } = this.#layout.design.packet;
    if (mode === 'per-synapse') return parts.map((part) => [[part.node], [part]]);
    if (mode === 'multicast') return [[nodesOf(parts), parts]];
    return byNode(parts, (node) => this.#bridge(home, node));
  }

  /** Where a packet from `home` for `node` goes first. */
  #bridge(home: number, node: number): number {
    const groups = this.#groups;
    if (groups === undefined) return node;
    const [from, to] = [groups.groupOf[home]!, groups.groupOf[node]!];
    return from === to ? node : bridgeOf(groups, from, to);
  }

  #gather(cycle: number, home: number, nodes: readonly number[], spike: PackedSpike<T>): void {
    // a bridge may be a core of the group that is sent to directly by others: nothing is told apart by more than sender and destination
    const key = this.#layout.design.packet.mode === 'multicast' ? String(home) : `${String(home)} ${String(nodes[0])}`;
    const open = this.#open.get(key);
    if (open !== undefined) {
      const ids = [...open.spikes.map(({ id }) => id), spike.id];
      if (!open.spikes.some(({ id }) => id === spike.id) && this.#packing.fits(ids)) {
        open.spikes.push(spike);
        for (const node of nodes) if (!open.nodes.includes(node)) open.nodes.push(node);
        return;
      }
      this.#open.delete(key);
      this.#send(cycle, open);
    }
    this.#open.set(key, { home, sender: home, nodes: nodes.slice(), left: 0, spikes: [spike], closes: cycle + this.#packing.window });
  }

  /** Sends the packets that no spike of `cycle` or later can join. */
  #closeBefore(cycle: number): void {
    for (const [key, packet] of this.#open) {
      if (packet.closes > cycle) return;
      this.#open.delete(key);
      this.#send(packet.closes, packet);
    }
  }

  #send(cycle: number, packet: SpikePacket<T>): void {
    const { routes, graph, design } = this.#layout;
    packet.spikes.sort((a, b) => a.id - b.id);
    packet.nodes.sort((a, b) => a - b);
    packet.left = packet.nodes.length;
    const ids = packet.spikes.map(({ id }) => id);
    const flits = this.#packing.flitsOf(ids);
    const id = this.#counts.packets;
    this.#counts.packets += 1;
    this.#counts.flits += flits;
    this.#counts.packedSpikes += ids.length;
    const codec = this.#packing.codecOf(ids);
    if (codec !== undefined) this.#codecs[codec] = (this.#codecs[codec] ?? 0) + 1;
    this.#live.set(id, packet);
    const { sender, nodes } = packet;
    if (design.packet.mode === 'multicast') {
      this.network.offer(cycle, sender, nodes, flits, id);
      return;
    }
    const number = this.#sent[sender]!++;
    const way = routes.choices?.draw(graph.routerOfNode[sender]!, graph.routerOfNode[nodes[0]!]!, this.#chance.uniform(sender, number));
    this.network.offer(cycle, sender, nodes[0]!, flits, id, way ?? 0, sender !== packet.home);
  }

  #arrive(id: number, cycle: number, node: number, deliver: (part: T, cycle: number, node: number) => void): void {
    const packet = this.#packetOf(id);
    const { nodes } = packet;
    const place = nodes.indexOf(node);
    nodes[place] = ~node;
    packet.left -= 1;
    if (packet.left === 0) this.#live.delete(id);
    const { parts: ofFirst } = packet.spikes[0]!;
    if (this.#sendsAtOnce && ofFirst.length === nodes.length && ofFirst[place]!.node === node) {
      // one part for every node, in the same order
      this.#counts.delivered += 1;
      deliver(ofFirst[place]!, cycle, node);
      return;
    }
    for (const { parts } of packet.spikes) {
      for (const part of parts) {
        if (part.node !== node) continue;
        this.#counts.delivered += 1;
        deliver(part, cycle, node);
      }
    }
    // routers copy a multicast packet on its way; others are passed on here
    if (this.#layout.design.packet.mode === 'two-level') this.#passOn(packet, cycle, node);
  }

  /** A bridge core sends the parts for other cores of its group. */
  #passOn(packet: SpikePacket<T>, cycle: number, node: number): void {
    for (const [member, spikes] of onwardOf(packet.spikes, node)) {
      this.#send(cycle + BRIDGE_CYCLES, { home: packet.home, sender: node, nodes: [member], left: 0, spikes, closes: cycle });
    }
  }

  /** A source queue threw a packet away, and with it all that it carried. */
  #lose(id: number, node: number, lose?: (part: T) => void): void {
    const packet = this.#packetOf(id);
    this.#live.delete(id);
    for (const part of this.#partsLeft(packet)) {
      lose?.(part);
      this.#losses.add(packet.home, part.node, part.synapses, node, 'queue');
    }
  }

  /** What has not been delivered of a packet. */
  #partsLeft({ spikes, nodes }: SpikePacket<T>): T[] {
    const parts = spikes.flatMap((spike) => spike.parts);
    return this.#layout.design.packet.mode === 'multicast' ? parts.filter(({ node }) => nodes.includes(node)) : parts;
  }

  #packetOf(id: number): SpikePacket<T> {
    const packet = this.#live.get(id);
    if (packet === undefined) throw new InternalError(`packet ${String(id)} left the network twice`);
    return packet;
  }
}
