import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STREAMS } from '../../src/base/chance.ts';
import { LIF_FIELDS, LIF_STATE, type LifBank, type LifRun } from '../../src/kernels/index.ts';
import { lifStepTwin } from '../../src/kernels/twins/lif.ts';
import { gaussTwin, noiseWordTwin } from '../../src/kernels/twins/noise.ts';
import { busyBank, neuronOf, pseudo, silentBank } from './support.ts';

const SEED = 11;

/** Spikes of a run as triples with absolute steps. */
function spikesOf(run: LifRun, firstStep: number): [step: number, neuron: number, fraction: number][] {
  return Array.from(run.steps, (step, i) => [firstStep + step, run.neurons[i]!, run.fractions[i]!]);
}

function statesOf(bank: LifBank): Record<string, ArrayLike<number>> {
  return { ...bank.snapshot() };
}

/** Stimulates a bank between steps, the same for the same population numbers. */
function stimulate(bank: LifBank, step: number, firstNeuron = 0): void {
  const [inExc, inInh, inV] = [bank.field('inExc'), bank.field('inInh'), bank.field('inV')];
  for (let n = step % 3; n < bank.count; n += 3) {
    const population = firstNeuron + n;
    inExc[n]! += 3e3 * pseudo(population, step);
    inInh[n]! += 3e3 * pseudo(population, step + 1);
    inV[n]! += 1e-4 * pseudo(population, step + 2);
  }
}

test('1000 steps of 512 neurons equal the twin bit for bit: states, spikes, fractions', () => {
  const unit = 5;
  const first = 2 ** 32 - 500; // the step number crosses the word
  const bank = busyBank(512, SEED, { unit });
  const twins = Array.from({ length: 512 }, (_, n) => neuronOf(bank, n));
  const key = [SEED, 0, STREAMS.noise, 0];
  const expected: [number, number, number][] = [];
  const found: [number, number, number][] = [];
  for (let step = first; step < first + 1000; step++) {
    if (step % 10 === 0) {
      stimulate(bank, step - first);
      for (const name of ['inExc', 'inInh', 'inV'] as const) twins.forEach((twin, n) => (twin[name] = bank.field(name)[n]!));
    }
    twins.forEach((twin, n) => {
      const fraction = lifStepTwin(twin, 0.1, gaussTwin(noiseWordTwin(n, step, unit, key)), true, step);
      if (fraction !== undefined) expected.push([step, n, fraction]);
    });
    found.push(...spikesOf(bank.run(step, 1), step));
  }
  expect(expected.length).toBeGreaterThan(5000);
  expect(found).toEqual(expected);
  for (const name of LIF_STATE) {
    expect({ [name]: bank.field(name) }).toEqual({ [name]: Float32Array.from(twins, (twin) => twin[name]) });
  }
});

test('a run cut anywhere, with a snapshot in between, is the same run', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 2 ** 40 }), (cut, first) => {
      const whole = busyBank(130, SEED);
      const expected = spikesOf(whole.run(first, 300), first);
      const begin = busyBank(130, SEED);
      const head = spikesOf(begin.run(first, cut), first);
      const end = busyBank(130, SEED);
      end.restore(begin.snapshot());
      const tail = spikesOf(end.run(first + cut, 300 - cut), first + cut);
      expect([...head, ...tail]).toEqual(expected);
      expect(statesOf(end)).toEqual(statesOf(whole));
    }),
    { numRuns: 20 },
  );
});

test('a population cut at multiples of 64 sees the same noise and fires the same spikes', () => {
  const whole = busyBank(320, SEED, { unit: 9 });
  const parts = [
    [0, 64],
    [64, 192],
    [256, 64],
  ].map(([firstNeuron, count]) => busyBank(count!, SEED, { unit: 9, firstNeuron: firstNeuron! }));
  const expected = spikesOf(whole.run(1000, 400), 1000);
  const found = parts.flatMap((part) => spikesOf(part.run(1000, 400), 1000)).toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  expect(found).toEqual(expected);
  expect(parts.flatMap((part) => Array.from(part.field('v')))).toEqual(Array.from(whole.field('v')));
});

test('another seed, unit or substream gives other noise', () => {
  const states = [{}, { unit: 1 }, { substream: 1 }].map((options) => {
    const bank = silentBank(64, undefined, { seed: 3, ...options });
    bank.set({ sigma: 1e-3 });
    bank.run(0, 10);
    return bank.field('v').slice();
  });
  expect(states[1]).not.toEqual(states[0]);
  expect(states[2]).not.toEqual(states[0]);
});

test('without noise a run equals one with all sigma zero, bit for bit', () => {
  const [off, zero] = [busyBank(200, SEED), busyBank(200, SEED)];
  for (const bank of [off, zero]) bank.set({ sigma: 0 });
  expect(spikesOf(off.run(7, 500, { noise: false }), 7)).toEqual(spikesOf(zero.run(7, 500), 7));
  expect(statesOf(off)).toEqual(statesOf(zero));
});

test('samples are the membranes after their steps, wherever the run is cut', () => {
  const bank = busyBank(100, SEED, { maxSamples: 20 });
  const steps = [...Array(60).keys()];
  const each = steps.map((step) => {
    bank.run(step, 1);
    return [...bank.field('v')];
  });
  const other = busyBank(100, SEED, { maxSamples: 20 });
  const rows: number[][] = [];
  for (const [first, count] of [
    [0, 5],
    [5, 30],
    [35, 25],
  ] as const) {
    const { samples } = other.run(first, count, { sampleFrom: 3, sampleEvery: 7 });
    for (let at = 0; at < samples.length; at += other.sampleStride) rows.push([...samples.subarray(at, at + 100)]);
  }
  expect(rows).toEqual(steps.filter((step) => step >= 3 && (step - 3) % 7 === 0).map((step) => each[step]));
});

test('with the comparator off nothing fires', () => {
  const bank = busyBank(64, SEED);
  expect(bank.run(0, 200, { comparator: false }).spikes).toBe(0);
  expect(bank.run(200, 200).spikes).toBeGreaterThan(0);
});

test('a full spike list is an error, and a bank without list still counts', () => {
  expect(() => busyBank(64, SEED, { maxSpikes: 10 }).run(0, 200)).toThrow(/spikes in 200 steps, the bank lists 10/);
  const bank = busyBank(64, SEED, { maxSpikes: 0 });
  const { spikes, steps } = bank.run(0, 200);
  expect(steps.length).toBe(0);
  expect(bank.spikeCounts.reduce((sum, count) => sum + count, 0)).toBe(spikes);
  expect(spikes).toBeGreaterThan(100);
});

test('no NaN and no infinity appears for random finite parameters', () => {
  const extreme = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const values = fc.record(Object.fromEntries(LIF_FIELDS.map((name) => [name, fc.array(extreme, { minLength: 8, maxLength: 8 })])));
  fc.assert(
    fc.property(values, (fields) => {
      const bank = silentBank(8);
      bank.set(fields);
      // what a die cannot have: leak and decays are parts of one
      for (const name of ['leak', 'decayExc', 'decayInh'] as const)
        bank.set({ [name]: bank.field(name).map((value) => Math.abs(value) * 1e-6) });
      bank.run(0, 100);
      expect(() => bank.check()).not.toThrow();
    }),
    { numRuns: 200 },
  );
});

test('check names the field and the neuron that is not finite', () => {
  const bank = silentBank(70);
  bank.field('sigma')[66] = NaN;
  expect(() => bank.check()).toThrow('sigma of neuron 66 is NaN');
});

test('impossible banks and requests are refused', () => {
  expect(() => silentBank(0)).toThrow(/at least one neuron/);
  expect(() => silentBank(4, undefined, { firstNeuron: 32 })).toThrow(/multiple of 64/);
  expect(() => silentBank(4, undefined, { linear: 0 })).toThrow(/linear range/);
  expect(() => silentBank(4).run(0, 2000, { sampleEvery: 1 })).toThrow(/holds 1000 samples of a run, not 2000/);
});
