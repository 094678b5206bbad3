/** What of a chip is ideal in an emulation: switched off on the card, never silently. */
import type { ChipCard } from '../model/index.ts';

/** Chip of an emulation: as the design says, or with everything ideal, with or without the card's membrane noise. */
export type ChipMode = 'calibrated' | 'uncalibrated' | 'ideal' | 'ideal with noise';

/** The card of a chip in a mode. */
export function chipInMode(card: ChipCard, mode: ChipMode): ChipCard {
  if (mode === 'calibrated' || mode === 'uncalibrated') return card;
  return {
    ...card,
    variation: 0,
    quantisation: 'off',
    neuron: idealCircuit(card.neuron),
    noise: { ...card.noise, scale: mode === 'ideal' ? 0 : card.noise.scale },
  };
}

/** Linear amplifiers, and a reset and a comparator that take no time. */
function idealCircuit(neuron: ChipCard['neuron']): ChipCard['neuron'] {
  const { adex } = neuron;
  const none = { value: 0 };
  const timeless = adex && {
    adex: { ...adex, reset_tau: { ...adex.reset_tau, ...none }, comparator_delay: { ...adex.comparator_delay, ...none } },
  };
  return { ...neuron, ota: 'linear', ...timeless };
}
