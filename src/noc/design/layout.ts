/**
 * The layout: what a design compiles to. Everything that the simulator, the energy model and the reports need, as frozen plain data and typed arrays.
 * Ports are numbered through all routers: port = portBase[router] + local port; a port is an input and an output towards the same neighbour.
 * Virtual channels follow: vc = port * vcs + v, for input and output alike. The node channels come after them: (ports + node) * vcs + v.
 */
import type { Evident } from '../../model/quantity.ts';
import type { NocDesign } from '../../model/schemas/noc.ts';
import type { RouterGraph } from './graph.ts';
import type { Certificate } from '../routing/certificate.ts';
import type { RouteTable } from '../routing/route-table.ts';

/** Cycles of the stages of a router; all 1 in the standard pipeline. */
export interface StageDelays {
  readonly routing: number;
  readonly vcAllocation: number;
  readonly switchAllocation: number;
  readonly switchTraversal: number;
  /** Cycles from the arrival of a credit at a router to its use, 0 = the same cycle. */
  readonly credit: number;
  /** VC and switch allocation in the same cycle, where nothing is in the way. */
  readonly isSpeculative?: boolean;
}

/** Cycles of the channels between a node and its router. */
export const NODE_CHANNEL_LATENCY = 1;

/** Energy and area coefficients of the reference router (5 ports, 4 VCs of 4 flits, 32 bit), in SI, with their evidence. */
export interface Coefficients {
  readonly routerPerFlit: Evident<number>; // J
  readonly linkPerFlitMm: Evident<number>; // J per mm
  readonly clockPerCycle: Evident<number>; // J per router and cycle
  readonly routerLeakage: Evident<number>; // W per router
  readonly linkLeakagePerMm: Evident<number>; // W per mm of one direction
  readonly routerArea: Evident<number>; // m^2 per router
  readonly wirePitch: Evident<number>; // m per bit
}

/** How the nodes' source queues behave. */
interface SourceQueue {
  readonly capacity: number; // packets, Infinity = unbounded
  readonly policy: 'stall' | 'drop-newest' | 'drop-oldest' | 'expire';
  readonly lifetime: number; // cycles, Infinity = packets never expire
}

/** A compiled network: a pure function of the design and the files that it names. */
export interface NocLayout {
  readonly name: string;
  readonly design: NocDesign;
  readonly graph: RouterGraph;
  readonly routes: RouteTable;
  readonly certificate: Certificate;
  readonly nodes: number;
  readonly routers: number;
  readonly vcs: number;
  readonly buffer: number; // flits per VC
  readonly delays: StageDelays;
  readonly flitBits: number;
  readonly frequency: number; // Hz
  readonly periods: Int32Array; // cycles of that clock per cycle of each router (clock-domains.ts)
  readonly packetFlits: number;
  readonly sourceQueue: SourceQueue;
  readonly coefficients: Coefficients;
  readonly ports: number; // of all routers together
  readonly portBase: Int32Array; // first port of each router, one more at the end
  readonly routerOfPort: Int32Array;
  readonly linkOfPort: Int32Array; // outgoing link, -1 = local port
  readonly nodeOfPort: Int32Array; // node, -1 = port towards a router
  readonly peerOfPort: Int32Array; // port of the neighbour at the other end, -1 = local port
  readonly latencyIn: Int32Array; // cycles of the channel that ends at the port
  readonly latencyOut: Int32Array; // cycles of the channel that begins at the port
  readonly portOfLink: Int32Array;
  readonly portOfNode: Int32Array;
}

/** The numbering of ports and channels that follows from a graph. */
export type PortMap = Pick<
  NocLayout,
  | 'ports'
  | 'portBase'
  | 'routerOfPort'
  | 'linkOfPort'
  | 'nodeOfPort'
  | 'peerOfPort'
  | 'latencyIn'
  | 'latencyOut'
  | 'portOfLink'
  | 'portOfNode'
>;

/** Numbers the ports of a graph. */
export function mapPorts(graph: RouterGraph): PortMap {
  const portBase = new Int32Array(graph.routers + 1);
  for (let router = 0; router < graph.routers; router++) portBase[router + 1] = portBase[router]! + graph.ports[router]!.length;
  const ports = portBase[graph.routers]!;
  const routerOfPort = new Int32Array(ports);
  const linkOfPort = new Int32Array(ports).fill(-1);
  const nodeOfPort = new Int32Array(ports).fill(-1);
  const portOfLink = new Int32Array(graph.linkFrom.length);
  const portOfNode = new Int32Array(graph.nodes);
  for (const [router, list] of graph.ports.entries()) {
    for (const [local, what] of list.entries()) {
      const port = portBase[router]! + local;
      routerOfPort[port] = router;
      if (what >= 0) {
        linkOfPort[port] = what;
        portOfLink[what] = port;
      } else {
        nodeOfPort[port] = ~what;
        portOfNode[~what] = port;
      }
    }
  }
  const ofLink = (table: Int32Array, flip: 0 | 1) => linkOfPort.map((link) => (link < 0 ? NODE_CHANNEL_LATENCY : table[link ^ flip]!));
  return {
    ports,
    portBase,
    routerOfPort,
    linkOfPort,
    nodeOfPort,
    peerOfPort: linkOfPort.map((link) => (link < 0 ? -1 : portOfLink[link ^ 1]!)),
    latencyIn: ofLink(graph.linkLatency, 1),
    latencyOut: ofLink(graph.linkLatency, 0),
    portOfLink,
    portOfNode,
  };
}

/** Cycles that a head flit spends in one idle router: the sum of its stages, of which the two allocations go on side by side where they speculate. */
export function routerDelay(delays: StageDelays): number {
  const { routing, vcAllocation, switchAllocation, switchTraversal } = delays;
  return (
    routing + switchTraversal + (delays.isSpeculative === true ? Math.max(vcAllocation, switchAllocation) : vcAllocation + switchAllocation)
  );
}

/** First and one past the last VC of a layer; layer -1 stands for all VCs. */
export function vcsOfLayer(layer: number, layers: number, vcs: number): readonly [number, number] {
  if (layer < 0) return [0, vcs];
  const share = Math.floor(vcs / layers);
  return [layer * share, (layer + 1) * share];
}
