/** Every neuron of one population onto every neuron of another. */
import { emptyEdges, type EdgeList, type Neurons } from './edge-list.ts';

/** All pairs, by source, then target. `self`: also a neuron onto itself, where the populations overlap. Throws InfeasibleError when there are too many. */
export function allToAll(from: Neurons, to: Neurons, self: boolean): EdgeList {
  const overlap = Math.max(0, Math.min(from.first + from.count, to.first + to.count) - Math.max(from.first, to.first));
  const edges = emptyEdges(from.count * to.count - (self ? 0 : overlap));
  let k = 0;
  for (let source = from.first; source < from.first + from.count; source++) {
    for (let target = to.first; target < to.first + to.count; target++) {
      if (source === target && !self) continue;
      edges.source[k] = source;
      edges.target[k++] = target;
    }
  }
  return edges;
}
