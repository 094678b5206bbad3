import { expect, test } from 'vitest';
import { measureChannelOffsets } from '../../src/calibration/index.ts';
import { measureLeak, measureReset } from '../../src/calibration/potentials.ts';
import { allCircuits, potentialReader, type PotentialReader } from '../../src/calibration/reader.ts';
import { measureTauMem } from '../../src/calibration/tau-mem.ts';
import { drivingCurrent, measureThreshold } from '../../src/calibration/threshold.ts';
import { DieSubstrate, lsbOfVoltage } from '../../src/chip/index.ts';
import type { CalibrationEffort, Experiment, Recording, Substrate } from '../../src/model/index.ts';
import { bss2, deviation, mean, nominal, TARGETS } from '../chip/cards.ts';
import { FakeSubstrate } from './fake-substrate.ts';

const EFFORT: CalibrationEffort = { samples: 32, repeats: 8, dither: 5, mask_above: 6, verify: 8, seed: 1 };

async function readerOf(substrate: Substrate): Promise<PotentialReader> {
  return potentialReader(substrate, await measureChannelOffsets(substrate, EFFORT));
}

test('on straight lines every measurement is exact', async () => {
  const fake = new FakeSubstrate();
  const channels = await measureChannelOffsets(fake, EFFORT);
  const { offsets, residual } = channels;
  offsets.forEach((offset, n) => expect(offset).toBeCloseTo(n - 8, 9));
  for (const value of residual) expect(value).toBeCloseTo(0, 9);
  const reader = potentialReader(fake, channels);
  const truth = (name: 'leak' | 'reset' | 'threshold' | 'tauMem'): number[] => Array.from(allCircuits(fake), (n) => fake.truth(n)[name]);
  const close = (found: Float64Array, expected: number[], tolerance: number): void =>
    found.forEach((value, n) => expect(Math.abs(value / expected[n]! - 1)).toBeLessThan(tolerance));
  close(await measureLeak(fake, reader, EFFORT), truth('leak'), 1e-9);
  close(await measureReset(fake, reader, EFFORT), truth('reset'), 1e-9);
  close(await measureTauMem(fake, reader, EFFORT, 10e-6), truth('tauMem'), 1e-4);
  close(
    await measureThreshold(fake, reader, EFFORT, { current: await drivingCurrent(fake, EFFORT), tauMem: 10e-6, rest: 60 }),
    truth('threshold'),
    1e-3,
  );
});

test('channels at the end of their scale for all debug voltages have no offset, and readings at an end tell a side', async () => {
  class Stuck extends FakeSubstrate {
    override async read(circuits: Uint32Array, samples: number): Promise<Float64Array> {
      const values = await super.read(circuits, samples);
      return values.fill(255, 3 * samples, 4 * samples);
    }
  }
  const { offsets } = await measureChannelOffsets(new Stuck(), EFFORT);
  expect(offsets[3]).toBeNaN();
  expect(offsets[4]).toBeCloseTo(-4, 9);
  const fake = new FakeSubstrate();
  const reader = await readerOf(fake);
  await fake.configure({ codes: { leak: new Int32Array(16).fill(0) } });
  expect((await measureLeak(fake, reader, EFFORT))[0]).toBe(-Infinity);
  await fake.configure({ codes: { leak: new Int32Array(16).fill(1022), reset: new Int32Array(16).fill(1022) } });
  expect(reader.correct(2, 255)).toBeNaN();
  expect(reader.correct(2, 100)).toBeCloseTo(106, 9);
});

test('on a die every measurement agrees with the truth within its noise', async () => {
  const card = bss2();
  const die = new DieSubstrate(card, 21, 1);
  await die.configure(nominal(card));
  const channels = await measureChannelOffsets(die, EFFORT);
  const { offsets, residual } = channels;
  expect(deviation(offsets)).toBeGreaterThan(12);
  expect(deviation(residual)).toBeLessThan(0.35);
  const reader = potentialReader(die, channels);
  const truth = die.truth();
  const errors = (found: Float64Array, expected: Float64Array): Float64Array =>
    found.map((value, n) => value - lsbOfVoltage(card, expected[n]!)).filter(Number.isFinite);
  const leak = errors(await measureLeak(die, reader, EFFORT), truth.rest);
  const reset = errors(await measureReset(die, reader, EFFORT), truth.reset);
  for (const found of [leak, reset]) {
    expect(found.length).toBeGreaterThan(508);
    expect(Math.abs(mean(found))).toBeLessThan(0.05);
    expect(deviation(found)).toBeLessThan(0.45);
  }
  const current = await drivingCurrent(die, EFFORT);
  const threshold = errors(
    await measureThreshold(die, reader, EFFORT, { current, tauMem: TARGETS.tauMem, rest: lsbOfVoltage(card, TARGETS.leak) }),
    truth.threshold,
  );
  expect(threshold.length).toBeGreaterThan(495);
  expect(Math.abs(mean(threshold))).toBeLessThan(0.35);
  expect(deviation(threshold)).toBeLessThan(1.2);
  // resets well below the leaks, as the calibration puts them
  await die.configure({ codes: { reset: new Int32Array(512).fill(nominal(card).codes!.reset![0]! - 130) } });
  const { tauMem } = die.truth();
  const taus = await measureTauMem(die, reader, EFFORT, TARGETS.tauMem);
  const relative = taus.map((tau, n) => tau / tauMem[n]! - 1).filter(Number.isFinite);
  expect(relative.length).toBeGreaterThan(505);
  expect(Math.abs(mean(relative))).toBeLessThan(0.01);
  expect(deviation(relative)).toBeLessThan(0.05);
});

/** Membranes with a tanh leak under constant currents, by the closed form of their time to the threshold; all else are straight lines. LSB and us. */
class BentSubstrate extends FakeSubstrate {
  static readonly REST = 80;
  static readonly TAU = 10;
  static readonly RANGE = 89;
  override readonly capabilities = { ...new FakeSubstrate().capabilities, leakLinearRange: BentSubstrate.RANGE * 0.005 };

  override async run({ stimulus, probes, until }: Experiment): Promise<Recording> {
    const circuits = probes[0]?.circuits ?? new Uint32Array(0);
    const tick = Float64Array.from({ length: Math.floor(until / 1700) }, (_, s) => 1700 * s);
    const values = new Float32Array(circuits.length * tick.length);
    const spikes: [number, number][] = [];
    for (let n = 0; n < this.capabilities.neurons; n++) {
      const { reset, threshold } = this.truth(n);
      // dz/dt = (alpha - tanh z) / tau:   t = tau (alpha z + ln(alpha cosh z - sinh z)) / (alpha^2 - 1)
      const alpha = 0.905 + 0.01 * n;
      const time = (v: number): number => {
        const z = (v - BentSubstrate.REST) / BentSubstrate.RANGE;
        return (BentSubstrate.TAU * (alpha * z + Math.log(alpha * Math.cosh(z) - Math.sinh(z)))) / (alpha * alpha - 1);
      };
      const rise = Math.round(1000 * (time(threshold) - time(reset)));
      const fired = (stimulus.releaseAt ?? [0]).flatMap((start, k, all) => {
        const end = all[k + 1] ?? until;
        return Array.from(
          { length: Math.max(Math.ceil((end - start - rise) / (rise + 2000)), 0) },
          (_, i) => start + rise + i * (rise + 2000),
        );
      });
      spikes.push(...fired.map((at): [number, number] => [at, n]));
      tick.forEach((at, s) => {
        const lead = (fired.find((spike) => spike > at) ?? until) - at;
        let [low, high] = [reset, threshold];
        for (let k = 0; k < 40; k++) {
          const v = (low + high) / 2;
          if (1000 * (time(threshold) - time(v)) > lead) low = v;
          else high = v;
        }
        values[n * tick.length + s] = low;
      });
    }
    spikes.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    return {
      until,
      ticksPerSecond: 1e9,
      spikes: { tick: Float64Array.from(spikes, ([at]) => at), neuron: Uint32Array.from(spikes, ([, n]) => n) },
      samples: [{ probe: 'cadc', circuits, tick, values }],
    };
  }
}

test.each([450, 600])('thresholds are read where the leak bends the rise to them, code %i', async (code) => {
  const fake = new BentSubstrate();
  await fake.configure({ codes: { reset: new Int32Array(16).fill(520), threshold: new Int32Array(16).fill(code) } });
  const reader = potentialReader(fake, { offsets: new Float64Array(16), slopes: new Float64Array(16).fill(1), middle: 120 });
  const drive = { current: 100, tauMem: 1e-6 * BentSubstrate.TAU, rest: BentSubstrate.REST };
  const found = await measureThreshold(fake, reader, { ...EFFORT, repeats: 32 }, drive);
  const errors = found.map((value, n) => value - fake.truth(n).threshold);
  for (const error of errors) expect(Math.abs(error)).toBeLessThan(0.015);
});
