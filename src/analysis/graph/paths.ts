/**
 * Shortest paths in hops, by one breadth-first search per node: O(n m).
 *   L = mean distance over reachable pairs;   global efficiency = mean of 1/distance over all pairs, unreachable ones as 0;   diameter = longest distance
 * On a connected graph all pairs are reachable; on others L speaks of the reachable ones only and `unreachablePairs` says how many it left out.
 * Source: Watts and Strogatz 1998; Latora and Marchiori 2001, Phys. Rev. Lett. 87:198701.
 */
import { type Graph } from './graph.ts';

export interface PathLengths {
  /** Characteristic path length L in hops; null when no pair is reachable. */
  readonly mean: number | null;
  readonly globalEfficiency: number | null;
  /** Longest shortest path among reachable pairs, in hops. */
  readonly diameter: number;
  /** Unordered pairs of nodes without a path. */
  readonly unreachablePairs: number;
}

/** Path lengths over all pairs of different nodes. */
export function pathLengths(graph: Graph): PathLengths {
  const pairsAtDistance = countPairs(graph);
  const all = graph.nodes * (graph.nodes - 1);
  let [reachable, hops, efficiency] = [0, 0, 0];
  pairsAtDistance.forEach((pairs, distance) => {
    if (distance === 0) return;
    reachable += pairs;
    hops += pairs * distance;
    efficiency += pairs / distance;
  });
  return {
    mean: reachable === 0 ? null : hops / reachable,
    globalEfficiency: all === 0 ? null : efficiency / all,
    diameter: Math.max(0, pairsAtDistance.length - 1),
    unreachablePairs: (all - reachable) / 2,
  };
}

/** Hops from one node to every node; -1 where there is no path. */
export function distancesFrom(graph: Graph, source: number): Int32Array {
  const distance = new Int32Array(graph.nodes).fill(-1);
  search(graph, source, distance, new Uint32Array(graph.nodes));
  return distance;
}

/** Ordered pairs at each distance; index 0 holds the nodes themselves. */
function countPairs(graph: Graph): number[] {
  const distance = new Int32Array(graph.nodes);
  const queue = new Uint32Array(graph.nodes);
  const pairs: number[] = [];
  for (let source = 0; source < graph.nodes; source++) {
    const reached = search(graph, source, distance.fill(-1), queue);
    for (let k = 0; k < reached; k++) {
      const hops = distance[queue[k]!]!;
      pairs[hops] = (pairs[hops] ?? 0) + 1;
    }
  }
  return pairs;
}

/** Breadth-first search; fills `distance` and leaves the reached nodes in `queue`, whose number it returns. */
function search({ offsets, neighbours }: Graph, source: number, distance: Int32Array, queue: Uint32Array): number {
  queue[0] = source;
  distance[source] = 0;
  let end = 1;
  for (let head = 0; head < end; head++) {
    const node = queue[head]!;
    const next = distance[node]! + 1;
    for (let k = offsets[node]!; k < offsets[node + 1]!; k++) {
      const neighbour = neighbours[k]!;
      if (distance[neighbour] !== -1) continue;
      distance[neighbour] = next;
      queue[end++] = neighbour;
    }
  }
  return end;
}
