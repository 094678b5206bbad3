/** What spike-network.ts keeps and tells: spikes in parts, packets of them, accounts, snapshots. Plain data. */
import type { BridgedNetworkSnapshot } from '../kernel/bridged-network.ts';
import type { KernelNetworkSnapshot } from '../kernel/kernel-network.ts';
import type { NocSnapshot } from '../router/snapshot.ts';
import type { PlainCodec } from './spike-codec.ts';
import type { SpikeLossAccount, SpikeLossesSnapshot } from './spike-losses.ts';

/** Part of a spike for one core (or synapse). The caller's own fields come back with its delivery. */
export interface SpikePart {
  readonly node: number;
  /** Synapses that it reaches there. */
  readonly synapses: number;
}

export interface PackedSpike<T extends SpikePart> {
  readonly id: number;
  readonly parts: readonly T[];
}

/** A packet, open or under way. `home` is the core that spiked, `sender` the one that sends. */
export interface SpikePacket<T extends SpikePart> {
  readonly home: number;
  readonly sender: number;
  /** Destinations, ascending; ~node once it has been reached. A bridge has parts for other cores as well. */
  nodes: number[];
  /** Destinations that have not been reached. */
  left: number;
  readonly spikes: PackedSpike<T>[];
  /** First cycle in which no spike can join. */
  readonly closes: number;
}

/** Where deliveries are. */
export interface SpikeAccounts extends SpikeLossAccount {
  readonly offered: number;
  readonly delivered: number;
  readonly inFlight: number;
  /** Packets made, those of bridge cores included, and their flits and spikes. */
  readonly packets: number;
  readonly flits: number;
  readonly packedSpikes: number;
  /** Packets by the codec of their ids; empty without gathering. */
  readonly codecs: Readonly<Partial<Record<PlainCodec, number>>>;
}

export type SpikeCounts = Record<'offered' | 'delivered' | 'packets' | 'flits' | 'packedSpikes', number>;

/** State as plain data, the caller's fields included. */
export interface SpikeNetworkSnapshot<T extends SpikePart> {
  readonly network: NocSnapshot | KernelNetworkSnapshot | BridgedNetworkSnapshot;
  readonly open: readonly (readonly [string, SpikePacket<T>])[];
  readonly live: readonly (readonly [number, SpikePacket<T>])[];
  readonly counts: SpikeCounts;
  readonly sent: Float64Array;
  readonly losses: SpikeLossesSnapshot;
  readonly codecs: Readonly<Partial<Record<PlainCodec, number>>>;
}

/** Nodes of parts, ascending, each once. */
export function nodesOf(parts: readonly SpikePart[]): number[] {
  if (parts.every(({ node }, k) => k === 0 || node > parts[k - 1]!.node)) return parts.map(({ node }) => node);
  return Array.from(new Set(parts.map(({ node }) => node))).toSorted((a, b) => a - b);
}

/** Parts by the node that they are sent to, ascending. */
export function byNode<T extends SpikePart>(
  parts: readonly T[],
  firstNode: (node: number) => number,
): (readonly [nodes: readonly number[], parts: readonly T[]])[] {
  const found = new Map<number, T[]>();
  for (const part of parts) {
    const node = firstNode(part.node);
    const list = found.get(node);
    if (list === undefined) found.set(node, [part]);
    else list.push(part);
  }
  return Array.from(found, ([node, list]) => [[node], list] as const).toSorted(([[a]], [[b]]) => a - b);
}

/** What a bridge core passes on of the spikes of a packet: other nodes, ascending, with the parts for them. */
export function onwardOf<T extends SpikePart>(
  spikes: readonly PackedSpike<T>[],
  bridge: number,
): (readonly [node: number, spikes: PackedSpike<T>[]])[] {
  const nodes = nodesOf(spikes.flatMap(({ parts }) => parts)).filter((node) => node !== bridge);
  return nodes.map((member) => {
    const ofMember = spikes.map(({ id, parts }) => ({ id, parts: parts.filter(({ node }) => node === member) }));
    return [member, ofMember.filter(({ parts }) => parts.length > 0)] as const;
  });
}
