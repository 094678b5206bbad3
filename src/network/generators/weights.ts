/** Units of weight for the synapses of a generator: one number, or drawn per synapse. */
import { Chance, exp, log } from '../../base/index.ts';
import type { WorkloadWeights } from '../../model/schemas/workload.ts';

/** A function from the number of a synapse to its units of weight. The draws are apart from those of the graph. */
export function weightsOf(weights: WorkloadWeights, seed: number, substream: number): (synapse: number) => number {
  if (typeof weights === 'number') return () => weights;
  const chance = new Chance(seed, 'graph', substream);
  if (weights.kind === 'uniform') return (synapse) => weights.minimum + (weights.maximum - weights.minimum) * chance.uniform(0, synapse);
  return (synapse) => exp(log(weights.median) + weights.sigma * chance.normal(0, synapse));
}
