import { expect, test, vi } from 'vitest';
import { runTeacher } from '../../src/emulator/index.ts';
import type { SpikeColumns } from '../../src/model/index.ts';
import { chip, emulate, FOUR_CORES, IDEAL, makeCase } from './build.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Spike times of each neuron, ticks. */
function trains(spikes: SpikeColumns, count: number): number[][] {
  const result: number[][] = Array.from({ length: count }, () => []);
  for (let i = 0; i < spikes.tick.length; i++) result[spikes.neuron[i]!]!.push(spikes.tick[i]!);
  return result;
}

/** 0.02 ms biological at a speed-up of 1000, in ticks of 1 ns. */
const LIMIT = 20;

test('with every distortion off the student spikes as the teacher for 1 s: none missing, none extra, all within 0.02 ms', async () => {
  // only four of the cores: the others would integrate circuits without a neuron
  const seam = makeCase(chip(...IDEAL, ...FOUR_CORES), 'feed-forward-100', 1000);
  const { emulator } = await emulate(seam, 'ideal');
  emulator.run(seam.until);
  const student = trains(emulator.spikes(), seam.network.count);
  const teacher = trains(runTeacher({ ...seam, weights: 'as asked' }).spikes, seam.network.count);
  expect(teacher.flat().length).toBeGreaterThan(600);
  expect(student.map((train) => train.length)).toEqual(teacher.map((train) => train.length));
  const worst = Math.max(...teacher.flatMap((train, n) => train.map((tick, i) => Math.abs(tick - student[n]![i]!))));
  expect(worst).toBeLessThanOrEqual(LIMIT);
});
