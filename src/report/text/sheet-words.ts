/** Numbers of data sheets in words, for the terminal and for pages. */
import type { ChipSheet } from '../../model/index.ts';
import { count, displayUnit, number, withUnit } from '../format.ts';

/** What stands where a chip without mismatch would have its spreads. */
export const NOTHING_VARIES = 'No parameter varies: the chip computes in whole numbers, and every die equals the card.';

/** A fact of the overview. */
export function factText({ value, unit }: ChipSheet['facts'][number]): string {
  if (unit === 'byte') return bytes(value);
  return unit === 's' ? withUnit(value, 's') : quantityText(value, unit);
}

/** A value with the unit that a data sheet names; prefixes for those of the SI. */
export function quantityText(value: number, unit: string): string {
  if (unit === 'steps') return `${number(value)} ${value === 1 ? 'step' : unit}`;
  if (unit === 'codes' || unit === 'LSB') return `${number(value)} ${unit}`;
  const display = displayUnit(unit, [value]);
  return `${number(value * display.factor)} ${display.unit}`.trim();
}

/** Size of a block of the floor plan. */
export function sizeText(size: number, unit: ChipSheet['floorUnit']): string {
  return unit === 'bit' ? bytes(size / 8) : withUnit(size, 'm^2');
}

/** How cores lie in tiles, a phrase; empty where that is not known. */
export function tileWords({ tiles, cores }: Pick<ChipSheet, 'tiles' | 'cores'>): string {
  return tiles === undefined
    ? ''
    : `${String(tiles[0])} x ${String(tiles[1])} tiles of ${count(cores / (tiles[0] * tiles[1]), 'core')}, counted tile by tile`;
}

/** " in biological ms, at a step of 100 ns", or " in steps of the chip". */
export function stepWords(step: ChipSheet['step'], unit: ChipSheet['errorUnit']): string {
  return step === null ? ` in ${unit} of the chip` : ` in biological ${unit}, at a step of ${withUnit(step, 's')}`;
}

function bytes(many: number): string {
  if (many >= 2 ** 20) return `${number(many / 2 ** 20)} MiB`;
  return many >= 2 ** 10 ? `${number(many / 2 ** 10)} KiB` : `${number(many)} byte`;
}
