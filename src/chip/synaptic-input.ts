/**
 * Synaptic input of a circuit: what the line of its synapses, an RC of time constant tau_syn, drives into the membrane. s is the signal on the line, as dV/dt of the membrane.
 *   ds/dt = -s / tau_syn                                   solved in closed form by the integrators
 *   drive = S tanh(s / S) x m(V)                           S = largest current of the input OTA / membrane capacitance
 *   m = 1 in current mode; (E_rev - V) / (E_rev - V_ref) in conductance mode: zero at the reversal potential, 1 at the reference, reversed beyond
 * Source: calix neuron_calib_target.h (COBA: a second OTA modulates the bias of the first one; amplitude zero at E_rev, unchanged at a reference); saturation: calix synaptic input calibration.
 */
import { tanh } from '../base/index.ts';
import type { ChipCard } from '../model/index.ts';
import type { DieLayout } from './die-layout.ts';

/** Inputs that are more than linear currents; arrays have one entry per neuron. */
export interface SynapticInputs {
  /** Largest drive, V/s; Infinity: none. */
  readonly saturation: Float64Array;
  /** V; undefined in current mode. */
  readonly reversal: { readonly excitatory: Float64Array; readonly inhibitory: Float64Array; readonly reference: number } | undefined;
}

/** The inputs of a die; undefined where they are linear currents. `capacitance` is the factor of the membrane capacitance, one per neuron. */
export function synapticInputs({ synapse, neuron }: ChipCard, die: DieLayout, capacitance: Float64Array): SynapticInputs | undefined {
  const { input } = synapse;
  if (input === undefined) return undefined;
  const saturates = input.saturation !== undefined && neuron.ota !== 'linear';
  if (!saturates && input.mode === 'current') return undefined;
  const farads = neuron.membrane_capacitance.value;
  return {
    saturation: capacitance.map((factor) => (saturates ? input.saturation.value / (farads * factor) : Infinity)),
    reversal:
      input.mode === 'current'
        ? undefined
        : {
            excitatory: die.reversalExcitatoryOffset.map((offset) => input.reversal_excitatory.value + offset),
            inhibitory: die.reversalInhibitoryOffset.map((offset) => input.reversal_inhibitory.value + offset),
            reference: input.reference.value,
          },
  };
}

/** dV/dt that both lines of circuit c, at `excitatory` and `inhibitory` (V/s, positive), drive into its membrane at voltage v, V/s. */
export function synapticDrive(inputs: SynapticInputs | undefined, c: number, v: number, excitatory: number, inhibitory: number): number {
  if (inputs === undefined) return excitatory - inhibitory;
  const { reversal } = inputs;
  const limit = inputs.saturation[c]!;
  let up = saturated(excitatory, limit);
  let down = saturated(inhibitory, limit);
  if (reversal !== undefined) {
    const [e, i, { reference }] = [reversal.excitatory[c]!, reversal.inhibitory[c]!, reversal];
    up *= (e - v) / (e - reference);
    down *= (v - i) / (reference - i);
  }
  return up - down;
}

function saturated(signal: number, limit: number): number {
  return limit === Infinity || signal === 0 ? signal : limit * tanh(signal / limit);
}
