/**
 * Signs of the synapses of a workload, +1 or -1. By Dale's law all chemical synapses of a neuron have one sign, except where a column or the weights themselves say otherwise;
 * electrical ones excite.
 */
import { Chance } from '../base/index.ts';
import type { WorkloadCard } from '../model/schemas/workload.ts';
import type { Connections } from './connection-list.ts';
import type { PopulationRange } from './network.ts';

/** Sign of each neuron's chemical synapses; 0 for a neuron that has both. `count` is told how many neurons that concerns, or were drawn as inhibitory. */
export function signsOfNeurons(
  card: WorkloadCard,
  populations: readonly PopulationRange[],
  neurons: number,
  made: Connections,
  seed: number,
  count: (text: string, times?: number) => void,
): Int8Array {
  const sign = new Int8Array(neurons).fill(1);
  const asked = card.sign;
  if (typeof asked === 'object' && 'seeded' in asked) {
    const inhibitory = Math.round(asked.seeded * neurons);
    // the last substream: those of edges count up from 0
    const order = new Chance(seed, 'graph', 0xffffffff).permutation(0, neurons);
    for (const neuron of order.subarray(0, inhibitory)) sign[neuron] = -1;
    count('neurons drawn as inhibitory by the graph seed', inhibitory);
  } else if (typeof asked === 'object' && 'population' in asked) {
    for (const { name, first, count: size } of populations)
      sign.fill(asked.population[name] === 'inhibitory' ? -1 : 1, first, first + size);
  } else {
    const seen = new Int8Array(neurons);
    const signOfSynapse = signsOfSynapses(card, made, sign);
    made.source.forEach((source, k) => {
      if (made.electrical[k] === 1) return;
      const one = signOfSynapse(k);
      sign[source] = seen[source] === 0 || sign[source] === one ? one : 0;
      seen[source] = 1;
    });
    count('neurons with synapses of both signs', sign.filter((one) => one === 0).length);
  }
  return sign;
}

/** Sign of each synapse; what the card asks is looked up once, for there are millions of them. */
export function signsOfSynapses(card: WorkloadCard, made: Connections, ofNeuron: Int8Array): (k: number) => number {
  const { electrical, units, sign, source } = made;
  if (card.sign === 'of the weight') return (k) => (electrical[k] !== 1 && units[k]! < 0 ? -1 : 1);
  if ('column' in card.sign) return (k) => (electrical[k] === 1 ? 1 : sign[k]!);
  return (k) => (electrical[k] === 1 ? 1 : ofNeuron[source[k]!]!);
}
