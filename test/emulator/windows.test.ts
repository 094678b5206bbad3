/**
 * Whole windows in the kernel against windows one by one, on random chips: what `Emulator` does step by step through threads (a chip in several parts is never run whole in the kernel) has the same spikes,
 * activity, latencies and membranes, bit for bit.
 */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import { traceHash, type NeuronCell, type Setting } from '../../src/model/index.ts';
import { WindowKernel } from '../../src/emulator/window-kernel.ts';
import { chip, emulate, loop, makeCase, noc } from './build.ts';

vi.setConfig({ testTimeout: 240_000 });

const CHIPS = fc.record({
  circuit: fc.constantFrom('lif', 'adex'),
  noise: fc.constantFrom(0, 1),
  variation: fc.constantFrom(0, 1),
  line: fc.boolean(),
  delay: fc.integer({ min: 2, max: 40 }), // tenths of a biological ms
  weight: fc.integer({ min: 2, max: 30 }), // tenths of a mV
  inDegree: fc.integer({ min: 2, max: 40 }),
  size: fc.integer({ min: 30, max: 120 }),
  seed: fc.integer({ min: 1, max: 1000 }),
  clock: fc.constantFrom('600 kHz', '7 MHz', '250 MHz'),
  width: fc.constantFrom(2, 4),
  // how far codes stand from those that the workload asks for: the whole range of a cell is 1023
  spread: fc.constantFrom(0, 40, 1023),
});

test('whole windows in the kernel are windows one by one, bit for bit, on random chips', async () => {
  const inKernel = vi.spyOn(WindowKernel.prototype, 'run');
  let spikes = 0;
  await fc.assert(
    fc.asyncProperty(CHIPS, async (x) => {
      const card = chip(
        'geometry.cores.value=4',
        `neuron.circuit=${x.circuit}`,
        `noise.scale=${String(x.noise)}`,
        `variation=${String(x.variation)}`,
        ...(x.line ? ['interface.delay_line={ bits: 5, step: 100 ns }'] : []),
      );
      const plain = makeCase(
        card,
        loop({
          size: x.size,
          inDegree: Math.min(x.inDegree, x.size - 1),
          weight: x.weight / 10,
          rate: 150,
          seed: x.seed,
          delay: `${String(x.delay / 10)} ms`,
        }),
        20,
      );
      const run = { ...plain, setting: scattered(plain.setting, x.spread, x.seed) };
      const network = noc(
        'mesh-4x4',
        `topology={kind: mesh, width: ${String(x.width)}, height: ${String(4 / x.width)}}`,
        `clock=${x.clock}`,
      );
      const results = [];
      for (const parts of [1, 2]) {
        const { emulator, transport } = await emulate(run, network, { parts, dieSeed: x.seed, noiseSeed: x.seed + 1 });
        try {
          // in calls of different lengths
          for (let tick = 700 * parts; tick < run.until; tick += 700 * parts) emulator.run(tick);
          emulator.run(run.until);
          expect(inKernel.mock.calls.length > 0).toBe(parts === 1);
          inKernel.mockClear();
          if (parts === 1) spikes += emulator.spikes().tick.length;
          results.push({
            hash: traceHash(emulator.spikes()),
            membranes: emulator.membranes(),
            activity: emulator.activity,
            latencies: emulator.latencies(),
            account: transport.account(),
          });
        } finally {
          emulator.close();
        }
      }
      expect(results[1]).toEqual(results[0]);
    }),
    { numRuns: 5, seed: 3 },
  );
  // chips that stay silent would agree cheaply
  expect(spikes).toBeGreaterThan(100);
});

/** Codes up to `spread` away from those of a setting, within their range. */
function scattered(setting: Setting, spread: number, seed: number): Setting {
  const chance = new Chance(seed, 'search');
  const codes = Object.fromEntries(
    Object.entries(setting.codes ?? {}).map(([kind, values], i) => [
      kind,
      values.map((code, n) => Math.min(Math.max(code + Math.round(spread * (2 * chance.uniform(n, i) - 1)), 0), 1022)),
    ]),
  ) as Record<NeuronCell, Int32Array>;
  return { ...setting, codes };
}
