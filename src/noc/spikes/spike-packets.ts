/** What spike-network.ts keeps and tells: spikes in parts, packets of them, accounts, snapshots. Plain data. */
import type { BridgedNetworkSnapshot } from '../kernel/bridged-network.ts';
import type { KernelNetworkSnapshot } from '../kernel/kernel-network.ts';
import type { NocSnapshot } from '../router/snapshot.ts';
import type { PlainCodec } from './spike-codec.ts';

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

/** Where deliveries are, and what was lost where and between whom. */
export interface SpikeAccounts {
  readonly offered: number;
  readonly delivered: number;
  readonly inFlight: number;
  /** Deliveries lost, by what happened to them. */
  readonly lost: Readonly<Record<string, number>>;
  readonly synapsesLost: number;
  /** Deliveries lost at each core: at its source queue, or because it is dead. */
  readonly lostAt: Float64Array;
  /** (core of the neuron, core of its targets, deliveries lost), those with the most first. */
  readonly lostFlows: readonly (readonly [from: number, to: number, lost: number])[];
  /** Packets made, those of bridge cores included, and their flits and spikes. */
  readonly packets: number;
  readonly flits: number;
  readonly packedSpikes: number;
  /** Packets by the codec of their ids; empty without gathering. */
  readonly codecs: Readonly<Partial<Record<PlainCodec, number>>>;
}

export type SpikeCounts = Record<
  'offered' | 'delivered' | 'lost' | 'lostToDead' | 'synapsesLost' | 'packets' | 'flits' | 'packedSpikes',
  number
>;

/** State as plain data, the caller's fields included. */
export interface SpikeNetworkSnapshot<T extends SpikePart> {
  readonly network: NocSnapshot | KernelNetworkSnapshot | BridgedNetworkSnapshot;
  readonly open: readonly (readonly [string, SpikePacket<T>])[];
  readonly live: readonly (readonly [number, SpikePacket<T>])[];
  readonly counts: SpikeCounts;
  readonly sent: Float64Array;
  readonly lostAt: Float64Array;
  readonly lostFlows: readonly (readonly [number, number])[];
  readonly codecs: Readonly<Partial<Record<PlainCodec, number>>>;
}

/** Losses by flow (core of the neuron x nodes + core of its targets), those with the most first. */
export function lossRows(lostFlows: ReadonlyMap<number, number>, nodes: number): SpikeAccounts['lostFlows'] {
  return Array.from(lostFlows, ([flow, times]) => [Math.floor(flow / nodes), flow % nodes, times] as const).toSorted(
    (a, b) => b[2] - a[2] || a[0] - b[0] || a[1] - b[1],
  );
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
