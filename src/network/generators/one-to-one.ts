/** Neuron i of one population onto neuron i of another of the same size. */
import { InfeasibleError } from '../../base/index.ts';
import { emptyEdges, type EdgeList, type Neurons } from './edge-list.ts';

/** As many connections as neurons. Throws InfeasibleError when the sizes differ. */
export function oneToOne(from: Neurons, to: Neurons): EdgeList {
  if (from.count !== to.count) {
    throw new InfeasibleError(`one-to-one needs populations of the same size, found ${String(from.count)} and ${String(to.count)} neurons`);
  }
  const edges = emptyEdges(from.count);
  for (let i = 0; i < from.count; i++) {
    edges.source[i] = from.first + i;
    edges.target[i] = to.first + i;
  }
  return edges;
}
