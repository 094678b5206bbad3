/**
 * What every routing gives: for a packet from router `source` to router `destination`, the next link and the layer of virtual channels to use on it.
 * Layer l of L owns the VCs l * floor(V/L) .. (l+1) * floor(V/L) - 1 of every link. Ejection may use all VCs; nothing waits behind it for a link.
 */

import type { LinkPaths } from '../../kernels/index.ts';

/** A hop is one integer: outgoing link in the low 24 bits, layer above. */
export const LAYER_SHIFT = 24;
const LINK_MASK = 0xffffff;

/** The link of a hop. */
export function linkOfHop(hop: number): number {
  return hop & LINK_MASK;
}

/** The layer of a hop. */
export function layerOfHop(hop: number): number {
  return hop >>> LAYER_SHIFT;
}

/** A routing, complete for all pairs of routers. */
export interface RouteTable {
  /** Name of the method, for reports. */
  readonly method: string;
  /** Layers of virtual channels that it uses. */
  readonly layers: number;
  /** The hop of a packet that stands at `router` after `taken` links; asked only where it has to go on. */
  hop(source: number, destination: number, router: number, taken: number, choice: number): number;
  /** Layer whose VCs a packet may use on the channel from its node to the first router; -1 = all VCs. */
  injectionLayer(source: number, destination: number): number;
  /** True when a hop depends on where the packet is and where it goes, and on nothing else. */
  readonly byDestination?: boolean;
  /** Ways between which each packet chooses once, at its source; absent where there is only one. */
  readonly choices?: Choices;
  /** What routers choose between; `hop` is then what an idle network does. Absent where every packet knows its way. */
  readonly adaptive?: Adaptive;
}

/**
 * Choices that routers make for a packet on its way, each time it claims a virtual channel. With two layers, layer 0 is VC 0 of every link, the escape layer, and layer 1 all other VCs; with
 * one there is no escape.
 */
export interface Adaptive {
  /** Links that a packet may leave `router` by; at least one where it is not at its destination. */
  links(source: number, router: number, destination: number): readonly number[];
  /** The link whose escape VC a packet may always wait for; -1 without an escape layer. */
  escape(router: number, destination: number): number;
  /** Packets never leave the escape layer again: where its ways are not the shortest, they could go in circles. Packets of several flits never do. */
  readonly staysInEscape: boolean;
  /** Column of a router, where `links` asks of the source whether it stands in the column of the router, and nothing else; absent where `links` does not depend on the source. */
  column?(router: number): number;
}

/** How a packet chooses its way. A choice is a number from 0 on below `count`; what it means is the routing's own business. */
export interface Choices {
  readonly count: number;
  /** The choice of a packet; `u` is uniform in (0, 1). */
  draw(source: number, destination: number, u: number): number;
  /** Whether a packet that stands at its destination's router after `taken` links is only passing by. */
  passesBy(source: number, destination: number, taken: number, choice: number): boolean;
  /** Packets (source, destination, choice) whose ways contain every two hops that follow each other on any way: what a certificate has to look at. */
  witnesses(ends: readonly number[]): Iterable<readonly [source: number, destination: number, choice: number]>;
}

/** Complete paths, one per pair: 4 bytes per hop of every path. */
export class PathTable implements RouteTable {
  readonly method: string;
  readonly layers: number;
  readonly #routers: number;
  readonly #start: Uint32Array; // first hop of each pair
  readonly #hops: Uint32Array;
  readonly #layerOfPair: Uint8Array;

  /** `paths` in the order of source * routers + destination, empty where these are the same; `layerOfPair` has the same order. */
  constructor(method: string, routers: number, layers: number, { start, links }: LinkPaths, layerOfPair: Uint8Array) {
    this.method = method;
    this.layers = layers;
    this.#routers = routers;
    this.#layerOfPair = layerOfPair;
    this.#start = start;
    this.#hops = links.slice();
    for (let pair = 0; pair < layerOfPair.length; pair++)
      for (let i = start[pair]!; i < start[pair + 1]!; i++) this.#hops[i]! += layerOfPair[pair]! * (1 << LAYER_SHIFT);
  }

  hop(source: number, destination: number, _router: number, taken: number): number {
    return this.#hops[this.#start[source * this.#routers + destination]! + taken]!;
  }

  injectionLayer(source: number, destination: number): number {
    return this.layers === 1 ? -1 : this.#layerOfPair[source * this.#routers + destination]!;
  }
}

/** Lists of links, one per pair, as one. */
export function linkPaths(lists: readonly (readonly number[])[]): LinkPaths {
  const start = new Uint32Array(lists.length + 1);
  for (const [pair, list] of lists.entries()) start[pair + 1] = start[pair]! + list.length;
  const links = new Uint32Array(start[lists.length]!);
  for (const [pair, list] of lists.entries()) links.set(list, start[pair]);
  return { start, links };
}

/** The hops of the path from `source` to `destination`, following links of a graph; empty when a packet is there already. */
export function pathOf(table: RouteTable, linkTo: ArrayLike<number>, source: number, destination: number, choice = 0): number[] {
  const hops: number[] = [];
  for (let router = source; mustGoOn(table, source, destination, router, hops.length, choice); router = linkTo[linkOfHop(hops.at(-1)!)]!) {
    hops.push(table.hop(source, destination, router, hops.length, choice));
  }
  return hops;
}

/** Whether a packet at `router` needs another link. */
export function mustGoOn(table: RouteTable, source: number, destination: number, router: number, taken: number, choice: number): boolean {
  return router !== destination || (table.choices?.passesBy(source, destination, taken, choice) ?? false);
}
