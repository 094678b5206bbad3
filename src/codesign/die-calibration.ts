/** The calibration of a die for a workload on it: each circuit to the targets of the neuron that is bound to it. */
import { deriveSeed, hashOf } from '../base/index.ts';
import { calibrateDie, type DieCalibration } from '../calibration/index.ts';
import { DieSubstrate, withOpenSwitches } from '../chip/index.ts';
import type { Binding } from '../emulator/index.ts';
import { gradeCalibration, uncalibratedTruth } from '../grading/index.ts';
import type { CalibrationResult, ChipCard } from '../model/index.ts';
import { CALIBRATED_CELLS, calibrationAim, type FoundCodes } from './calibration-aim.ts';
import type { Study } from './study.ts';

/** Codes that a calibration found, as plain lists: a worker's answer goes through a file. */
export interface CalibrationOutcome extends FoundCodes {
  readonly result: CalibrationResult;
}

/** Calibrates a die and grades it. */
export async function calibrateForBinding(
  chip: ChipCard,
  binding: Binding,
  die: number,
  { seed, calibration: effort }: Pick<Study['plan'], 'seed' | 'calibration'>,
): Promise<CalibrationOutcome> {
  // circuits are calibrated one by one
  const card = withOpenSwitches(chip);
  const { targets, nominal } = calibrationAim(card, binding);
  const noiseSeed = deriveSeed(seed, die);
  const substrate = new DieSubstrate(card, die, noiseSeed);
  const calibration = await calibrateDie(substrate, targets, nominal, effort);
  const before = await uncalibratedTruth(card, die, noiseSeed, nominal);
  return {
    ...plainSetting(calibration),
    result: gradeCalibration(card, die, before, substrate, calibration, targets),
  };
}

/** Names what a calibration depends on beside the die: chips whose circuits and targets are the same share it. */
export function calibrationGroup(card: ChipCard, binding: Binding): string {
  // what is left out has no part in a neuron circuit or its readings: the resolution of synapses, for one, changes only the stimulus that a calibration takes
  const {
    name: _name,
    description: _text,
    interface: _ports,
    energy: _energy,
    area: _area,
    anchors: _anchors,
    binding: _scale,
    synapse,
    ...circuits
  } = card;
  const { weight_bits: _weight, label_bits: _label, ...inputs } = synapse;
  const { targets } = calibrationAim(card, binding);
  const { adex } = binding.targets;
  return hashOf({ ...circuits, inputs, targets, ...(adex && { adex }) }).slice(0, 16);
}

function plainSetting({ setting }: DieCalibration): FoundCodes {
  return {
    codes: Object.fromEntries(CALIBRATED_CELLS.map((cell) => [cell, Array.from(setting.codes![cell]!)])),
    leakMode: Array.from(setting.leakMode!),
    ...(setting.driverTrim && { driverTrim: Array.from(setting.driverTrim) }),
  };
}
