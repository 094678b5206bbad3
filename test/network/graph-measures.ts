/** Measures of undirected graphs, small and slow on purpose: an oracle of their own for the generators. */
import type { EdgeList } from '../../src/network/index.ts';

/** Partners of each neuron, directions and parallel synapses forgotten. */
export function undirected(neurons: number, edges: EdgeList): readonly ReadonlySet<number>[] {
  const partners = Array.from({ length: neurons }, () => new Set<number>());
  edges.source.forEach((a, k) => {
    const b = edges.target[k]!;
    if (a === b) return;
    partners[a]!.add(b);
    partners[b]!.add(a);
  });
  return partners;
}

/** Mean over neurons with partners of the share of pairs of partners that are partners themselves; with one partner it is 0. */
export function clustering(graph: readonly ReadonlySet<number>[]): number {
  const shares = graph
    .filter(({ size }) => size > 0)
    .map((partners) => {
      const list = [...partners];
      const closed = list.reduce((sum, a, i) => sum + list.slice(i + 1).filter((b) => graph[a]!.has(b)).length, 0);
      return list.length < 2 ? 0 : closed / ((list.length * (list.length - 1)) / 2);
    });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** Mean number of steps between all ordered pairs that are connected at all. */
export function meanPath(graph: readonly ReadonlySet<number>[]): number {
  let [steps, pairs] = [0, 0];
  graph.forEach((_, start) => {
    const distance = new Map([[start, 0]]);
    for (const [here, far] of distance) for (const next of graph[here]!) if (!distance.has(next)) distance.set(next, far + 1);
    for (const far of distance.values()) steps += far;
    pairs += distance.size - 1;
  });
  return steps / pairs;
}
