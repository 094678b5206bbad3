/**
 * Nominal transfer of the parameter cells: physical value -> code and back, for a circuit without mismatch. This is what a designer knows from the data sheet;
 * what a die really does is in `circuit.ts`.
 */
import { exp, InfeasibleError, formatQuantity, log } from '../base/index.ts';
import { LEAK_MODES, type ChipCard, type LeakMode, type NeuronCell } from '../model/index.ts';

/** Potentials that a voltage cell sets. */
export type VoltageKind = 'leak' | 'reset' | 'threshold';

/** Bias time constant at which the leak potential is unshifted. */
const UNSHIFTED_TAU = 10e-6;

/** Largest code of a parameter cell: the top value of the counter marks "never" (2^bits - 2). */
export function largestCode(card: ChipCard): number {
  return 2 ** card.cells.bits.value - 2;
}

/** Cells of fewer or more bits span the same physical range: one code is worth this many 10-bit codes. */
export function codeWeight(card: ChipCard): number {
  return 1022 / largestCode(card);
}

/** Nominal voltage of a code, V. */
export function voltageOfCode(card: ChipCard, kind: VoltageKind, code: number): number {
  const cell = card.neuron[kind];
  return cell.slope.value * codeWeight(card) * code + cell.offset.value;
}

/** Nearest code of a voltage. Throws InfeasibleError with the range that would do when it lies outside the cell's range. */
export function codeOfVoltage(card: ChipCard, kind: VoltageKind, voltage: number): number {
  const cell = card.neuron[kind];
  const code = Math.round((voltage - cell.offset.value) / (cell.slope.value * codeWeight(card)));
  if (code < 0 || code > largestCode(card)) {
    const low = formatQuantity(voltageOfCode(card, kind, 0), 'voltage');
    const high = formatQuantity(voltageOfCode(card, kind, largestCode(card)), 'voltage');
    throw new InfeasibleError(`${kind} of ${formatQuantity(voltage, 'voltage')} is out of reach: ${card.name} can do ${low} to ${high}`);
  }
  return code;
}

/** Factor of the leak conductance in a mode. */
export function modeFactor(card: ChipCard, mode: LeakMode): number {
  const factor = card.neuron.leak_bias.mode_factor.value;
  return { divided: 1 / factor, normal: 1, multiplied: factor }[mode];
}

/** Nominal membrane time constant of a leak bias code, s: C / (g per code x code x mode). */
export function tauMemOfCode(card: ChipCard, mode: LeakMode, code: number): number {
  const conductance = card.neuron.leak_bias.conductance_per_code.value * codeWeight(card) * Math.max(code, 0.5) * modeFactor(card, mode);
  return card.neuron.membrane_capacitance.value / conductance;
}

/**
 * Leak bias code and mode of a time constant: the mode with the largest code that leaves a quarter of the range as trim, hence the finest steps. A circuit so slow that it
 * needs more is given the next mode by its calibration.
 */
export function codeOfTauMem(card: ChipCard, tau: number): { readonly mode: LeakMode; readonly code: number } {
  for (const mode of LEAK_MODES) {
    const code = Math.round(tauMemOfCode(card, mode, 1) / tau);
    if (code <= 0.75 * largestCode(card) && code >= 1) return { mode, code };
  }
  const shortest = formatQuantity(tauMemOfCode(card, 'multiplied', 0.75 * largestCode(card)), 'time');
  const longest = formatQuantity(tauMemOfCode(card, 'divided', 1), 'time');
  throw new InfeasibleError(`tau_mem of ${formatQuantity(tau, 'time')} is out of reach: ${card.name} can do ${shortest} to ${longest}`);
}

/** Shift of the leak potential by its bias, V: shift per e-fold x ln(tau unshifted / tau). */
export function leakShift(card: ChipCard, tauMem: number): number {
  return card.neuron.leak_bias.leak_shift.value * log(UNSHIFTED_TAU / tauMem);
}

/** Nominal synaptic time constant of a code, s. */
export function tauSynOfCode(card: ChipCard, code: number): number {
  const { tau_per_code, high_resistance_factor, line_resistance } = card.synapse;
  const factor = line_resistance === 'high' ? high_resistance_factor.value : 1;
  return (tau_per_code.value * factor) / (codeWeight(card) * Math.max(code, 0.5));
}

/** Nearest code of a synaptic time constant. Throws InfeasibleError outside the range. */
export function codeOfTauSyn(card: ChipCard, tau: number): number {
  const code = Math.round(tauSynOfCode(card, 1) / tau);
  if (code >= 1 && code <= largestCode(card)) return code;
  const shortest = formatQuantity(tauSynOfCode(card, largestCode(card)), 'time');
  const longest = formatQuantity(tauSynOfCode(card, 1), 'time');
  throw new InfeasibleError(`tau_syn of ${formatQuantity(tau, 'time')} is out of reach: ${card.name} can do ${shortest} to ${longest}`);
}

/** Nominal strength of a code of the synapse bias: step of dV/dt by a full-scale weight, V/s. */
export function driveOfCode(card: ChipCard, code: number): number {
  return card.synapse.drive_per_code.value * codeWeight(card) * code;
}

/** Nearest code of a synaptic strength (V/s). Throws InfeasibleError outside the range. */
export function codeOfDrive(card: ChipCard, drive: number): number {
  const code = Math.round(drive / driveOfCode(card, 1));
  if (code >= 1 && code <= largestCode(card)) return code;
  const [weakest, strongest] = [driveOfCode(card, 1), driveOfCode(card, largestCode(card))].map((value) => String(Math.round(value)));
  throw new InfeasibleError(
    `a synaptic strength of ${String(Math.round(drive))} V/s is out of reach: ${card.name} can do ${weakest!} to ${strongest!} V/s`,
  );
}

/** Inter-compartment conductance relative to the data sheet at a code; 1 where no cell sets it. */
export function joinBias(card: ChipCard, code: number): number {
  const design = card.neuron.compartments?.bias_code;
  return design === undefined ? 1 : (Math.max(code, 0) * codeWeight(card)) / design.value;
}

/** Nearest code of an inter-compartment time constant C / g, s. Throws InfeasibleError outside the range and for chips that cannot set it. */
export function codeOfJoin(card: ChipCard, tau: number): number {
  const { compartments, membrane_capacitance } = card.neuron;
  if (compartments?.bias_code === undefined)
    throw new InfeasibleError(`tau_icc: ${card.name} cannot set an inter-compartment conductance (neuron.compartments.bias_code)`);
  const at = (code: number): number => membrane_capacitance.value / (compartments.conductance.value * joinBias(card, code));
  const code = Math.round(at(1) / tau);
  if (code >= 1 && code <= largestCode(card)) return code;
  const [shortest, longest] = [formatQuantity(at(largestCode(card)), 'time'), formatQuantity(at(1), 'time')];
  throw new InfeasibleError(`tau_icc of ${formatQuantity(tau, 'time')} is out of reach: ${card.name} can do ${shortest} to ${longest}`);
}

/** What a cell holds until it is written: off, as designed, or the middle of its range. */
export function initialCode(card: ChipCard, kind: NeuronCell): number {
  if (kind === 'offset_current' || kind === 'adaptation_strength' || kind === 'adaptation_jump') return 0;
  const design = card.neuron.compartments?.bias_code;
  if (kind === 'inter_compartment' && design !== undefined) return Math.round(design.value / codeWeight(card));
  const { conductance_code } = card.synapse.input ?? {};
  if (kind.startsWith('conductance_') && conductance_code !== undefined) return Math.round(conductance_code.value / codeWeight(card));
  if (kind === 'reversal_excitatory' || kind === 'reversal_inhibitory') return nearestReversal(card, card.synapse.input?.[kind].value ?? 0);
  return Math.floor(largestCode(card) / 2);
}

/** Nearest code of a reversal potential, V, which is slope x code; the middle of the range where no cell sets it. */
function nearestReversal(card: ChipCard, potential: number): number {
  const slope = card.synapse.input?.reversal_per_code?.value;
  const middle = Math.floor(largestCode(card) / 2);
  return slope === undefined ? middle : Math.min(Math.max(Math.round(potential / (slope * codeWeight(card))), 0), largestCode(card));
}

/** Code of a reversal potential, V. Throws InfeasibleError outside the range and for chips that cannot set it. */
export function reversalCode(card: ChipCard, kind: 'reversal_excitatory' | 'reversal_inhibitory', potential: number): number {
  const slope = card.synapse.input?.reversal_per_code?.value;
  if (slope === undefined) throw new InfeasibleError(`${kind}: ${card.name} cannot set it (synapse.input.reversal_per_code)`);
  const code = Math.round(potential / (slope * codeWeight(card)));
  if (code >= 0 && code <= largestCode(card)) return code;
  const highest = formatQuantity(largestCode(card) * slope * codeWeight(card), 'voltage');
  throw new InfeasibleError(`${kind} of ${formatQuantity(potential, 'voltage')} is out of reach: ${card.name} can do 0 V to ${highest}`);
}

/**
 * Peak of a postsynaptic potential per unit step of dV/dt, s: v(t) = (exp(-t/tau_m) - exp(-t/tau_s)) / (1/tau_s - 1/tau_m) at its maximum,
 * for a linear membrane. Closed form; equal time constants have the limit tau / e.
 */
export function peakPerDrive(tauMem: number, tauSyn: number): number {
  const ratio = tauMem / tauSyn;
  if (Math.abs(ratio - 1) < 1e-6) return tauMem * exp(-1);
  // peak time t = ln(ratio) / (1/tau_s - 1/tau_m)
  const peakTime = log(ratio) / (1 / tauSyn - 1 / tauMem);
  return (exp(-peakTime / tauMem) - exp(-peakTime / tauSyn)) / (1 / tauSyn - 1 / tauMem);
}
