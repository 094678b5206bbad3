import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STREAMS } from '../../src/base/chance.ts';
import { instantiate, KernelMemory, LifBank, type AdexBankOptions, type BankField } from '../../src/kernels/index.ts';
import { adexStepTwin, type AdexNeuron } from '../../src/kernels/twins/adex.ts';
import { logTwin } from '../../src/kernels/twins/elementary.ts';
import { gaussTwin, noiseWordTwin } from '../../src/kernels/twins/noise.ts';
import { pseudo } from './support.ts';

const SEED = 11;
const SHARED: AdexBankOptions = { linear: 0.4, rails: [0, 1.2], comparatorNoise: 1e-3 };

/** Everything random and busy: spikes at a few per cent of the steps, resets, blind times, delays. */
const RANGES: Readonly<Partial<Record<BankField, readonly [low: number, high: number]>>> = {
  v: [0.3, 0.7],
  rest: [0.4, 0.7],
  leak: [0.002, 0.03],
  synapseExc: [0, 1e4],
  gainExc: [5e-8, 1e-7],
  decayExc: [0.9, 0.999],
  synapseInh: [0, 1e4],
  gainInh: [5e-8, 1e-7],
  decayInh: [0.9, 0.999],
  drive: [-1e-3, 6e-3],
  sigma: [0, 5e-3],
  remaining: [-1, 5],
  reset: [0.3, 0.6],
  threshold: [0.75, 1.1],
  armed: [0.75, 1.1],
  refractorySteps: [0, 6],
  blindSteps: [0, 8],
  exponentialInverse: [36, 144],
  exponentialVoltage: [0.55, 0.85],
  exponentialSlope: [0.01, 0.04],
  exponentialClip: [2, 7],
  adaptation: [-0.1, 0.2],
  adaptationDecay: [0.99, 0.9999],
  adaptationGain: [-0.01, 0.01],
  adaptationLeak: [0.3, 0.6],
  adaptationCoupling: [0.005, 0.02],
  adaptationReference: [0.4, 0.8],
  timer: [-0.9, 3],
  delay: [0, 0.9],
  resetRate: [-2, 3],
  adaptationJump: [-0.02, 0.06],
  resetTaken: [0.1, 1],
};

function busy(count: number, options: { firstNeuron?: number; unit?: number } = {}): LifBank {
  const bank = new LifBank(count, { maxSpikes: 200_000, seed: SEED, linear: 0.25, adex: SHARED, ...options });
  const first = options.firstNeuron ?? 0;
  for (const [name, [low, high]] of Object.entries(RANGES) as [BankField, readonly [number, number]][]) {
    const values = bank.field(name);
    for (let n = 0; n < count; n++) {
      const value = low + (high - low) * pseudo(first + n, bank.fields.indexOf(name) + 500);
      // a third of the circuits resets at once
      values[n] = name === 'resetRate' ? Math.max(value, 0) : name === 'resetTaken' && bank.field('resetRate')[n] === 0 ? 1 : value;
    }
  }
  return bank;
}

test('500 steps of 256 whole circuits equal the twin bit for bit: states, spikes, fractions', () => {
  const unit = 5;
  const bank = busy(256, { unit });
  const twins = Array.from(
    { length: 256 },
    (_, n) => Object.fromEntries(bank.fields.map((name) => [name, bank.field(name)[n]!])) as AdexNeuron,
  );
  const shared = { linear: 0.25, adaptationLinear: SHARED.linear, rails: SHARED.rails, comparatorNoise: SHARED.comparatorNoise };
  const expected: [number, number, number][] = [];
  const found: [number, number, number][] = [];
  for (let step = 0; step < 500; step++) {
    twins.forEach((twin, n) => {
      const draw = (substream: number): number => gaussTwin(noiseWordTwin(n, step, unit, [SEED, 0, STREAMS.noise, substream]));
      const fraction = adexStepTwin(twin, shared, draw(0), draw(1), true, step);
      if (fraction !== undefined) expected.push([step, n, fraction]);
    });
    const { steps, neurons, fractions } = bank.run(step, 1);
    for (let i = 0; i < steps.length; i++) found.push([step, neurons[i]!, fractions[i]!]);
  }
  expect(expected.length).toBeGreaterThan(2000);
  expect(found).toEqual(expected);
  for (const name of bank.state) expect({ [name]: bank.field(name) }).toEqual({ [name]: Float32Array.from(twins, (twin) => twin[name]) });
});

test('a step under a constant current is the closed solution of the exponential, also on its upstroke', () => {
  const [v, slope] = [0.6, 0.02];
  fc.assert(
    fc.property(fc.double({ min: -0.5, max: 0.5, noNaN: true }), fc.double({ min: 1e-4, max: 0.9, noNaN: true }), (k, y) => {
      const z = y / (k === 0 ? 1 : Math.expm1(k) / k);
      const bank = new LifBank(1, { maxSpikes: 1, adex: { ...SHARED, comparatorNoise: 0 } });
      const exponentialVoltage = v - slope * Math.log(z);
      bank.set({
        v,
        drive: k * slope,
        exponentialInverse: 1 / (slope * Math.LN2),
        exponentialVoltage,
        exponentialSlope: slope,
        exponentialClip: 100,
      });
      bank.set({ threshold: 1, armed: 1 });
      bank.run(0, 1, { noise: false });
      // the next term of the series of sinh(k / 2) / (k / 2), the exponential's own error, voltages in f32
      const tolerance = (slope * y * (k ** 4 / 1900 + 2e-5)) / (1 - y) + 2e-7;
      expect(Math.abs(bank.field('v')[0]! - (v + k * slope - slope * Math.log1p(-y)))).toBeLessThan(tolerance);
    }),
    { numRuns: 300 },
  );
});

test('whole circuits cut anywhere, in time or at multiples of 64, give the same bits', () => {
  const whole = busy(192, { unit: 3 });
  const spikes = whole.run(0, 300).spikes;
  const parts = [busy(64, { unit: 3 }), busy(128, { unit: 3, firstNeuron: 64 })];
  const counts = parts.map((part) => {
    const before = part.run(0, 131).spikes;
    const again = busy(part.count, { unit: 3 });
    for (const name of part.fields) again.field(name).set(part.field(name));
    return before + part.run(131, 169).spikes;
  });
  expect(counts[0]! + counts[1]!).toBe(spikes);
  for (const name of whole.state) {
    expect(parts.flatMap((part) => Array.from(part.field(name)))).toEqual(Array.from(whole.field(name)));
  }
});

test('a bank of several tiles lists spikes by steps, then neurons, and samples what single steps give', () => {
  const together = busy(1100, { unit: 3 });
  const alone = busy(1100, { unit: 3 });
  const { spikes, steps, neurons, fractions } = together.run(0, 60);
  expect(spikes).toBeGreaterThan(500);
  let i = 0;
  for (let step = 0; step < 60; step++) {
    const one = alone.run(step, 1);
    for (let k = 0; k < one.spikes; k++, i++) {
      expect([steps[i], neurons[i], fractions[i]]).toEqual([step, one.neurons[k], one.fractions[k]]);
    }
  }
  expect(i).toBe(spikes);
  for (const name of together.state) expect(together.field(name)).toEqual(alone.field(name));
});

test('ln of the kernel equals its twin bit for bit and the true one to 1e-7', () => {
  const memory = new KernelMemory();
  const kernels = instantiate(memory);
  const [x, y] = [memory.allocate(16), memory.allocate(16)];
  fc.assert(
    fc.property(
      fc.array(fc.float({ min: Math.fround(1e-30), max: Math.fround(1e30), noNaN: true }), { minLength: 4, maxLength: 4 }),
      (values) => {
        memory.f32(x, 4).set(values);
        kernels.logAll(x, y, 4);
        memory.f32(y, 4).forEach((value, i) => {
          expect(value).toBe(logTwin(values[i]!));
          expect(Math.abs(value - Math.log(values[i]!))).toBeLessThanOrEqual(1.3e-7 * Math.max(Math.abs(Math.log(values[i]!)), 1));
        });
      },
    ),
    { numRuns: 500 },
  );
});

test('no NaN and no voltage beyond the rails appears for random finite parameters', () => {
  const extreme = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const names = new LifBank(1, { maxSpikes: 1, adex: SHARED }).fields;
  const values = fc.record(Object.fromEntries(names.map((name) => [name, fc.array(extreme, { minLength: 8, maxLength: 8 })])));
  fc.assert(
    fc.property(values, (fields) => {
      const bank = new LifBank(8, { maxSpikes: 10_000, adex: SHARED });
      bank.set(fields);
      // what a die cannot have: leaks and decays are parts of one, slopes above zero, references within the rails
      for (const name of ['leak', 'decayExc', 'decayInh', 'adaptationDecay'] as const)
        bank.set({ [name]: bank.field(name).map((value) => Math.abs(value) * 1e-6) });
      bank.set({ adaptationReference: bank.field('adaptationReference').map((value) => Math.abs(value) * 1e-6) });
      bank.run(0, 100);
      expect(() => bank.check()).not.toThrow();
      for (const v of bank.field('v')) expect(v >= 0 && v <= Math.fround(1.2)).toBe(true);
    }),
    { numRuns: 200 },
  );
});
