/**
 * Multicast: one tree per source router that reaches every router with nodes. A packet for several nodes follows the branches of its source's tree that lead to them and is copied
 * where they part, so no link carries it twice. Every path of a tree is a way for single packets too.
 *
 * Deadlock: a packet on channel c of a tree waits for the channels behind c in that tree, for each on its own, and holds nothing but its place in c's buffer meanwhile: the buffer holds
 * the whole packet (router.ts), so no copy under way waits for another one. So the dependencies that copying adds are the pairs (c, d) of channels that follow each other in some tree, for
 * every branch, and the certificate looks at all of them, whatever the destinations.
 *
 * Where the paths of the routing leave every source as a tree (dimension order on a mesh or torus, row-column, most trees), those are the trees. Elsewhere:
 *   layers 0 .. L-2   the tree grows by increasing latency; a link is taken only if the turn onto it keeps the layer free of cycles. The layer with the least total latency wins
 *   layer L-1         the shortest up*-down* paths, which alone never close a cycle and always exist
 * Sources: trees from unicast paths, Lin and Ni 1993; growing paths inside an acyclic dependency graph after Nue, Domke et al. 2016.
 */
import { endRouters, type RouterGraph } from '../design/graph.ts';
import { certificateOf, type Certificate } from './certificate.ts';
import { Layer } from './layer.ts';
import { LAYER_SHIFT, layerOfHop, linkOfHop, pathOf, type RouteTable } from './route-table.ts';
import type { BranchTree } from './set-trees.ts';
import { freeStates, type StateGraph } from './shortest-paths.ts';
import { turnsOfTrees } from './turn-order.ts';
import { upDownStates } from './up-down.ts';

/** The trees of all source routers. */
export interface SourceTrees {
  readonly method: string;
  readonly layers: number;
  /** One per router; those of routers without nodes are empty. */
  readonly trees: readonly BranchTree[];
  /** Of the dependencies of all trees together. */
  readonly certificate: Certificate;
}

/** Graphs up to this size get trees grown for them; larger ones the paths of their routing, or up*-down* trees. */
const LARGEST_GROWN = 256;

/** Trees for a routing on a graph; `hopCycles` is the zero-load delay of one router, `vcs` bounds the layers. */
export function sourceTrees(graph: RouterGraph, routes: RouteTable, hopCycles: number, vcs: number): SourceTrees {
  const own = routes.choices === undefined && routes.adaptive === undefined ? treesOfPaths(graph, routes) : undefined;
  if (own !== undefined) {
    const trees = certified(graph, `trees of ${routes.method} paths`, routes.layers, own.trees);
    // paths may go in a circle on purpose (to study it); trees with layers of their own may not
    if (trees.certificate.acyclic || !own.isRelayered) return trees;
  }
  const layers = routes.method === 'up-down' || graph.routers > LARGEST_GROWN ? 1 : Math.min(vcs, Math.max(2, routes.layers));
  const trees = layers === 1 ? upDownTrees(graph, hopCycles, 0) : grownTrees(graph, hopCycles, layers);
  return certified(graph, layers === 1 ? 'up-down trees' : `grown trees, ${String(layers)} layers`, layers, trees);
}

function certified(graph: RouterGraph, method: string, layers: number, trees: readonly BranchTree[]): SourceTrees {
  const { following, used } = turnsOfTrees(graph.linkFrom.length, layers, trees);
  return { method, layers, trees, certificate: certificateOf(graph, `multicast over ${method}`, layers, following, used) };
}

/**
 * The paths of a routing as trees, or undefined when those of some source reach a link in two ways. Where they use a link in several layers, the tree has the highest of them: on a torus all
 * ways of a source in one direction of a ring take the layer of those that go round it, of which they are the beginning. `isRelayered` when that happened.
 */
function treesOfPaths(
  graph: RouterGraph,
  routes: RouteTable,
): { readonly trees: readonly BranchTree[]; readonly isRelayered: boolean } | undefined {
  const ends = endRouters(graph);
  const trees: BranchTree[] = Array.from({ length: graph.routers }, () => emptyTree(graph.routers));
  const edgeOfLink = new Int32Array(graph.linkFrom.length);
  let isRelayered = false;
  for (const source of ends) {
    edgeOfLink.fill(-1);
    const [hops, parents]: [number[], number[]] = [[], []];
    const arrival = new Int32Array(graph.routers).fill(-2);
    for (const destination of ends) {
      let last = -1;
      for (const hop of pathOf(routes, graph.linkTo, source, destination)) {
        const link = linkOfHop(hop);
        let edge = edgeOfLink[link]!;
        if (edge < 0) {
          edge = edgeOfLink[link] = hops.length;
          hops.push(hop);
          parents.push(last);
        } else if (parents[edge] !== last) return undefined;
        else if (hops[edge] !== hop) {
          isRelayered = true;
          if (layerOfHop(hop) > layerOfHop(hops[edge]!)) hops[edge] = hop;
        }
        last = edge;
      }
      arrival[destination] = last;
    }
    trees[source] = { hops: Int32Array.from(hops), parents: Int32Array.from(parents), arrival };
  }
  return { trees, isRelayered };
}

function emptyTree(routers: number): BranchTree {
  return { hops: new Int32Array(0), parents: new Int32Array(0), arrival: new Int32Array(routers).fill(-2) };
}

function upDownTrees(graph: RouterGraph, hopCycles: number, layer: number): BranchTree[] {
  const states = upDownStates(graph);
  const load = new Float64Array(graph.linkFrom.length);
  return Array.from({ length: graph.routers }, (_, source) => {
    if (graph.isDeadRouter[source] === 1) return emptyTree(graph.routers);
    const grown = growTree(graph, states, hopCycles, source, load, () => true)!;
    spread(grown, load);
    return pruned(graph, states, grown, layer);
  });
}

/** A tree over states: one edge into each state that was reached. */
interface Grown {
  readonly links: readonly number[];
  readonly parents: readonly number[];
  /** Router states in the order of the edges. */
  readonly states: readonly number[];
  /** Edge of the first state in which each router was reached; -1 at the source. */
  readonly arrival: Int32Array;
  /** Sum over routers of the cycles from the source. */
  readonly cycles: number;
}

function grownTrees(graph: RouterGraph, hopCycles: number, layers: number): BranchTree[] {
  const links = graph.linkFrom.length;
  const free = freeStates(graph);
  const upDown = upDownStates(graph);
  const parts = Array.from({ length: layers - 1 }, () => new Layer(links));
  const load = Array.from({ length: layers }, () => new Float64Array(links));
  const order = byCentrality(graph);
  const trees: BranchTree[] = Array.from({ length: graph.routers }, () => emptyTree(graph.routers));
  for (const source of order) {
    const best = {
      layer: layers - 1,
      grown: growTree(graph, upDown, hopCycles, source, load[layers - 1]!, () => true)!,
      turns: [] as number[][],
    };
    for (const [index, part] of parts.entries()) {
      const turns: number[][] = [];
      const grown = growTree(graph, free, hopCycles, source, load[index]!, (from, link) => {
        if (!part.tryAdd([from, link])) return false;
        turns.push([from, link]);
        return true;
      });
      for (const turn of turns) part.remove(turn);
      const isLess =
        grown !== undefined && (grown.cycles < best.grown.cycles || (best.layer === layers - 1 && grown.cycles === best.grown.cycles));
      if (isLess) Object.assign(best, { layer: index, grown, turns });
    }
    for (const turn of best.turns) parts[best.layer]!.tryAdd(turn);
    spread(best.grown, load[best.layer]!);
    trees[source] = pruned(graph, best.layer === layers - 1 ? upDown : free, best.grown, best.layer);
  }
  return trees;
}

/** Routers with the longest ways first: their trees are the hardest to place. */
function byCentrality(graph: RouterGraph): number[] {
  const states = freeStates(graph);
  const sums = Array.from({ length: graph.routers }, (_, source) => {
    if (graph.isDeadRouter[source] === 1) return 0;
    const none = new Float64Array(graph.linkFrom.length);
    return growTree(graph, states, 0, source, none, () => true)!.cycles;
  });
  return Array.from(sums.keys())
    .filter((router) => graph.isDeadRouter[router] === 0)
    .toSorted((p, q) => sums[q]! - sums[p]! || p - q);
}

/**
 * Grows a tree from `source` by increasing latency, links with less load first among equals. `mayTurn` is asked before an edge is added behind another one and may refuse;
 * it has added what it grants. Undefined when some router cannot be reached.
 */
function growTree(
  graph: RouterGraph,
  states: StateGraph,
  hopCycles: number,
  source: number,
  load: Float64Array,
  mayTurn: (from: number, link: number) => boolean,
): Grown | undefined {
  const links: number[] = [];
  const parents: number[] = [];
  const order: number[] = [];
  const arrival = new Int32Array(graph.routers).fill(-2);
  const reached = new Uint8Array(states.states);
  const buckets: { readonly link: number; readonly to: number; readonly parent: number }[][] = [];
  const open = (state: number, edge: number, cycles: number): void => {
    for (const { link, to } of states.arcs[state]!) {
      const at = cycles + hopCycles + graph.linkLatency[link]!;
      while (buckets.length <= at) buckets.push([]);
      if (reached[to] === 0) buckets[at]!.push({ link, to, parent: edge });
    }
  };
  let sum = 0;
  let missing = graph.isDeadRouter.filter((dead) => dead === 0).length - 1;
  reached[source] = 1;
  arrival[source] = -1;
  open(source, -1, 0);
  for (let cycles = 0; cycles < buckets.length && missing > 0; cycles++) {
    buckets[cycles]!.sort((p, q) => load[p.link]! - load[q.link]! || p.link - q.link);
    for (const { link, to, parent } of buckets[cycles]!) {
      if (reached[to] === 1 || (parent >= 0 && !mayTurn(links[parent]!, link))) continue;
      reached[to] = 1;
      const edge = links.push(link) - 1;
      parents.push(parent);
      order.push(to);
      const router = states.routerOfState[to]!;
      if (arrival[router] === -2) {
        arrival[router] = edge;
        sum += cycles;
        missing -= 1;
      }
      open(to, edge, cycles);
    }
  }
  return missing > 0 ? undefined : { links, parents, states: order, arrival, cycles: sum };
}

/** Adds to the load of every link the routers that are reached through it. */
function spread({ links, parents, arrival }: Grown, load: Float64Array): void {
  for (const first of arrival) for (let edge = first; edge >= 0; edge = parents[edge]!) load[links[edge]!]! += 1;
}

/** The edges that lead to routers with nodes, in a layer. */
function pruned(graph: RouterGraph, states: StateGraph, grown: Grown, layer: number): BranchTree {
  const isWanted = new Uint8Array(grown.links.length);
  const isEnd = new Uint8Array(states.states);
  for (const router of endRouters(graph)) isEnd[router] = 1;
  for (const [router, first] of grown.arrival.entries()) {
    if (isEnd[router] === 1) for (let edge = first; edge >= 0 && isWanted[edge] === 0; edge = grown.parents[edge]!) isWanted[edge] = 1;
  }
  const place = new Int32Array(grown.links.length).fill(-1);
  const kept = Array.from(grown.links.keys()).filter((edge) => isWanted[edge] === 1);
  for (const [index, edge] of kept.entries()) place[edge] = index;
  const at = (edge: number): number => (edge < 0 ? edge : place[edge]!);
  return {
    hops: Int32Array.from(kept, (edge) => grown.links[edge]! + layer * (1 << LAYER_SHIFT)),
    parents: Int32Array.from(kept, (edge) => at(grown.parents[edge]!)),
    arrival: grown.arrival.map((edge, router) => (isEnd[router] === 1 ? at(edge) : -2)),
  };
}
