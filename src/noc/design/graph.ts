/**
 * The router graph: routers, the nodes that hang on them, links with latency and length, positions on the floor plan.
 * A topology says what is joined in tiles (`Wiring`); the floor plan turns tiles into metres and metres into cycles (`RouterGraph`).
 * Lengths are Manhattan distances of the routers, times the tile pitch; a link of length l takes max(1, ceil(l / reach)) cycles if the card gives a reach per cycle.
 */
import { InfeasibleError } from '../../base/index.ts';

const LONGEST_LINK = 1024; // cycles
/** A mesh of 128 x 128 with a node each; a matrix of all pairs of more would not fit into memory. */
const MOST_NODES = 16_384;

/** A wire joins two routers in both directions. */
export interface Wire {
  readonly a: number;
  readonly b: number;
  /** Cycles from a to b and from b to a; the floor plan decides when absent. */
  readonly latency?: readonly [number, number];
  /** Tiles; Manhattan distance of the routers when absent. */
  readonly length?: number;
}

/** A regular arrangement of routers, for dimension-order routing: router = x + width * y. */
interface Grid {
  readonly width: number;
  readonly height: number;
  /** True when each row and column closes to a ring. */
  readonly wrap: boolean;
}

/** What else a regular structure is known as, for the routing that is made for it. */
interface Structures {
  /** Sides of a mesh or torus of any number of dimensions, dimension 0 first. */
  readonly cube?: { readonly sides: readonly number[]; readonly wrap: boolean } | undefined;
  readonly fatTree?: { readonly arity: number; readonly levels: number } | undefined;
  /** Chips of cores on a mesh: R3, R2 and the R1s of a chip follow each other. */
  readonly chips?: { readonly width: number; readonly height: number; readonly cores: number } | undefined;
}

/** What a topology builds. */
export interface Wiring extends Structures {
  readonly name: string;
  readonly routers: number;
  readonly wires: readonly Wire[];
  /** Router of each node. */
  readonly routerOfNode: readonly number[];
  /** Routers and nodes that are there and do nothing; none when absent. */
  readonly deadRouters?: readonly number[];
  readonly deadNodes?: readonly number[];
  /** Tiles, one per router. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Port order per router: 2e is wire e from a to b, 2e+1 from b to a, ~n is node n. Nodes first, then neighbours in ascending number when absent. */
  readonly ports?: readonly (readonly number[])[];
  readonly grid?: Grid;
  /** The nodes as a grid, node = x + width * y; patterns such as transpose need it. */
  readonly nodeGrid?: { readonly width: number; readonly height: number };
}

/** The graph as routing, routers and reports use it. Links are directed: 2e and 2e+1 are the two directions of one wire, so `link ^ 1` is the way back. */
export interface RouterGraph extends Structures {
  readonly name: string;
  readonly routers: number;
  readonly nodes: number;
  readonly routerOfNode: Int32Array;
  readonly isDeadRouter: Uint8Array;
  readonly isDeadNode: Uint8Array;
  readonly x: Float64Array; // m, one per router
  readonly y: Float64Array; // m, one per router
  readonly linkFrom: Int32Array;
  readonly linkTo: Int32Array;
  readonly linkLatency: Int32Array; // cycles
  readonly linkLength: Float64Array; // m
  /** Per router, in the order of its ports: an outgoing link, or ~node for a local port. Input and output p belong to the same neighbour. */
  readonly ports: readonly (readonly number[])[];
  readonly grid: Grid | undefined;
  readonly nodeGrid: { readonly width: number; readonly height: number } | undefined;
}

/** How tiles become metres and cycles. */
export interface FloorPlan {
  readonly tilePitch: number; // m
  /** Cycles of every link, or the metres that a signal travels in one cycle. */
  readonly latency: number | { readonly reachPerCycle: number };
}

/** Puts a wiring on the floor plan. InfeasibleError when a router is out of range, a wire joins a router to itself, or the graph falls into pieces. */
export function placeGraph(wiring: Wiring, plan: FloorPlan): RouterGraph {
  const { routers, wires } = wiring;
  const links = 2 * wires.length;
  const linkFrom = new Int32Array(links);
  const linkTo = new Int32Array(links);
  const linkLatency = new Int32Array(links);
  let longest = 0;
  const linkLength = new Float64Array(links);
  for (const [e, { a, b, latency, length }] of wires.entries()) {
    if (!(a >= 0 && a < routers && b >= 0 && b < routers)) {
      throw new InfeasibleError(`${wiring.name}: link ${String(a)}-${String(b)} needs routers between 0 and ${String(routers - 1)}`);
    }
    if (a === b) throw new InfeasibleError(`${wiring.name}: router ${String(a)} is linked to itself; a link joins two routers`);
    const tiles = length ?? Math.abs(wiring.x[a]! - wiring.x[b]!) + Math.abs(wiring.y[a]! - wiring.y[b]!);
    const metres = tiles * plan.tilePitch;
    for (const direction of [0, 1] as const) {
      const link = 2 * e + direction;
      linkFrom[link] = direction === 0 ? a : b;
      linkTo[link] = direction === 0 ? b : a;
      linkLength[link] = metres;
      linkLatency[link] = latency?.[direction] ?? latencyOf(metres, plan);
      longest = Math.max(longest, linkLatency[link]);
    }
  }
  if (longest > LONGEST_LINK)
    throw new InfeasibleError(
      `${wiring.name}: links of up to ${String(LONGEST_LINK)} cycles, found ${String(longest)}; a larger reach_per_cycle or a smaller tile_pitch`,
      { path: 'link.latency' },
    );
  if (wiring.routerOfNode.length > MOST_NODES)
    throw new InfeasibleError(`${wiring.name}: up to ${String(MOST_NODES)} nodes, found ${String(wiring.routerOfNode.length)}`, {
      path: 'topology',
    });
  const isDeadRouter = marked(routers, wiring.deadRouters);
  const [lonely, start] = [firstUnreachable(routers, linkFrom, linkTo, isDeadRouter), isDeadRouter.indexOf(0)];
  if (lonely >= 0)
    throw new InfeasibleError(
      `${wiring.name}: router ${String(lonely)} cannot be reached from router ${String(start)}; a network has to be connected`,
    );
  return Object.freeze({
    name: wiring.name,
    routers,
    nodes: wiring.routerOfNode.length,
    routerOfNode: Int32Array.from(wiring.routerOfNode),
    isDeadRouter,
    isDeadNode: marked(wiring.routerOfNode.length, wiring.deadNodes),
    x: Float64Array.from(wiring.x, (tiles) => tiles * plan.tilePitch),
    y: Float64Array.from(wiring.y, (tiles) => tiles * plan.tilePitch),
    linkFrom,
    linkTo,
    linkLatency,
    linkLength,
    ports: wiring.ports ?? nodesFirst(wiring, linkFrom, linkTo),
    grid: wiring.grid,
    cube: wiring.cube,
    fatTree: wiring.fatTree,
    chips: wiring.chips,
    nodeGrid: wiring.nodeGrid,
  });
}

/** `perRouter` nodes on each router, numbered router by router. */
export function nodesOf(routers: number, perRouter: number): number[] {
  return Array.from({ length: routers * perRouter }, (_, node) => Math.floor(node / perRouter));
}

/** Routers with nodes that live, ascending: where paths begin and end. */
export function endRouters({ routerOfNode, isDeadNode }: RouterGraph): number[] {
  return Array.from(new Set(routerOfNode.filter((_, node) => isDeadNode[node] === 0))).toSorted((p, q) => p - q);
}

/** Outgoing links of every router, in port order. */
export function outgoingLinks(graph: RouterGraph): number[][] {
  return graph.ports.map((ports) => ports.filter((port) => port >= 0));
}

/** The first router that cannot be reached from router 0 (from the first that is not `skipped`) along the links, or -1. */
export function firstUnreachable(
  routers: number,
  linkFrom: ArrayLike<number>,
  linkTo: ArrayLike<number>,
  skipped: Uint8Array = new Uint8Array(routers),
): number {
  const neighbours: number[][] = Array.from({ length: routers }, () => []);
  for (let link = 0; link < linkFrom.length; link++) neighbours[linkFrom[link]!]!.push(linkTo[link]!);
  const seen = skipped.slice();
  const start = Math.max(0, skipped.indexOf(0));
  const stack = [start];
  seen[start] = 1;
  for (let router = stack.pop(); router !== undefined; router = stack.pop()) {
    for (const next of neighbours[router]!) {
      if (seen[next] === 0) {
        seen[next] = 1;
        stack.push(next);
      }
    }
  }
  return seen.indexOf(0);
}

/** Cycles of a link over so many tiles. */
export function latencyOfTiles(tiles: number, plan: FloorPlan): number {
  return latencyOf(tiles * plan.tilePitch, plan);
}

function marked(count: number, which: readonly number[] = []): Uint8Array {
  const marks = new Uint8Array(count);
  for (const one of which) marks[one] = 1;
  return marks;
}

function latencyOf(metres: number, plan: FloorPlan): number {
  if (typeof plan.latency === 'number') return plan.latency;
  // a hair of slack, so that 3 mm at 1 mm per cycle are 3 cycles whatever the last bit of the product says
  return Math.max(1, Math.ceil(metres / plan.latency.reachPerCycle - 1e-9));
}

function nodesFirst(wiring: Wiring, linkFrom: Int32Array, linkTo: Int32Array): number[][] {
  const ports: number[][] = Array.from({ length: wiring.routers }, () => []);
  for (const [node, router] of wiring.routerOfNode.entries()) ports[router]!.push(~node);
  const outgoing = Array.from(linkFrom.keys()).toSorted((p, q) => linkTo[p]! - linkTo[q]! || p - q);
  for (const link of outgoing) ports[linkFrom[link]!]!.push(link);
  return ports;
}
