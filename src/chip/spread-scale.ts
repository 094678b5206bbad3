/**
 * How much of a spread of the card the circuits of a die have: its switch in `variation`, and the area of the devices (Pelgrom, Duinmaijer, Welbers 1989).
 *   what a circuit shares with its quadrant and its die   variation x sqrt((1 - q - c) / A + q + c)
 *   what no neighbour shares                              variation x 1 / sqrt(A)
 *   what belongs to a whole quadrant or to a join         variation
 * q and c = shares of variance common to a quadrant and to the die, A = relative area of the devices.
 */
import { variationOf, type ChipCard, type VariationName } from '../model/index.ts';

/** Spreads of single devices, of which neighbours have nothing in common. */
const ALONE: ReadonlySet<VariationName> = new Set<VariationName>([
  'cell_gain',
  'cell_offset',
  'driver_amplitude',
  'synapse',
  'short_term_utilisation',
  'short_term_recovery',
  'correlation_asymmetry',
]);
/** Spreads that are stated for large devices. */
const WHOLE: ReadonlySet<VariationName> = new Set<VariationName>(['cell_quadrant_gain', 'inter_compartment', 'short_term_ramp']);

/** Standard deviation of a parameter over dies relative to the one that `mismatch` states. */
export function spreadScale(card: Pick<ChipCard, 'mismatch' | 'variation'>, name: VariationName): number {
  const variation = variationOf(card, name);
  if (WHOLE.has(name)) return variation;
  return variation * (ALONE.has(name) ? 1 / Math.sqrt(card.mismatch.device_area.value) : commonScale(card));
}

/** That of a circuit's parameter that is not switched, 1 at the area for which spreads are stated. */
export function commonScale({ mismatch }: Pick<ChipCard, 'mismatch'>): number {
  const area = mismatch.device_area.value;
  if (area === 1) return 1;
  const shared = mismatch.quadrant_share.value + mismatch.chip_share.value;
  return Math.sqrt(Math.max(1 - shared, 0) / area + shared);
}
