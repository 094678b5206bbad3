/** Layers of a die that a card switches by name: scales of single spreads, components of the variance, corner and temperature, faults. */
import { expect, test } from 'vitest';
import { compileDie, DieSubstrate, ParameterCells, type DieLayout } from '../../src/chip/index.ts';
import { bss2, deviation, IDEAL, mean, nominal } from './cards.ts';

const spreadOf = (die: DieLayout, field: 'tauMemFactor' | 'leakOffset' | 'strengthExcitatoryFactor'): number => deviation(die[field]);

test('variation.tau_mem=20 % scales this spread alone, and draws the same die', () => {
  const [plain, scaled] = [compileDie(bss2(), 5), compileDie(bss2('variation.tau_mem=20 %'), 5)];
  scaled.tauMemFactor.forEach((factor, n) => expect(factor - 1).toBeCloseTo(0.2 * (plain.tauMemFactor[n]! - 1), 12));
  expect(scaled.leakOffset).toEqual(plain.leakOffset);
  expect(spreadOf(compileDie(bss2('variation.all=0', 'variation.leak=1'), 5), 'tauMemFactor')).toBe(0);
  expect(() => bss2('variation.tau_men=20 %')).toThrow(/tau_mem/);
});

test('four times the area halves what a circuit has of its own', () => {
  const share = 'mismatch.quadrant_share.value=0';
  const [small, large] = [compileDie(bss2(share), 5), compileDie(bss2(share, 'mismatch.device_area.value=4'), 5)];
  small.leakOffset.forEach((offset, n) => expect(large.leakOffset[n]).toBeCloseTo(offset / 2, 12));
});

test('a share common to the chip moves the means of dies and not their spread', () => {
  const card = bss2('mismatch.quadrant_share.value=0', 'mismatch.chip_share.value=50 %');
  const dies = Array.from({ length: 200 }, (_, k) => compileDie(card, k));
  expect(deviation(dies.map((die) => mean(die.leakOffset))) / 0.036).toBeCloseTo(Math.SQRT1_2, 1);
  expect(mean(dies.map((die) => spreadOf(die, 'leakOffset'))) / 0.036).toBeCloseTo(Math.SQRT1_2, 1);
});

test('a slow corner is slower and weaker, a fast one the reverse; supply moves potentials, heat the slope of the exponential', () => {
  const at = (...overrides: string[]): DieLayout => compileDie(bss2('variation=0', ...overrides), 1);
  expect(at('corner=SS').tauMemFactor[0]).toBeCloseTo(1 / 0.9, 12);
  expect(at('corner=FF').strengthExcitatoryFactor[0]).toBeCloseTo(1.1, 12);
  expect(at('supply=1.3 V').leakOffset[0]).toBeCloseTo(0.01, 12);
  expect(at('temperature=57').exponentialSlopeFactor[0]).toBeCloseTo(330.15 / 300.15, 12);
  expect(at()).toEqual(expect.objectContaining({ tauMemFactor: new Float64Array(512).fill(1), leakOffset: new Float64Array(512) }));
});

test('dead circuits never fire, listed or drawn; a drawn share is met and belongs to the die', async () => {
  const card = bss2(...IDEAL, 'faults.dead=[3, 7]');
  const die = new DieSubstrate(card, 1, 1);
  // rest above the threshold: every living circuit fires
  const { codes, ...more } = nominal(card);
  await die.configure({ ...more, codes: { ...codes, leak: new Int32Array(512).fill(900), threshold: new Int32Array(512).fill(200) } });
  const { spikes } = await die.run({ stimulus: {}, probes: [], until: 200_000 });
  const fired = new Set(spikes.neuron);
  expect([fired.size, fired.has(3), fired.has(7)]).toEqual([510, false, false]);
  const drawn = (seed: number): Uint8Array => compileDie(bss2('faults.dead=10 %'), seed).dead;
  expect(drawn(1)).toEqual(drawn(1));
  expect(drawn(1)).not.toEqual(drawn(2));
  expect(Array.from({ length: 20 }, (_, k) => drawn(k).reduce((a, b) => a + b, 0)).reduce((a, b) => a + b, 0) / (20 * 512)).toBeCloseTo(
    0.1,
    1,
  );
});

test('a stuck bit holds its value whatever is written', () => {
  const card = bss2(...IDEAL, 'faults.stuck=[{circuit: 2, cell: leak, bit: 3, at: 1}, {circuit: 4, cell: leak, bit: 9, at: 0}]');
  const cells = new ParameterCells(card, 1, 1, new Proxy({}, { get: () => 0 }) as never);
  cells.write('leak', new Int32Array(512).fill(512));
  expect(Array.from(cells.effective('leak').subarray(1, 6))).toEqual([512, 520, 512, 0, 512]);
  expect(Array.from(cells.codes('leak').subarray(1, 6))).toEqual([512, 512, 512, 512, 512]);
  const drawn = new ParameterCells(bss2(...IDEAL, 'faults.stuck=20 %'), 1, 1, new Proxy({}, { get: () => 0 }) as never);
  const moved = drawn.effective('reset').filter((code) => code !== 0).length;
  // half of the stuck bits are stuck at what they should be
  expect(Math.abs(moved / 512 - 0.1)).toBeLessThan(0.05);
});
