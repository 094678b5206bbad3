import { expect, test } from 'vitest';
import { ParameterCells, voltageOfCode } from '../../src/chip/index.ts';
import { NEURON_CELLS, type NeuronCell } from '../../src/model/index.ts';
import { bss2, deviation, mean } from './cards.ts';

const initial = Object.fromEntries(NEURON_CELLS.map((kind) => [kind, 500])) as Record<NeuronCell, number>;

test('a cell moves by k LSB, in codes, per other cell of its block and kind with the same code', () => {
  const cells = new ParameterCells(bss2('cells.write_noise.value=0', 'cells.crosstalk.value=0.1'), 1, 1, initial);
  const codes = Int32Array.from({ length: 512 }, (_, n) => (n < 128 ? 500 : n < 130 ? 7 : n));
  cells.write('leak', codes);
  const effective = cells.effective('leak');
  // 127 others of the first block, one other of the second, none elsewhere
  expect(effective[0]).toBeCloseTo(500 - 0.1 * 2.9 * 127, 9);
  expect(effective[128]).toBeCloseTo(7 - 0.1 * 2.9, 9);
  expect(effective[200]).toBe(200);
  // another kind is not disturbed by it
  cells.write(
    'reset',
    Int32Array.from({ length: 512 }, (_, n) => n),
  );
  expect(cells.effective('reset')[0]).toBe(0);
});

test('the disturbance is a voltage: the same in volts for cells of any number of bits', () => {
  const shift = (bits: number): number => {
    const card = bss2('cells.write_noise.value=0', `cells.bits.value=${String(bits)}`);
    const cells = new ParameterCells(card, 1, 1, { ...initial, leak: 40 });
    return voltageOfCode(card, 'leak', cells.effective('leak')[0]!) - voltageOfCode(card, 'leak', 40);
  };
  expect(shift(8)).toBeCloseTo(shift(10), 12);
  expect(shift(10)).toBeCloseTo(-0.02 * 2.9 * 127 * 0.948e-3, 9);
});

test('write noise has the deviation of the card, is drawn at every write and stays until the next', () => {
  const cells = new ParameterCells(bss2('cells.crosstalk.value=0', 'cells.write_noise.value=2'), 1, 1, initial);
  const ramp = (offset: number): Int32Array => Int32Array.from({ length: 512 }, (_, n) => n + offset);
  const noise = (codes: Int32Array): Float64Array => cells.effective('leak').map((value, n) => value - codes[n]!);
  expect(cells.write('leak', ramp(0))).toBeGreaterThan(500);
  const first = noise(ramp(0)).slice();
  expect(cells.write('leak', ramp(0))).toBe(0);
  expect(noise(ramp(0))).toEqual(first);
  // one cell is written: the others keep their noise
  const changed = ramp(0);
  changed[3] = 900;
  expect(cells.write('leak', changed)).toBe(1);
  const second = noise(changed);
  expect(second[3]).not.toBe(first[3]);
  expect([...second].filter((value, n) => value !== first[n])).toHaveLength(1);
  // back to the old code: a fresh draw
  cells.write('leak', ramp(0));
  expect(noise(ramp(0))[3]).not.toBe(first[3]);
  const draws = Array.from({ length: 20 }, (_, k) => {
    cells.write('leak', ramp(k % 2));
    return [...noise(ramp(k % 2))];
  }).flat();
  expect(Math.abs(mean(draws))).toBeLessThan((5 * 2) / Math.sqrt(draws.length));
  expect(deviation(draws)).toBeCloseTo(2, 1);
});

test('another trial has other write noise, a larger die the same', () => {
  const at = (noiseSeed: number, cores = 16): number =>
    new ParameterCells(bss2('cells.crosstalk.value=0', `geometry.cores.value=${String(cores)}`), 1, noiseSeed, initial).effective(
      'reset',
    )[5]!;
  expect(at(1)).toBe(at(1));
  expect(at(2)).not.toBe(at(1));
  expect(at(1, 4)).toBe(at(1, 16));
});
