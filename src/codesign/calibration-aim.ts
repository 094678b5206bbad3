/**
 * From a binding to what a die is calibrated for, and back: designs that differ in placement alone share one calibration.
 *   - Potentials and time constants are calibrated to what the binding wants of every circuit.
 *   - Strengths are wanted per core, and which core is where differs from placement to placement. All circuits are calibrated to one typical strength of each sign; a strength is
 *     proportional to its code, so a binding takes     code = calibrated code x wanted strength / typical strength,     to the nearest code.
 *   - A sign that no synapse of the binding has is not calibrated.
 */
import type { CalibrationTargets } from '../calibration/index.ts';
import { codeOfDrive } from '../chip/index.ts';
import { nominalSetting, type Binding } from '../emulator/index.ts';
import type { ChipCard, Setting } from '../model/index.ts';

/** Codes and modes that a calibration found, as plain lists. */
export interface FoundCodes {
  readonly codes: Readonly<Record<string, readonly number[]>>;
  readonly leakMode: readonly number[];
  /** Trim of the synapse drivers, where it was found. */
  readonly driverTrim?: readonly number[];
}

const SYNAPTIC_INPUTS = [
  {
    sign: 1,
    tau: 'tauSynExcitatory',
    drive: 'driveExcitatory',
    cells: { tau: 'synapse_tau_excitatory', bias: 'synapse_bias_excitatory' },
  },
  {
    sign: -1,
    tau: 'tauSynInhibitory',
    drive: 'driveInhibitory',
    cells: { tau: 'synapse_tau_inhibitory', bias: 'synapse_bias_inhibitory' },
  },
] as const;

/** Cells whose codes a calibration finds. */
export const CALIBRATED_CELLS = [
  'leak',
  'reset',
  'threshold',
  'leak_bias',
  ...SYNAPTIC_INPUTS.flatMap(({ cells }) => [cells.tau, cells.bias]),
] as const;

/** Targets of a die's calibration for this binding, and the nominal codes for them: where it starts, and the uncalibrated state that it is compared with. */
export function calibrationAim(card: ChipCard, binding: Binding): { readonly targets: CalibrationTargets; readonly nominal: Setting } {
  const { leak, reset, threshold, tauMem } = binding.targets;
  const targets: { -readonly [Name in keyof CalibrationTargets]: CalibrationTargets[Name] } = { leak, reset, threshold, tauMem };
  const codes = { ...binding.nominalCodes };
  for (const { sign, tau, drive, cells } of SYNAPTIC_INPUTS) {
    const typical = typicalDrive(binding, sign, binding.targets[drive]);
    if (typical === undefined) continue;
    targets[tau] = binding.targets[tau];
    targets[drive] = binding.targets[drive].map(() => typical);
    codes[cells.bias] = codes[cells.bias].map(() => codeOfDrive(card, typical));
  }
  return { targets, nominal: { ...nominalSetting(binding), codes } };
}

/** What stands on a calibrated die under this binding: what was calibrated comes from the die's own search, everything else from the binding. */
export function calibratedSetting(binding: Binding, found: FoundCodes, largestCode: number): Setting {
  const codes = Object.fromEntries(CALIBRATED_CELLS.map((cell) => [cell, Int32Array.from(found.codes[cell]!)]));
  for (const { sign, drive, cells } of SYNAPTIC_INPUTS) {
    const typical = typicalDrive(binding, sign, binding.targets[drive]);
    if (typical === undefined) continue;
    codes[cells.bias] = codes[cells.bias]!.map((code, n) =>
      Math.min(Math.max(Math.round((code * binding.targets[drive][n]!) / typical), 1), largestCode),
    );
  }
  return {
    ...nominalSetting(binding),
    codes: { ...binding.nominalCodes, ...codes },
    leakMode: Uint8Array.from(found.leakMode),
    ...(found.driverTrim && { driverTrim: Uint8Array.from(found.driverTrim) }),
  };
}

/** Median over the synapses of a sign of the strength that their circuits shall have, V/s; undefined where there are none. Placement moves cores and leaves it as it is. */
function typicalDrive({ synapses }: Binding, sign: 1 | -1, drives: Float64Array): number | undefined {
  const wanted = Float64Array.from(synapses.circuit, (circuit) => drives[circuit]!)
    .filter((_, k) => synapses.sign[k] === sign)
    .toSorted();
  return wanted[wanted.length >> 1];
}
