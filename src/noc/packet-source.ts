/**
 * Packets of a pattern in bulk, for an engine. Every node creates a packet with its probability per cycle (Bernoulli), drawn by the gaps between packets, so that quiet nodes cost
 * nothing; destination and way are drawn with the packet. Another seed is another run; nothing else changes a packet.
 */
import { InfeasibleError } from '../base/index.ts';
import { OFFER_WORDS, RouterTraffic } from '../kernels/index.ts';
import type { NocLayout } from './layout.ts';
import type { Traffic } from './traffic.ts';

/** The source of one run. */
export class PacketSource {
  readonly #layout: NocLayout;
  readonly #traffic: Traffic;
  readonly #draws: RouterTraffic;

  /** `packetRate` packets per node and cycle in the mean. InfeasibleError when a node would need more than one packet per cycle. */
  constructor(layout: NocLayout, traffic: Traffic, packetRate: number, seed: number) {
    const probability = traffic.share.map((share) => share * packetRate);
    const most = probability.reduce((max, p) => Math.max(max, p), 0);
    if (!(packetRate >= 0 && most <= 1 + 1e-9)) {
      throw new InfeasibleError(
        `${traffic.name} traffic at ${String(packetRate)} packets per node and cycle: a node creates at most 1 per cycle, found ${String(most)}`,
      );
    }
    this.#layout = layout;
    this.#traffic = traffic;
    this.#draws = new RouterTraffic(
      probability.map((p) => Math.min(1, p)),
      layout.packetFlits,
      seed,
    );
  }

  /** The next cycle whose packets have not been drawn. */
  get cycle(): number {
    return this.#draws.cycle;
  }

  /** Offers of the next cycles, at most up to `until`; `cycle` says how far. Valid until the next call. */
  draw(until: number): Uint32Array {
    const { graph, routes } = this.#layout;
    const { choices } = routes;
    const offers = this.#draws.draw(until);
    for (let i = 0; i < offers.length; i += OFFER_WORDS) {
      const source = offers[i + 1]!;
      const destination = this.#traffic.destination(source, (offers[i + 2]! + 0.5) / 2 ** 32);
      offers[i + 2] = destination;
      offers[i + 4] =
        choices === undefined
          ? 0
          : choices.draw(graph.routerOfNode[source]!, graph.routerOfNode[destination]!, (offers[i + 4]! + 0.5) / 2 ** 32);
    }
    return offers;
  }
}
