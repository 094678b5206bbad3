/** AdEx workloads on whole circuits, against the event-driven AdEx teacher. */
import { expect, test, vi } from 'vitest';
import { runTeacher } from '../../src/emulator/index.ts';
import { loadWorkload } from '../../src/network/index.ts';
import { chip, emulate, FOUR_CORES, IDEAL, makeCase, type Case } from './build.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const WHOLE = ['neuron.circuit=adex', ...FOUR_CORES];
/** No time in the comparator and the reset: what the teacher does not have either. */
const EXACT = [...IDEAL, ...WHOLE, 'neuron.adex.comparator_delay.value=0 s', 'neuron.adex.reset_tau.value=0 s'];

/** The shipped workload, and the same one without its loops. */
const adapting = loadWorkload(new URL('../../calibration/workloads/adapting-100.yaml', import.meta.url).pathname);
const forward = { ...adapting, value: { ...adapting.value, edges: adapting.value.edges.slice(0, 2) } };

/** Spike times of each neuron of student and teacher, ticks. */
async function bothOf(run: Case): Promise<{ readonly student: number[][]; readonly teacher: number[][] }> {
  const { emulator } = await emulate(run, 'ideal');
  emulator.run(run.until);
  const spikes = { student: emulator.spikes(), teacher: runTeacher({ ...run, weights: 'as asked' }).spikes };
  const trains = (who: keyof typeof spikes): number[][] => {
    const result: number[][] = Array.from({ length: run.network.count }, () => []);
    spikes[who].tick.forEach((tick, i) => result[spikes[who].neuron[i]!]!.push(tick));
    return result;
  };
  return { student: trains('student'), teacher: trains('teacher') };
}

/** Distances of the spikes of each neuron, ticks; no spike may be missing, none extra. */
async function distances(run: Case, least: number): Promise<number[][]> {
  const { student, teacher } = await bothOf(run);
  expect(teacher.flat().length).toBeGreaterThan(least);
  expect(student.map((train) => train.length)).toEqual(teacher.map((train) => train.length));
  return teacher.map((train, n) => train.map((tick, i) => Math.abs(tick - student[n]![i]!)));
}

/** 0.02 ms biological. */
const LIMIT = 20;

test('with every distortion off driven AdEx neurons spike as their teacher to the tick: none missing, none extra', async () => {
  const run = makeCase(chip(...EXACT), forward, 500);
  const found = await distances(run, 600);
  const driven = run.network.populations[0]!.count;
  expect(Math.max(...found.slice(0, driven).flat())).toBeLessThanOrEqual(1);
  // a chip's spikes arrive at whole ticks, the teacher's in between; what a membrane close to V_T makes of that grows from spike to spike of a burst
  const others = found.slice(driven).flat();
  expect(others.filter((distance) => distance > LIMIT).length / others.length).toBeLessThan(0.02);
});

test('through loops no spike of 250 ms is missing, none extra, none off by more than 0.1 ms', async () => {
  expect(Math.max(...(await distances(makeCase(chip(...EXACT), adapting, 250), 350)).flat())).toBeLessThanOrEqual(5 * LIMIT);
});

test('quantised to codes the three kinds of neurons keep their rates to a fifth', async () => {
  const run = makeCase(chip('variation=0', 'noise.scale=0', 'cells.crosstalk.value=0', ...WHOLE), adapting, 250);
  const { student, teacher } = await bothOf(run);
  for (const { first, count } of run.network.populations) {
    const spikes = (all: number[][]): number => all.slice(first, first + count).flat().length;
    expect(Math.abs(spikes(student) / spikes(teacher) - 1)).toBeLessThan(0.2);
  }
});

test('LIF neurons run on whole circuits too, AdEx neurons not where these are bypassed', async () => {
  expect(Math.max(...(await distances(makeCase(chip(...EXACT), 'feed-forward-100', 300), 150)).flat())).toBeLessThanOrEqual(LIMIT);
  expect(() => makeCase(chip(...FOUR_CORES), adapting, 100)).toThrow(/set neuron\.circuit to adex/);
});
