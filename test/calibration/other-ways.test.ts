/** The same quantity by another observable: membrane time constants by the step of a current, rates by thresholds. */
import { expect, test } from 'vitest';
import { measureTauMemByStep } from '../../src/calibration/tau-mem-step.ts';
import { potentialReader } from '../../src/calibration/reader.ts';
import { DieSubstrate, firingPeriod, thresholdOfPeriod } from '../../src/chip/index.ts';
import { prepareCalibration } from '../../src/codesign/calibrate.ts';
import { yieldEntries } from '../../src/codesign/yield-statistics.ts';
import { CalibrationPlanSchema, GatesSchema, loadCard, parseCard } from '../../src/model/index.ts';
import { bss2, nominal } from '../chip/cards.ts';

const root = new URL('../../', import.meta.url).pathname;
const SMALL = ['geometry.cores.value=2'];
const EFFORT = { samples: 32, repeats: 1, dither: 5, mask_above: 6, verify: 8, seed: 1 };
const NO_GATES = parseCard(GatesSchema, 'kind: gates\nname: t\nrms: {}').value;

test.each(['tanh', 'linear'])(
  'a step of current reads the time constant of a membrane with a %s leak, however far it rises',
  async (ota) => {
    // a converter without steps to speak of
    const fine = ['cadc.bits.value=14', 'cadc.lsb.value=0.1 mV', 'mismatch.tau_mem.value=25 %', 'variation=1'];
    const quiet = ['noise.scale=0', 'cells.write_noise.value=0', 'cells.crosstalk.value=0', 'mismatch.cadc_offset.value=0'];
    const card = bss2(...SMALL, ...quiet, ...fine, `neuron.ota=${ota}`);
    const die = new DieSubstrate(card, 3, 1);
    await die.configure(nominal(card));
    const { neurons } = die.capabilities;
    const reader = potentialReader(die, { offsets: new Float64Array(neurons), slopes: new Float64Array(neurons).fill(1), middle: 0 });
    // by some 30 and 140 mV, a third of the linear range
    for (const code of [7, 33]) {
      const taus = await measureTauMemByStep(die, reader, EFFORT, 10e-6, code);
      const truth = die.truth().tauMem;
      const errors = Array.from(taus, (tau, n) => Math.abs(tau / truth[n]! - 1)).toSorted((one, other) => one - other);
      expect([code, errors[neurons >> 1]! < 0.005, errors.at(-4)! < 0.02]).toEqual([code, true, true]);
    }
  },
);

test(
  'membranes are calibrated by steps as well as by decays, with honest intervals, and no reset is moved for it',
  { timeout: 60_000 },
  async () => {
    const plan = parseCard(
      CalibrationPlanSchema,
      'kind: calibration\nname: t\nchip: bss2\ntargets: { leak: 0.42 V, reset: 0.375 V, threshold: 0.6225 V, tau_mem: 10 us }\neffort: { tau_mem_by: step }',
    ).value;
    const found = await prepareCalibration({ card: bss2('geometry.cores.value=4'), plan })({ id: 'x', label: 'x', die: 21 });
    const tau = yieldEntries([found], NO_GATES, 1022).find(({ quantity }) => quantity === 'tau_mem')!;
    expect(tau.rmsBefore).toBeGreaterThan(0.15);
    expect(tau.rmsAfter).toBeLessThan(0.03);
    expect(tau.maskedShare).toBeLessThan(0.03);
    expect(Math.abs(tau.coverage.within68! - 0.68)).toBeLessThan(0.13);
    expect(tau.coverage.within95).toBeGreaterThan(0.89);
  },
);

test('the threshold of a firing period is the inverse of the period', () => {
  const circuit = { rest: 0.6225, reset: 0.375, tauMem: 10e-6, linearRange: 0.4, refractory: 2e-6 };
  const threshold = thresholdOfPeriod(circuit, 10e-6);
  expect(firingPeriod({ ...circuit, threshold })).toBeCloseTo(10e-6, 10);
  expect(() => thresholdOfPeriod({ ...circuit, rest: 0.3 }, 10e-6)).toThrow('a leak over the reset');
  expect(() => thresholdOfPeriod(circuit, 1e-6)).toThrow('within the refractory period');
});

test(
  'thresholds are set by the spike counters too: leaks keep their targets, nearly all circuits fire as wanted',
  { timeout: 60_000 },
  async () => {
    const plan = loadCard(CalibrationPlanSchema, `${root}calibration/rate-by-threshold.yaml`).value;
    const found = await prepareCalibration({ card: bss2('geometry.cores.value=4'), plan })({ id: 'x', label: 'x', die: 5 });
    const entries = yieldEntries([found], NO_GATES, 1022);
    const of = (name: string) => entries.find(({ quantity }) => quantity === name);
    expect(of('threshold')).toBeUndefined();
    expect(of('leak')!.rmsAfter).toBeLessThan(0.6);
    expect(of('rate')!.rmsBefore).toBeGreaterThan(0.15);
    expect(of('rate')!.within!.share).toBeGreaterThan(0.95);
    expect(of('rate')!.coverage.within95).toBeGreaterThan(0.85);
    const codes = found.quantities.find(({ quantity }) => quantity === 'rate')!.codes;
    expect(new Set(codes).size).toBeGreaterThan(32);
  },
);
