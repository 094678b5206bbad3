import { expect, test } from 'vitest';
import { prepareCalibration } from '../../src/codesign/calibrate.ts';
import { yieldEntries, shortfalls } from '../../src/codesign/yield-statistics.ts';
import { firingPeriod, restOfPeriod } from '../../src/chip/index.ts';
import { CalibrationPlanSchema, GatesSchema, parseCard } from '../../src/model/index.ts';
import { bss2 } from '../chip/cards.ts';

test('the period of a neuron over its threshold is the closed form of the leaky integrator, and its inverse finds the rest', () => {
  const circuit = { reset: 0.375, threshold: 0.5225, tauMem: 10e-6, linearRange: Infinity, refractory: 2e-6 };
  // T = t_ref + tau ln((E - V_r) / (E - V_th))
  const expected = 2e-6 + 10e-6 * Math.log((0.65 - 0.375) / (0.65 - 0.5225));
  expect(Math.abs(firingPeriod({ ...circuit, rest: 0.65 }) / expected - 1)).toBeLessThan(1e-8);
  expect(restOfPeriod(circuit, expected)).toBeCloseTo(0.65, 7);
  expect(firingPeriod({ ...circuit, rest: 0.5 })).toBe(Infinity);
  // a compressing leak is slower
  expect(firingPeriod({ ...circuit, rest: 0.65, linearRange: 0.4 })).toBeGreaterThan(expected);
});

test(
  'leaks over threshold are set by the spike counters: nearly all circuits fire within 0.9 to 1.15 of the wanted rate',
  { timeout: 60_000 },
  async () => {
    const plan = parseCard(
      CalibrationPlanSchema,
      'kind: calibration\nname: t\nchip: bss2\ntargets: { leak: 0.42 V, reset: 0.375 V, threshold: 0.5225 V, tau_mem: 10 us, rate: 100 kHz }',
    ).value;
    const card = bss2('geometry.cores.value=4');
    const found = await prepareCalibration({ card, plan })({ id: 'x', label: 'x', die: 3 });
    expect(found.order.at(-1)).toBe('rate');
    expect(found.graded.map(({ quantity }) => quantity)).not.toContain('leak');
    const gates = parseCard(GatesSchema, 'kind: gates\nname: t\nrate: 95 %\nrms: { rate: 3 % }').value;
    const entries = yieldEntries([found], gates, 1022);
    const rate = entries.find(({ quantity }) => quantity === 'rate')!;
    expect(rate.rmsBefore).toBeGreaterThan(0.2);
    expect(rate.within!.share).toBeGreaterThan(0.95);
    expect(rate.coverage.within95).toBeGreaterThan(0.85);
    expect(shortfalls(entries, gates)).toEqual([]);
    const strict = parseCard(GatesSchema, 'kind: gates\nname: t\nrate: 100 %\nmasked: 100 %\nrms: {}').value;
    const spoilt = { ...rate, within: { ...rate.within!, share: 0.9 } };
    expect(shortfalls([spoilt], strict)).toEqual([expect.stringContaining('90.0 % of the circuits within 0.9 to 1.15')]);
  },
);
