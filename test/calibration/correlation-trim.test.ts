import { expect, test } from 'vitest';
import { trimCorrelation } from '../../src/calibration/correlation.ts';
import { potentialReader } from '../../src/calibration/reader.ts';
import { sensorRoutines } from '../../src/calibration/sensor-routines.ts';
import { DieSubstrate } from '../../src/chip/index.ts';
import { prepareCalibration } from '../../src/codesign/calibrate.ts';
import { yieldEntries } from '../../src/codesign/yield-statistics.ts';
import { CalibrationPlanSchema, GatesSchema, parseCard, type ChipCard } from '../../src/model/index.ts';
import { bss2, IDEAL, nominal } from '../chip/cards.ts';

const SMALL = ['geometry.cores.value=2'];
const EFFORT = { samples: 32, repeats: 4, dither: 5, mask_above: 6, verify: 2, seed: 1 };
const NONE = new Float64Array(0);

async function read(wanted: { amplitude: number; tau: number; rows: number }, ...overrides: string[]) {
  const die = new DieSubstrate(bss2(...SMALL, ...overrides), 6, 1);
  await die.configure(nominal(bss2(...SMALL)));
  const { neurons } = die.capabilities;
  const reader = potentialReader(die, { offsets: new Float64Array(neurons), slopes: new Float64Array(neurons).fill(1), middle: 0 });
  return trimCorrelation(die, { reader, errorAt: () => 0 }, wanted, 2);
}

test('sensors of the data sheet read as the data sheet says, and keep their nominal codes', async () => {
  const { trim, quantities } = await read({ amplitude: 0.5, tau: 5e-6, rows: 2 }, ...IDEAL);
  const [amplitude, tau] = quantities.map(({ verification }) => verification!.reading);
  // a converter without noise rounds to half of 1 in 50
  for (const value of amplitude!) expect(Math.abs(value! / 0.5 - 1)).toBeLessThan(0.05);
  for (const value of tau!) expect(Math.abs(value! / 5e-6 - 1)).toBeLessThan(0.04);
  expect(new Set([...trim.amplitude, ...trim.tau])).toEqual(new Set([2]));
  expect(amplitude!.length).toBe(2 * 64);
});

test('sensors that are full after the usual pairs, or hold too little, are read with other pairs', async () => {
  // on a chip without distortions every reading is that of the data sheet, whatever the converter's channel would have held
  for (const factor of [2.6, 0.2]) {
    const wanted = { amplitude: 0.5 / factor, tau: 5e-6, rows: 1 };
    const { quantities } = await read(wanted, ...IDEAL, 'noise.scale=1', 'noise.membrane.value=0 V');
    const code = factor > 1 ? 0 : 3;
    expect([...new Set(quantities[0]!.codes)]).toEqual([code]);
    const rms = (index: number, truth: number): number => {
      const readings = quantities[index]!.verification!.reading.map(Number);
      return Math.sqrt(readings.reduce((sum, value) => sum + (value / truth - 1) ** 2, 0) / readings.length);
    };
    expect([factor, rms(0, 0.5 * (1 + 0.2 * (code - 2))) < 0.05, rms(1, 5e-6) < 0.1]).toEqual([factor, true, true]);
  }
});

test('a sensor that shall be weaker and slower gets the codes for it', async () => {
  const { quantities } = await read({ amplitude: 0.3, tau: 6e-6, rows: 1 }, ...IDEAL);
  expect(quantities.map(({ codes }) => [...new Set(codes)])).toEqual([[0], [3]]);
});

test('sensors that the chip has not, and rows that it has not, are refused', () => {
  const routines = (card: ChipCard, rows: number) => {
    const substrate = new DieSubstrate(card, 1, 1);
    const reader = potentialReader(substrate, { offsets: new Float64Array(64), slopes: new Float64Array(64).fill(1), middle: 0 });
    const targets = { leak: NONE, reset: NONE, threshold: NONE, tauMem: NONE, correlation: { amplitude: 0.5, tau: 5e-6, rows } };
    const working = { codes: {}, leakMode: undefined, kept: {} };
    return sensorRoutines({
      substrate,
      reader,
      targets,
      effort: EFFORT,
      working,
      readingNoise: 1,
      channelError: () => 0,
      channelSlopeError: 0,
    });
  };
  expect(() => routines(bss2(...SMALL), 257)).toThrow('256 rows');
  const { correlation, ...synapse } = bss2().synapse;
  expect(() => routines({ ...bss2(...SMALL), synapse }, 1)).toThrow('correlation sensors');
  const names = (sheet: typeof correlation): string[] =>
    routines({ ...bss2(...SMALL), synapse: { ...synapse, correlation: sheet } }, 1).map(({ name }) => name);
  expect(names(correlation)).toEqual(['correlation_currents', 'correlation']);
  const { store_code: _, ramp_code: __, ...without } = correlation!;
  expect(names(without)).toEqual(['correlation']);
});

test('trimmed sensors are nearer to their targets, and their stated intervals hold the truth', { timeout: 120_000 }, async () => {
  const plan = parseCard(
    CalibrationPlanSchema,
    'kind: calibration\nname: t\nchip: bss2\ntargets: { leak: 0.42 V, reset: 0.375 V, threshold: 0.6225 V, tau_mem: 10 us, correlation: { amplitude: 0.5, tau: 5 us, rows: 4 } }',
  ).value;
  const found = await prepareCalibration({ card: bss2('geometry.cores.value=4'), plan })({ id: 'x', label: 'x', die: 9 });
  expect(found.order.slice(-2)).toEqual(['correlation_currents', 'correlation']);
  expect(found.graph!.find(({ name }) => name === 'correlation_currents')!.invalidates).toEqual(['correlation']);
  const entries = yieldEntries([found], parseCard(GatesSchema, 'kind: gates\nname: t\nrms: {}').value, 1022);
  for (const name of ['correlation_amplitude', 'correlation_tau']) {
    const { rmsBefore, rmsAfter, maskedShare, coverage, codes } = entries.find(({ quantity }) => quantity === name)!;
    const { within68, within95 } = coverage;
    expect([name, rmsAfter < 0.62 * rmsBefore, maskedShare < 0.02, codes!.highest]).toEqual([name, true, true, 3]);
    expect([name, within68! > 0.6 && within68! < 0.76, within95! > 0.9 && within95! < 0.98]).toEqual([name, true, true]);
  }
  // one block: write noise of one code of 70 and the sample of synapses, 95 % each
  for (const name of ['correlation_store', 'correlation_ramp']) {
    const { truth, target } = {
      truth: found.graded.find(({ quantity }) => quantity === name)!.after[0]!,
      ...found.quantities.find(({ quantity }) => quantity === name)!,
    };
    expect(Math.abs(truth / target - 1), name).toBeLessThan(2 * Math.hypot(1 / 70, (1.25 * 0.33) / Math.sqrt(512)) + 1 / 70);
  }
  // what a synapse does leaves its circuit alone
  expect(found.graded.find(({ quantity }) => quantity === 'leak')!.masked.filter(Boolean).length).toBeLessThan(4);
});
