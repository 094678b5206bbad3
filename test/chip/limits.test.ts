/** What no circuit of a die may do, whatever is written to it; and the noise of whole circuits. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { DieSubstrate } from '../../src/chip/index.ts';
import { NEURON_CELLS } from '../../src/model/index.ts';
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
