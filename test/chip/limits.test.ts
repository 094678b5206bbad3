/** What no circuit of a die may do, whatever is written to it; and the noise of whole circuits. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { adexOptions, ChipPart, circuitParameters, compileDie, DieSubstrate, type StepArrivals } from '../../src/chip/index.ts';
import { defaultDigital } from '../../src/chip/adex-circuit.ts';
import { NEURON_CELLS, type NeuronCell } from '../../src/model/index.ts';
import { bss2, circuits, deviation, options } from './cards.ts';
import { LifBank } from '../../src/kernels/index.ts';
import { bankOptions, fillBank, settle } from '../../src/chip/fast.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 60_000 });

test('random codes of the whole 10-bit space: no reading is NaN, no spike out of its time', async () => {
  const card = bss2('neuron.circuit=adex', 'geometry.cores.value=2');
  const codes = fc.array(fc.integer({ min: 0, max: 1022 }), { minLength: 64, maxLength: 64 });
  const setting = fc.record(Object.fromEntries(NEURON_CELLS.map((cell) => [cell, codes])));
  await fc.assert(
    fc.asyncProperty(setting, fc.integer({ min: 0, max: 2 }), async (written, mode) => {
      const die = new DieSubstrate(card, 1, 1);
      const cells = Object.fromEntries(Object.entries(written).map(([cell, list]) => [cell, Int32Array.from(list)]));
      await die.configure({ codes: cells, leakMode: new Uint8Array(64).fill(mode) });
      const circuit = Uint32Array.from({ length: 64 }, (_, n) => n);
      const { spikes, samples } = await die.run({
        stimulus: { rowEvents: [{ tick: 5000, row: 3, sign: 1 }] },
        probes: [{ kind: 'cadc', circuits: circuit, from: 0 }],
        until: 20_000,
      });
      expect(samples[0]!.values.every((value) => value >= 0 && value <= 255)).toBe(true);
      expect(spikes.tick.every((tick) => tick >= 0 && tick <= 20_100)).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test.each([2e-8, 1e-7, 1e-6])('membrane noise of whole circuits at steps of %d s is Ornstein-Uhlenbeck within two per cent', (step) => {
  const count = 512;
  const quiet = {
    exponentialRate: 0,
    exponentialVoltage: 1,
    exponentialSlope: 0.02,
    exponentialClip: Infinity,
    adaptationCoupling: 0,
    adaptationGain: 0,
    adaptationTau: 1e-4,
    adaptationJump: 0,
    adaptationLeak: 0.6,
    adaptationReference: 0.6,
    comparatorDelay: 0,
  };
  const adex = Object.fromEntries(Object.entries(quiet).map(([name, value]) => [name, new Float64Array(count).fill(value)])) as never;
  const parameters = { ...circuits(count, { rest: 0.6, threshold: 1.1 }), adex };
  const set = options(count, {
    step,
    noise: 0.002,
    linearRange: Infinity,
    adex: { linearRange: Infinity, rails: [0, 1.2], resetTau: 0, holdOff: 0, comparatorNoise: 0 },
  });
  const bank = new LifBank(count, { ...bankOptions(set), maxSpikes: 0, maxSamples: 64 });
  fillBank(bank, parameters, set);
  settle(bank, parameters, set);
  // forget the start, then samples one time constant apart
  const gap = Math.round(1e-5 / step);
  bank.run(0, 8 * gap);
  const values: number[][] = [];
  for (let k = 0; k < 60; k++) {
    bank.run((8 + k) * gap, gap);
    values.push(Array.from(bank.field('v'), (v) => v - 0.6));
  }
  const all = values.flat();
  expect(Math.abs(deviation(all) / 0.002 - 1)).toBeLessThan(0.02);
  const products = values.slice(1).flatMap((row, k) => row.map((v, n) => v * values[k]![n]!));
  const correlation = products.reduce((sum, v) => sum + v, 0) / products.length / 0.002 ** 2;
  expect(Math.abs(correlation - Math.exp(-1))).toBeLessThan(0.02);
});

const NOTHING: StepArrivals = { count: 0, from: new Uint32Array(1), to: new Uint32Array(1), remaining: new Float64Array(1) };

/** Standard deviation relative to the stated one and correlation over `gap` steps of 512 membranes at rest. */
function noiseAtRest(
  integrator: 'fast' | 'accurate',
  tau: number,
  step: number,
  samples: number,
): { readonly deviation: number; readonly correlation: number } {
  const count = 512;
  const part = new ChipPart({
    integrator,
    parameters: circuits(count, { rest: 0.5, tauMem: tau }),
    synapses: { circuit: new Uint32Array(0), sign: new Int8Array(0), drive: new Float64Array(0) },
    options: options(count, { step, noise: 0.002, linearRange: Infinity }),
  });
  const gap = Math.max(Math.round(tau / step), 1);
  let [index, squares, products] = [0, 0, 0];
  let before: Float64Array | undefined;
  for (let k = -8; k < samples; k++) {
    for (let s = 0; s < gap; s++) part.advance(index++, NOTHING);
    const now = part.voltages().map((v) => v - 0.5);
    if (k >= 0) now.forEach((v, n) => (squares += v * v) && (products += v * before![n]!));
    before = now;
  }
  return {
    deviation: Math.sqrt(squares / (samples * count)) / 0.002,
    correlation: products / squares - Math.exp((-gap * step) / tau),
  };
}

test.each([
  [0.06, 120],
  [0.36, 120],
  [0.5, 120],
  [1, 120],
  [3, 60],
])('a membrane of %d steps is Ornstein-Uhlenbeck with either integrator, within two per cent', (ratio, samples) => {
  for (const integrator of ['fast', 'accurate'] as const) {
    const { deviation: found, correlation } = noiseAtRest(integrator, ratio * 1e-7, 1e-7, samples);
    expect([integrator, Math.abs(found - 1) < 0.02, Math.abs(correlation) < 0.02]).toEqual([integrator, true, true]);
  }
});

test('a die at any corner, temperature, supply and spread, at the ends of its codes, has no state that is not a number, with either integrator', () => {
  const extremes = fc.record({
    corner: fc.constantFrom('SS', 'TT', 'FF'),
    temperature: fc.constantFrom(-40, 27, 125),
    supply: fc.constantFrom('1.0 V', '1.2 V', '1.4 V'),
    variation: fc.constantFrom(0, 1, 5),
    circuit: fc.constantFrom('lif', 'adex', 'integrator'),
    capacitance: fc.constantFrom(0, 1, 63),
    mode: fc.integer({ min: 0, max: 2 }),
    code: fc.constantFrom(0, 1, 511, 1022),
    integrator: fc.constantFrom('fast' as const, 'accurate' as const),
    seed: fc.integer({ min: 1, max: 1000 }),
  });
  fc.assert(
    fc.property(extremes, ({ corner, temperature, supply, variation, circuit, capacitance, mode, code, integrator, seed }) => {
      const card = bss2(
        `corner=${corner}`,
        `temperature=${String(temperature)}`,
        `supply=${supply}`,
        `variation=${String(variation)}`,
        `neuron.circuit=${circuit}`,
        'geometry.cores.value=1',
      );
      const codes = Object.fromEntries(NEURON_CELLS.map((kind) => [kind, new Float64Array(32).fill(code)])) as Record<
        NeuronCell,
        Float64Array
      >;
      const digital = { ...defaultDigital(32), capacitance: new Uint8Array(32).fill(capacitance) };
      const parameters = circuitParameters(card, compileDie(card, seed), codes, new Uint8Array(32).fill(mode), digital);
      const part = new ChipPart({
        integrator,
        parameters,
        synapses: {
          circuit: Uint32Array.from({ length: 32 }, (_, n) => n),
          sign: Int8Array.from({ length: 32 }, (_, n) => (n % 2 === 0 ? 1 : -1)),
          drive: parameters.driveExcitatory,
        },
        options: options(32, { noise: 0.002, linearRange: card.neuron.linear_range.value, ...adexOptions(card) }),
      });
      part.setCurrent(parameters.offsetCurrent);
      const events = { count: 1, from: Uint32Array.of(0), to: Uint32Array.of(32), remaining: Float64Array.of(3e-8) };
      for (let k = 0; k < 40; k++) part.advance(k, k % 4 === 0 ? events : NOTHING);
      for (const column of part.snapshot().columns) expect(column.every((value) => Number.isFinite(value))).toBe(true);
      const [low, high] = card.neuron.adex!.rails.value;
      if (circuit === 'adex') expect(part.voltages().every((v) => v >= low - 1e-6 && v <= high + 1e-6)).toBe(true);
      // a leak holds a bypassed circuit near the levels that push it: it never rings to a thousand volts
      else if (circuit === 'lif') expect(part.voltages().every((v) => Math.abs(v) < 1000)).toBe(true);
    }),
    { numRuns: 60 },
  );
});
