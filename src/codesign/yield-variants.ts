/**
 * Cards that differ from the one at hand in one thing: which source of error hurts most (each switched off in turn), and how many bits a parameter cell needs.
 */
import type { ChipCard } from '../model/index.ts';

/** Bits of the parameter cells that are tried. */
const BITS = [6, 7, 8, 9, 10, 12];

/** A card with one change, and the study it belongs to. */
export interface CardVariant {
  readonly study: 'sensitivity' | 'bits';
  readonly name: string;
  readonly card: ChipCard;
}

/** Every spread and noise of the card switched off, one at a time, after the card as it is. */
export function withoutOneSource(card: ChipCard): readonly CardVariant[] {
  const study = 'sensitivity';
  const spreads = Object.entries(card.mismatch).flatMap(([name, spread]): readonly CardVariant[] =>
    name === 'driver_reference' || spread === undefined || spread.value === 0
      ? []
      : [{ study, name: `no ${name}`, card: { ...card, mismatch: { ...card.mismatch, [name]: { ...spread, value: 0 } } } }],
  );
  return [
    { study, name: 'as on the card', card },
    ...spreads,
    { study, name: 'no membrane noise', card: { ...card, noise: { ...card.noise, membrane: off(card.noise.membrane) } } },
    { study, name: 'no reading noise', card: { ...card, noise: { ...card.noise, cadc_read: off(card.noise.cadc_read) } } },
    { study, name: 'no write noise', card: { ...card, cells: { ...card.cells, write_noise: off(card.cells.write_noise) } } },
    { study, name: 'no crosstalk', card: { ...card, cells: { ...card.cells, crosstalk: off(card.cells.crosstalk) } } },
  ];
}

function off<T extends { readonly value: number }>(field: T): T {
  return { ...field, value: 0 };
}

/** Parameter cells of fewer and of more bits. */
export function withOtherBits(card: ChipCard): readonly CardVariant[] {
  return BITS.map((bits) => ({
    study: 'bits',
    name: `${String(bits)} bit`,
    card: { ...card, cells: { ...card.cells, bits: { ...card.cells.bits, value: bits } } },
  }));
}
