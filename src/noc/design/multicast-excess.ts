/**
 * How much longer are the multicast trees than they need be? Random destination sets of 2 to 8 nodes: links of the network's tree against the exact Steiner minimum on the same graph,
 * against the part of the source's own tree, against the heuristic of Takahashi and Matsuyama with every turn allowed and any latency, and against one packet per destination over the
 * routes. The minimum ignores deadlocks and latency, so not all of the excess could be saved.
 */
import { steinerTreeSize, type Graph } from '../../analysis/index.ts';
import { Chance } from '../../base/index.ts';
import { endRouters, outgoingLinks, type RouterGraph } from './graph.ts';
import { routerDelay, type NocLayout } from './layout.ts';
import { treeFor, treesOf } from '../spikes/multicast-trees.ts';
import { pathOf } from '../routing/route-table.ts';
import { SetTrees, type BranchTree } from '../routing/set-trees.ts';

/** Sets of one size. Links are means over the cases. */
export interface MulticastExcess {
  readonly destinations: number;
  readonly cases: number;
  readonly treeLinks: number;
  readonly minimumLinks: number;
  readonly unicastLinks: number;
  /** Parts of one tree per source. */
  readonly sourceLinks: number;
  /** Takahashi and Matsuyama's trees, which may deadlock. */
  readonly freeLinks: number;
  /** Sum of links over sum of the minima, less 1. */
  readonly excess: number;
  /** Largest of a single case. */
  readonly worst: number;
}

/** Sizes 2 to 8 on `graph`, the routers of the layout joined by its links. Sources and destinations are drawn by the seed; `cases` per size. */
export function multicastExcess(layout: NocLayout, graph: Graph, seed: number, cases = 20): MulticastExcess[] {
  const trees = treesOf(layout);
  const free = freeTrees(layout);
  const ends = endRouters(layout.graph);
  const sizes = [2, 3, 4, 5, 6, 7, 8].filter((size) => size < ends.length);
  return sizes.map((destinations) => {
    const chance = new Chance(seed, 'graph', destinations);
    let [treeLinks, minimumLinks, unicastLinks, sourceLinks, freeLinks, worst] = [0, 0, 0, 0, 0, 0];
    for (let k = 0; k < cases; k++) {
      const [source, ...rest] = Array.from(chance.permutation(k, ends.length).subarray(0, destinations + 1), (i) => ends[i]!);
      const own = trees.trees[source!]!;
      const used = linksTo(treeFor(trees, source!, rest), rest);
      const minimum = steinerTreeSize(graph, source!, rest);
      treeLinks += used;
      sourceLinks += linksTo(own, rest);
      freeLinks += linksTo(free.treeFor(source!, rest, own)!, rest);
      minimumLinks += minimum;
      worst = Math.max(worst, used / minimum - 1);
      for (const router of rest) unicastLinks += pathOf(layout.routes, layout.graph.linkTo, source!, router).length;
    }
    return {
      destinations,
      cases,
      treeLinks: treeLinks / cases,
      minimumLinks: minimumLinks / cases,
      unicastLinks: unicastLinks / cases,
      sourceLinks: sourceLinks / cases,
      freeLinks: freeLinks / cases,
      excess: treeLinks / minimumLinks - 1,
      worst,
    };
  });
}

/** Links of the part of a tree that leads to `routers`. */
function linksTo({ parents, arrival }: BranchTree, routers: readonly number[]): number {
  const used = new Set<number>();
  for (const router of routers) for (let edge = arrival[router]!; edge >= 0; edge = parents[edge]!) used.add(edge);
  return used.size;
}

/** Trees out of all turns but those straight back. */
function freeTrees({ graph, delays }: NocLayout): SetTrees {
  return new SetTrees(graph, 1, allTurns(graph), routerDelay(delays), Infinity);
}

function allTurns(graph: RouterGraph): number[][] {
  const outgoing = outgoingLinks(graph);
  return Array.from(graph.linkTo, (router, link) => outgoing[router]!.filter((next) => next !== (link ^ 1)));
}
