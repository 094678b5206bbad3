/** What circuits share: synapse DACs of the blocks, refractory counters. */
import { beforeAll, describe, expect, test } from 'vitest';
import { refractoryCodes } from '../../src/calibration/refractory.ts';
import { capabilitiesOf } from '../../src/chip/index.ts';
import { prepareCalibration } from '../../src/codesign/calibrate.ts';
import {
  CalibrationPlanSchema,
  parseCard,
  type CalibrationPlan,
  type CalibrationResult,
  type GradedQuantity,
} from '../../src/model/index.ts';
import { bss2 } from '../chip/cards.ts';

const plan = (targets: string, effort = ''): CalibrationPlan =>
  parseCard(
    CalibrationPlanSchema,
    `kind: calibration\nname: t\nchip: bss2\ntargets: { leak: 0.42 V, reset: 0.375 V, threshold: 0.6225 V, tau_mem: 10 us, ${targets} }\neffort: { ${effort} }`,
  ).value;
const calibrated = (overrides: readonly string[], wanted: CalibrationPlan, die: number): Promise<CalibrationResult> =>
  prepareCalibration({ card: bss2(...overrides), plan: wanted })({ id: 'x', label: 'x', die });
const of = ({ graded }: CalibrationResult, name: GradedQuantity['quantity']): GradedQuantity =>
  graded.find(({ quantity }) => quantity === name)!;

describe('synapse DACs of four blocks of 32 circuits', { timeout: 90_000 }, () => {
  let result: CalibrationResult;
  beforeAll(async () => {
    // twice the spread of what circuits of a block have in common
    result = await calibrated(
      ['geometry.cores.value=4', 'geometry.block.value=32', 'mismatch.quadrant_share.value=80 %'],
      plan('tau_syn: 10 us, psp: 80 mV', 'synapse_dac: true, verify: 4'),
      21,
    );
  }, 90_000);

  test('end at the amplitude of the weakest, from 15 per cent apart and more', () => {
    const { rmsBefore, rmsAfter, target, before } = of(result, 'synapse_dac');
    expect(rmsBefore).toBeGreaterThan(0.12);
    expect(rmsAfter).toBeLessThan(0.03);
    expect(Math.abs(target / Math.min(...before) - 1)).toBeLessThan(0.03);
  });

  test('come before the strengths, which they open again, and no code of a strength has to take up what its block has in common', () => {
    expect(result.order.indexOf('synapse_dac')).toBeLessThan(result.order.indexOf('synapse_excitatory'));
    expect(result.graph!.find(({ name }) => name === 'synapse_dac')!.invalidates).toEqual([
      'synapse_excitatory',
      'synapse_inhibitory',
      'reset',
    ]);
    expect(of(result, 'strength_excitatory').rmsAfter).toBeLessThan(0.04);
  });
});

test(
  'synapse DACs of circuits that differ by half of their strengths and time constants end at one amplitude within their stated errors',
  { timeout: 90_000 },
  async () => {
    const { quantities, graded } = await calibrated(
      ['geometry.cores.value=4', 'geometry.block.value=64', 'variation=2'],
      plan('tau_syn: 10 us, psp: 80 mV', 'synapse_dac: true, verify: 2'),
      71,
    );
    const { rmsAfter, after } = of({ graded } as CalibrationResult, 'synapse_dac');
    const { reading, error95 } = quantities.find(({ quantity }) => quantity === 'synapse_dac')!.verification!;
    expect(rmsAfter).toBeLessThan(0.03);
    after.forEach((truth, b) => expect(Math.abs(truth - reading[b]!)).toBeLessThan(1.3 * error95[b]!));
  },
);

test('refractory period and hold-off of whole circuits are those of the counter, and spikes show both', { timeout: 90_000 }, async () => {
  const small = ['geometry.cores.value=2', 'neuron.circuit=adex'];
  const result = await calibrated(small, plan('refractory: 3 us, hold_off: 410 ns', 'verify: 4'), 22);
  // 16 ns is the finest clock with which 8 bit reach 3 us, but 15 of its periods are no hold-off of 410 ns: 32 ns
  expect(of(result, 'refractory').after[0]).toBeCloseTo(94 * 32e-9, 12);
  expect(of(result, 'hold_off').after[0]).toBeCloseTo(13 * 32e-9, 12);
  for (const name of ['refractory', 'hold_off'] as const) {
    const { reading } = result.quantities.find(({ quantity }) => quantity === name)!.verification!;
    const { after, coverage } = of(result, name);
    const mean = reading.reduce<number>((sum, value) => sum + value!, 0) / reading.length;
    expect(Math.abs(mean - after[0]!)).toBeLessThan(20e-9);
    expect(coverage!.within95 / coverage!.circuits).toBeGreaterThan(0.85);
  }
});

test('a period beyond the counter, and a hold-off as long as the period, are refused with what would do', () => {
  const capabilities = capabilitiesOf(bss2('neuron.circuit=adex'), 1.7e-6);
  expect(() => refractoryCodes({ capabilities }, 1, 0)).toThrow(/reach from 8 ns to/);
  expect(() => refractoryCodes({ capabilities }, 2e-7, 2e-7)).toThrow('leaves nothing');
  expect(refractoryCodes({ capabilities }, 2e-6, 0)).toEqual({ count: 250, scale: 0, clock: 8e-9, mask: 0 });
});
