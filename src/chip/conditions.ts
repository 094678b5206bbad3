/**
 * Corner, temperature and supply of a card: shifts that all circuits of a die have in common.
 *   I = (1 - s, 1, 1 + s by corner SS, TT, FF) (1 + k (T - 27 C)):   what a bias current drives is I times as strong, what a capacitor does with it takes 1 / I of the time;
 *   potentials move by (supply - 1.2 V) x share;   the slope of the exponential, a thermal voltage, by T / 300 K.
 * Source: form ours (first-order sensitivities); the coefficients stand on the card with their evidence. At TT, 27 C and 1.2 V nothing moves.
 */
import type { ChipCard } from '../model/index.ts';

/** Common shifts: factors of currents, times and thermal voltages, V for potentials. */
export interface Conditions {
  readonly current: number;
  readonly time: number;
  readonly potential: number;
  readonly thermal: number;
}

/** T of the data sheet: 27 C, in C and K. */
const [CELSIUS, KELVIN] = [27, 300.15];
const SUPPLY = 1.2;

/** The shifts of a card. */
export function conditionsOf({ corner, temperature, supply, sensitivity }: ChipCard): Conditions {
  const direction = { SS: -1, TT: 0, FF: 1 }[corner];
  const current = (1 + direction * sensitivity.corner.value) * (1 + sensitivity.current_per_kelvin.value * (temperature - CELSIUS));
  return {
    current,
    time: 1 / current,
    potential: (supply - SUPPLY) * sensitivity.potential_per_supply.value,
    thermal: (temperature - CELSIUS + KELVIN) / KELVIN,
  };
}
