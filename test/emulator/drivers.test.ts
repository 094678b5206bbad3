/** Short-term plasticity and correlation sensors of a die in emulation: one result however the chip is cut and the run is chunked, and in the memory of a die. */
import { beforeAll, expect, test, vi } from 'vitest';
import { ChipPart, compileDie, correlationPlan, type PartPlan } from '../../src/chip/index.ts';
import { readCorrelation } from '../../src/emulator/index.ts';
import { traceHash } from '../../src/model/index.ts';
import { circuits, options } from '../chip/cards.ts';
import { chip, emulate, loop, makeCase, noc, type Case } from './build.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const FOUR = ['geometry.cores.value=4'];
const MESH = noc('mesh-4x4', 'topology={kind: mesh, width: 2, height: 2}');
let run: Case;
beforeAll(() => {
  run = makeCase(
    chip(...FOUR, 'synapse.short_term.mode=depression', 'synapse.short_term.utilisation=1', 'synapse.correlation.sensors=on'),
    loop({ size: 100, weight: 2, rate: 250 }),
    60,
  );
});

test('spikes and sensors are the same in one piece, in two threads and after a restart', async () => {
  const whole = (await emulate(run, MESH)).emulator;
  whole.run(run.until);
  const sensors = whole.correlation()!;
  expect(whole.spikes().tick.length).toBeGreaterThan(50);
  expect(sensors.causal.filter((value) => value > 0).length).toBeGreaterThan(50);
  const cut = (await emulate(run, MESH, { parts: 2 })).emulator;
  try {
    cut.run(run.until);
    expect(traceHash(cut.spikes())).toBe(traceHash(whole.spikes()));
    expect(cut.correlation()).toEqual(sensors);
  } finally {
    cut.close();
  }
  const [first, second] = [(await emulate(run, MESH)).emulator, (await emulate(run, MESH)).emulator];
  first.run(run.until / 2);
  second.restore(first.snapshot());
  second.run(run.until);
  expect(traceHash(second.spikes())).toBe(traceHash(whole.spikes()));
  expect(second.correlation()).toEqual(sensors);
});

test('sensors move no spike, depression does', async () => {
  const hash = async (...overrides: string[]): Promise<string> => {
    const { emulator } = await emulate({ ...run, card: chip(...FOUR, ...overrides) }, MESH);
    emulator.run(run.until);
    return traceHash(emulator.spikes());
  };
  const plain = await hash();
  expect(await hash('synapse.correlation.sensors=on')).toBe(plain);
  expect(await hash('synapse.short_term.mode=depression')).not.toBe(plain);
});

test('sensors are read in LSB of the column ADC', async () => {
  const card = chip(...FOUR, 'synapse.correlation.sensors=on', 'variation=0', 'noise.scale=0');
  const emulation = await emulate({ ...run, card }, MESH);
  emulation.emulator.run(run.until);
  const held = emulation.emulator.correlation()!;
  const read = readCorrelation(emulation, { card, binding: run.binding, noiseSeed: 1 })!;
  held.causal.forEach((value, k) => expect(read.causal[k]).toBe(Math.round(value)));
});

test('a die with its whole synapse array is under 4 MB, with correlation sensors under 6 MB', () => {
  const card = chip('synapse.correlation.sensors=on');
  const size = 131_072;
  const circuit = Uint32Array.from({ length: size }, (_, k) => k >> 8);
  const row = Uint16Array.from({ length: size }, (_, k) => (k >> 13) * 256 + (k & 255));
  const synapses = { circuit, row, sign: new Int8Array(size).fill(1), drive: new Float64Array(size) };
  const correlation = correlationPlan(card, compileDie(card, 1), row, circuit)!;
  const measure = (more: Partial<PartPlan>): number => {
    globalThis.gc?.();
    const before = process.memoryUsage().external;
    const part = new ChipPart({ integrator: 'fast', parameters: circuits(512), synapses, options: options(512), ...more });
    const grown = process.memoryUsage().external - before;
    expect(part.voltages()).toHaveLength(512);
    return grown;
  };
  const bytes = (columns: object): number =>
    Object.values(columns).reduce((sum, column) => sum + ((column as Partial<Float32Array>).byteLength ?? 0), 0);
  const plain = bytes(synapses) + measure({});
  const sensing = bytes(synapses) + bytes(correlation) + measure({ correlation });
  expect(plain).toBeLessThan(4e6);
  expect(sensing).toBeLessThan(6e6);
  expect(sensing).toBeGreaterThan(plain + 1e6);
});
