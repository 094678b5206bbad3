/** How many spikes go into a packet, and how many flits it then has: what `packet` of the design says about codec, header and window. */
import { InfeasibleError } from '../../base/index.ts';
import type { NocLayout } from '../design/layout.ts';
import { FLITS_PER_PACKET } from '../router/packets.ts';
import { codecBits, shortestCodec, type PlainCodec } from './spike-codec.ts';

export class SpikePacking {
  readonly #layout: NocLayout;
  readonly #universe: number;
  readonly #mostFlits: number;
  readonly #mostSpikes: number;
  /** Cycles that a packet waits for more spikes; 0 without gathering. */
  readonly window: number;

  /** `neurons` is how many neurons a core has: ids of spikes lie below. InfeasibleError when a packet of one spike is too long. */
  constructor(layout: NocLayout, neurons: number) {
    const { mode, gather } = layout.design.packet;
    this.#layout = layout;
    this.#universe = neurons;
    this.window = gather === 'none' ? 0 : Math.max(1, Math.round(gather.window * layout.frequency));
    this.#mostSpikes = gather === 'none' ? 1 : gather.most_spikes;
    this.#mostFlits = mode === 'multicast' ? Math.min(FLITS_PER_PACKET, layout.buffer) : FLITS_PER_PACKET;
    const least = this.flitsOf([neurons - 1]);
    if (least <= this.#mostFlits) return;
    throw new InfeasibleError(
      `${layout.name}: a packet of one spike has ${String(least)} flits, at most ${String(this.#mostFlits)} are possible` +
        (mode === 'multicast' ? ' (a buffer holds a whole multicast packet: deeper buffers, wider flits, or packet.mode: per-core)' : ''),
    );
  }

  /** Whether spikes with these ids can share a packet. */
  fits(ids: readonly number[]): boolean {
    return ids.length <= this.#mostSpikes && this.flitsOf(ids) <= this.#mostFlits;
  }

  /** Flits of a packet with these ids. */
  flitsOf(ids: readonly number[]): number {
    const { packetFlits, flitBits, design } = this.#layout;
    const { gather } = design.packet;
    if (gather === 'none') return packetFlits;
    const bits = gather.header_bits + codecBits(ids, this.#universe, gather.codec) + ids.length * gather.time_bits;
    return Math.max(1, Math.ceil(bits / flitBits));
  }

  /** Codec of a packet with these ids; undefined without gathering. */
  codecOf(ids: readonly number[]): PlainCodec | undefined {
    const { gather } = this.#layout.design.packet;
    if (gather === 'none') return undefined;
    return gather.codec === 'automatic' ? shortestCodec(ids, this.#universe) : gather.codec;
  }
}
