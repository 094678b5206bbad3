/**
 * The smallest tree that joins some nodes of a graph (Steiner tree), exactly, in edges. Dynamic programming over subsets of the terminals:
 *   f(S, v) = edges of the smallest tree that joins S and v = min( f(A, v) + f(S - A, v) over parts A of S,  f(S, u) + distance(u, v) )
 * 3^k n + 2^k (n + m) steps for k terminals besides the root. Source: Dreyfus and Wagner 1971, Networks 1:195; breadth-first relaxation after Erickson, Monma and Veinott 1987.
 */
import { InternalError } from '../../base/index.ts';
import { type Graph } from './graph.ts';

/** Most terminals besides the root. */
const MOST_TERMINALS = 12;

/** Edges of the smallest tree that joins `root` and all `terminals`; Infinity when they do not hang together. Throws InternalError for more than 12 terminals. */
export function steinerTreeSize(graph: Graph, root: number, terminals: readonly number[]): number {
  const wanted = [...new Set(terminals)].filter((node) => node !== root);
  if (wanted.length > MOST_TERMINALS) throw new InternalError(`an exact Steiner tree has at most ${String(MOST_TERMINALS)} terminals`);
  if (wanted.length === 0) return 0;
  const { nodes } = graph;
  const subsets = 1 << wanted.length;
  const best = new Float64Array(subsets * nodes).fill(Infinity);
  for (let subset = 1; subset < subsets; subset++) {
    const row = best.subarray(subset * nodes, (subset + 1) * nodes);
    if ((subset & (subset - 1)) === 0) row[wanted[31 - Math.clz32(subset)]!] = 0;
    // parts that hold the lowest member: the other part is then never looked at twice
    const lowest = subset & -subset;
    for (let part = (subset - 1) & subset; part > 0; part = (part - 1) & subset) {
      if ((part & lowest) === 0) continue;
      const [one, other] = [part * nodes, (subset ^ part) * nodes];
      for (let v = 0; v < nodes; v++) {
        const sum = best[one + v]! + best[other + v]!;
        if (sum < row[v]!) row[v] = sum;
      }
    }
    relax(graph, row);
  }
  return best[(subsets - 1) * nodes + root]!;
}

/** row[v] = min over u of row[u] + distance(u, v), with one bucket per length. */
function relax({ nodes, offsets, neighbours }: Graph, row: Float64Array): void {
  const buckets: number[][] = [];
  const put = (node: number, length: number): void => {
    (buckets[length] ??= []).push(node);
  };
  for (let v = 0; v < nodes; v++) if (row[v]! < Infinity) put(v, row[v]!);
  for (let length = 0; length < buckets.length; length++) {
    for (const v of buckets[length] ?? []) {
      if (row[v] !== length) continue;
      for (let k = offsets[v]!; k < offsets[v + 1]!; k++) {
        const w = neighbours[k]!;
        if (row[w]! <= length + 1) continue;
        row[w] = length + 1;
        put(w, length + 1);
      }
    }
  }
}
