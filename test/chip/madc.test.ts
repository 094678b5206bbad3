import { beforeAll, expect, test } from 'vitest';
import { InfeasibleError } from '../../src/base/index.ts';
import { DieSubstrate } from '../../src/chip/index.ts';
import type { Recording } from '../../src/model/index.ts';
import { bss2, deviation, IDEAL, mean, nominal } from './cards.ts';

const { exp } = Math;
const PAIR = Uint32Array.of(5, 2);
const card = bss2(...IDEAL, 'neuron.ota=linear');
const LSB = 1.2e-3;
let ideal: DieSubstrate;

beforeAll(async () => {
  ideal = new DieSubstrate(card, 1, 1);
  await ideal.configure({ ...nominal(card), spiking: false });
});

const run = async (substrate: DieSubstrate, circuits: Uint32Array, until: number, from = 0): Promise<Recording> =>
  substrate.run({ stimulus: { releaseAt: [20_000] }, probes: [{ kind: 'madc', circuits, from }], until });

test('a membrane that is let go is seen on its exponential, to half an LSB', async () => {
  const { samples } = await run(ideal, Uint32Array.of(2), 60_000);
  const { rest, reset, tauMem } = ideal.truth();
  const [row] = samples;
  expect(samples).toHaveLength(1);
  expect(row!.tick.length).toBe(Math.floor(60_000 / 34) + 1 - Math.ceil(8000 / 34));
  row!.tick.forEach((tick, i) => {
    const t = (tick - 20_000) * 1e-9;
    const v = t <= 0 ? rest[2]! : rest[2]! + (reset[2]! - rest[2]!) * exp(-t / tauMem[2]!);
    // a sample inside the step of the release stands between both levels
    if (t > -1e-7 && t <= 1e-7) return;
    expect(Math.abs(row!.values[i]! - v / LSB)).toBeLessThan(0.52);
  });
});

test('an even and an odd circuit take turns, the even one first, after the worthless beginning', async () => {
  const { samples } = await run(ideal, PAIR, 30_000, 1000);
  expect(samples.map(({ probe, circuits }) => [probe, [...circuits]])).toEqual([
    ['madc', [2]],
    ['madc', [5]],
  ]);
  const [even, odd] = samples;
  const firstIndex = Math.ceil(8000 / 34);
  expect(even!.tick[0]).toBe(1000 + 34 * (firstIndex + (firstIndex % 2)));
  expect([even!.tick[1]! - even!.tick[0]!, Math.abs(odd!.tick[0]! - even!.tick[0]!)]).toEqual([68, 34]);
  expect(Math.min(even!.tick[0]!, odd!.tick[0]!)).toBeGreaterThanOrEqual(9000);
});

test('two circuits of one line, more than two, or none are refused', async () => {
  for (const circuits of [[0, 2], [1, 3], [0, 1, 2], []])
    await expect(run(ideal, Uint32Array.from(circuits), 20_000)).rejects.toThrow(InfeasibleError);
  await expect(ideal.read(Uint32Array.of(0), 70_000, 'madc')).rejects.toThrow('the counter of the membrane ADC ends at 65536');
});

test('a card without the converter says so', async () => {
  const { madc: _, spike_counter: __, ...rest } = card;
  const plain = new DieSubstrate(rest, 1, 1);
  expect(plain.capabilities.madc).toBeUndefined();
  await expect(plain.read(PAIR, 1, 'madc')).rejects.toThrow('BSS-2-like has no membrane ADC (madc)');
  await expect(plain.run({ stimulus: {}, probes: [{ kind: 'counter', circuits: PAIR, from: 0 }], until: 100 })).rejects.toThrow(
    'no spike counters',
  );
});

test('readings of settled membranes agree with the truth, and every pair is billed its time', async () => {
  const before = ideal.bill.reading;
  const circuits = Uint32Array.of(0, 1, 2, 4, 7);
  const values = await ideal.read(circuits, 8, 'madc');
  circuits.forEach((circuit, i) => {
    for (let s = 0; s < 8; s++) expect(values[i * 8 + s]).toBe(Math.round(ideal.truth().rest[circuit]! / LSB));
  });
  // three recordings of a beginning and of 8 samples for each of two circuits, one in the last
  expect(ideal.bill.reading - before).toBeCloseTo(3 * 8e-6 + (2 * 18 + 9) * 34e-9, 6);
});

test('held in reset, membranes are seen at their reset plateau', async () => {
  const held = new DieSubstrate(card, 1, 1);
  await held.configure({ ...nominal(card), holdReset: true });
  const values = await held.read(Uint32Array.of(3), 2, 'madc');
  expect([...values]).toEqual(Array.from({ length: 2 }, () => Math.round(held.truth().reset[3]! / LSB)));
});

test('the noise of a sample and the offset of a line are those of the card', async () => {
  // no membrane noise: the spread that is left is that of the converter
  const offsets: number[] = [];
  const spreads: number[] = [];
  for (let seed = 1; seed <= 30; seed++) {
    const noisy = bss2(
      'variation=1',
      'noise.membrane.value=0 V',
      'cells.write_noise.value=0',
      'cells.crosstalk.value=0',
      'madc.line_slope.value=0 %',
    );
    const die = new DieSubstrate(noisy, seed, 1);
    await die.configure({ ...nominal(noisy), spiking: false });
    const values = await die.read(Uint32Array.of(0, 1), 200, 'madc');
    for (const n of [0, 1]) {
      const mine = values.subarray(200 * n, 200 * n + 200);
      spreads.push(deviation(mine));
      offsets.push(mean(mine) * LSB - die.truth().rest[n]!);
    }
  }
  // rounding adds a twelfth to the variance
  expect(mean(spreads)).toBeCloseTo(Math.sqrt(1.5 ** 2 + 1 / 12), 1);
  // 60 offsets: four standard errors of a standard deviation are 37 %
  expect(deviation(offsets)).toBeGreaterThan(2e-3 * 0.63);
  expect(deviation(offsets)).toBeLessThan(2e-3 * 1.37);
});

test('a second instrument changes nothing that the first one sees', async () => {
  const noisy = bss2();
  const record = async (both: boolean): Promise<Recording> => {
    const die = new DieSubstrate(noisy, 3, 4);
    await die.configure(nominal(noisy));
    const cadc = { kind: 'cadc' as const, circuits: Uint32Array.of(1, 300), from: 500 };
    const madc = { kind: 'madc' as const, circuits: PAIR, from: 0 };
    return die.run({ stimulus: { releaseAt: [0] }, probes: both ? [madc, cadc] : [cadc], until: 40_000 });
  };
  const [alone, together] = [await record(false), await record(true)];
  expect(together.samples[0]).toEqual(alone.samples[0]);
  expect(together.spikes).toEqual(alone.spikes);
});

test('spike counters count modulo 256 from their tick on and keep their overflow', async () => {
  const busy = bss2(...IDEAL);
  const die = new DieSubstrate(busy, 1, 1);
  const setting = nominal(busy);
  // the leak over the threshold: every circuit fires without input
  const leak = setting.codes!.leak!.map((code) => code + 300);
  await die.configure({ ...setting, codes: { ...setting.codes, leak }, refractory: 1e-6 });
  const circuits = Uint32Array.of(7, 0);
  const { spikes, counters } = await die.run({ stimulus: {}, probes: [{ kind: 'counter', circuits, from: 100_000 }], until: 6_000_000 });
  const counted = [7, 0].map((n) => spikes.neuron.filter((neuron, i) => neuron === n && spikes.tick[i]! >= 100_000).length);
  expect(counted[0]).toBeGreaterThan(256);
  expect([...counters!.count]).toEqual(counted.map((count) => count % 256));
  expect([...counters!.overflow]).toEqual([1, 1]);
});
