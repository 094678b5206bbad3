/**
 * AdEx parameters of a network's neurons. A LIF neuron is an AdEx neuron whose exponential begins far above its threshold and whose adaptation is nothing:
 *   V_T = threshold + 40 D: at the threshold the exponential has e^-40 of its strength, less than the rounding of any sum.
 */
import type { WorkloadCard } from '../model/schemas/workload.ts';
import type { AdexNeurons, PopulationRange } from './network.ts';

type Population = WorkloadCard['populations'][string];
type AdexValues = Readonly<Record<keyof AdexNeurons, number>>;

/** The AdEx columns of a card; undefined where all populations are LIF. */
export function adexNeurons(card: WorkloadCard, populations: readonly PopulationRange[]): AdexNeurons | undefined {
  const all = populations.map(({ name }) => card.populations[name]!);
  if (all.every(({ model }) => model === 'lif')) return undefined;
  return columns(populations.flatMap(({ count }, i) => Array.from({ length: count }, () => valuesOf(all[i]!))));
}

/** Columns for LIF neurons with these thresholds (V): a circuit with them integrates as a leaky one. */
export function neutralAdex(thresholds: Float64Array): AdexNeurons {
  return columns(Array.from(thresholds, neutral));
}

/** Slope of an exponential that nobody sees, V. */
const SLOPE = 1e-3;
const SLOPES_ABOVE = 40;

function valuesOf({ model, parameters }: Population): AdexValues {
  if (model === 'lif') return neutral(parameters.threshold);
  const { exponential, adaptation } = parameters;
  return {
    threshold: exponential.threshold,
    slope: exponential.slope,
    adaptation: adaptation.strength,
    jump: adaptation.jump,
    tau: adaptation.tau,
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
