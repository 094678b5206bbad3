/** Which neurons a stimulus of a workload reaches. */
import { parseRanges } from '../base/index.ts';
import { EVERY_NEURON } from '../model/schemas/stimuli.ts';
import type { PopulationRange } from './network.ts';

export interface Addressed {
  /** A population, or all. */
  readonly to: string;
  /** Some neurons of it, such as "0:4,7"; all unless given. */
  readonly neurons?: string | undefined;
}

/** Numbers of these neurons in the network, ascending; empty for a list that is none or that names neurons which are not there. A population of that name goes before "every neuron". */
export function stimulatedNeurons({ to, neurons }: Addressed, populations: readonly PopulationRange[]): readonly number[] {
  const { first, count } = addressedRange(to, populations);
  if (neurons === undefined) return Array.from({ length: count }, (_, n) => first + n);
  return parseRanges(neurons, count)?.map((n) => first + n) ?? [];
}

/** The neurons among which a stimulus chooses. */
export function addressedRange(to: string, populations: readonly PopulationRange[]): Omit<PopulationRange, 'name'> {
  const named = populations.find(({ name }) => name === to);
  const last = populations.at(-1);
  if (named === undefined && to === EVERY_NEURON && last !== undefined) return { first: 0, count: last.first + last.count };
  return named ?? { first: 0, count: 0 };
}
