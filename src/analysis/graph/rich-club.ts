/**
 * Rich club: do hubs join one another more than their degrees explain?
 *   phi(k) = 2 E_{>k} / (N_{>k} (N_{>k} - 1))      N nodes of degree above k, E edges among them;   normalised = phi(k) / mean phi(k) of the degree-preserving null
 * Source: Colizza et al. 2006, Nature Physics 2:110; van den Heuvel and Sporns 2011.
 */
import { mean } from 'simple-statistics';
import { degrees, edgesOf, type Graph } from './graph.ts';
import { rewiredGraph } from './null-models.ts';

export interface RichClub {
  /** Nodes with a degree above k, highest degree first, then by number. */
  readonly members: readonly number[];
  /** Density among them; null with fewer than two members. */
  readonly phi: number | null;
  /** phi over that of the rewired graphs; null when they have no edge among the same nodes. */
  readonly normalised: number | null;
}

/** Rich club of the nodes with a degree above `k`, against `replicates` rewired graphs. */
export function richClub(
  graph: Graph,
  k: number,
  { seed, replicates = 3 }: { readonly seed: number; readonly replicates?: number },
): RichClub {
  const degree = degrees(graph);
  const members = Array.from(degree.keys())
    .filter((i) => degree[i]! > k)
    .toSorted((a, b) => degree[b]! - degree[a]! || a - b);
  const phi = density(graph, members);
  if (phi === null) return { members, phi, normalised: null };
  // rewiring keeps every degree, so the club has the same members there
  const reference = mean(Array.from({ length: replicates }, (_, r) => density(rewiredGraph(graph, seed, r), members) ?? 0));
  return { members, phi, normalised: reference > 0 ? phi / reference : null };
}

function density(graph: Graph, members: readonly number[]): number | null {
  if (members.length < 2) return null;
  const club = new Set(members);
  const { from, to } = edgesOf(graph);
  const inside = from.reduce((count, a, e) => (club.has(a) && club.has(to[e]!) ? count + 1 : count), 0);
  return (2 * inside) / (members.length * (members.length - 1));
}
