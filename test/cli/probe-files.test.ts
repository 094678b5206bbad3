/** What `emulate` records with every probe, read back from its files: the values of the instruments on a chip without mismatch and noise. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readNpy } from '../../src/store/index.ts';
import { makeWorkspace, type Workspace } from '../codesign/workspace.ts';
import { neurolith } from './terminal.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const STEP = 100; // ticks of a window
const STEPS = 600; // 60 ms biological
const NEURONS = 40;

let space: Workspace;
const at = (name: string): string => join(space.folder, name);
const arrays = new Map<string, number[]>();
const npy = (name: string): number[] => arrays.get(name)!;
const table = async (name: string): Promise<Record<string, number>[]> => {
  const bytes = readFileSync(at(`runs/probed/${name}.parquet`));
  return (await parquetReadObjects({
    file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  })) as Record<string, number>[];
};

beforeAll(async () => {
  space = makeWorkspace();
  const cards = ['--chip', at('chips/small.yaml'), '--noc', at('noc/mesh-2x2.yaml'), '-o', at('runs/probed'), '--codes', 'nominal'];
  const ideal = ['-S', 'chip.variation=0', '-S', 'chip.noise.scale=0', '-S', 'chip.synapse.correlation.sensors=on'];
  const probes = ['spikes', 'v@0:8', 'madc@3', 'cadc', 'w', 'correlation'].flatMap((probe) => ['--probe', probe]);
  const workload = at('calibration/workloads/tiny.yaml');
  expect(await neurolith('emulate', workload, ...cards, ...ideal, ...probes, '--parquet', '--quiet')).toMatchObject({ code: 0, err: '' });
  for (const name of ['v', 'madc', 'cadc'].flatMap((probe) => [probe, `${probe}.tick`, `${probe}.neuron`]))
    arrays.set(name, Array.from((await readNpy(at(`runs/probed/${name}.npy`))).data, Number));
  for (const name of ['student', 'teacher'].flatMap((who) => [`${who}.tick`, `${who}.neuron`]))
    arrays.set(name, Array.from((await readNpy(at(`runs/probed/${name}.npy`))).data, Number));
});
afterAll(() => rmSync(space.folder, { recursive: true, force: true }));

test('v@0:8 are eight membranes at the end of every step, in both kinds of file, below the threshold after its crossing', async () => {
  const [values, ticks, neurons] = [npy('v'), npy('v.tick'), npy('v.neuron')];
  expect(neurons).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(ticks).toEqual(Array.from({ length: STEPS }, (_, k) => (k + 1) * STEP));
  expect(values).toHaveLength(8 * STEPS);
  const rows = await table('v');
  expect(rows.map(({ tick }) => tick)).toEqual(ticks);
  for (const n of neurons) expect(rows.map((row) => row[`v_${String(n)}`])).toEqual(values.slice(n * STEPS, (n + 1) * STEPS));
  // a neuron that spiked stands lower at the end of that step than one step before
  const spikes = npy('student.tick').map((tick, k) => [tick, npy('student.neuron')[k]!] as const);
  const seen = spikes.filter(([tick, n]) => n < 8 && tick > 2 * STEP);
  expect(seen.length).toBeGreaterThan(3);
  for (const [tick, n] of seen) {
    const step = Math.ceil(tick / STEP) - 1;
    expect(values[n * STEPS + step]!).toBeLessThan(values[n * STEPS + step - 1]!);
  }
});

test('cadc is every membrane rounded to 4.5 mV each 1.7 us', async () => {
  const [values, ticks, neurons] = [npy('cadc'), npy('cadc.tick'), npy('cadc.neuron')];
  expect(neurons).toEqual(Array.from({ length: NEURONS }, (_, n) => n));
  expect(ticks).toEqual(Array.from({ length: Math.floor(STEPS / 17) }, (_, k) => (k + 1) * 1700));
  const membranes = npy('v');
  for (let n = 0; n < 8; n++)
    ticks.forEach((tick, k) => {
      const lsb = (membranes[n * STEPS + tick / STEP - 1]! - 0.06) / 4.5e-3;
      expect(Math.abs(values[n * ticks.length + k]! - lsb)).toBeLessThanOrEqual(0.501);
    });
  const rows = await table('cadc');
  expect(rows.map((row) => row['cadc_39'])).toEqual(values.slice(39 * ticks.length, 40 * ticks.length));
});

test('madc@3 samples one membrane each 34 ns from 8 us on, in steps of 1.2 mV', async () => {
  const [values, ticks] = [npy('madc'), npy('madc.tick')];
  expect(npy('madc.neuron')).toEqual([3]);
  expect(ticks[0]).toBeGreaterThanOrEqual(8000);
  expect(ticks.slice(1).every((tick, k) => [34, 35].includes(tick - ticks[k]!))).toBe(true);
  const membrane = npy('v').slice(3 * STEPS, 4 * STEPS);
  ticks.forEach((tick, k) => {
    const step = Math.ceil(tick / STEP) - 1;
    const [low, high] = [membrane[step - 1]!, membrane[step]!].toSorted((a, b) => a - b) as [number, number];
    // within a step that spikes the membrane has been higher than at both its ends
    if (membrane[step]! < membrane[step - 1]! - 0.02) return;
    expect(values[k]! * 1.2e-3).toBeGreaterThan(low - 1.3e-3);
    expect(values[k]! * 1.2e-3).toBeLessThan(high + 1.3e-3);
  });
  expect((await table('madc')).map((row) => row['madc_3'])).toEqual(values);
});

test('w has every synapse with its code, as strong as nominal to the code of its circuit, and correlation what its sensors hold', async () => {
  const rows = await table('w');
  // forty neurons with six inputs each, and an external input each
  expect(rows).toHaveLength(NEURONS * 6 + NEURONS);
  for (const { code, nominal, drive, sign, neuron, circuit, causal, anticausal } of rows) {
    expect(Number.isInteger(code) && code! >= 0 && code! <= 63).toBe(true);
    expect(Math.abs(sign!)).toBe(1);
    expect(neuron! < NEURONS && circuit! < 64).toBe(true);
    // the strength of a circuit is a code, with its write noise
    expect(Math.abs(drive! - nominal!)).toBeLessThanOrEqual(0.05 * Math.abs(nominal!));
    expect(causal! >= 0 && causal! <= 255 && anticausal! >= 0 && anticausal! <= 255).toBe(true);
  }
  // pairs were seen: some sensors stand apart from the others
  expect(new Set(rows.map(({ causal }) => causal)).size).toBeGreaterThan(1);
});

test('spikes of chip and teacher stand in both kinds of file', async () => {
  for (const who of ['student', 'teacher']) {
    const rows = await table(who);
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.map(({ tick }) => tick)).toEqual(npy(`${who}.tick`));
    expect(rows.map(({ neuron }) => neuron)).toEqual(npy(`${who}.neuron`));
  }
});

test.each([
  ['sensors that are off', 'correlation', /^--probe: the correlation sensors of small are off; -S chip\.synapse\.correlation\.sensors=on/],
  ['two even circuits on the membrane ADC', 'madc@0,2', /^--probe: the membrane ADC records one even and one odd circuit/],
])('%s: the probe is refused before anything is written', async (_what, probe, message) => {
  const cards = ['--chip', at('chips/small.yaml'), '--noc', at('noc/mesh-2x2.yaml'), '-o', at('runs/refused'), '--codes', 'nominal'];
  const run = await neurolith('emulate', at('calibration/workloads/tiny.yaml'), ...cards, '--probe', probe, '--quiet');
  expect(run.code).toBe(2);
  expect(run.err).toMatch(message);
  expect(existsSync(at('runs/refused'))).toBe(false);
});
