/**
 * What equal codes do to a calibration: the reset levels of a die are set to one target by a search over codes, as a laboratory would, and the mean error over each block of cells is what is left in
 * common. Cells that start on one code are calibrated against a disturbance that later vanishes; a dithered start keeps them apart.
 * Readings are means of converter samples of membranes held in reset; channel offsets are off, because finding them is another matter.
 */
import { DieSubstrate, lsbOfVoltage } from '../../chip/index.ts';
import type { ChipCard } from '../../model/index.ts';
import { binarySearch, ditheredSearch } from '../../search/index.ts';
import { atLeast, atMost, type ChipBar } from './bar.ts';

const SAMPLES = 32;
/** Middle of the feasible reset levels of the card's family, LSB. */
const TARGET = 70;
const STRONG = 0.2;

/** Mean error of every block after the search, LSB of the column ADC. */
export async function crosstalkErrors(card: ChipCard, crosstalk: number, dithered: boolean, seed: number): Promise<number[]> {
  const { cells, mismatch, geometry } = card;
  const changed: ChipCard = {
    ...card,
    cells: { ...cells, crosstalk: { ...cells.crosstalk, value: crosstalk } },
    mismatch: { ...mismatch, cadc_offset: { ...mismatch.cadc_offset, value: 0 } },
  };
  const die = new DieSubstrate(changed, seed, seed);
  const { neurons } = die.capabilities;
  const all = Uint32Array.from({ length: neurons }, (_, n) => n);
  const { min, max } = die.capabilities.codes.reset;
  const spec = { circuits: neurons, lowest: min, highest: max, target: TARGET, rising: true };
  const search = dithered ? ditheredSearch(spec, { seed }) : binarySearch(spec);
  await die.configure({ holdReset: true });
  while (!search.done) {
    await die.configure({ codes: { reset: search.ask() } });
    const readings = await die.read(all, SAMPLES);
    search.tell(Float64Array.from(all, (n) => mean(readings.subarray(n * SAMPLES, (n + 1) * SAMPLES))));
  }
  await die.configure({ codes: { reset: search.result().codes } });
  const errors = die.truth().reset.map((volts) => lsbOfVoltage(card, volts) - TARGET);
  const block = geometry.block.value;
  return Array.from({ length: Math.floor(neurons / block) }, (_, k) => mean(errors.subarray(k * block, (k + 1) * block)));
}

/** The three figures: smallest error of a block undithered, largest dithered, the latter with the card's own crosstalk too. */
export async function crosstalkBars(card: ChipCard, seed: number): Promise<ChipBar[]> {
  const errors = async (k: number, dithered: boolean): Promise<number[]> => (await crosstalkErrors(card, k, dithered, seed)).map(Math.abs);
  const own = card.cells.crosstalk.value;
  return [
    atLeast(
      'crosstalk',
      `k = ${String(STRONG)}, undithered: mean error of the best block`,
      Math.min(...(await errors(STRONG, false))),
      5,
      'LSB',
    ),
    atMost(
      'crosstalk',
      `k = ${String(STRONG)}, dithered: mean error of the worst block`,
      Math.max(...(await errors(STRONG, true))),
      0.5,
      'LSB',
    ),
    atMost(
      'crosstalk',
      `k = ${String(own)} of the card, dithered: mean error of the worst block`,
      Math.max(...(await errors(own, true))),
      0.3,
      'LSB',
    ),
  ];
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
