/**
 * AdEx parameters of a network's neurons. A LIF neuron is an AdEx neuron whose exponential begins far above its threshold and whose adaptation is nothing:
 *   V_T = threshold + 40 D: at the threshold the exponential has e^-40 of its strength, less than the rounding of any sum.
 */
import type { WorkloadCard } from '../model/schemas/workload.ts';
import type { AdexNeurons, NeuronColumns, PopulationRange } from './network.ts';

type AdexValues = Readonly<Record<keyof AdexNeurons, number>>;

/** The AdEx columns of a card; undefined where no population is AdEx. */
export function adexNeurons(
  card: WorkloadCard,
  populations: readonly PopulationRange[],
  parameters: readonly NeuronColumns[],
): AdexNeurons | undefined {
  if (populations.every(({ name }) => card.populations[name]!.model !== 'adex')) return undefined;
  return columns(
    populations.flatMap(({ count, name }, p) =>
      Array.from({ length: count }, (_, n) =>
        card.populations[name]!.model === 'adex' ? valuesOf(parameters[p]!, n) : neutral(parameters[p]!['threshold']?.[n] ?? 0),
      ),
    ),
  );
}

/** Columns for LIF neurons with these thresholds (V): a circuit with them integrates as a leaky one. */
export function neutralAdex(thresholds: Float64Array): AdexNeurons {
  return columns(Array.from(thresholds, neutral));
}

/** Slope of an exponential that nobody sees, V. */
const SLOPE = 1e-3;
const SLOPES_ABOVE = 40;

function valuesOf(p: NeuronColumns, n: number): AdexValues {
  return {
    threshold: p['exponential.threshold']![n]!,
    slope: p['exponential.slope']![n]!,
    adaptation: p['adaptation.strength']![n]!,
    jump: p['adaptation.jump']![n]!,
    tau: p['adaptation.tau']![n]!,
  };
}

function neutral(threshold: number): AdexValues {
  return { threshold: threshold + SLOPES_ABOVE * SLOPE, slope: SLOPE, adaptation: 0, jump: 0, tau: 0.1 };
}

function columns(values: readonly AdexValues[]): AdexNeurons {
  const column = (name: keyof AdexNeurons): Float64Array => Float64Array.from(values, (one) => one[name]);
  return {
    threshold: column('threshold'),
    slope: column('slope'),
    adaptation: column('adaptation'),
    jump: column('jump'),
    tau: column('tau'),
  };
}
