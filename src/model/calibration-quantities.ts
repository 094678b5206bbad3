/**
 * What a calibration can find, told once: what a quantity is called, in which unit its deviation is judged, which cell or trim sets it, which target of a plan asks for it. Gates, reports, yields, caches and
 * the command line read it here; a new routine adds its lines.
 */
import type { NeuronCell } from './neuron-cells.ts';

interface QuantityFacts {
  /** As people say it. */
  readonly name: string;
  /** Deviations count in LSB of the column ADC; all others relative to the target. */
  readonly lsb?: true;
  /** The cell of a circuit that sets it. */
  readonly cell?: NeuronCell;
  /** Set by no cell of a circuit: the largest code of its trim. */
  readonly largestCode?: number;
  /** Measured or computed, never searched: its codes are no choice within a range. */
  readonly fixed?: true;
  /** The target of a plan that it follows. */
  readonly target?: string;
  /** What fails beside a circuit and leaves it of use: drivers and synapses are none, and a circuit whose join fails works alone. */
  readonly beside?: true;
}

export const CALIBRATION_QUANTITIES = {
  cadc_offset: { name: 'ADC channel offset', lsb: true, fixed: true },
  leak: { name: 'leak level', lsb: true, cell: 'leak', target: 'leak' },
  reset: { name: 'reset level', lsb: true, cell: 'reset', target: 'reset' },
  threshold: { name: 'threshold', lsb: true, cell: 'threshold', target: 'threshold' },
  tau_mem: { name: 'membrane time constant', cell: 'leak_bias', target: 'tau_mem' },
  tau_syn_excitatory: { name: 'excitatory synaptic time constant', cell: 'synapse_tau_excitatory', target: 'tau_syn' },
  tau_syn_inhibitory: { name: 'inhibitory synaptic time constant', cell: 'synapse_tau_inhibitory', target: 'tau_syn' },
  strength_excitatory: { name: 'excitatory synaptic strength', cell: 'synapse_bias_excitatory', target: 'psp' },
  strength_inhibitory: { name: 'inhibitory synaptic strength', cell: 'synapse_bias_inhibitory', target: 'psp' },
  driver_amplitude: { name: 'amplitude of synapse drivers', lsb: true, largestCode: 15, beside: true },
  v_exp: { name: 'exponential voltage', lsb: true, cell: 'exponential' },
  delta_t: { name: 'exponential slope', cell: 'exponential_slope' },
  v_adaptation: { name: 'adaptation leak level', lsb: true, cell: 'adaptation_leak' },
  tau_w: { name: 'adaptation time constant', cell: 'adaptation_tau' },
  a: { name: 'adaptation strength', cell: 'adaptation_strength' },
  b: { name: 'adaptation jump', cell: 'adaptation_jump' },
  rate: { name: 'firing rate over threshold', target: 'rate' },
  tau_icc: { name: 'inter-compartment time constant', cell: 'inter_compartment', target: 'tau_icc', beside: true },
  correlation_store: { name: 'median amplitude of the correlation sensors of the blocks', target: 'correlation', beside: true },
  correlation_ramp: { name: 'median time constant of the correlation sensors of the blocks', target: 'correlation', beside: true },
  correlation_amplitude: { name: 'amplitude of correlation sensors', largestCode: 3, target: 'correlation', beside: true },
  correlation_tau: { name: 'time constant of correlation sensors', largestCode: 3, target: 'correlation', beside: true },
  synapse_dac: { name: 'synaptic amplitude of the blocks', beside: true },
  refractory: { name: 'refractory period', largestCode: 255, fixed: true, target: 'refractory' },
  hold_off: { name: 'hold-off', largestCode: 15, fixed: true, target: 'hold_off' },
  stp_ramp: { name: 'ramp of the short-term plasticity', target: 'short_term', beside: true },
  stp_utilisation: { name: 'utilisation of the drivers', largestCode: 15, target: 'short_term', beside: true },
  stp_recovery: { name: 'recovery of the drivers', largestCode: 15, target: 'short_term', beside: true },
  madc_offset: { name: 'offset of the membrane ADC', lsb: true, fixed: true, beside: true },
  madc_slope: { name: 'slope of the membrane ADC', fixed: true, beside: true },
  capacitance: { name: 'membrane capacitance', fixed: true, beside: true },
  intrinsic_capacitance: { name: 'intrinsic capacitance', fixed: true, beside: true },
  reversal_excitatory: {
    name: 'excitatory reversal potential',
    lsb: true,
    cell: 'reversal_excitatory',
    target: 'reversal_excitatory',
    beside: true,
  },
  reversal_inhibitory: {
    name: 'inhibitory reversal potential',
    lsb: true,
    cell: 'reversal_inhibitory',
    target: 'reversal_inhibitory',
    beside: true,
  },
  conductance_excitatory: {
    name: 'excitatory conductance input',
    cell: 'conductance_excitatory',
    target: 'reversal_excitatory',
    beside: true,
  },
  conductance_inhibitory: {
    name: 'inhibitory conductance input',
    cell: 'conductance_inhibitory',
    target: 'reversal_inhibitory',
    beside: true,
  },
  reference_excitatory: {
    name: 'shift of the rest by the excitatory input',
    lsb: true,
    cell: 'synapse_reference_excitatory',
    target: 'input_shift',
    beside: true,
  },
  reference_inhibitory: {
    name: 'shift of the rest by the inhibitory input',
    lsb: true,
    cell: 'synapse_reference_inhibitory',
    target: 'input_shift',
    beside: true,
  },
  noise: { name: 'membrane noise', cell: 'leak_bias', target: 'noise' },
  mac_baseline: { name: 'baseline of the multiplier', lsb: true, beside: true },
  mac_gain_excitatory: { name: 'gain of the multiplier, excitatory rows', beside: true },
  mac_gain_inhibitory: { name: 'gain of the multiplier, inhibitory rows', beside: true },
  mac_driver: { name: 'drivers of the multiplier', largestCode: 15, beside: true },
} as const satisfies Readonly<Record<string, QuantityFacts>>;

export type QuantityName = keyof typeof CALIBRATION_QUANTITIES;

/** All of them, in the order of the table. */
export const QUANTITY_NAMES = Object.keys(CALIBRATION_QUANTITIES) as readonly QuantityName[] as readonly [QuantityName, ...QuantityName[]];

/** What is known of a quantity. */
export function factsOf(quantity: QuantityName): QuantityFacts {
  return CALIBRATION_QUANTITIES[quantity];
}
