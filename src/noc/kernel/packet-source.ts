/**
 * Packets of a pattern in bulk, for an engine. Nodes create packets by a process (arrival-process.ts), drawn by the gaps between packets, so that quiet nodes cost nothing; destination and
 * way are drawn with the packet. Another seed is another run; nothing else changes a packet.
 */
import { InfeasibleError } from '../../base/index.ts';
import { OFFER_WORDS, RouterTraffic } from '../../kernels/index.ts';
import { type ArrivalProcess, ProcessDraws } from '../traffic/arrival-process.ts';
import type { NocLayout } from '../design/layout.ts';
import type { Traffic } from '../traffic/traffic.ts';

/** The source of one run. */
export class PacketSource {
  readonly #layout: NocLayout;
  readonly #traffic: Traffic;
  readonly #draws: Pick<RouterTraffic, 'cycle' | 'draw'>;
  /** The draws are whole offers. */
  readonly #isReady: boolean;

  /** `packetRate` packets per node and cycle in the mean. InfeasibleError when a node would need more packets per cycle than its process can give. */
  constructor(layout: NocLayout, traffic: Traffic, packetRate: number, seed: number, process: ArrivalProcess = { kind: 'bernoulli' }) {
    this.#layout = layout;
    this.#traffic = traffic;
    const probability = traffic.share.map((share) => share * packetRate);
    if (process.kind !== 'bernoulli') {
      if (!(packetRate >= 0 && Number.isFinite(packetRate)))
        throw new InfeasibleError(`${traffic.name} traffic: a rate is at least 0, found ${String(packetRate)}`);
      this.#isReady = false;
      this.#draws = new ProcessDraws(process, probability, layout.packetFlits, seed);
      return;
    }
    const most = probability.reduce((max, p) => Math.max(max, p), 0);
    if (!(packetRate >= 0 && most <= 1 + 1e-9)) {
      throw new InfeasibleError(
        `${traffic.name} traffic at ${String(packetRate)} packets per node and cycle: a node creates at most 1 per cycle, found ${String(most)}`,
      );
    }
    const { destinations } = traffic;
    this.#isReady = layout.routes.choices === undefined && !layout.graph.isDeadNode.includes(1);
    this.#draws = new RouterTraffic(
      probability.map((p) => Math.min(1, p)),
      layout.packetFlits,
      seed,
      this.#isReady ? { destinations, keepsWays: false } : { keepsWays: true },
    );
  }

  /** The next cycle whose packets have not been drawn. */
  get cycle(): number {
    return this.#draws.cycle;
  }

  /**
   * Offers of the next cycles, at most up to `until`; `cycle` says how far. Valid until the next call. Dead nodes create nothing; a packet for a dead node is no offer and told to `lose`.
   */
  draw(until: number, lose?: (cycle: number, source: number, destination: number) => void): Uint32Array {
    const { graph, routes } = this.#layout;
    const { isDeadNode } = graph;
    const { choices } = routes;
    const offers = this.#draws.draw(until);
    if (this.#isReady) return offers;
    let kept = 0;
    for (let i = 0; i < offers.length; i += OFFER_WORDS) {
      const source = offers[i + 1]!;
      const destination = this.#traffic.destination(source, (offers[i + 2]! + 0.5) / 2 ** 32);
      if (isDeadNode[source] === 1) continue;
      if (isDeadNode[destination] === 1) {
        lose?.(offers[i]!, source, destination);
        continue;
      }
      if (kept < i) offers.copyWithin(kept, i, i + OFFER_WORDS);
      offers[kept + 2] = destination;
      offers[kept + 4] =
        choices === undefined
          ? 0
          : choices.draw(graph.routerOfNode[source]!, graph.routerOfNode[destination]!, (offers[kept + 4]! + 0.5) / 2 ** 32);
      kept += OFFER_WORDS;
    }
    return offers.subarray(0, kept);
  }
}
