/**
 * Order within flows: every packet of a flow (source router, destination router) takes the same VC of its layer on every link, from the node on, so it stays behind the one before it in every
 * buffer. Each VC becomes a layer of its own:  VC = layer x share + hash(source, destination) mod share.  A finer division of the channels of an acyclic dependency graph is acyclic too.
 * Flows are spread over the VCs by the hash, so a VC that waits holds up the flows that share it, which is the price.
 */
import { InfeasibleError } from '../../base/index.ts';
import { LAYER_SHIFT, layerOfHop, linkOfHop, type RouteTable } from './route-table.ts';

/** The same ways, on one VC per flow. InfeasibleError when packets of a flow draw their ways, because different ways keep no order. */
export function perFlowOrder(routes: RouteTable, vcs: number, name: string): RouteTable {
  if (routes.choices !== undefined || routes.adaptive !== undefined)
    throw new InfeasibleError(`${name}: order: per-flow needs one way per flow; packets of ${routes.method} choose theirs`);
  const share = Math.floor(vcs / routes.layers);
  const layers = share * routes.layers;
  return {
    method: `${routes.method}, one VC per flow`,
    layers,
    hop(source, destination, router, taken, choice) {
      const hop = routes.hop(source, destination, router, taken, choice);
      return linkOfHop(hop) + ((layerOfHop(hop) * share + (mixed(source, destination) % share)) << LAYER_SHIFT);
    },
    injectionLayer(source, destination) {
      const layer = routes.injectionLayer(source, destination);
      return layer < 0 ? mixed(source, destination) % layers : layer * share + (mixed(source, destination) % share);
    },
  };
}

/**
 * Where every layer has one VC and packets could still enter the network by any of them (dimension order on tori), one VC at the entrance per flow: packets of a flow then keep their order. Other
 * routings, and those in which packets draw their ways, as they are.
 */
export function orderedEntry(routes: RouteTable, vcs: number): RouteTable {
  const { method, layers, choices, adaptive, byDestination } = routes;
  const isOneVc = layers > 1 && vcs < 2 * layers && choices === undefined && adaptive === undefined;
  if (!isOneVc || routes.injectionLayer(0, 0) >= 0) return routes;
  return {
    method,
    layers,
    ...(byDestination === undefined ? {} : { byDestination }),
    hop: (source, destination, router, taken, choice) => routes.hop(source, destination, router, taken, choice),
    injectionLayer: (source, destination) => mixed(source, destination) % layers,
  };
}

/** A number that looks drawn, the same for every packet of a flow. */
function mixed(source: number, destination: number): number {
  const word = Math.imul(source + 1, 0x9e3779b1) ^ Math.imul(destination + 1, 0x85ebca6b);
  return (word ^ (word >>> 15)) >>> 0;
}
