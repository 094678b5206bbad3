/**
 * Betweenness: how many shortest paths pass through a node or over an edge, all shortest paths of a pair sharing its weight of one.
 *   b(v) = sum over unordered pairs s, t different from v of  paths(s, t through v) / paths(s, t)
 * One breadth-first search and one backward sweep per source: O(n m). Source: Brandes 2001, J. Math. Sociol. 25:163; edges after Girvan and Newman 2002.
 */
import { edgesOf, type Graph } from './graph.ts';

export interface Betweenness {
  /** Pairs whose shortest paths pass through each node, its own pairs left out. */
  readonly node: Float64Array;
  /** Pairs whose shortest paths use each edge, in the order of `edgesOf`. */
  readonly edge: Float64Array;
}

/** Betweenness of every node and edge, in pairs (not divided by their number). */
export function betweenness(graph: Graph): Betweenness {
  const { nodes, offsets, neighbours } = graph;
  const node = new Float64Array(nodes);
  const arc = new Float64Array(neighbours.length);
  const distance = new Int32Array(nodes);
  const paths = new Float64Array(nodes);
  const share = new Float64Array(nodes);
  const order = new Uint32Array(nodes);
  for (let source = 0; source < nodes; source++) {
    distance.fill(-1);
    paths.fill(0);
    share.fill(0);
    distance[source] = 0;
    paths[source] = 1;
    order[0] = source;
    let reached = 1;
    for (let head = 0; head < reached; head++) {
      const v = order[head]!;
      for (let k = offsets[v]!; k < offsets[v + 1]!; k++) {
        const w = neighbours[k]!;
        if (distance[w] === -1) {
          distance[w] = distance[v]! + 1;
          order[reached++] = w;
        }
        if (distance[w] === distance[v]! + 1) paths[w]! += paths[v]!;
      }
    }
    for (let i = reached - 1; i > 0; i--) {
      const w = order[i]!;
      for (let k = offsets[w]!; k < offsets[w + 1]!; k++) {
        const v = neighbours[k]!;
        if (distance[v] !== distance[w]! - 1) continue;
        const part = (paths[v]! / paths[w]!) * (1 + share[w]!);
        share[v]! += part;
        arc[k]! += part;
      }
      node[w]! += share[w]!;
    }
  }
  return { node: node.map((sum) => sum / 2), edge: perEdge(graph, arc) };
}

/** Both directions of an edge together, every unordered pair once. */
function perEdge(graph: Graph, arc: Float64Array): Float64Array {
  const { from, to } = edgesOf(graph);
  const sum = new Map<number, number>();
  for (let i = 0; i < graph.nodes; i++) {
    for (let k = graph.offsets[i]!; k < graph.offsets[i + 1]!; k++) {
      const j = graph.neighbours[k]!;
      const key = Math.min(i, j) * graph.nodes + Math.max(i, j);
      sum.set(key, (sum.get(key) ?? 0) + arc[k]!);
    }
  }
  return Float64Array.from(from, (a, e) => sum.get(a * graph.nodes + to[e]!)! / 2);
}
