/**
 * What a leaky membrane has, as columns over all neurons, whatever their model. Models without such a quantity have a stand-in that keeps their own words:
 *   izhikevich   tau_mem 1 ms, so that a current of 1 mV is 1 mV/ms; c and peak as reset and threshold
 *   intfire      m = 1 is 1 mV over a rest of 0
 *   loihi        its unit is one integer; the time constant has no meaning
 */
import type { WorkloadCard } from '../model/schemas/workload.ts';
import type { Network, NeuronColumns, PopulationRange } from './network.ts';

type Membrane = Pick<Network, 'tauMem' | 'tauSynExcitatory' | 'tauSynInhibitory' | 'rest' | 'threshold' | 'reset' | 'refractory'>;
type Value = (p: NeuronColumns, n: number) => number;
type Rules = Readonly<Record<keyof Membrane, Value>>;

const column =
  (name: string, otherwise = 0): Value =>
  (p, n) =>
    p[name]?.[n] ?? otherwise;

const LEAKY: Rules = {
  tauMem: column('tau_mem'),
  tauSynExcitatory: column('tau_syn_excitatory'),
  tauSynInhibitory: column('tau_syn_inhibitory'),
  rest: column('rest'),
  threshold: column('threshold'),
  reset: column('reset'),
  refractory: column('refractory'),
};

const RULES: Readonly<Record<WorkloadCard['populations'][string]['model'], Rules>> = {
  lif: LEAKY,
  adex: LEAKY,
  izhikevich: { ...LEAKY, tauMem: () => 1e-3, rest: column('start'), threshold: column('peak'), reset: column('c') },
  'hodgkin-huxley': { ...LEAKY, reset: column('rest') },
  intfire: { ...LEAKY, tauSynExcitatory: column('tau_mem'), tauSynInhibitory: column('tau_mem'), threshold: () => 1e-3 },
  loihi: { ...LEAKY, tauMem: () => 1, threshold: (p, n) => p['threshold']![n]! * p['unit']![n]! },
};

/** The columns, in the order of the neurons. */
export function membraneColumns(
  card: WorkloadCard,
  populations: readonly PopulationRange[],
  parameters: readonly NeuronColumns[],
): Membrane {
  const over = (quantity: keyof Membrane): Float64Array =>
    Float64Array.from(
      populations.flatMap(({ name, count }, p) => {
        const value = RULES[card.populations[name]!.model][quantity];
        return Array.from({ length: count }, (_, n) => value(parameters[p]!, n));
      }),
    );
  return {
    tauMem: over('tauMem'),
    tauSynExcitatory: over('tauSynExcitatory'),
    tauSynInhibitory: over('tauSynInhibitory'),
    rest: over('rest'),
    threshold: over('threshold'),
    reset: over('reset'),
    refractory: over('refractory'),
  };
}
