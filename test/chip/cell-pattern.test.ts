/** Parameter cells: gain, offset and droop stand between a code and its circuit, each switched on its own. */
import { expect, test } from 'vitest';
import { cellPattern, DieSubstrate, ParameterCells } from '../../src/chip/index.ts';
import { NEURON_CELLS, type ChipCard, type NeuronCell } from '../../src/model/index.ts';
import { bss2, IDEAL, nominal } from './cards.ts';

const stated = (path: string, value: string): string => `${path}={ value: ${value}, evidence: assumed, source: of this test }`;
const PATTERN = [stated('mismatch.cell_gain', '2 %'), stated('mismatch.cell_offset', '5'), stated('mismatch.cell_quadrant_gain', '3 %')];
const QUIET = ['noise.scale=0', 'cells.write_noise.value=0', 'cells.crosstalk.value=0'];

/** What the circuits see of code 600 in every leak cell. */
function seen(card: ChipCard, dieSeed: number, noiseSeed = 1, code = 600): Float64Array {
  const initial = Object.fromEntries(NEURON_CELLS.map((kind) => [kind, code])) as Record<NeuronCell, number>;
  return new ParameterCells(card, dieSeed, noiseSeed, initial).effective('leak');
}

function deviation(values: ArrayLike<number>, centre: number): number {
  return Math.sqrt(Array.from(values).reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length);
}

test('without a stated pattern a quiet cell is worth its code, and with variation 0 too', () => {
  expect(new Set(seen(bss2(...QUIET), 3))).toEqual(new Set([600]));
  expect(new Set(seen(bss2(...QUIET, ...PATTERN, 'variation=0'), 3))).toEqual(new Set([600]));
  expect(cellPattern(bss2(), 3, 'leak')).toBeUndefined();
});

test('over dies, cells have the stated gains and offsets: at code 600 the spread is sqrt((600 g)^2 + (600 q)^2 + o^2)', () => {
  const card = bss2(...QUIET, ...PATTERN);
  const all = Array.from({ length: 60 }, (_, die) => Array.from(seen(card, die + 1))).flat();
  const expected = Math.sqrt((600 * 0.02) ** 2 + (600 * 0.03) ** 2 + 25);
  // 240 quadrants share the widest part: 4.6 % standard error of the spread
  expect(Math.abs(deviation(all, 600) / expected - 1)).toBeLessThan(0.14);
  const alone = bss2(...QUIET, ...PATTERN, 'variation={ cell_quadrant_gain: 0 }');
  const own = Array.from({ length: 20 }, (_, die) => Array.from(seen(alone, die + 1))).flat();
  expect(Math.abs(deviation(own, 600) / 13 - 1)).toBeLessThan(0.03);
});

test('a cell is a gain and an offset: three codes lie on one line, and two trials of a die see the same one', () => {
  const card = bss2(...QUIET, ...PATTERN);
  const [a, b, c] = [200, 500, 800].map((code) => seen(card, 4, 1, code));
  const { gain } = cellPattern(card, 4, 'leak')!;
  a!.forEach((value, n) => {
    expect(b![n]! - value).toBeCloseTo(300 * gain[n]!, 9);
    expect(c![n]! - b![n]!).toBeCloseTo(300 * gain[n]!, 9);
  });
  expect(seen(card, 4, 2)).toEqual(seen(card, 4, 1));
  expect(seen(card, 5)).not.toEqual(seen(card, 4));
});

test('a larger die changes no cell of the smaller one, and no kind of cell shares its pattern with another', () => {
  const card = bss2(...PATTERN);
  const small = bss2(...PATTERN, 'geometry.cores.value=4');
  expect(cellPattern(small, 2, 'reset')!.gain).toEqual(cellPattern(card, 2, 'reset')!.gain.slice(0, 128));
  expect(cellPattern(card, 2, 'reset')!.gain).not.toEqual(cellPattern(card, 2, 'leak')!.gain);
});

test('droop takes between nothing and the stated codes, by the place of the code in the cycle of the ramp', () => {
  const card = bss2(...QUIET, 'variation=0', stated('cells.droop', '0.5'));
  const lost = Array.from({ length: 50 }, (_, k) => 20 * k - seen(card, 1, 7, 20 * k)[0]!);
  for (const value of lost) expect(value).toBeGreaterThanOrEqual(0);
  for (const value of lost) expect(value).toBeLessThan(0.5);
  // a sawtooth: codes 20 apart differ by 0.5 x 20 / 1022, but for the one place where the ramp is
  const steps = lost.slice(1).map((value, k) => lost[k]! - value);
  expect(steps.filter((step) => Math.abs(step - (0.5 * 20) / 1022) > 1e-9)).toHaveLength(1);
  expect(seen(card, 1, 8)[0]).not.toBe(seen(card, 1, 7)[0]);
});

test('the pattern of the cells is in the truth of a die', async () => {
  const plateaus = async (...overrides: string[]): Promise<Float64Array> => {
    const die = new DieSubstrate(bss2(...IDEAL, ...overrides), 3, 1);
    await die.configure(nominal(bss2(...IDEAL)));
    return die.truth().reset;
  };
  const [flat, spread] = [
    await plateaus(),
    await plateaus(...PATTERN, 'variation={ all: 0, cell_gain: 1, cell_offset: 1, cell_quadrant_gain: 1 }'),
  ];
  expect(new Set(flat).size).toBe(1);
  const { gain, offset } = cellPattern(bss2(...PATTERN), 3, 'reset')!;
  const code = nominal(bss2()).codes!.reset![0]!;
  spread.forEach((value, n) => {
    expect(value - flat[n]!).toBeCloseTo(1.056e-3 * (code * (gain[n]! - 1) + offset[n]!), 9);
  });
});
