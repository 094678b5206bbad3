/**
 * Design -> layout. One way in: the topology is wired, put on the floor plan, routed, and certified; a design whose routing could deadlock is refused.
 */
import { InfeasibleError, together } from '../../base/index.ts';
import type { NocDesign } from '../../model/schemas/noc.ts';
import { readRoutes } from '../booksim/booksim-files.ts';
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
import { LARGEST_TABLE, wiringOf } from './wiring-of.ts';

/** Choices of the caller, not of the design. */
export interface CompileOptions {
  /** Build a network although its routing may deadlock, to study deadlocks. */
  readonly allowUnsafe?: boolean;
}

/**
 * Compiles a design. `readText` gives the text of a file that the design names.
 * CardError with all mistakes in such files; InfeasibleError when graph, routing, VCs, faults and clocks do not go together or could deadlock: all that does not at once (`parts`).
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
  const built: { wiring?: Wiring; graph?: RouterGraph } = {};
  const [, , , , periods, ways] = together(
    () => checkAlone(design),
    () => (built.wiring = askedBy('topology', () => wiringOf(design, readText, hopCycles))),
    () => built.wiring && (built.graph = graphOf(design, built.wiring, plan)),
    // faults that cannot be: whatever else can be said, of the network without them
    () => built.wiring && design.faults && (built.graph ??= askedBy('topology', () => placeGraph(built.wiring!, plan))),
    () => built.graph && askedBy('clock_domains', () => clockPeriods(design, built.graph!)),
    () => (built.graph ? waysOf(design, built.graph, routerDelay(delays), readText, options) : checkRouteFile(design, readText)),
  );
  const graph = built.graph!;
  const { routes, certificate } = ways!;
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
    periods: periods!,
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
    const isOpen = error instanceof InfeasibleError && error.path === undefined && error.parts.length === 1;
    throw isOpen ? new InfeasibleError(error.message, { path }) : error;
  }
}

/** What the fields of a card alone forbid, whatever the graph. */
function checkAlone({ name, router, topology, nodes_per_router: nodesPerRouter }: NocDesign): void {
  const unmet = (path: string, message: string) => (): void => {
    throw new InfeasibleError(`${name}: ${message}`, { path });
  };
  const isIslip = router.allocator === 'islip';
  const placesNodes = ['concentrated-mesh', 'flattened-butterfly', 'fat-tree', 'hierarchical'].includes(topology.kind);
  together(
    ...[
      router.speculative &&
        isIslip &&
        unmet('router.speculative', 'speculative takes allocator: separable-input-first; islip does not know a guess from a bid'),
      router.allocator_iterations > 1 &&
        !isIslip &&
        unmet(
          'router.allocator_iterations',
          `allocator_iterations: found ${String(router.allocator_iterations)}, expected 1 with separable-input-first; only islip goes round again`,
        ),
      placesNodes &&
        nodesPerRouter !== 1 &&
        unmet(
          'nodes_per_router',
          `a ${topology.kind} ${'block' in topology ? 'has its nodes per router from "block"' : 'says itself where its nodes are'}; nodes_per_router stays 1, found ${String(nodesPerRouter)}`,
        ),
    ].filter((check) => check !== false),
  );
}

/** The graph on the floor plan, without what is broken. */
function graphOf(design: NocDesign, wiring: Wiring, plan: FloorPlan): RouterGraph {
  const left = askedBy('faults', () => withFaults(wiring, design.faults, design.name));
  return askedBy(left.name === wiring.name ? 'topology' : 'faults', () => placeGraph(left, plan));
}

/** Of a network that cannot be built, what can be seen in its route file alone. */
function checkRouteFile({ routing }: NocDesign, readText: (name: string) => string): undefined {
  if (routing.kind === 'table') readRoutes(readText(routing.file), routing.file);
  return undefined;
}

/** Routes with enough VCs, and their certificate. */
function waysOf(
  design: NocDesign,
  graph: RouterGraph,
  hopCycles: number,
  readText: (name: string) => string,
  options: CompileOptions,
): Pick<NocLayout, 'routes' | 'certificate'> {
  const { router, name } = design;
  const ways = askedBy('routing', () => routesOf(design, graph, hopCycles, readText));
  const [, , checked] = together(
    () => {
      if (ways.adaptive !== undefined && router.speculative)
        throw new InfeasibleError(`${name}: routers that choose a link while they claim a VC do not speculate; speculative: false`, {
          path: 'router.speculative',
        });
    },
    () => {
      if (ways.layers > router.vcs)
        throw new InfeasibleError(
          `${name}: ${ways.method} needs at least ${String(ways.layers)} VCs, one per layer, found ${String(router.vcs)}`,
          { path: 'routing' },
        );
    },
    () => {
      if (ways.layers > router.vcs) return undefined;
      const isPerFlow = router.order === 'per-flow';
      const routes = isPerFlow ? askedBy('router.order', () => perFlowOrder(ways, router.vcs, name)) : orderedEntry(ways, router.vcs);
      const certificate = routes.adaptive === undefined ? certify(graph, routes) : certifyAdaptive(graph, routes, routes.adaptive);
      if (!certificate.acyclic && options.allowUnsafe !== true)
        throw new InfeasibleError(`${name}: ${certificate.statement}; up-down and blash are safe on any connected graph`, {
          path: 'routing',
        });
      return { routes, certificate };
    },
  );
  return checked!;
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
