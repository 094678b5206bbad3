/**
 * From effective codes to the physical parameters of every neuron circuit of one die: the truth that a perfect instrument would read with these codes in place.
 *   rest      = leak transfer(code) + offset + shift by the leak bias
 *   reset     = reset transfer(code) + offset
 *   threshold = threshold transfer(code) + offset
 *   tau_mem   = C / g(leak bias code, mode) x factor        (small signal, at rest)
 *   tau_syn   = tau transfer(code) x factor
 *   drive     = drive per code x synapse bias code x factor  (step of dV/dt by a full-scale weight, V/s)
 */
import { LEAK_MODES, type ChipCard, type NeuronCell } from '../model/index.ts';
import type { DieLayout } from './die.ts';
import { codeWeight, leakShift, tauMemOfCode, tauSynOfCode, voltageOfCode } from './transfer.ts';

/** Physical parameters, one entry per neuron: V, s, V/s. */
export interface CircuitParameters {
  readonly rest: Float64Array;
  readonly reset: Float64Array;
  readonly threshold: Float64Array;
  readonly tauMem: Float64Array;
  readonly tauSynExcitatory: Float64Array;
  readonly tauSynInhibitory: Float64Array;
  readonly driveExcitatory: Float64Array;
  readonly driveInhibitory: Float64Array;
  /** Constant current into the membrane as dV/dt, V/s, when it is switched on. */
  readonly offsetCurrent: Float64Array;
}

/** Physical parameters of a die with these effective codes; `leakMode` is an index into LEAK_MODES per neuron. */
export function circuitParameters(
  card: ChipCard,
  die: DieLayout,
  effective: Readonly<Record<NeuronCell, Float64Array>>,
  leakMode: Uint8Array,
): CircuitParameters {
  const { neurons } = die;
  const each = (value: (n: number) => number): Float64Array => Float64Array.from({ length: neurons }, (_, n) => value(n));
  const tauMem = each((n) => tauMemOfCode(card, LEAK_MODES[leakMode[n]!]!, effective.leak_bias[n]!) * die.tauMemFactor[n]!);
  const drive = (kind: NeuronCell, factor: Float64Array): Float64Array =>
    each((n) => Math.max(effective[kind][n]!, 0) * codeWeight(card) * card.synapse.drive_per_code.value * factor[n]!);
  const currentToSlope = (codeWeight(card) * card.neuron.offset_current.value) / card.neuron.membrane_capacitance.value;
  return {
    // the shift belongs to the bias current, which mismatch of the capacitance and the OTA does not move
    rest: each(
      (n) => voltageOfCode(card, 'leak', effective.leak[n]!) + die.leakOffset[n]! + leakShift(card, tauMem[n]! / die.tauMemFactor[n]!),
    ),
    reset: each((n) => voltageOfCode(card, 'reset', effective.reset[n]!) + die.resetOffset[n]!),
    threshold: each((n) => voltageOfCode(card, 'threshold', effective.threshold[n]!) + die.thresholdOffset[n]!),
    tauMem,
    tauSynExcitatory: each((n) => tauSynOfCode(card, effective.synapse_tau_excitatory[n]!) * die.tauSynExcitatoryFactor[n]!),
    tauSynInhibitory: each((n) => tauSynOfCode(card, effective.synapse_tau_inhibitory[n]!) * die.tauSynInhibitoryFactor[n]!),
    driveExcitatory: drive('synapse_bias_excitatory', die.strengthExcitatoryFactor),
    driveInhibitory: drive('synapse_bias_inhibitory', die.strengthInhibitoryFactor),
    offsetCurrent: each((n) => effective.offset_current[n]! * currentToSlope),
  };
}
