import { beforeAll, describe, expect, test } from 'vitest';
import { calibrateDie, type CalibrationTargets } from '../../src/calibration/index.ts';
import { potentialReader, type PotentialReader } from '../../src/calibration/reader.ts';
import { measureSynapses, synapseStimulus } from '../../src/calibration/synapse.ts';
import { DieSubstrate } from '../../src/chip/index.ts';
import { uniformTargets } from '../../src/codesign/uniform-targets.ts';
import { gradeCalibration, uncalibratedTruth } from '../../src/grading/index.ts';
import {
  CalibrationPlanSchema,
  ChipSchema,
  loadCard,
  type CalibrationResult,
  type Capabilities,
  type ChipCard,
  type Experiment,
  type Recording,
  type Substrate,
} from '../../src/model/index.ts';

const root = new URL('../../', import.meta.url).pathname;
const plan = loadCard(CalibrationPlanSchema, `${root}calibration/spiking.yaml`).value;
const EFFORT = { ...plan.effort, drivers: false };

/** Channels without offset. */
function plainReader(substrate: Substrate): PotentialReader {
  const { neurons } = substrate.capabilities;
  return potentialReader(substrate, { offsets: new Float64Array(neurons), slopes: new Float64Array(neurons).fill(1), middle: 120 });
}

function chip(...overrides: string[]): ChipCard {
  return loadCard(ChipSchema, `${root}chips/bss2.yaml`, { overrides }).value;
}

/** Two linear membranes with inputs of given strength and time constant, a perfect converter and no chance at all: rows that carry more than others are all that varies. */
function fake(
  tauSyn: readonly number[],
  drive: readonly number[],
  rowFactor: (row: number) => number,
): Substrate & { readonly tauMem: Float64Array } {
  const tauMem = Float64Array.of(10e-6, 12e-6);
  const capabilities = {
    neurons: 2,
    ticksPerSecond: 1e9,
    cadc: { bits: 8, zero: 0.06, lsb: 4.5e-3, sampleInterval: 1.7e-6, reliable: [30, 210] },
    leakLinearRange: Infinity,
    synapses: { rows: 256, largestWeight: 63 },
  } as unknown as Capabilities;
  const run = async ({ stimulus, probes, until }: Experiment): Promise<Recording> => {
    const tick = Float64Array.from({ length: Math.floor(until / 1700) }, (_, k) => (k + 1) * 1700);
    const values = new Float32Array(2 * tick.length);
    for (let n = 0; n < 2; n++) {
      tick.forEach((at, k) => {
        let v = 80 + 7 * n;
        for (const event of stimulus.rowEvents!) {
          const t = (at - event.tick) / 1e9;
          if (t <= 0) continue;
          const [m, s] = [1 / tauMem[n]!, 1 / tauSyn[n]!];
          const full = (event.sign * drive[n]! * rowFactor(event.row) * (Math.exp(-m * t) - Math.exp(-s * t))) / (s - m) / 4.5e-3;
          v += (stimulus.weight! / 63) * full;
        }
        values[n * tick.length + k] = v;
      });
    }
    return {
      until,
      ticksPerSecond: 1e9,
      spikes: { tick: new Float64Array(), neuron: new Uint32Array() },
      samples: [{ probe: 'cadc', circuits: probes[0]!.circuits, tick, values }],
    };
  };
  return {
    tauMem,
    capabilities,
    bill: { settling: 0, reading: 0, running: 0 },
    configure: async () => {},
    read: async () => new Float64Array(),
    run,
  };
}

describe('measurement of synaptic inputs', () => {
  test.each([1, -1] as const)('on a fake of closed-form potentials it reads strength and time constant, sign %d', async (sign) => {
    const substrate = fake([5e-6, 7e-6], [30e3, 24e3], () => 1);
    const stimulus = synapseStimulus(substrate, sign, { drive: 27e3, tauSyn: 6e-6, tauMem: substrate.tauMem });
    const { reading } = await measureSynapses(substrate, plainReader(substrate), stimulus, EFFORT, 0);
    expect(reading.tauSyn[0]! / 5e-6).toBeCloseTo(1, 2);
    expect(reading.tauSyn[1]! / 7e-6).toBeCloseTo(1, 2);
    expect(reading.drive[0]! / 30e3).toBeCloseTo(1, 2);
    expect(reading.drive[1]! / 24e3).toBeCloseTo(1, 2);
  });

  test('weak inputs get more rows and full weights, strong ones a part of it; the typical potential peaks in the window', () => {
    const substrate = fake([5e-6, 5e-6], [1, 1], () => 1);
    for (const { drive, least } of [
      { drive: 500, least: 2 },
      { drive: 5e3, least: 14 },
      { drive: 30e3, least: 14 },
      { drive: 80e3, least: 14 },
    ]) {
      const { rows, weight } = synapseStimulus(substrate, 1, { drive, tauSyn: 5e-6, tauMem: substrate.tauMem });
      // peak per drive of tau_mem 12 us (the upper median of the two) and tau_syn 5 us
      const peak = ((weight / 63) * rows * drive * 2.69e-6) / 4.5e-3;
      expect(rows).toBeLessThanOrEqual(32);
      expect(peak).toBeGreaterThan(least);
      expect(peak).toBeLessThan(20);
    }
  });

  test('the mismatch of drivers averages over rows: 10 % over 32 rows leaves 1.8 %, and the time constant does not see it', async () => {
    const card = chip('noise.scale=0', 'cells.crosstalk.value=0', 'cadc.bits.value=14', 'cadc.lsb.value=0.1 mV', 'cadc.reliable.value=[600, 10000]', 'mismatch.synapse.value=0 %',
      ...['tau_mem', 'tau_syn_excitatory', 'synaptic_strength_excitatory'].map((name) => `mismatch.${name}.value=0 %`), ...['leak', 'reset', 'threshold'].map((name) => `mismatch.${name}.value=0 V`), 'mismatch.cadc_offset.value=0'); // prettier-ignore
    const errors: number[] = [];
    for (const die of [11, 12]) {
      const substrate = new DieSubstrate(card, die, 1);
      await substrate.configure(uniformTargets(card, plan.targets).nominal);
      const { driveExcitatory, tauSynExcitatory, tauMem } = substrate.truth();
      const stimulus = synapseStimulus(substrate, 1, { drive: driveExcitatory[0]! / 45, tauSyn: tauSynExcitatory[0]!, tauMem });
      const used: number[] = [];
      for (let first = 0; first < 256; first += 32) {
        // on the fine converter the same potential is many more LSB: eight rows of small weights
        const { reading, rowsUsed } = await measureSynapses(
          substrate,
          plainReader(substrate),
          { ...stimulus, weight: 5, rows: 8 },
          EFFORT,
          first,
        );
        used.push(rowsUsed);
        // the circuits of a core share their drivers: one error per core
        for (let core = 0; core < 16; core++) errors.push(reading.drive[32 * core]! / driveExcitatory[0]! - 1);
        for (const tau of reading.tauSyn) expect(Math.abs(tau / tauSynExcitatory[0]! - 1)).toBeLessThan(0.02);
      }
      expect(new Set(used)).toEqual(new Set([32]));
    }
    const rms = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    expect(rms).toBeGreaterThan(0.0177 * 0.8);
    expect(rms).toBeLessThan(0.0177 * 1.2);
  }, 60_000);

  test('a substrate without synapse rows is told so', () => {
    const { synapses: _, ...without } = fake([1], [1], () => 1).capabilities;
    const substrate = { capabilities: without } as unknown as Substrate;
    expect(() => synapseStimulus(substrate, 1, { drive: 1, tauSyn: 1e-6, tauMem: Float64Array.of(1e-5) })).toThrow('synapse rows');
  });
});

describe('calibration of synaptic inputs on dies that nothing was tuned on', () => {
  const card = chip();
  const { targets, nominal } = uniformTargets(card, plan.targets);
  const results: CalibrationResult[] = [];

  async function calibrated(die: number, wanted: CalibrationTargets = targets): Promise<CalibrationResult> {
    const substrate = new DieSubstrate(card, die, 7000 + die);
    const calibration = await calibrateDie(substrate, wanted, nominal, EFFORT);
    return gradeCalibration(card, die, await uncalibratedTruth(card, die, 7000 + die, nominal), substrate, calibration, wanted);
  }

  beforeAll(async () => {
    for (const die of [4001, 4002, 4003]) results.push(await calibrated(die));
  }, 120_000);

  test.each([
    ['tau_syn_excitatory', 's', 0.06],
    ['tau_syn_inhibitory', 's', 0.06],
    ['strength_excitatory', 'V/s', 0.08],
    ['strength_inhibitory', 'V/s', 0.08],
    ['tau_mem', 's', 0.06],
  ] as const)('%s comes from over 15 %% to its bar on every die', (quantity, unit, bar) => {
    for (const { graded } of results) {
      const found = graded.find((entry) => entry.quantity === quantity)!;
      expect(found.unit).toBe(unit);
      expect(found.rmsBefore).toBeGreaterThan(0.15);
      expect(found.rmsAfter).toBeLessThan(bar);
    }
  });

  test.each(['leak', 'reset', 'threshold'] as const)('the %s stays within 1 LSB', (quantity) => {
    for (const { graded } of results) expect(graded.find((entry) => entry.quantity === quantity)!.rmsAfter).toBeLessThan(1);
  });

  test('at most 2 % of all circuits are masked; nearly all of those are too weak for the largest code', () => {
    const masked = results.flatMap(({ graded }) => graded.find(({ quantity }) => quantity === 'strength_excitatory')!.masked);
    expect(masked.filter(Boolean).length / masked.length).toBeLessThanOrEqual(0.02);
  });

  test('the stated intervals hold the truth as often as they say, the three dies together', () => {
    for (const name of ['tau_syn_excitatory', 'tau_syn_inhibitory', 'strength_excitatory', 'strength_inhibitory', 'tau_mem'] as const) {
      const coverage = results.map(({ graded }) => graded.find(({ quantity }) => quantity === name)!.coverage!);
      const share = (within: 'within68' | 'within95'): number =>
        coverage.reduce((sum, one) => sum + one[within], 0) / coverage.reduce((sum, one) => sum + one.circuits, 0);
      expect(share('within68'), name).toBeGreaterThan(0.6);
      expect(share('within68'), name).toBeLessThan(0.76);
      expect(share('within95'), name).toBeGreaterThan(0.9);
      expect(share('within95'), name).toBeLessThan(0.98);
    }
  });

  test('the budget of a time constant names repetition, the membrane it is read through and the next write', () => {
    const { budget } = results[0]!.quantities.find(({ quantity }) => quantity === 'tau_syn_excitatory')!.verification!;
    expect(budget.map(({ component }) => component)).toEqual(['repetition', 'membrane time constant', 'write noise']);
    for (const { rms } of budget) expect(rms).toBeGreaterThan(0.001);
  });

  test('both inputs run after the time constant of the membrane and its leak, and before the resets that they move', () => {
    expect(results[0]!.order).toEqual([
      'cadc_offset',
      'leak',
      'tau_mem',
      'leak',
      'synapse_excitatory',
      'synapse_inhibitory',
      'reset',
      'threshold',
    ]);
  });

  test('the same seeds give the same codes', async () => {
    const again = await calibrated(4001);
    expect(again.quantities).toEqual(results[0]!.quantities);
  }, 60_000);

  test('without targets the inputs keep their codes and no quantity names them', async () => {
    const { leak, reset, threshold, tauMem } = targets;
    const { quantities, graded } = await calibrated(4001, { leak, reset, threshold, tauMem });
    expect(quantities.map(({ quantity }) => quantity)).toEqual(['cadc_offset', 'leak', 'tau_mem', 'reset', 'threshold']);
    expect(graded.map(({ quantity }) => quantity)).toEqual(['cadc_offset', 'leak', 'reset', 'threshold', 'tau_mem']);
  }, 60_000);
});
