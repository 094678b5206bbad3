/** The seam between student and teacher, and what each distortion alone does to it. */
import { beforeAll, expect, test, vi } from 'vitest';
import { runTeacher } from '../../src/emulator/index.ts';
import type { SpikeColumns } from '../../src/model/index.ts';
import { chip, emulate, FOUR_CORES, IDEAL, makeCase, MESH_2X2, noc, timing } from './build.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const SECONDS = 0.3;
const [FROM, UNTIL] = [0.05, SECONDS];
const without = (name: string): string[] => [...IDEAL.filter((field) => !field.startsWith(name)), ...FOUR_CORES];
let teacher: SpikeColumns;
let other: SpikeColumns;
let ideal: number;

/** Timing of a student on this card; checks on the way that nothing is lost. */
async function timingOn(overrides: string[]): Promise<number> {
  const run = makeCase(chip(...overrides), 'feed-forward-100', 1000 * SECONDS);
  const { emulator, transport } = await emulate(run, 'ideal');
  emulator.run(run.until);
  const { offered, delivered, inFlight } = transport.account();
  expect(offered).toBe(delivered + inFlight);
  expect(emulator.activity.late).toBe(0);
  return timing(run, { student: emulator.spikes(), teacher, other }, FROM, UNTIL);
}

beforeAll(async () => {
  const card = chip(...IDEAL, ...FOUR_CORES);
  [teacher, other] = [1, 2].map(
    (seed) => runTeacher({ ...makeCase(card, 'feed-forward-100', 1000 * SECONDS, seed), weights: 'as asked' }).spikes,
  ) as [SpikeColumns, SpikeColumns];
  ideal = await timingOn([...IDEAL, ...FOUR_CORES]);
});

test('without any distortion the student is the teacher, but for the rounding of ticks', () => {
  expect(ideal).toBeGreaterThan(0.995);
});

test.each([
  ['the fast integrator', without('integrator')],
  ['a leak OTA that saturates', without('neuron.ota')],
  ['membrane noise', without('noise.scale')],
  ['quantised codes and weights', without('quantisation')],
  ['mismatch', without('variation')],
])('%s alone lowers the fidelity', async (_, overrides) => {
  const distorted = await timingOn(overrides);
  expect(distorted).toBeLessThan(ideal);
  expect(distorted).toBeGreaterThan(-1);
});

test('a network-on-chip alone lowers the fidelity, and the loaded one by more than the spread between stimuli', async () => {
  const card = chip(...IDEAL, ...FOUR_CORES);
  const layouts = {
    idle: noc('mesh-4x4', MESH_2X2),
    loaded: noc('mesh-4x4', MESH_2X2, 'clock=2 MHz', 'packet.mode=per-synapse', 'source_queue={capacity: 8, policy: drop-newest}'),
  };
  const seeds = [1, 2, 3];
  const cases = [...seeds, 4].map((seed) => makeCase(card, 'feed-forward-100', 1000 * SECONDS, seed));
  const teachers = cases.map((run) => runTeacher({ ...run, weights: 'as asked' }).spikes);
  const timings = { idle: [] as number[], loaded: [] as number[] };
  for (const [name, layout] of Object.entries(layouts) as [keyof typeof timings, (typeof layouts)['idle']][]) {
    for (const [i] of seeds.entries()) {
      const { emulator, transport } = await emulate(cases[i]!, layout);
      emulator.run(cases[i]!.until);
      const { offered, delivered, lost, inFlight } = transport.account();
      expect(offered).toBe(delivered + inFlight + lost['source queue']!);
      timings[name].push(timing(cases[i]!, { student: emulator.spikes(), teacher: teachers[i]!, other: teachers[i + 1]! }, FROM, UNTIL));
    }
  }
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = (values: readonly number[]): number =>
    Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1));
  expect(mean(timings.idle)).toBeLessThan(ideal);
  expect(mean(timings.idle) - mean(timings.loaded)).toBeGreaterThan(Math.max(spread(timings.idle), spread(timings.loaded)));
});
