/**
 * Plain types of a network: how packets go, and what it tells while it runs.
 */
import type { ChannelWatch } from './router.ts';

/**
 * Told of each delivered packet: its number, the cycle in which its tail arrived, the routers it went through, the cycle in which its head was injected,
 * the cycle in which it was next to be sent by its node, and the node that it reached. A multicast packet is told of once for each of its destinations.
 */
export type OnEject = (packetId: number, cycle: number, routersTraversed: number, injected: number, ready: number, node: number) => void;
/** Told of each packet that a bounded source queue threw away. */
export type OnDrop = (packetId: number, cycle: number, node: number) => void;

/** How packets go. */
export interface NetworkOptions {
  /** All packets follow the source trees of the layout (`treesOf`), and may have several destinations. Without it they follow its routes and have one. */
  readonly multicast?: boolean;
  /** Told of every flit and credit that a router sends. */
  readonly watch?: ChannelWatch;
}
