/**
 * Design -> layout. One way in: the topology is wired, put on the floor plan, routed, and certified; a design whose routing could deadlock is refused.
 */
import { InfeasibleError, together } from '../../base/index.ts';
import type { NocDesign } from '../../model/schemas/noc.ts';
import { readAnynet, readRoutes } from '../booksim/booksim-files.ts';
import { clockPeriods } from './clock-domains.ts';
import { withFaults } from './faults.ts';
import { latencyOfTiles, placeGraph, type FloorPlan, type RouterGraph, type Wiring } from './graph.ts';
import { mapPorts, routerDelay, type NocLayout, type StageDelays } from './layout.ts';
import { minimalAdaptive, oddEven } from '../routing/adaptive.ts';
import { blash, blashFor } from '../routing/blash.ts';
import { certify } from '../routing/certificate.ts';
import { certifyAdaptive } from '../routing/certify-adaptive.ts';
import { cubeOrder } from '../routing/cube-order.ts';
import { dimensionOrder } from '../routing/dimension-order.ts';
import { lash } from '../routing/lash.ts';
import { minimal } from '../routing/minimal.ts';
import { romm, valiant, xyYx } from '../routing/oblivious.ts';
import { orderedEntry, perFlowOrder } from '../routing/per-flow.ts';
import type { RouteTable } from '../routing/route-table.ts';
import { rowColumn } from '../routing/row-column.ts';
import { chipOrder, nearestAncestor } from '../routing/tree-order.ts';
import { upDown } from '../routing/up-down.ts';
import { coefficientsOf } from './technology.ts';
import { readTrafficMatrix } from '../traffic/traffic-csv.ts';
import { cube } from '../topology/cube.ts';
import { edgeListWiring } from '../topology/edge-list.ts';
import { expressMesh } from '../topology/express-mesh.ts';
import { fatTree } from '../topology/fat-tree.ts';
import { flattenedButterfly } from '../topology/flattened-butterfly.ts';
import { hierarchical } from '../topology/hierarchical.ts';
import { modular } from '../topology/modular.ts';
import { hexagonalTorus } from '../topology/hexagonal-torus.ts';
import { longLinks } from '../topology/long-links.ts';
import { concentratedMesh, mesh, torus } from '../topology/mesh.ts';
import { randomRegular } from '../topology/random-regular.ts';
import { ringLattice } from '../topology/ring.ts';
import { kleinberg, newmanWatts } from '../topology/shortcuts.ts';
import { tree } from '../topology/tree.ts';
import { wattsStrogatz } from '../topology/watts-strogatz.ts';

/** The largest number of routers whose paths are kept in tables; dimension order is computed and has no such limit. */
const LARGEST_TABLE = 1024;

/** Choices of the caller, not of the design. */
export interface CompileOptions {
  /** Build a network although its routing may deadlock, to study deadlocks. */
  readonly allowUnsafe?: boolean;
}

/**
 * Compiles a design. `readText` gives the text of a file that the design names.
 * CardError for a mistake in such a file; InfeasibleError when the graph, the routing and the VCs do not go together or could deadlock.
 */
export function compileNoc(design: NocDesign, readText: (name: string) => string, options: CompileOptions = {}): NocLayout {
  const { reach_per_cycle: reachPerCycle } = typeof design.link.latency === 'number' ? { reach_per_cycle: 0 } : design.link.latency;
  const plan: FloorPlan = {
    tilePitch: design.floor_plan.tile_pitch,
    latency: typeof design.link.latency === 'number' ? design.link.latency : { reachPerCycle },
  };
  const delays: StageDelays = {
    routing: design.router.routing_delay,
    vcAllocation: design.router.vc_alloc_delay,
    switchAllocation: design.router.switch_alloc_delay,
    switchTraversal: design.router.switch_traversal_delay,
    credit: design.router.credit_delay,
    ...(design.router.speculative ? { isSpeculative: true } : {}),
  };
  const hopCycles = (tiles: number): number => routerDelay(delays) + latencyOfTiles(tiles, plan);
  const wiring = askedBy('topology', () => wiringAndRest(design, readText, hopCycles));
  const left = askedBy('faults', () => withFaults(wiring, design.faults, design.name));
  const graph = askedBy(left.name === wiring.name ? 'topology' : 'faults', () => placeGraph(left, plan));
  const { router } = design;
  if (router.speculative && router.allocator === 'islip')
    throw new InfeasibleError(
      `${design.name}: speculative takes allocator: separable-input-first; islip does not know a guess from a bid`,
      { path: 'router.speculative' },
    );
  if (router.allocator_iterations > 1 && router.allocator !== 'islip')
    throw new InfeasibleError(
      `${design.name}: allocator_iterations: found ${String(router.allocator_iterations)}, expected 1 with separable-input-first; only islip goes round again`,
      { path: 'router.allocator_iterations' },
    );
  const ways = askedBy('routing', () => routesOf(design, graph, routerDelay(delays), readText));
  if (ways.layers > router.vcs)
    throw new InfeasibleError(
      `${design.name}: ${ways.method} needs at least ${String(ways.layers)} VCs, one per layer, found ${String(router.vcs)}`,
      { path: 'routing' },
    );
  const routes =
    router.order === 'per-flow'
      ? askedBy('router.order', () => perFlowOrder(ways, router.vcs, design.name))
      : orderedEntry(ways, router.vcs);
  const certificate = routes.adaptive === undefined ? certify(graph, routes) : certifyAdaptive(graph, routes, routes.adaptive);
  if (routes.adaptive !== undefined && router.speculative)
    throw new InfeasibleError(`${design.name}: routers that choose a link while they claim a VC do not speculate; speculative: false`, {
      path: 'router.speculative',
    });
  if (!certificate.acyclic && options.allowUnsafe !== true)
    throw new InfeasibleError(`${design.name}: ${certificate.statement}; up-down and blash are safe on any connected graph`, {
      path: 'routing',
    });
  const { capacity, policy, lifetime } = design.source_queue;
  return Object.freeze({
    name: design.name,
    design,
    graph,
    routes,
    certificate,
    nodes: graph.nodes,
    routers: graph.routers,
    vcs: design.router.vcs,
    buffer: design.router.buffer,
    delays,
    flitBits: design.flit_bits,
    frequency: design.clock,
    periods: askedBy('clock_domains', () => clockPeriods(design, graph)),
    packetFlits: design.packet.flits,
    sourceQueue: {
      capacity: capacity === 'unbounded' ? Infinity : capacity,
      policy,
      lifetime: lifetime === undefined ? Infinity : Math.max(1, Math.round(lifetime * design.clock)),
    },
    coefficients: coefficientsOf(design),
    ...mapPorts(graph),
  });
}

/** What cannot be met in a step is asked for by the field at `path` of the card, unless the step knows better. */
function askedBy<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw error instanceof InfeasibleError && error.path === undefined ? new InfeasibleError(error.message, { path }) : error;
  }
}

/** The wiring; mistakes in its file come together with those that can be seen in a route file alone. */
function wiringAndRest(design: NocDesign, readText: (name: string) => string, hopCycles: (tiles: number) => number): Wiring {
  let wiring: Wiring | undefined;
  const { routing } = design;
  const [made] = together(
    () => (wiring = wiringOf(design, readText, hopCycles)),
    () => wiring ?? (routing.kind === 'table' ? readRoutes(readText(routing.file), routing.file) : undefined),
  );
  return made;
}

function wiringOf(design: NocDesign, readText: (name: string) => string, hopCycles: (tiles: number) => number): Wiring {
  const { topology, nodes_per_router: nodesPerRouter } = design;
  if (topology.kind === 'mesh') return mesh(topology.width, topology.height, nodesPerRouter);
  if (topology.kind === 'torus') return torus(topology.width, topology.height, nodesPerRouter);
  if (topology.kind === 'concentrated-mesh' || topology.kind === 'flattened-butterfly') {
    if (nodesPerRouter !== 1) {
      throw new InfeasibleError(
        `${design.name}: a ${topology.kind} has its nodes per router from "block"; nodes_per_router stays 1, found ${String(nodesPerRouter)}`,
        { path: 'nodes_per_router' },
      );
    }
    const build = topology.kind === 'concentrated-mesh' ? concentratedMesh : flattenedButterfly;
    return build(topology.width, topology.height, ...topology.block);
  }
  if (topology.kind === 'watts-strogatz') {
    return wattsStrogatz(smallBase(design, topology.base), topology.rewiring, topology.seed, topology.max_degree);
  }
  if (topology.kind === 'newman-watts')
    return newmanWatts(smallBase(design, topology.base), topology.shortcuts, topology.seed, topology.max_degree);
  if (topology.kind === 'kleinberg') {
    const { links, exponent, seed, max_degree: maxDegree } = topology;
    return kleinberg(smallBase(design, topology.base), links, exponent, seed, maxDegree);
  }
  if (topology.kind === 'ring') return baseOf(topology, nodesPerRouter);
  if (topology.kind === 'random-regular') return randomRegular(topology.routers, topology.degree, topology.seed, nodesPerRouter);
  if (topology.kind === 'tree') return tree(topology.arity, topology.levels, nodesPerRouter);
  if (topology.kind === 'express-mesh') return expressMesh(topology.width, topology.height, topology.span, nodesPerRouter);
  if (topology.kind === 'long-links') {
    const base = baseOf(topology.base, nodesPerRouter);
    const nodes = base.routerOfNode.length;
    const { traffic, wire_budget: budget, max_degree: maxDegree } = topology;
    const rates =
      traffic === 'uniform' ? new Float64Array(nodes * nodes).fill(1) : readTrafficMatrix(readText(traffic.file), traffic.file, nodes);
    return longLinks(base, { rates, budget: budget * tilesOf(base), maxDegree, hopCycles });
  }
  if (topology.kind === 'cube') return cube(topology.sides, topology.wrap, nodesPerRouter);
  if (topology.kind === 'fat-tree' || topology.kind === 'hierarchical') {
    if (nodesPerRouter !== 1)
      throw new InfeasibleError(
        `${design.name}: a ${topology.kind} says itself where its nodes are; nodes_per_router stays 1, found ${String(nodesPerRouter)}`,
        { path: 'nodes_per_router' },
      );
    return topology.kind === 'fat-tree'
      ? fatTree(topology.arity, topology.levels)
      : hierarchical(topology.width, topology.height, topology.cores);
  }
  if (topology.kind === 'modular') return modular({ ...topology, maxDegree: topology.max_degree }, nodesPerRouter);
  if (topology.kind === 'hexagonal-torus') return hexagonalTorus(topology.width, topology.height, nodesPerRouter);
  const text = readText(topology.file);
  return topology.format === 'csv' ? edgeListWiring(text, topology.file, nodesPerRouter) : readAnynet(text, topology.file);
}

/** Wire of a graph, in tiles. */
function tilesOf({ wires, x, y }: Wiring): number {
  return wires.reduce((sum, { a, b, length }) => sum + (length ?? Math.abs(x[a]! - x[b]!) + Math.abs(y[a]! - y[b]!)), 0);
}

/** The graph to which shortcuts are added: every routing of such a graph keeps a path per pair, and drawing shortcuts of a larger one would take minutes to no use. */
function smallBase(design: NocDesign, base: Parameters<typeof baseOf>[0]): Wiring {
  const routers = base.kind === 'mesh' ? base.width * base.height : base.routers;
  if (routers > LARGEST_TABLE)
    throw new InfeasibleError(
      `${design.name}: routings of a graph with shortcuts keep a path per pair and do up to ${String(LARGEST_TABLE)} routers, found ${String(routers)}`,
      { path: 'topology.base' },
    );
  return baseOf(base, design.nodes_per_router);
}

function baseOf(base: Extract<NocDesign['topology'], { kind: 'mesh' | 'ring' }>, nodesPerRouter: number): Wiring {
  return base.kind === 'mesh' ? mesh(base.width, base.height, nodesPerRouter) : ringLattice(base.routers, base.degree, nodesPerRouter);
}

const NEEDS_GRID = new Set(['dimension-order', 'nearest-ancestor', 'chip-order', 'row-column', 'odd-even', 'xy-yx', 'valiant', 'romm']);

/** The routing of the card, or the one that goes round dead links where that needs a grid without holes. Four layers carry more of a broken 8 x 8 mesh than two: 0.25 against 0.175. */
function detourOf({ routing, faults, router }: NocDesign, graph: RouterGraph): NocDesign['routing'] {
  const isBroken = faults !== undefined && (faults.links.length + faults.link_rate > 0 || graph.isDeadRouter.includes(1));
  if (!isBroken || (graph.grid ?? graph.cube ?? graph.fatTree ?? graph.chips) !== undefined || !NEEDS_GRID.has(routing.kind))
    return routing;
  return faults.reroute === 'up-down' || router.vcs === 1
    ? { kind: 'up-down' }
    : { kind: 'blash', layers: router.vcs % 4 === 0 ? 4 : 'auto' };
}

function routesOf(design: NocDesign, graph: RouterGraph, hopCycles: number, readText: (name: string) => string): RouteTable {
  const routing = detourOf(design, graph);
  if (routing.kind === 'dimension-order' && graph.cube !== undefined) return cubeOrder(graph, graph.cube);
  if (routing.kind === 'dimension-order') return dimensionOrder(graph, routing.ties);
  if (routing.kind === 'xy-yx') return xyYx(graph);
  if (routing.kind === 'valiant') return valiant(graph);
  if (routing.kind === 'romm') return romm(graph);
  if (graph.routers > LARGEST_TABLE) {
    throw new InfeasibleError(
      `${design.name}: ${routing.kind} routing keeps a path per pair and does up to ${String(LARGEST_TABLE)} routers, found ${String(graph.routers)}`,
    );
  }
  if (routing.kind === 'row-column') return rowColumn(graph);
  if (routing.kind === 'nearest-ancestor' && graph.fatTree !== undefined) return nearestAncestor(graph, graph.fatTree);
  if (routing.kind === 'chip-order' && graph.chips !== undefined) return chipOrder(graph, graph.chips);
  if (routing.kind === 'nearest-ancestor' || routing.kind === 'chip-order')
    throw new InfeasibleError(
      `${graph.name}: ${routing.kind} routing needs ${routing.kind === 'chip-order' ? 'a hierarchical topology' : 'a fat tree'}; minimal, up-down and blash work on any graph`,
    );
  if (routing.kind === 'minimal-adaptive') return minimalAdaptive(graph, hopCycles, routing.escape);
  if (routing.kind === 'odd-even') return oddEven(graph);
  if (routing.kind === 'minimal') return minimal(graph, hopCycles);
  if (routing.kind === 'up-down') return upDown(graph, hopCycles);
  if (routing.kind === 'lash') return lash(graph, design.router.vcs, hopCycles);
  if (routing.kind === 'blash')
    return routing.layers === 'auto' ? blashFor(graph, design.router.vcs, hopCycles) : blash(graph, routing.layers, hopCycles);
  return readRoutes(readText(routing.file), routing.file, graph);
}
