/** What every input VC of a clear network holds in this instant, and what it waits for: what a deadlock is looked for in. */
import type { NocLayout } from '../design/layout.ts';
import type { Calendar } from './calendar.ts';
import { rangesOf } from './link-chooser.ts';
import type { Packets } from './packets.ts';
import { ACTIVE, IDLE, type RouterState } from './router-state.ts';
import type { Adaptive } from '../routing/route-table.ts';

/** What the input VCs of a network hold, one entry each (VC v of port p at p * vcs + v). */
export interface Holdings {
  /** Number of the packet at the front, -1 = empty and idle. */
  readonly packet: Int32Array;
  readonly source: Int32Array; // node
  readonly destination: Int32Array; // node
  /** Flits in the buffer or under way to it. */
  readonly flits: Int32Array;
  /** Output VC that is held, -1 = none. */
  readonly held: Int32Array;
  /** Output port that is wanted, where none is held, and the layer of its VCs. */
  readonly wantedPort: Int32Array;
  readonly wantedLayer: Int32Array;
  /** All output VCs that an adaptive packet wants, by the VC in which it waits; absent where no packet has a choice. */
  readonly wantedVcs?: ReadonlyMap<number, readonly number[]>;
}

/** Reads the state of all routers; flits under way count for the buffers that they go to. */
export function holdingsOf(layout: NocLayout, state: RouterState, packets: Packets, calendar: Calendar): Holdings {
  const { vcs, routes } = layout;
  const holdings = emptyHoldings(layout);
  const length = new Int32Array(layout.ports * vcs);
  for (const [vc, stage] of state.stage.entries()) {
    holdings.flits[vc] = state.fifoCount[vc]!;
    if (stage === IDLE) continue;
    const slot = state.slot[vc]!;
    const port = state.outPort[vc]!;
    holdings.packet[vc] = packets.id[slot]!;
    holdings.source[vc] = packets.source[slot]!;
    holdings.destination[vc] = packets.destination[slot]!;
    if (stage === ACTIVE) holdings.held[vc] = state.outVc[vc]!;
    else holdings.wantedPort[vc] = port;
    holdings.wantedLayer[vc] = Math.floor((state.lowVc[vc]! - port * vcs) / Math.floor(vcs / routes.layers));
    length[vc] = packets.flits[slot]!;
  }
  calendar.countFlits(holdings.flits);
  return routes.adaptive === undefined ? holdings : { ...holdings, wantedVcs: choicesOf(layout, routes.adaptive, holdings, length) };
}

/** All output VCs that adaptive packets may claim, by the VC in which they wait; at its last router a packet has no choice. `length`: flits of the packet at the front of each VC. */
export function choicesOf(
  layout: NocLayout,
  adaptive: Adaptive,
  { packet, source, destination, held }: Pick<Holdings, 'packet' | 'source' | 'destination' | 'held'>,
  length: Int32Array,
): ReadonlyMap<number, readonly number[]> {
  const { vcs, graph, routerOfPort } = layout;
  const wanted = new Map<number, readonly number[]>();
  for (const [vc, id] of packet.entries()) {
    if (id < 0 || held[vc]! >= 0) continue;
    const router = routerOfPort[Math.floor(vc / vcs)]!;
    const [from, end] = [graph.routerOfNode[source[vc]!]!, graph.routerOfNode[destination[vc]!]!];
    if (router === end) continue;
    const ranges = rangesOf(layout, adaptive, vc, from, router, end, length[vc]!);
    wanted.set(
      vc,
      ranges.flatMap(({ port, low, high }) => Array.from({ length: high - low }, (_, i) => port * vcs + low + i)),
    );
  }
  return wanted;
}

/** Empty holdings of a layout, to be filled. */
function emptyHoldings(layout: NocLayout): Holdings {
  const column = (value: number): Int32Array => new Int32Array(layout.ports * layout.vcs).fill(value);
  return {
    packet: column(-1),
    source: column(-1),
    destination: column(-1),
    flits: column(0),
    held: column(-1),
    wantedPort: column(-1),
    wantedLayer: column(0),
  };
}
