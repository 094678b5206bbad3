/**
 * Spikes as multicast packets that a kernel offers and hears by itself (kernels/window-runner.ts): what is left here are the destination sets, losses and accounts. The same accounts as those of
 * `MulticastSpikes`.
 */
import type { KernelMemory } from '../../kernels/index.ts';
import type { NocLayout } from '../design/layout.ts';
import type { KernelNetwork, KernelNetworkSnapshot } from '../kernel/kernel-network.ts';
import { multicastNetwork } from './multicast-spikes.ts';
import { SpikeLosses, type SpikeLossesSnapshot } from './spike-losses.ts';
import type { SpikeAccounts, SpikePart } from './spike-packets.ts';

/** What the kernel has counted: parts of spikes, and packets. */
type KernelSpikeCounts = Readonly<Record<'offered' | 'delivered' | 'underWay' | 'packets', number>>;

/** State as plain data; that of the network holds all that lies in its memory. */
export interface KernelSpikesSnapshot {
  readonly network: KernelNetworkSnapshot;
  readonly losses: SpikeLossesSnapshot;
}

export class KernelSpikes {
  readonly network: KernelNetwork;
  readonly #layout: NocLayout;
  readonly #losses: SpikeLosses;

  /** The network in this memory, or undefined where packets are not of this kind or the kernel has not what the layout asks for. */
  static of(layout: NocLayout, memory: KernelMemory): KernelSpikes | undefined {
    const network = multicastNetwork(layout, memory);
    return network && new KernelSpikes(layout, network);
  }

  private constructor(layout: NocLayout, network: KernelNetwork) {
    this.#layout = layout;
    this.network = network;
    this.#losses = new SpikeLosses(layout);
  }

  /** Flits of a packet. */
  get flits(): number {
    return this.#layout.packetFlits;
  }

  /** Counts the deliveries that a packet thrown away in the queue of core `home` would have made. */
  lose(home: number, parts: readonly SpikePart[]): void {
    for (const { node, synapses } of parts) this.#losses.add(home, node, synapses, home, 'queue');
  }

  account({ offered, delivered, underWay, packets }: KernelSpikeCounts): SpikeAccounts {
    return {
      offered,
      delivered,
      inFlight: underWay,
      ...this.#losses.account(),
      packets,
      flits: packets * this.flits,
      packedSpikes: packets,
      codecs: {},
    };
  }

  snapshot(): KernelSpikesSnapshot {
    return { network: this.network.snapshot(), losses: this.#losses.snapshot() };
  }

  restore(snapshot: KernelSpikesSnapshot): void {
    this.network.restore(snapshot.network);
    this.#losses.restore(snapshot.losses);
  }
}
