/**
 * Tables of a layout for the router kernel. It does what most designs are: iSLIP, up to 64 VCs per router.
 * Routes become bytes: a hop is the local output port and the layer. Meshes in dimension order need the hop of every (router, destination), large ones only those to their neighbours and compare
 * coordinates; everything else its whole paths.
 */
import { areCommon, ROUTER_LIMITS, type RouterTables } from '../../kernels/index.ts';
import { endRouters } from '../design/graph.ts';
import { vcsOfLayer, type NocLayout } from '../design/layout.ts';
import { layerOfHop, linkOfHop, mustGoOn } from '../routing/route-table.ts';
import { treesOf } from '../spikes/multicast-trees.ts';
import { clearReasons, matchingOf } from './clear-reasons.ts';
import { optionTables } from './option-tables.ts';

/** Injection layer of packets that enter by any VC. */
export const ANY_VC = 255;
/** Hops that are tabulated although they could be computed: a table within the second cache. */
const ROWS = 2 ** 16;

const known = new WeakMap<NocLayout, RouterTables | undefined>();

/** The tables of a layout for the kernel; undefined when the clear router has to do it. */
export function fastTables(layout: NocLayout): RouterTables | undefined {
  if (!known.has(layout)) known.set(layout, clearReasons(layout).length === 0 ? tablesOf(layout) : undefined);
  return known.get(layout);
}

/** The tables of a layout for packets that go along its source trees (`treesOf`), which come in later, set by set. Undefined when the clear router has to do it. */
export function treeTables(layout: NocLayout): RouterTables | undefined {
  if (clearReasons(layout, true).length > 0) return undefined;
  const trees = treesOf(layout);
  const mostBranches = mostPorts(layout);
  return { ...commonTables(layout, trees.layers), choices: 1, hops: new Uint8Array(0), mostBranches };
}

/** What computes a network: "router kernel", or "clear router" and why. `followsTrees`: of packets along multicast trees. */
export function routerOf(layout: NocLayout, followsTrees = false): string {
  const reasons = clearReasons(layout, followsTrees);
  if (reasons.length > 0) return `clear router (${reasons.join(', ')})`;
  return followsTrees || fastTables(layout) !== undefined ? 'router kernel' : 'clear router (a table of routes that is too large)';
}

function mostPorts({ graph }: NocLayout): number {
  return graph.ports.reduce((most, list) => Math.max(most, list.length), 1);
}

function tablesOf(layout: NocLayout): RouterTables | undefined {
  const { routes, nodes, graph } = layout;
  if (routes.adaptive !== undefined) {
    const hops = optionTables(layout, routes.adaptive);
    return hops && { ...commonTables(layout, 1), choices: 1, ...hops };
  }
  const choices = routes.choices?.count ?? 1;
  const isComputed = graph.grid !== undefined && routes.method === 'dimension-order';
  const common = commonTables(layout, routes.layers);
  const mostBytes = areCommon(common) ? ROUTER_LIMITS.commonTableBytes : ROUTER_LIMITS.tableBytes;
  const isSmall = layout.routers * nodes * choices <= ROWS;
  const hops = !isComputed || (isSmall && graph.grid.wrap) ? wholePaths(layout, mostBytes) : isSmall ? rows(layout) : coordinates(layout);
  return hops && { ...common, choices, ...hops };
}

function commonTables(layout: NocLayout, layers: number): Omit<RouterTables, 'choices' | 'hops'> {
  const { capacity, policy, lifetime } = layout.sourceQueue;
  return {
    nodes: layout.nodes,
    vcs: layout.vcs,
    buffer: layout.buffer,
    creditDelay: layout.delays.credit,
    iterations: layout.design.router.allocator_iterations,
    matching: matchingOf(layout),
    stages: layout.delays,
    queue: { capacity, policy, lifetime },
    portBase: layout.portBase,
    peer: layout.peerOfPort,
    latency: layout.latencyIn,
    portOfNode: layout.portOfNode,
    layers: Array.from({ length: layers }, (_, layer) => {
      const [low, end] = vcsOfLayer(layers === 1 ? -1 : layer, layers, layout.vcs);
      return [low, end - low] as const;
    }),
  };
}

/** The byte of a hop at `router`: towards a link, or out to `node`. */
export function byteOf(layout: NocLayout, router: number, hop: number | undefined, node: number, layers = layout.routes.layers): number {
  const port = hop === undefined ? layout.portOfNode[node]! : layout.portOfLink[linkOfHop(hop)]!;
  return (port - layout.portBase[router]!) * layers + (hop === undefined ? 0 : layerOfHop(hop));
}

/** The hop of every (router, destination node). */
function rows(layout: NocLayout): Pick<RouterTables, 'hops'> {
  const { routers, nodes, graph, routes } = layout;
  const hops = new Uint8Array(routers * nodes);
  for (let router = 0; router < routers; router++) {
    for (let node = 0; node < nodes; node++) {
      const end = graph.routerOfNode[node]!;
      hops[router * nodes + node] = byteOf(layout, router, router === end ? undefined : routes.hop(router, end, router, 0, 0), node);
    }
  }
  return { hops };
}

/** Where routers stand, and their hops to their neighbours; undefined where a router has too many nodes. */
function coordinates(layout: NocLayout): Pick<RouterTables, 'hops' | 'grid'> | undefined {
  const { routers, nodes, graph, routes, portBase, portOfLink } = layout;
  const { width, height, wrap } = graph.grid!;
  if (width > ROUTER_LIMITS.side || height > ROUTER_LIMITS.side) return undefined;
  const nodesOf = Array.from({ length: routers }, (): number[] => []);
  for (let node = 0; node < nodes; node++) nodesOf[graph.routerOfNode[node]!]!.push(node);
  if (wrap && nodesOf.some((local) => local.length > ROUTER_LIMITS.wrapNodes)) return undefined;
  const places = new Uint32Array(2 * routers);
  const keys = new Uint32Array(nodes);
  for (let router = 0; router < routers; router++) {
    const [x, y] = [router % width, Math.floor(router / width)];
    // the byte of a hop in layer 0
    const towards = (dx: number, dy: number): number => {
      const [toX, toY] = wrap ? [(x + dx + width) % width, (y + dy + height) % height] : [x + dx, y + dy];
      if (toX < 0 || toX >= width || toY < 0 || toY >= height) return 0;
      const link = linkOfHop(routes.hop(router, toX + width * toY, router, 0, 0));
      return (portOfLink[link]! - portBase[router]!) * routes.layers;
    };
    const local = nodesOf[router]!;
    const first = local[0] === undefined ? 0 : byteOf(layout, router, undefined, local[0]);
    places[2 * router] = x | (y << 8) | (first << 16);
    places[2 * router + 1] = towards(1, 0) | (towards(-1, 0) << 8) | (towards(0, 1) << 16) | (towards(0, -1) << 24);
    for (const [i, node] of local.entries()) {
      // ports of nodes follow each other
      if (byteOf(layout, router, undefined, node) !== first + i * routes.layers) return undefined;
      keys[node] = x | (y << 8) | (i << 16);
    }
  }
  const wraps = wrap ? { wraps: { width, height, drawn: routes.choices !== undefined } } : {};
  return { hops: new Uint8Array(0), grid: { keys, places, ...wraps } };
}

/** The whole path of every (source router, destination node, choice); undefined where they take more than `mostBytes`. */
function wholePaths(layout: NocLayout, mostBytes: number): Pick<RouterTables, 'hops' | 'start'> | undefined {
  const { routers, nodes, graph, routes } = layout;
  const choices = routes.choices?.count ?? 1;
  if (routers * nodes * choices * 2 > mostBytes) return undefined;
  const start = new Uint32Array(routers * nodes * choices);
  let hops = new Uint8Array(4 * start.length);
  let next = 0;
  for (const source of endRouters(graph)) {
    for (let node = 0; node < nodes; node++) {
      const end = graph.routerOfNode[node]!;
      if (graph.isDeadRouter[end] === 1) continue;
      const layer = routes.injectionLayer(source, end);
      for (let choice = 0; choice < choices; choice++) {
        if (next + ROUTER_LIMITS.routers + 2 > hops.length) {
          const grown = new Uint8Array(2 * hops.length + ROUTER_LIMITS.routers + 2);
          grown.set(hops);
          hops = grown;
        }
        hops[next++] = layer < 0 ? ANY_VC : layer;
        start[(source * nodes + node) * choices + choice] = next;
        let router = source;
        for (let taken = 0; mustGoOn(routes, source, end, router, taken, choice); taken++) {
          if (taken + 2 > ROUTER_LIMITS.routers) return undefined;
          const hop = routes.hop(source, end, router, taken, choice);
          hops[next++] = byteOf(layout, router, hop, node);
          router = graph.linkTo[linkOfHop(hop)]!;
        }
        hops[next++] = byteOf(layout, router, undefined, node);
        if (next > mostBytes) return undefined;
      }
    }
  }
  return { hops: hops.slice(0, next), start };
}
