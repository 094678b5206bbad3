/** The channel dependency graph from every way of every pair, the long way round. */
import type { NocLayout } from '../../../src/noc/index.ts';
import { layerOfHop, linkOfHop, pathOf } from '../../../src/noc/routing/route-table.ts';

export function findCycleByPaths({ routes, graph }: NocLayout): { isAcyclic: boolean; dependencies: number } {
  const following = new Map<number, Set<number>>();
  const links = graph.linkFrom.length;
  for (let source = 0; source < graph.routers; source++) {
    for (let destination = 0; destination < graph.routers; destination++) {
      for (let choice = 0; choice < (routes.choices?.count ?? 1); choice++) {
        const channels = pathOf(routes, graph.linkTo, source, destination, choice).map((hop) => layerOfHop(hop) * links + linkOfHop(hop));
        for (const [i, channel] of channels.entries()) {
          if (!following.has(channel)) following.set(channel, new Set());
          if (i > 0) following.get(channels[i - 1]!)!.add(channel);
        }
      }
    }
  }
  const dependencies = Array.from(following.values()).reduce((sum, set) => sum + set.size, 0);
  // channels that nothing waits behind are taken away until none is left, or only circles are
  for (let changed = true; changed;) {
    changed = false;
    for (const [channel, set] of following) {
      for (const next of set) if (!following.has(next)) set.delete(next);
      if (set.size === 0) changed = following.delete(channel) || changed;
    }
  }
  return { isAcyclic: following.size === 0, dependencies };
}
