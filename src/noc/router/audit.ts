/** The law of conservation, counted from both ends: what was offered has been delivered, dropped or is under way, and so has every flit. */
import type { Calendar } from './calendar.ts';
import { totalOf, type Counters } from './counters.ts';
import type { Packets } from './packets.ts';
import type { RouterState } from './router-state.ts';

/** Where all packets and flits are. `balanced` is the law of conservation, counted from both ends. A multicast packet counts once for each of its destinations. */
export interface Audit {
  readonly offered: number; // packets
  readonly delivered: number;
  readonly dropped: number;
  readonly inFlight: number;
  readonly flitsInjected: number;
  readonly flitsCopied: number; // by routers where a multicast parts
  readonly flitsDelivered: number;
  readonly flitsInNetwork: number;
  readonly balanced: boolean;
}

/** Counts packets and flits. */
export function auditOf(counters: Counters, packets: Packets, state: RouterState, calendar: Calendar): Audit {
  const offered = totalOf(counters.offeredPackets);
  const delivered = totalOf(counters.deliveredPackets);
  const dropped = totalOf(counters.droppedPackets);
  const inFlight = packets.heads[2]!;
  const flitsInjected = counters.flits[2]!;
  const flitsCopied = counters.flits[3]!;
  const flitsDelivered = totalOf(counters.deliveredFlits);
  const flitsInNetwork = totalOf(state.fifoCount) + calendar.flitsInFlight();
  const balanced = offered === delivered + dropped + inFlight && flitsInjected + flitsCopied === flitsDelivered + flitsInNetwork;
  return { offered, delivered, dropped, inFlight, flitsInjected, flitsCopied, flitsDelivered, flitsInNetwork, balanced };
}
