/**
 * Spikes as multicast packets that a kernel offers and hears by itself (kernels/window-runner.ts): what is left here are the destination sets, losses and accounts. The same accounts as those of
 * `MulticastSpikes`.
 */
import type { KernelMemory } from '../../kernels/index.ts';
import type { NocLayout } from '../design/layout.ts';
import type { KernelNetwork, KernelNetworkSnapshot } from '../kernel/kernel-network.ts';
import { multicastNetwork } from './multicast-spikes.ts';
import { lossRows, type SpikeAccounts, type SpikePart } from './spike-packets.ts';

/** What the kernel has counted: parts of spikes, and packets. */
type KernelSpikeCounts = Readonly<Record<'offered' | 'delivered' | 'underWay' | 'packets', number>>;

/** State as plain data; that of the network holds all that lies in its memory. */
export interface KernelSpikesSnapshot {
  readonly network: KernelNetworkSnapshot;
  readonly lost: number;
  readonly synapsesLost: number;
  readonly lostAt: Float64Array;
  readonly lostFlows: readonly (readonly [number, number])[];
}

export class KernelSpikes {
  readonly network: KernelNetwork;
  readonly #layout: NocLayout;
  #lost = 0;
  #synapsesLost = 0;
  readonly #lostAt: Float64Array;
  readonly #lostFlows = new Map<number, number>();

  /** The network in this memory, or undefined where packets are not of this kind or the kernel has not what the layout asks for. */
  static of(layout: NocLayout, memory: KernelMemory): KernelSpikes | undefined {
    const network = multicastNetwork(layout, memory);
    return network && new KernelSpikes(layout, network);
  }

  private constructor(layout: NocLayout, network: KernelNetwork) {
    this.#layout = layout;
    this.network = network;
    this.#lostAt = new Float64Array(layout.nodes);
  }

  /** Flits of a packet. */
  get flits(): number {
    return this.#layout.packetFlits;
  }

  /** Counts the deliveries that a packet thrown away in the queue of core `home` would have made. */
  lose(home: number, parts: readonly SpikePart[]): void {
    this.#lost += parts.length;
    this.#lostAt[home]! += parts.length;
    for (const { node, synapses } of parts) {
      const flow = home * this.#layout.nodes + node;
      this.#lostFlows.set(flow, (this.#lostFlows.get(flow) ?? 0) + 1);
      this.#synapsesLost += synapses;
    }
  }

  account({ offered, delivered, underWay, packets }: KernelSpikeCounts): SpikeAccounts {
    const { sourceQueue, packetFlits, nodes } = this.#layout;
    return {
      offered,
      delivered,
      inFlight: underWay,
      lost: { [sourceQueue.policy === 'expire' ? 'expired in the source queue' : 'source queue']: this.#lost },
      synapsesLost: this.#synapsesLost,
      lostAt: this.#lostAt.slice(),
      lostFlows: lossRows(this.#lostFlows, nodes),
      packets,
      flits: packets * packetFlits,
      packedSpikes: packets,
      codecs: {},
    };
  }

  snapshot(): KernelSpikesSnapshot {
    return {
      network: this.network.snapshot(),
      lost: this.#lost,
      synapsesLost: this.#synapsesLost,
      lostAt: this.#lostAt.slice(),
      lostFlows: [...this.#lostFlows],
    };
  }

  restore(snapshot: KernelSpikesSnapshot): void {
    this.network.restore(snapshot.network);
    this.#lost = snapshot.lost;
    this.#synapsesLost = snapshot.synapsesLost;
    this.#lostAt.set(snapshot.lostAt);
    this.#lostFlows.clear();
    for (const [flow, times] of snapshot.lostFlows) this.#lostFlows.set(flow, times);
  }
}
