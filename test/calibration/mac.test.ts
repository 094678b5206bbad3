/** The multiply-accumulate mode, calibrated through products alone, on unseen dies and on a card with twice the spread. */
import { beforeAll, describe, expect, test } from 'vitest';
import { calibrateMac } from '../../src/calibration/mac.ts';
import { MacArray } from '../../src/chip/index.ts';
import { macTruth, macValues } from '../../src/grading/index.ts';
import { CalibrationPlanSchema, parseCard, type ChipCard } from '../../src/model/index.ts';
import { bss2, IDEAL } from '../chip/cards.ts';

const { effort } = parseCard(
  CalibrationPlanSchema,
  'kind: calibration\nname: t\nchip: bss2\ntargets: { leak: 0.42 V, reset: 0.375 V, threshold: 0.6225 V, tau_mem: 10 us }',
).value;
const SMALL = ['geometry.cores.value=2', 'geometry.rows_per_core.value=64'];
type Name = 'mac_baseline' | 'mac_gain_excitatory' | 'mac_gain_inhibitory' | 'mac_driver';

async function calibrated(card: ChipCard, die: number) {
  const array = new MacArray(card, die, 3);
  await array.configure(array.capabilities.nominal);
  const before = macValues(array);
  const found = await calibrateMac(array, effort);
  const truth = macTruth(before, macValues(array), found.quantities);
  const rms = (name: Name, when: 'before' | 'after'): number => {
    const one = truth.find(({ quantity }) => quantity === name)!;
    const kept = one.after.map((_, k) => k).filter((k) => one.masked![k] !== true);
    const scale = name === 'mac_baseline' ? 1 : one.targets[0]!;
    return Math.sqrt(kept.reduce((sum, k) => sum + ((one[when][k]! - one.targets[k]!) / scale) ** 2, 0) / kept.length);
  };
  const within = (name: Name, width: 'error68' | 'error95'): number => {
    const { after } = truth.find(({ quantity }) => quantity === name)!;
    const { verification } = found.quantities.find(({ quantity }) => quantity === name)!;
    const inside = Array.from(after).filter((value, k) => Math.abs(value - verification!.reading[k]!) <= verification![width][k]!);
    return inside.length / after.length;
  };
  return { array, found, rms, within };
}

describe.each([
  ['as shipped', 71, []],
  [
    'with twice the spread',
    72,
    ['mismatch.reset.value=72 mV', 'mismatch.synaptic_strength_excitatory.value=40 %', 'mismatch.driver_amplitude.value=27 mV'],
  ],
])('a card %s', { timeout: 120_000 }, (_, die, more) => {
  let result: Awaited<ReturnType<typeof calibrated>>;
  beforeAll(async () => {
    result = await calibrated(bss2(...SMALL, ...more), die);
  }, 120_000);

  test('ends with columns of one baseline and one gain and drivers of one width', () => {
    const { rms } = result;
    expect(rms('mac_baseline', 'before')).toBeGreaterThan(8);
    expect(rms('mac_baseline', 'after')).toBeLessThan(2);
    for (const name of ['mac_gain_excitatory', 'mac_gain_inhibitory'] as const) {
      expect(rms(name, 'before')).toBeGreaterThan(0.15);
      // a code is a fortieth of a gain, and so is the noise of its write
      expect(rms(name, 'after')).toBeLessThan(0.09);
    }
    expect(rms('mac_driver', 'before')).toBeGreaterThan(0.07);
    expect(rms('mac_driver', 'after')).toBeLessThan(0.03);
  });

  test('states intervals that hold the truth', () => {
    for (const name of ['mac_baseline', 'mac_driver'] as const) {
      const [one, two] = [result.within(name, 'error68'), result.within(name, 'error95')];
      expect([name, one > 0.52, one < 0.86, two > 0.86]).toEqual([name, true, true, true]);
    }
  });

  test('multiplies as the data sheet says: errors of a product fall to a third and less', async () => {
    const { array, found } = result;
    const { rows, neurons, gain, baseline } = array.capabilities;
    const codes = new Uint8Array(rows * neurons).fill(20);
    array.load({ codes, signs: Int8Array.from({ length: rows }, (__, row) => (row % 2 === 0 ? 1 : -1)) });
    const inputs = Uint8Array.from({ length: rows }, (__, row) => (row * 7) % 32);
    const sum = inputs.reduce((total, x, row) => total + (row % 2 === 0 ? 20 : -20) * x, 0);
    const error = (): number => Math.sqrt(array.exact(inputs).reduce((total, y) => total + (y - baseline - gain * sum) ** 2, 0) / neurons);
    const after = error();
    await array.configure({ ...array.capabilities.nominal, driverTrim: new Uint8Array(2 * rows).fill(8) });
    expect(after).toBeLessThan(error() / 3);
    await array.configure(found.setting);
  });
});

test('an ideal array keeps its nominal codes, to a code', async () => {
  const { found, array } = await calibrated(bss2(...SMALL, ...IDEAL), 1);
  const { nominal } = array.capabilities;
  for (const cell of ['reset', 'synapse_bias_excitatory', 'synapse_bias_inhibitory'] as const)
    found.setting.codes![cell]!.forEach((code, n) => expect(Math.abs(code - nominal.codes![cell]![n]!)).toBeLessThanOrEqual(1));
  expect(new Set(found.setting.driverTrim)).toEqual(new Set([8]));
});
