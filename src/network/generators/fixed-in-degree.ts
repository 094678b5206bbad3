/**
 * Every target receives exactly the same number of synapses, from sources that all differ, each set of sources equally likely.
 * Source: Floyd's sampling without replacement (Bentley and Floyd 1987, "A sample of brilliance"), one draw per synapse.
 */
import { InfeasibleError, type Chance } from '../../base/index.ts';
import { emptyEdges, type EdgeList, type Neurons } from './edge-list.ts';

/**
 * `inDegree` synapses per neuron of `to`, by target, then source. Draws: unit = target, index = synapse, so a larger population leaves the other targets as they were as long
 * as the sources stay the same. Throws InfeasibleError when there are not enough sources.
 */
export function fixedInDegree(from: Neurons, to: Neurons, inDegree: number, self: boolean, chance: Chance): EdgeList {
  const edges = emptyEdges(inDegree * to.count);
  const chosen = new Uint32Array(inDegree);
  const takenBy = new Uint32Array(from.count); // target + 1 of the last that chose a source
  let k = 0;
  for (let target = to.first; target < to.first + to.count; target++) {
    // the sources that this target may have are numbered 0 to possible - 1; its own number is skipped
    const skips = !self && target >= from.first && target < from.first + from.count;
    const possible = from.count - (skips ? 1 : 0);
    if (inDegree > possible) {
      throw new InfeasibleError(`an in-degree of ${String(inDegree)} is asked; ${String(possible)} sources allow 0 to ${String(possible)}`);
    }
    for (let j = possible - inDegree; j < possible; j++) {
      const drawn = chance.integer(target, j - (possible - inDegree), j + 1);
      const number = takenBy[drawn] === target + 1 ? j : drawn;
      takenBy[number] = target + 1;
      chosen[j - (possible - inDegree)] = number;
    }
    for (const number of chosen.toSorted()) {
      edges.source[k] = from.first + number + (skips && number >= target - from.first ? 1 : 0);
      edges.target[k++] = target;
    }
  }
  return edges;
}
