/** The chip as a multiply-accumulate array, against integer arithmetic. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { MacArray, macSetting, pairedInputs, signedWeights } from '../../src/chip/index.ts';
import { Chance } from '../../src/base/index.ts';
import type { MacRun } from '../../src/codesign/index.ts';
import { neurolith, temporaryFolder } from '../cli/terminal.ts';
import { bss2, deviation, IDEAL, mean } from './cards.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 60_000 });

const SMALL = ['geometry.cores.value=2', 'geometry.neurons_per_core.value=32'];
const NEURONS = 64;
const chance = new Chance(5, 'search');

/** Signed weights of `inputs` x 64 and as many vectors of inputs as asked for, all drawn. */
function drawn(inputs: number, vectors: number, most = 31): { readonly matrix: Int8Array; readonly vectors: Uint8Array[] } {
  return {
    matrix: Int8Array.from({ length: inputs * NEURONS }, (_, k) => chance.integer(k, 0, 127) - 63),
    vectors: Array.from({ length: vectors }, (_, v) => new Uint8Array(inputs).map((__, i) => chance.integer(i, v + 1, most + 1))),
  };
}

const sum = (matrix: Int8Array, inputs: Uint8Array, n: number): number =>
  inputs.reduce((total, x, i) => total + x * matrix[i * NEURONS + n]!, 0);

test.each(['fast', 'accurate'])(
  'an ideal array (%s) reads baseline + gain x sum of x w, rounded and clipped to 8 bits',
  async (integrator) => {
    const card = bss2(...SMALL, ...IDEAL, `integrator=${integrator}`);
    const array = new MacArray(card, 1, 1);
    await array.configure(macSetting(card));
    const { matrix, vectors } = drawn(128, 6);
    array.load(signedWeights(card, matrix));
    const [low, high] = [new Uint8Array(128), new Uint8Array(128).fill(31)];
    // gain and baseline as the nominal codes make them
    const tau = 3.07e-3 / 1022;
    const drive = 160 * Math.round((0.002 * 31 * 63 * 4.5e-3) / tau / 160);
    const gain = (drive * tau) / (31 * 63 * 4.5e-3);
    expect(Math.abs(gain / 0.002 - 1)).toBeLessThan(0.02);
    const baseline = (1.056e-3 * Math.round((0.06 + 128 * 4.5e-3 + 0.3) / 1.056e-3) - 0.3 - 0.06) / 4.5e-3;
    let clipped = 0;
    for (const inputs of [...vectors, low, high]) {
      const readings = array.multiply(pairedInputs(card, inputs));
      for (let n = 0; n < NEURONS; n++) {
        const exact = baseline + gain * sum(matrix, inputs, n);
        if (exact < 0 || exact > 255) clipped++;
        const wanted = Math.min(Math.max(Math.round(exact), 0), 255);
        // half-way cases may fall either way
        if (readings[n] !== wanted) expect(Math.abs(Math.abs(exact - Math.floor(exact)) - 0.5)).toBeLessThan(0.01);
      }
    }
    expect(clipped).toBeLessThan(NEURONS * 2);
  },
);

test('a die with variation reads its integer sums with the stated offsets and factors', async () => {
  const card = bss2(...SMALL, 'noise.scale=0');
  const array = new MacArray(card, 7, 1);
  await array.configure(macSetting(card));
  const { matrix, vectors } = drawn(128, 8);
  array.load(signedWeights(card, matrix));
  for (const inputs of vectors) {
    const rows = pairedInputs(card, inputs);
    const [readings, exact] = [array.multiply(rows), array.exact(rows)];
    for (let n = 0; n < NEURONS; n++) expect(Math.abs(readings[n]! - Math.min(Math.max(exact[n]!, 0), 255))).toBeLessThan(0.51);
  }
  // and its columns differ by their offsets: nothing is corrected silently
  expect(deviation(array.multiply(new Uint8Array(256)))).toBeGreaterThan(8);
});

test('the result does not depend on how often one multiplies, and noise is that of the card: 2 LSB on an output', async () => {
  const quiet = bss2(...SMALL, 'noise.scale=0');
  const array = new MacArray(quiet, 3, 1);
  await array.configure(macSetting(quiet));
  const { matrix, vectors } = drawn(100, 1, 20);
  array.load(signedWeights(quiet, matrix));
  const rows = pairedInputs(quiet, vectors[0]!);
  expect(array.multiply(rows)).toEqual(array.multiply(rows));
  const card = bss2(...SMALL, 'variation=0');
  const noisy = new MacArray(card, 3, 1);
  await noisy.configure(macSetting(card));
  const trials = Array.from({ length: 60 }, () => noisy.multiply(new Uint8Array(256)));
  const spreads = Array.from({ length: NEURONS }, (_, n) => deviation(trials.map((readings) => readings[n]!)) ** 2);
  // rounding adds a twelfth
  expect(Math.sqrt(mean(spreads) - 1 / 12) / 2).toBeGreaterThan(0.95);
  expect(Math.sqrt(mean(spreads) - 1 / 12) / 2).toBeLessThan(1.05);
});

test('any weights and inputs give readings of 8 bits, any others are refused', async () => {
  const card = bss2(...SMALL);
  const array = new MacArray(card, 2, 2);
  await array.configure(macSetting(card));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 63 }), fc.integer({ min: 0, max: 31 }), fc.boolean(), async (weight, input, negative) => {
      const codes = new Uint8Array(256 * NEURONS).fill(weight);
      array.load({ codes, signs: new Int8Array(256).fill(negative ? -1 : 1) });
      const readings = array.multiply(new Uint8Array(256).fill(input));
      expect(readings.every((value) => value >= 0 && value <= 255)).toBe(true);
    }),
    { numRuns: 15 },
  );
  expect(() => array.multiply(new Uint8Array(256).fill(32))).toThrow(/0 to 31/);
  expect(() => array.multiply(new Uint8Array(3))).toThrow(/256 rows/);
  expect(() => array.load({ codes: new Uint8Array(256 * NEURONS).fill(64), signs: new Int8Array(256).fill(1) })).toThrow(/0 to 63/);
  expect(() => signedWeights(card, new Int8Array(129 * NEURONS))).toThrow(/at most 128/);
});

test('the command reads both files, prints sums beside readings, and names every mistake of a file', async () => {
  const folder = temporaryFolder();
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const weights = file('w.csv', '63,-63,0\n10,5,-7\n');
  const inputs = file('x.csv', '31,31\n0,0\n3,1\n');
  const ideal = IDEAL.flatMap((override) => ['-S', override]);
  const { code, out } = await neurolith('chip', 'mac', 'bss2', '--weights', weights, '--inputs', inputs, '--json', ...ideal);
  expect(code).toBe(0);
  const result = JSON.parse(out) as MacRun;
  expect(result.sums).toEqual([[2263, -1798, -217], [0, 0, 0], [199, -184, -7]]); // prettier-ignore
  expect(result.readings).toEqual(result.expected);
  const wrong = file('wrong.csv', '63,-64\n1.5,2,3\n');
  const refused = await neurolith('chip', 'mac', 'bss2', '--weights', wrong, '--inputs', inputs);
  expect(refused.code).toBe(2);
  expect(refused.err).toMatch(/wrong\.csv:1: .*"-64".*-63 to 63[\s\S]*wrong\.csv:2: .*3 columns[\s\S]*"1\.5"/);
});

test('with the codes of a calibration the columns read like one another, and a run without this die or mode is refused', async () => {
  const folder = temporaryFolder();
  const small = ['-S', 'geometry.cores.value=1', '-S', 'geometry.neurons_per_core.value=16', '-S', 'geometry.rows_per_core.value=32'];
  const ofChip = small.map((one) => one.replace('geometry', 'chip.geometry'));
  const calibrate = async (name: string, plan: string): Promise<string> => {
    const out = join(folder, name);
    const { err } = await neurolith('calibrate', 'bss2', '--plan', `calibration/${plan}.yaml`, '--dies', '3', ...ofChip, '-S', 'effort.verify=2', '-j', '1', '-q', '-o', out); // prettier-ignore
    expect(err).toBe('');
    return out;
  };
  const line = (value: number): string => Array.from({ length: 16 }, () => value).join(',');
  writeFileSync(join(folder, 'w.csv'), `${Array.from({ length: 16 }, (_, i) => line(i % 2 === 0 ? 60 : -20)).join('\n')}\n`);
  writeFileSync(join(folder, 'x.csv'), `${[0, 5, 15, 31].map(line).join('\n')}\n`);
  const product = async (die: number, ...more: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> =>
    neurolith('chip', 'mac', 'bss2', '--weights', join(folder, 'w.csv'), '--inputs', join(folder, 'x.csv'), '--die', String(die), '--json', ...small, ...more); // prettier-ignore
  const run = await calibrate('mac', 'mac');
  const [before, after] = [await product(3), await product(3, '--calibrated', run)].map(({ out }) => JSON.parse(out) as MacRun);
  expect(before!.rmsError).toBeGreaterThan(8);
  expect(after!.rmsError).toBeLessThan(0.4 * before!.rmsError);
  const other = await product(3, '--calibrated', await calibrate('plain', 'rate'));
  expect([other.code, other.err]).toEqual([2, expect.stringContaining('effort.mac')]);
  const elsewhere = await product(4, '--calibrated', run);
  expect([elsewhere.code, elsewhere.err]).toEqual([2, expect.stringContaining('no die 4')]);
});
