/** Conductance inputs and leak biases under a limit of noise, on unseen dies and on a card with twice the spread. */
import { describe, expect, test } from 'vitest';
import { membraneNoise } from '../../src/chip/index.ts';
import { prepareCalibration } from '../../src/codesign/calibrate.ts';
import {
  CalibrationPlanSchema,
  parseCard,
  type CalibrationPlan,
  type CalibrationResult,
  type GradedQuantity,
} from '../../src/model/index.ts';
import { bss2 } from '../chip/cards.ts';

const plan = (targets: string, tauMem = '10 us'): CalibrationPlan =>
  parseCard(
    CalibrationPlanSchema,
    `kind: calibration\nname: t\nchip: bss2\ntargets: { leak: 0.42 V, reset: 0.375 V, threshold: 0.6225 V, tau_mem: ${tauMem}, ${targets} }\neffort: { verify: 4 }`,
  ).value;
const calibrated = async (overrides: readonly string[], wanted: CalibrationPlan, die: number): Promise<CalibrationResult> =>
  prepareCalibration({ card: bss2(...overrides), plan: wanted })({ id: 'x', label: 'x', die });
const of = ({ graded }: CalibrationResult, name: GradedQuantity['quantity']): GradedQuantity =>
  graded.find(({ quantity }) => quantity === name)!;
const SMALL = 'geometry.cores.value=2';
const REVERSALS = 'tau_syn: 10 us, psp: 80 mV, reversal_excitatory: 1.05 V, reversal_inhibitory: 0.3 V';

describe.each([
  ['as shipped', 51, []],
  [
    'with twice the spread',
    52,
    [
      'mismatch.reversal_excitatory.value=72 mV',
      'mismatch.reversal_inhibitory.value=72 mV',
      'mismatch.conductance_excitatory.value=40 %',
      'mismatch.conductance_inhibitory.value=40 %',
    ],
  ],
])('conductance inputs of a card %s', (_, die, more) => {
  test(
    'reach reversal potentials to 3 LSB, beyond the range of the converter too, and slopes to 9 per cent, with honest intervals',
    { timeout: 120_000 },
    async () => {
      const result = await calibrated([SMALL, ...more], plan(REVERSALS), die);
      for (const sign of ['excitatory', 'inhibitory'] as const) {
        const [reversal, slope] = [of(result, `reversal_${sign}`), of(result, `conductance_${sign}`)];
        expect(reversal.rmsBefore).toBeGreaterThan(5);
        expect(reversal.rmsAfter).toBeLessThan(3);
        expect(slope.rmsAfter).toBeLessThan(0.09);
        expect(slope.rmsAfter).toBeLessThan(0.4 * slope.rmsBefore);
        const { circuits, within68, within95 } = reversal.coverage!;
        expect([sign, Math.abs(within68 / circuits - 0.68) < 0.2, within95 / circuits > 0.84]).toEqual([sign, true, true]);
      }
      // leaks were raised for the readings, and searched again
      expect(result.order.lastIndexOf('leak')).toBeGreaterThan(result.order.indexOf('conductance_inhibitory'));
      expect(of(result, 'leak').rmsAfter).toBeLessThan(0.8);
    },
  );
});

test.each([
  ['as shipped', 53, []],
  ['with half of its noise from other circuits', 54, ["noise.current_share={ value: 50 %, evidence: assumed, source: 'a test' }"]],
])(
  'leak biases of a card %s end where the noise is at its limit, and leaks at their target',
  { timeout: 120_000 },
  async (_, die, more) => {
    const result = await calibrated([SMALL, ...more], plan('noise: 2.2 mV', '15 us'), die);
    const noise = of(result, 'noise');
    expect(noise.rmsAfter).toBeLessThan(0.08);
    expect(noise.coverage!.within95 / noise.coverage!.circuits).toBeGreaterThan(0.84);
    expect(of(result, 'leak').rmsAfter).toBeLessThan(0.8);
    // the time constant is no target any more
    expect(result.graded.some(({ quantity }) => quantity === 'tau_mem')).toBe(false);
    expect(result.order.slice(-2)).toEqual(['noise', 'leak']);
  },
);

test('a stronger leak makes a quieter membrane: kT/C stays, white currents of other circuits grow with the time constant', () => {
  const card = bss2("noise.current_share={ value: 40 %, evidence: assumed, source: 'a test' }");
  const [fast, usual, slow] = membraneNoise(card, Float64Array.of(1e-6, 10e-6, 40e-6)) as unknown as [number, number, number];
  expect(usual).toBeCloseTo(2e-3, 12);
  // sigma^2 = a + b tau through three points
  expect((slow ** 2 - usual ** 2) / 30).toBeCloseTo((usual ** 2 - fast ** 2) / 9, 12);
  expect(fast ** 2 / usual ** 2).toBeCloseTo(0.64, 12);
});

test('conductances without targets of the inputs are refused in words', async () => {
  await expect(calibrated([SMALL], plan('reversal_excitatory: 1.05 V'), 1)).rejects.toThrow('needs tau_syn and psp');
  await expect(calibrated([SMALL], plan('tau_syn: 10 us, psp: 80 mV, reversal_excitatory: 1.9 V'), 1)).rejects.toThrow(/out of reach/);
});
