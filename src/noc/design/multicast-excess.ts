/**
 * How much longer are the multicast trees than they need be? Random destination sets of 2 to 8 nodes: links of the network's tree against the exact Steiner minimum on the same graph, and
 * against one packet per destination over the routes. The minimum ignores deadlocks and latency, so not all of the excess could be saved.
 */
import { steinerTreeSize, type Graph } from '../../analysis/index.ts';
import { Chance } from '../../base/index.ts';
import { endRouters } from './graph.ts';
import type { NocLayout } from './layout.ts';
import { treesOf } from '../spikes/multicast-groups.ts';
import { pathOf } from '../routing/route-table.ts';

/** Sets of one size. Links are means over the cases. */
export interface MulticastExcess {
  readonly destinations: number;
  readonly cases: number;
  readonly treeLinks: number;
  readonly minimumLinks: number;
  readonly unicastLinks: number;
  /** Sum of links over sum of the minima, less 1. */
  readonly excess: number;
  /** Largest of a single case. */
  readonly worst: number;
}

/** Sizes 2 to 8 on `graph`, the routers of the layout joined by its links. Sources and destinations are drawn by the seed; `cases` per size. */
export function multicastExcess(layout: NocLayout, graph: Graph, seed: number, cases = 20): MulticastExcess[] {
  const { trees } = treesOf(layout);
  const ends = endRouters(layout.graph);
  const sizes = [2, 3, 4, 5, 6, 7, 8].filter((size) => size < ends.length);
  return sizes.map((destinations) => {
    const chance = new Chance(seed, 'graph', destinations);
    let [treeLinks, minimumLinks, unicastLinks, worst] = [0, 0, 0, 0];
    for (let k = 0; k < cases; k++) {
      const [source, ...rest] = Array.from(chance.permutation(k, ends.length).subarray(0, destinations + 1), (i) => ends[i]!);
      const { parents, arrival } = trees[source!]!;
      const used = new Set<number>();
      for (const router of rest) for (let edge = arrival[router]!; edge >= 0; edge = parents[edge]!) used.add(edge);
      const minimum = steinerTreeSize(graph, source!, rest);
      treeLinks += used.size;
      minimumLinks += minimum;
      worst = Math.max(worst, used.size / minimum - 1);
      for (const router of rest) unicastLinks += pathOf(layout.routes, layout.graph.linkTo, source!, router).length;
    }
    return {
      destinations,
      cases,
      treeLinks: treeLinks / cases,
      minimumLinks: minimumLinks / cases,
      unicastLinks: unicastLinks / cases,
      excess: treeLinks / minimumLinks - 1,
      worst,
    };
  });
}
