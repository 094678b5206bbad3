/**
 * The choice of adaptive routers: by which of several links a packet that claims a VC in this cycle asks for one. A link is as good as the room behind its VCs, counted in flits that it can
 * still take, because a VC is held for a few cycles only by a short packet and says little; a link without a free VC is not asked. Among equals the links take turns from cycle to cycle:
 * always the first would be dimension order at low load, and fill one dimension before the other is touched.
 * The escape VC (layer 0) is one VC of its link like the others for a packet that may leave the escape layer again; the rest claim it only while no other VC of their links is free.
 * With an escape layer a packet may change its mind until it has claimed a VC, and not afterwards. So it claims an adaptive one only if nothing can hold it up there: its buffer takes the
 * whole packet, or is empty. Were it allowed to wait behind another packet, a circle of packets that had all claimed adaptive VCs would never look at their escape.
 * Source: Duato 1993, which assumes that a queue holds flits of one packet; Duato 1996, IEEE TPDS 7:841, for queues that take whole packets.
 * Reads the state before this cycle's grants and writes only the claims, so their order does not matter.
 */
import type { NocLayout } from '../design/layout.ts';
import type { Adaptive } from '../routing/route-table.ts';
import type { Packets } from './packets.ts';
import type { RouterState } from './router-state.ts';

/** What a packet asks for, as VCs [low, high) of a port. */
interface Range {
  readonly port: number;
  readonly low: number;
  readonly high: number;
}

/** Chooses links for the claims of a network. */
export class LinkChooser {
  readonly #layout: NocLayout;
  readonly #adaptive: Adaptive;
  readonly #state: RouterState;
  readonly #packets: Packets;

  constructor(layout: NocLayout, adaptive: Adaptive, state: RouterState, packets: Packets) {
    this.#layout = layout;
    this.#adaptive = adaptive;
    this.#state = state;
    this.#packets = packets;
  }

  /** Points every claim of a router that is due to the best of its links. */
  choose(router: number, cycle: number): void {
    const { claims, claimCount, ready, slot, outPort, lowVc, highVc, mostBehind } = this.#state;
    const { vcs, buffer, graph, portBase, routes } = this.#layout;
    const { source, destination, flits } = this.#packets;
    const base = portBase[router]! * vcs;
    for (let i = base; i < base + claimCount[router]!; i++) {
      const vc = claims[i]!;
      const packet = slot[vc]!;
      const end = graph.routerOfNode[destination[packet]!]!;
      if (ready[vc]! > cycle || end === router) continue;
      const ranges = rangesOf(this.#layout, this.#adaptive, vc, graph.routerOfNode[source[packet]!]!, router, end, flits[packet]!);
      const behind = routes.layers === 2 ? Math.max(0, buffer - flits[packet]!) : buffer;
      const chosen = this.#best(ranges, behind, cycle + router);
      outPort[vc] = chosen.port;
      lowVc[vc] = chosen.port * vcs + chosen.low;
      highVc[vc] = chosen.port * vcs + chosen.high;
      // the escape channels have an order: whatever is in one of them goes on
      mostBehind[vc] = routes.layers === 2 && chosen === ranges.at(-1) ? buffer : behind;
    }
  }

  /** The range with a free VC with at most `behind` flits in it and the most room, looked at from number `turn` on; the last, the escape, while there is none. */
  #best(ranges: readonly Range[], behind: number, turn: number): Range {
    const { inUse, occupied } = this.#state;
    const { vcs, buffer, routes } = this.#layout;
    const choices = ranges.length > 1 && routes.layers === 2 ? ranges.length - 1 : ranges.length;
    let best = ranges.at(-1)!;
    let mostRoom = -1;
    for (let i = 0; i < choices; i++) {
      const range = ranges[(i + turn) % choices]!;
      let [isFree, room] = [false, 0];
      for (let out = range.port * vcs + range.low; out < range.port * vcs + range.high; out++) {
        if (inUse[out] === 0 && occupied[out]! <= behind) isFree = true;
        room += buffer - occupied[out]!;
      }
      if (!isFree || room <= mostRoom) continue;
      [best, mostRoom] = [range, room];
    }
    return best;
  }
}

/**
 * All that a packet at the front of input VC `vc` may ask for, the VC of the escape layer last. `source`, `router` and `end` are routers; `flits` is its length: a long packet that has
 * entered the escape layer stays in it.
 */
export function rangesOf(
  { routes, vcs, portOfLink, nodeOfPort }: NocLayout,
  adaptive: Adaptive,
  vc: number,
  source: number,
  router: number,
  end: number,
  flits: number,
): readonly Range[] {
  const hasEscape = routes.layers === 2;
  const first = hasEscape ? 1 : 0;
  const mayReturn = flits === 1 && !adaptive.staysInEscape;
  const isEscaping = hasEscape && vc % vcs === 0 && nodeOfPort[Math.floor(vc / vcs)] === -1 && !mayReturn;
  const escape = hasEscape ? portOfLink[adaptive.escape(router, end)]! : -1;
  const ranges = isEscaping
    ? []
    : adaptive.links(source, router, end).map((link): Range => {
        const port = portOfLink[link]!;
        return { port, low: mayReturn && port === escape ? 0 : first, high: vcs };
      });
  return hasEscape ? [...ranges, { port: escape, low: 0, high: 1 }] : ranges;
}
