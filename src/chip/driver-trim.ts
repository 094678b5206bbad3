/**
 * Trim of the synapse drivers: a 4-bit code per driver shifts the width of its pulses by a share of full width per code, the same for every pulse of the row. Code 8 leaves the driver as it was made.
 *   amplitude relative to nominal = max(own + step (code - 8), 0.05),   own = the driver's mismatch
 * Source: a 4-bit offset per driver is published (haldls synapse_driver.h); its step is assumed on the card.
 */
import type { ChipCard } from '../model/index.ts';
import type { DieLayout } from './die-layout.ts';

/** Code that shifts nothing, and the largest one. */
export const MIDDLE_TRIM = 8;
export const LARGEST_TRIM = 15;
/** Pulses never vanish altogether. */
const SMALLEST = 0.05;

/** Drivers of a die, over all cores. */
export function driversOf({ geometry }: ChipCard): number {
  return geometry.cores.value * geometry.rows_per_core.value;
}

/** Amplitude of the driver of a row (over all cores) relative to nominal, with these codes; that of the die where the chip has no trim or none is given. */
export function trimmedDriver(card: ChipCard, die: DieLayout, row: number, trim: Uint8Array | undefined): number {
  const own = die.driverFactor(row);
  const step = card.synapse.driver_trim_per_code?.value;
  if (trim === undefined || step === undefined || trim[row] === MIDDLE_TRIM) return own;
  return Math.max(own + step * (trim[row]! - MIDDLE_TRIM), SMALLEST);
}

/** Strength of a synapse relative to nominal with trimmed drivers. */
export function trimmedSynapse(card: ChipCard, die: DieLayout, row: number, neuron: number, trim: Uint8Array | undefined): number {
  const factor = die.synapseFactor(row, neuron);
  return trim === undefined ? factor : (factor * trimmedDriver(card, die, row, trim)) / die.driverFactor(row);
}
