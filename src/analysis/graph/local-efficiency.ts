/**
 * Local efficiency: how well the neighbours of a node still reach one another when it is taken out.
 *   E_loc = mean over nodes of the global efficiency of the graph among the neighbours of the node; 0 for fewer than two of them
 * Source: Latora and Marchiori 2001, Phys. Rev. Lett. 87:198701.
 */
import { type Graph, graphOf, neighboursOf } from './graph.ts';
import { pathLengths } from './paths.ts';

/** Mean local efficiency of a graph; 0 without nodes. */
export function localEfficiency(graph: Graph): number {
  let sum = 0;
  for (let i = 0; i < graph.nodes; i++) {
    const around = neighboursOf(graph, i);
    if (around.length < 2) continue;
    const place = new Map(Array.from(around, (node, k) => [node, k]));
    const [from, to]: [number[], number[]] = [[], []];
    for (const [k, node] of around.entries()) {
      for (const other of neighboursOf(graph, node)) {
        const seat = place.get(other);
        if (seat === undefined || seat < k) continue;
        from.push(k);
        to.push(seat);
      }
    }
    sum += pathLengths(graphOf(around.length, from, to)).globalEfficiency ?? 0;
  }
  return graph.nodes === 0 ? 0 : sum / graph.nodes;
}
