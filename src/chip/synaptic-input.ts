/**
 * Synaptic input of a circuit: what the line of its synapses, an RC of time constant tau_syn, drives into the membrane. s is the signal on the line, as dV/dt of the membrane.
 *   ds/dt = -s / tau_syn                                   solved in closed form by the integrators
 *   drive = S tanh(s / S) x m(V)                           S = largest current of the input OTA / membrane capacitance
 *   m = 1 in current mode; k (E_rev - V) in conductance mode: zero at the reversal potential, reversed beyond, and with k = 1 / (E_rev - V_ref), which is the data sheet's, 1 at the reference
 *   E_rev = that of the card + potential per code x (code - nominal code) + offset,   k = data sheet x code / design code x factor
 * Source: calix neuron_calib_target.h (COBA: a second OTA modulates the bias of the first one; amplitude zero at E_rev, unchanged at a reference); saturation: calix synaptic input calibration.
 */
import { tanh } from '../base/index.ts';
import type { ChipCard, NeuronCell } from '../model/index.ts';
import type { DieLayout } from './die-layout.ts';
import { codeWeight, initialCode } from './transfer.ts';

/** Inputs that are more than linear currents; arrays have one entry per neuron. */
export interface SynapticInputs {
  /** Largest drive, V/s; Infinity: none. */
  readonly saturation: Float64Array;
  /** V; undefined in current mode. */
  readonly reversal:
    | {
        readonly excitatory: Float64Array;
        readonly inhibitory: Float64Array;
        /** k of each sign, 1/V, both positive. */
        readonly excitatorySlope: Float64Array;
        readonly inhibitorySlope: Float64Array;
      }
    | undefined;
}

/** The inputs of a die with these effective codes; undefined where they are linear currents. `capacitance` is the factor of the membrane capacitance, one per neuron; `conductance` overrides the mode of the card. */
export function synapticInputs(
  card: ChipCard,
  die: DieLayout,
  capacitance: Float64Array,
  effective: Readonly<Record<NeuronCell, Float64Array>>,
  conductance: boolean | undefined,
): SynapticInputs | undefined {
  const { synapse, neuron } = card;
  const { input } = synapse;
  if (input === undefined) return undefined;
  const saturates = input.saturation !== undefined && neuron.ota !== 'linear';
  const conducts = conductance ?? input.mode === 'conductance';
  if (!saturates && !conducts) return undefined;
  const farads = neuron.membrane_capacitance.value;
  const step = (input.reversal_per_code?.value ?? 0) * codeWeight(card);
  const potential = (kind: 'reversal_excitatory' | 'reversal_inhibitory', offset: Float64Array): Float64Array =>
    offset.map((own, n) => input[kind].value + own + step * (effective[kind][n]! - initialCode(card, kind)));
  const slope = (kind: 'conductance_excitatory' | 'conductance_inhibitory', distance: number, factor: Float64Array): Float64Array =>
    factor.map((own, n) => {
      const design = input.conductance_code?.value;
      return (own * (design === undefined ? 1 : (Math.max(effective[kind][n]!, 0) * codeWeight(card)) / design)) / distance;
    });
  const reference = input.reference.value;
  return {
    saturation: capacitance.map((factor) => (saturates ? input.saturation.value / (farads * factor) : Infinity)),
    reversal: conducts
      ? {
          excitatory: potential('reversal_excitatory', die.reversalExcitatoryOffset),
          inhibitory: potential('reversal_inhibitory', die.reversalInhibitoryOffset),
          excitatorySlope: slope('conductance_excitatory', input.reversal_excitatory.value - reference, die.conductanceExcitatoryFactor),
          inhibitorySlope: slope('conductance_inhibitory', reference - input.reversal_inhibitory.value, die.conductanceInhibitoryFactor),
        }
      : undefined,
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
    up *= reversal.excitatorySlope[c]! * (reversal.excitatory[c]! - v);
    down *= reversal.inhibitorySlope[c]! * (v - reversal.inhibitory[c]!);
  }
  return up - down;
}

function saturated(signal: number, limit: number): number {
  return limit === Infinity || signal === 0 ? signal : limit * tanh(signal / limit);
}
