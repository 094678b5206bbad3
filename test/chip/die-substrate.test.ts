import { expect, test } from 'vitest';
import { DieSubstrate, lsbOfVoltage } from '../../src/chip/index.ts';
import { bss2, deviation, IDEAL, mean, nominal, TARGETS } from './cards.ts';

const ALL = Uint32Array.from({ length: 512 }, (_, n) => n);
/** A converter fine enough to see the membrane as it is. */
const FINE = ['cadc.bits.value=14', 'cadc.lsb.value=0.1 mV', 'noise.cadc_read.value=0'];

async function bench(noiseSeed: number, ...overrides: readonly string[]): Promise<DieSubstrate> {
  const card = bss2(...overrides);
  const die = new DieSubstrate(card, 11, noiseSeed);
  await die.configure(nominal(card));
  return die;
}

test('a channel reads a debug voltage with its offset and a noise of 1 LSB, rounded and clipped', async () => {
  const die = await bench(1);
  await die.configure({ cadcInput: { debugVoltage: 0.60225 } });
  const readings = await die.read(ALL, 400);
  const rows = Array.from(ALL, (n) => readings.subarray(400 * n, 400 * (n + 1)));
  // rounding adds a twelfth
  expect(mean(rows.map((row) => deviation(row) ** 2))).toBeCloseTo(1 + 1 / 12, 1.7);
  expect(deviation(rows.map(mean))).toBeGreaterThan(10);
  expect(readings.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)).toBe(true);
  await die.configure({ cadcInput: { debugVoltage: 3 } });
  expect(new Set(await die.read(ALL, 2))).toEqual(new Set([255]));
  await die.configure({ cadcInput: { debugVoltage: -1 } });
  expect(new Set(await die.read(ALL, 2))).toEqual(new Set([0]));
});

test('channel offsets spread as on the card, and the same channel keeps its own', async () => {
  const offsets = async (noiseSeed: number): Promise<Float64Array> => {
    const die = await bench(noiseSeed);
    await die.configure({ cadcInput: { debugVoltage: 0.645 } });
    return (await die.read(ALL, 1)).map((value) => value - 130);
  };
  const [first, second] = [await offsets(1), await offsets(2)];
  expect(deviation(first)).toBeGreaterThan(12);
  expect(deviation(first)).toBeLessThan(19);
  expect(deviation(first.map((value, n) => value - second[n]!))).toBeLessThan(2);
});

test('no two readings see the same noise', async () => {
  const die = await bench(1, 'noise.membrane.value=0 V');
  const rows = [await die.read(ALL, 1), await die.read(ALL, 1)];
  await die.configure({});
  rows.push(await die.read(ALL, 1));
  await die.run({ stimulus: {}, probes: [], until: 1000 });
  rows.push(await die.read(ALL, 1));
  expect(new Set(rows.map((row) => row.join())).size).toBe(4);
});

test('the membrane noise has the stated rms and the autocorrelation of an Ornstein-Uhlenbeck process, from the first sample on', async () => {
  const die = await bench(3, 'variation=0', 'cells.write_noise.value=0', 'cells.crosstalk.value=0', ...FINE);
  await die.configure({ spiking: false });
  const samples = 2500;
  const readings = await die.read(ALL, samples);
  const { rest, tauMem } = die.truth();
  const level = (rest[0]! - 0.06) / 1e-4;
  const moment = (lag: number): number => {
    let sum = 0;
    for (let n = 0; n < 512; n++) {
      for (let s = 0; s + lag < samples; s++) sum += (readings[n * samples + s]! - level) * (readings[n * samples + s + lag]! - level);
    }
    return sum / (512 * (samples - lag));
  };
  const variance = moment(0);
  expect(Math.abs(Math.sqrt(variance) * 1e-4 - 0.002)).toBeLessThan(0.02 * 0.002);
  for (const lag of [1, 2, 4, 8]) {
    const expected = Math.exp((-lag * 1.7e-6) / tauMem[0]!);
    expect(Math.abs(moment(lag) / variance - expected)).toBeLessThan(0.02);
  }
  // right after a write: over many settlings, because 512 values leave 3 %
  const first: number[] = [];
  for (let k = 0; k < 20; k++) {
    await die.configure({});
    first.push(...(await die.read(ALL, 1)));
  }
  expect(Math.abs(deviation(first) * 1e-4 - 0.002)).toBeLessThan(0.03 * 0.002);
});

test('samples and spikes of one tick: the sample sees the membrane after the spike, and never one that is yet to be reset', async () => {
  const card = bss2(...IDEAL, 'cadc.bits.value=14', 'cadc.lsb.value=0.1 mV');
  const die = new DieSubstrate(card, 1, 1);
  const { codes, ...rest } = nominal(card);
  // 512 different currents: crossings fall everywhere between the samples
  await die.configure({ ...rest, codes: { ...codes, offset_current: Int32Array.from(ALL, (n) => 60 + n) }, offsetCurrentOn: true });
  const { samples, spikes } = await die.run({
    stimulus: { releaseAt: [0] },
    probes: [{ kind: 'cadc', circuits: ALL, from: 0 }],
    until: 60_000,
  });
  const { tick, values } = samples[0]!;
  const { reset, threshold } = die.truth();
  const trains = Array.from(ALL, (): number[] => []);
  spikes.tick.forEach((at, i) => trains[spikes.neuron[i]!]!.push(at));
  let equal = 0;
  for (const n of ALL) {
    for (let s = 0; s < tick.length; s++) {
      const volts = 0.06 + values[n * tick.length + s]! * 1e-4;
      const last = trains[n]!.findLast((at) => at <= tick[s]!);
      if (last === tick[s]) equal++;
      const held = last !== undefined && tick[s]! - last < 2000;
      if (held) expect(Math.abs(volts - reset[n]!)).toBeLessThan(1e-4);
      else expect(volts).toBeLessThan(threshold[n]! + 1e-4);
    }
  }
  // the case did occur
  expect(equal).toBeGreaterThan(3);
  // columns sorted by tick, then neuron
  const keys = Array.from(spikes.tick, (at, i) => at * 512 + spikes.neuron[i]!);
  expect(keys).toEqual(keys.toSorted((a, b) => a - b));
});

test('the first sample stands at the tick of the probe, the next one interval later; a release at a tick acts after the sample of that tick', async () => {
  const die = await bench(1, ...IDEAL, 'cadc.bits.value=14', 'cadc.lsb.value=0.1 mV');
  const { samples } = await die.run({
    stimulus: { releaseAt: [6800, 99_999_999] },
    probes: [{ kind: 'cadc', circuits: Uint32Array.of(0), from: 3400 }],
    until: 12_000,
  });
  const { tick, values } = samples[0]!;
  expect([...tick]).toEqual([3400, 5100, 6800, 8500, 10_200, 11_900]);
  const rest = Math.round((TARGETS.leak - 0.06) / 1e-4);
  for (const k of [0, 1, 2]) expect(Math.abs(values[k]! - rest)).toBeLessThan(10);
  for (const k of [3, 4, 5]) expect(values[k]!).toBeLessThan(rest - 150);
});

test('a long run is the same as its probes make it: probes change no spike', async () => {
  const spikesOf = async (probed: boolean): Promise<number[]> => {
    const card = bss2();
    const die = new DieSubstrate(card, 11, 1);
    await die.configure({
      ...nominal(card),
      codes: { ...nominal(card).codes, offset_current: new Int32Array(512).fill(80) },
      offsetCurrentOn: true,
    });
    const probes = probed ? [{ kind: 'cadc' as const, circuits: ALL, from: 300 }] : [];
    const { spikes } = await die.run({ stimulus: { releaseAt: [0, 50_000] }, probes, until: 250_000 });
    return [...spikes.tick];
  };
  const bare = await spikesOf(false);
  expect(bare.length).toBeGreaterThan(1000);
  expect(await spikesOf(true)).toEqual(bare);
});

test('refractory periods are whole counts of the clock', async () => {
  const intervals = async (refractory: number): Promise<number> => {
    const card = bss2(...IDEAL);
    const die = new DieSubstrate(card, 1, 1);
    const { codes, ...rest } = nominal(card);
    await die.configure({ ...rest, codes: { ...codes, offset_current: new Int32Array(512).fill(200) }, offsetCurrentOn: true, refractory });
    const { spikes } = await die.run({ stimulus: { releaseAt: [0] }, probes: [], until: 50_000 });
    const train = [...spikes.tick].filter((_, i) => spikes.neuron[i] === 0);
    return (train.at(-1)! - train[0]!) / (train.length - 1);
  };
  const two = await intervals(2e-6);
  expect(Math.abs((await intervals(2.003e-6)) - two)).toBeLessThan(1);
  // 8 bits of 8 ns end at 2.04 us: 188 counts of the next slower clock are nearest to 3 us
  expect((await intervals(3e-6)) - two).toBeCloseTo(188 * 16 - 2000, 0);
});

test('held in reset every channel sees the reset plateau of the truth', async () => {
  const die = await bench(1, 'mismatch.cadc_offset.value=0');
  await die.configure({ holdReset: true });
  const readings = await die.read(ALL, 64);
  const { reset } = die.truth();
  const card = bss2();
  const errors = Array.from(ALL, (n) => mean(readings.subarray(64 * n, 64 * (n + 1))) - lsbOfVoltage(card, reset[n]!));
  expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.6);
});

test('everything is billed: one settling per write of any number of cells, none for a write of nothing', async () => {
  const die = await bench(1);
  const before = die.bill;
  await die.configure(nominal(bss2()));
  expect(die.bill.settling).toBe(before.settling);
  await die.configure({ codes: { leak: Int32Array.from(ALL), reset: Int32Array.from(ALL) } });
  expect(die.bill.settling - before.settling).toBeCloseTo(0.02, 12);
  await die.read(ALL, 10);
  await die.run({ stimulus: {}, probes: [], until: 5000 });
  expect(die.bill.reading - before.reading).toBeCloseTo(17e-6, 12);
  expect(die.bill.running - before.running).toBeCloseTo(5e-6, 12);
});

test('what cannot be done is refused', async () => {
  const die = await bench(1);
  await expect(die.configure({ codes: { leak: new Int32Array(512).fill(1023) } })).rejects.toThrow(/0 to 1022/);
  await expect(die.configure({ codes: { leak: new Int32Array(3) } })).rejects.toThrow(/512 codes/);
  await expect(die.configure({ leakMode: new Uint8Array(512).fill(3) })).rejects.toThrow(/leak modes/);
  const probe = { kind: 'cadc' as const, circuits: ALL, from: 0 };
  await expect(die.run({ stimulus: {}, probes: [probe, probe], until: 10 })).rejects.toThrow('one probe of kind cadc');
  expect(() => new DieSubstrate(bss2('step.value=33.3 ns'), 1, 1)).toThrow(/whole number of ticks/);
});
