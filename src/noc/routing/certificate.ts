/**
 * The certificate of deadlock freedom: the channel dependency graph of a routing, with one vertex per (link, layer) and one edge for every two hops that follow each other
 * on a path, has no cycle. Then channels can be numbered so that every packet climbs, and the packet at the highest one always moves.
 * Channels between nodes and routers are sources and sinks and cannot lie on a cycle. Source: Dally and Seitz 1987.
 */
import { endRouters, type RouterGraph } from '../design/graph.ts';
import { layerOfHop, linkOfHop, mustGoOn, type RouteTable } from './route-table.ts';

/** The answer, for reports: plain data. */
export interface Certificate {
  readonly acyclic: boolean;
  readonly method: string;
  readonly layers: number;
  /** (link, layer) channels that some path uses. */
  readonly channels: number;
  /** Pairs of channels that follow each other on some path. */
  readonly dependencies: number;
  /** The channels of one cycle in order, "from->to (layer l)"; empty when there is none. */
  readonly cycle: readonly string[];
  /** One sentence. */
  readonly statement: string;
}

/** Checks every path between routers that have nodes. */
export function certify(graph: RouterGraph, routes: RouteTable): Certificate {
  const links = graph.linkFrom.length;
  const following: Set<number>[] = Array.from({ length: links * routes.layers }, () => new Set());
  // the channel that was added last: mostly it comes again
  const latest = new Int32Array(links * routes.layers).fill(-1);
  const used = new Uint8Array(links * routes.layers);
  // where all packets to a destination go on alike, a way is followed up to the first router that an earlier one has passed
  const isTree = routes.byDestination === true;
  const passed = new Int32Array(graph.routers).fill(-1); // destination of the last way that passed
  const onwards = new Int32Array(graph.routers); // its channel
  const follow = (source: number, destination: number, choice: number): void => {
    let last = -1;
    let taken = 0;
    for (let router = source; mustGoOn(routes, source, destination, router, taken, choice); taken++) {
      const isKnown = isTree && passed[router] === destination;
      const hop = isKnown ? 0 : routes.hop(source, destination, router, taken, choice);
      const channel = isKnown ? onwards[router]! : layerOfHop(hop) * links + linkOfHop(hop);
      if (last >= 0 && latest[last] !== channel) {
        latest[last] = channel;
        following[last]!.add(channel);
      }
      if (isKnown) return;
      used[channel] = 1;
      passed[router] = destination;
      onwards[router] = channel;
      last = channel;
      router = graph.linkTo[linkOfHop(hop)]!;
    }
  };
  const ends = endRouters(graph);
  if (routes.choices === undefined) for (const destination of ends) for (const source of ends) follow(source, destination, 0);
  else for (const [source, destination, choice] of routes.choices.witnesses(ends)) follow(source, destination, choice);
  return certificateOf(graph, routes.method, routes.layers, following, used);
}

/** The certificate of a dependency graph: `following[layer * links + link]` are the channels that a packet on that one may wait for. */
export function certificateOf(
  graph: RouterGraph,
  method: string,
  layers: number,
  following: readonly ReadonlySet<number>[],
  used: Uint8Array,
): Certificate {
  const links = graph.linkFrom.length;
  const cycle = findCycle(following).map((channel) => nameOf(channel % links, Math.floor(channel / links), graph));
  const channels = used.reduce((sum, one) => sum + one, 0);
  const dependencies = following.reduce((sum, set) => sum + set.size, 0);
  const counts = `${String(channels)} channels, ${String(dependencies)} dependencies, ${String(layers)} ${layers === 1 ? 'layer' : 'layers'}`;
  return {
    acyclic: cycle.length === 0,
    method,
    layers,
    channels,
    dependencies,
    cycle,
    statement:
      cycle.length === 0
        ? `deadlock-free: the channel dependency graph of ${method} on ${graph.name} is acyclic (${counts})`
        : `not deadlock-free: ${method} on ${graph.name} has the cycle ${cycle.join(', ')}`,
  };
}

/** Vertices of one cycle, or none: depth-first search with an explicit stack; an edge to a vertex still open closes a cycle. */
function findCycle(following: readonly ReadonlySet<number>[]): number[] {
  const state = new Uint8Array(following.length); // 0 unseen, 1 open, 2 closed
  for (let root = 0; root < following.length; root++) {
    if (state[root] !== 0) continue;
    state[root] = 1;
    const stack = [{ vertex: root, rest: following[root]!.values() }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const { done, value } = top.rest.next();
      if (done === true) {
        state[top.vertex] = 2;
        stack.pop();
      } else if (state[value] === 1) {
        return stack.slice(stack.findIndex(({ vertex }) => vertex === value)).map(({ vertex }) => vertex);
      } else if (state[value] === 0) {
        state[value] = 1;
        stack.push({ vertex: value, rest: following[value]!.values() });
      }
    }
  }
  return [];
}

function nameOf(link: number, layer: number, graph: RouterGraph): string {
  return `${String(graph.linkFrom[link])}->${String(graph.linkTo[link])} (layer ${String(layer)})`;
}
