/**
 * Fixed pattern of the parameter cells, and their droop: what comes between a code and the circuit that it sets, beside write noise and crosstalk (cells.ts).
 *   value in codes = code x (1 + gain of the cell) x (1 + gain of its quadrant and kind) + offset of the cell - droop x age
 *   age = share of a refresh cycle since the ramp last matched the code:  frac(moment - code / largest code),  the moment drawn once per trial: a cycle of the ramp is longer than most runs
 * Each spread is a field of `mismatch` and absent unless a card states it: the spreads of circuits then contain those of their cells.
 * Sources: cyclic ramp and comparison with the stored word: brainscales2-demos; fixed pattern and droop are assumed wherever a card states them.
 */
import { Chance } from '../base/index.ts';
import { mismatchOf, NEURON_CELLS, type ChipCard, type NeuronCell } from '../model/index.ts';
import { factorOf, offsetOf } from './spread.ts';
import { spreadScale } from './spread-scale.ts';
import { largestCode } from './transfer.ts';

/** Units of the die's stream, beside those of die.ts: a range per kind of cell. */
const CELLS = 2 ** 45;
const QUADRANTS = 2 ** 46;
const PER_KIND = 2 ** 32;
/** The moment of a trial in the refresh cycle. */
const MOMENT = 2 ** 46;

/** Gains (factors) and offsets (codes) of the cells of one kind, one entry per circuit. */
export interface CellPattern {
  readonly gain: Float64Array;
  readonly offset: Float64Array;
}

/** The pattern of one kind of cell; undefined where the card states none. */
export function cellPattern(card: ChipCard, dieSeed: number, kind: NeuronCell): CellPattern | undefined {
  const { cell_gain, cell_offset, cell_quadrant_gain } = mismatchOf(card);
  if (cell_gain === undefined && cell_offset === undefined && cell_quadrant_gain === undefined) return undefined;
  const chance = new Chance(dieSeed, 'die');
  const gain = cell_gain && factorOf(cell_gain, spreadScale(card, 'cell_gain'));
  const common = cell_quadrant_gain && factorOf(cell_quadrant_gain, spreadScale(card, 'cell_quadrant_gain'));
  const offset = cell_offset && offsetOf(cell_offset, spreadScale(card, 'cell_offset'));
  const neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
  const block = card.geometry.block.value;
  const first = NEURON_CELLS.indexOf(kind) * PER_KIND;
  const quadrants = Array.from({ length: Math.ceil(neurons / block) }, (_, q) => common?.(chance.normal(QUADRANTS + first + q, 0)) ?? 1);
  return {
    gain: Float64Array.from(
      { length: neurons },
      (_, n) => (gain?.(chance.normal(CELLS + first + n, 0)) ?? 1) * quadrants[Math.floor(n / block)]!,
    ),
    offset: Float64Array.from({ length: neurons }, (_, n) => offset?.(chance.normal(CELLS + first + n, 1)) ?? 0),
  };
}

/** Codes that a cell has lost since its last refresh, by its code; undefined where the card states no droop. */
export function droopOf(card: ChipCard, dieSeed: number, noiseSeed: number): ((code: number) => number) | undefined {
  const droop = card.cells.droop?.value ?? 0;
  if (droop === 0) return undefined;
  const moment = new Chance(noiseSeed, 'write', dieSeed).uniform(MOMENT, 0);
  const largest = largestCode(card);
  return (code) => {
    const since = moment - code / largest;
    return droop * (since - Math.floor(since));
  };
}
