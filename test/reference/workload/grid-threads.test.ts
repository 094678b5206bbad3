import { expect, test } from 'vitest';
import { buildNetwork, currentChanges, loadWorkload, stimulusEvents, withDelay, type Network } from '../../../src/network/index.ts';
import type { WorkloadCard } from '../../../src/model/index.ts';
import { GridThreads, teacherOf, type PreciseSpikes, type TeacherSnapshot } from '../../../src/reference/index.ts';

const TICKS = 1e9;
const UNTIL = 0.06 * TICKS;
const METHOD = { mode: 'grid', tolerance: 1e-8, step: 1e-4 } as const;

function prepared(name: string): { card: WorkloadCard; network: Network; input: Parameters<typeof teacherOf>[2] } {
  const loaded = loadWorkload(`calibration/workloads/${name}.yaml`, { overrides: [] });
  const card = loaded.value;
  const built = buildNetwork(card, loaded);
  const network = built.delay === null ? withDelay(built, 1e-3) : built;
  return {
    card,
    network,
    input: {
      events: stimulusEvents(card, network, 1, UNTIL, TICKS, 1),
      currents: currentChanges(card, network, 1, UNTIL, TICKS),
    },
  };
}

/** Runs from a snapshot (or the start) to an end on so many threads; 0 is the teacher without threads. */
async function run(
  name: string,
  threads: number,
  until: number,
  from?: TeacherSnapshot,
): Promise<{ spikes: PreciseSpikes; weights: Float64Array | undefined; snapshot: TeacherSnapshot }> {
  const { card, network, input } = prepared(name);
  if (threads === 0) {
    const teacher = teacherOf(card, network, input, METHOD, from);
    return { spikes: teacher.advance(until), weights: teacher.weights(), snapshot: teacher.snapshot() };
  }
  const teacher = await GridThreads.open(card, network, input, METHOD, from, threads);
  try {
    return { spikes: await teacher.advance(until), weights: teacher.weights(), snapshot: await teacher.snapshot() };
  } finally {
    await teacher.close();
  }
}

test.each(['small-world-300', 'adapting-100', 'plastic-relays', 'neuron-models'])(
  '%s on two and on three threads: spikes, weights and snapshots are those of one, bit by bit',
  async (name) => {
    const whole = await run(name, 0, UNTIL);
    expect(whole.spikes.ticks.length).toBeGreaterThan(20);
    expect(await run(name, 2, UNTIL)).toEqual(whole);
    expect(await run(name, 3, UNTIL)).toEqual(whole);
  },
);

test('a run that is cut goes on from its snapshot on another number of threads', async () => {
  for (const name of ['plastic-relays', 'neuron-models']) {
    const whole = await run(name, 0, UNTIL);
    const half = await run(name, 2, UNTIL / 2);
    const ends = [await run(name, 0, UNTIL, half.snapshot), await run(name, 3, UNTIL, half.snapshot)];
    for (const end of ends) {
      expect(end.snapshot).toEqual(whole.snapshot);
      expect(end.weights).toEqual(whole.weights);
      expect([...half.spikes.ticks, ...end.spikes.ticks]).toEqual([...whole.spikes.ticks]);
      expect([...half.spikes.neurons, ...end.spikes.neurons]).toEqual([...whole.spikes.neurons]);
    }
  }
});

test('what the grid cannot represent is told by the thread that finds it', async () => {
  const { card, network, input } = prepared('small-world-300');
  const odd = { ...METHOD, step: 1.7e-4 };
  await expect(GridThreads.open(card, network, input, odd, undefined, 2)).rejects.toThrow(/expected a multiple of 0.17 ms/);
});
