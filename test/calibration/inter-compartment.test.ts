import { expect, test } from 'vitest';
import { DieSubstrate } from '../../src/chip/index.ts';
import { prepareCalibration } from '../../src/codesign/calibrate.ts';
import { uniformTargets } from '../../src/codesign/uniform-targets.ts';
import { shortfalls, yieldEntries } from '../../src/codesign/yield-statistics.ts';
import { CalibrationPlanSchema, GatesSchema, parseCard, type CalibrationPlan, type Join } from '../../src/model/index.ts';
import { bss2, IDEAL, nominal } from '../chip/cards.ts';

const SMALL = ['geometry.cores.value=2'];
const ALL = Uint32Array.from({ length: 64 }, (_, n) => n);
const plan = (more: string): CalibrationPlan =>
  parseCard(
    CalibrationPlanSchema,
    `kind: calibration\nname: t\nchip: bss2\ntargets: { leak: 0.42 V, reset: 0.375 V, threshold: 0.6225 V, tau_mem: 10 us, ${more} }`,
  ).value;

/** Difference of circuits 1 and 0 over time after a release with their resets apart, V, sampled finely. */
async function difference(joins: readonly Join[]): Promise<{ readonly time: Float64Array; readonly volts: Float64Array }> {
  const card = bss2(
    ...IDEAL,
    ...SMALL,
    'neuron.ota=linear',
    'cadc.bits.value=14',
    'cadc.lsb.value=0.05 mV',
    'cadc.sample_interval.value=100 ns',
  );
  const die = new DieSubstrate(card, 1, 1);
  const setting = nominal(card);
  const reset = setting.codes!.reset!.map((code, n) => code + (n === 1 ? 60 : 0));
  await die.configure({ ...setting, codes: { ...setting.codes, reset }, joins, spiking: false });
  const { samples } = await die.run({
    stimulus: { releaseAt: [0] },
    probes: [{ kind: 'cadc', circuits: Uint32Array.of(0, 1), from: 0 }],
    until: 20_000,
  });
  const { tick, values } = samples[0]!;
  return { time: tick.map((at) => at * 1e-9), volts: tick.map((_, s) => (values[tick.length + s]! - values[s]!) * 0.05e-3) };
}

test('the difference of two joined membranes decays with the rate of the leak plus twice conductance over capacitance', async () => {
  for (const [joins, rate] of [
    [[], 1 / 10e-6],
    [[{ soma: 0, dendrite: 1 }], 1 / 10e-6 + (2 * 200e-9) / 2.3e-12],
  ] as const) {
    const { time, volts } = await difference(joins);
    const at = (s: number): number => time.findIndex((t) => t > s - 1e-12);
    const measured = Math.log(volts[at(1e-6)]! / volts[at(6e-6)]!) / 5e-6;
    // the nominal leak code is rounded: 0.2 %
    expect(Math.abs(measured / rate - 1)).toBeLessThan(5e-3);
  }
});

test('joined membranes begin where all currents cancel: nothing moves without a release', async () => {
  const card = bss2(...SMALL, 'noise.scale=0');
  const die = new DieSubstrate(card, 4, 1);
  const joins = Array.from({ length: 63 }, (_, k): Join => ({ soma: k, dendrite: k + 1 }));
  await die.configure({ ...nominal(card), joins, spiking: false });
  const { samples } = await die.run({ stimulus: {}, probes: [{ kind: 'cadc', circuits: ALL, from: 0 }], until: 40_000 });
  const { tick, values } = samples[0]!;
  for (const n of ALL) expect(new Set(values.subarray(n * tick.length, (n + 1) * tick.length)).size).toBe(1);
});

test('a bench with closed switches takes releases alone, and reads single circuits', async () => {
  const card = bss2(...SMALL);
  const die = new DieSubstrate(card, 4, 1);
  await die.configure({ ...nominal(card), joins: [{ soma: 0, dendrite: 1 }] });
  const events = { stimulus: { rowEvents: [{ tick: 0, row: 1, sign: 1 as const }] }, probes: [], until: 1000 };
  await expect(die.run(events)).rejects.toThrow('releases from reset');
  expect((await die.read(ALL, 1)).length).toBe(64);
  const { compartments: _, ...neuron } = bss2().neuron;
  expect(() => uniformTargets({ ...card, neuron }, plan('tau_icc: 20 us').targets)).toThrow('cannot set an inter-compartment conductance');
  expect(() => uniformTargets(card, plan('tau_icc: 900 ns').targets)).toThrow('out of reach');
});

test(
  'joins come from a third off to a few per cent of their target, under the gate, with honest intervals',
  { timeout: 60_000 },
  async () => {
    const found = await prepareCalibration({ card: bss2(...SMALL), plan: plan('tau_icc: 20 us') })({ id: 'x', label: 'x', die: 12 });
    expect(found.order).toEqual(['cadc_offset', 'leak', 'tau_mem', 'leak', 'tau_icc', 'reset', 'threshold']);
    const gates = parseCard(
      GatesSchema,
      'kind: gates\nname: t\nmasked: 7 %\nrms: { tau_icc: 10.5 % }\nratio: { tau_icc: 0.5, leak: 0.3 }',
    ).value;
    const entries = yieldEntries([found], gates, 1022);
    const joins = entries.find(({ quantity }) => quantity === 'tau_icc')!;
    expect(joins.rmsBefore).toBeGreaterThan(0.2);
    expect(joins.rmsAfter).toBeLessThan(0.06);
    expect(shortfalls(entries, gates)).toEqual([]);
    // 64 joins: three standard deviations of a share around 68 and 95 %
    expect(Math.abs(joins.coverage.within68! - 0.68)).toBeLessThan(0.18);
    expect(joins.coverage.within95).toBeGreaterThan(0.86);
    const strict = { ...gates, ratio: { tau_icc: 0.01 } };
    expect(shortfalls(entries, strict)).toEqual([expect.stringContaining('RMS after over before')]);
  },
);
