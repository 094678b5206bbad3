/**
 * Confluence: what comes first when a spike arrives in the very tick of a crossing, or of the end of refractoriness. In a circuit with current synapses an arrival changes the
 * slope of the membrane, not its voltage, so the two documented outcomes are one and the same spike train.
 */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { SpikeColumns } from '../../src/model/index.ts';
import { chip, emulate, IDEAL, loop, makeCase, type Case } from './build.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const CARD = chip(...IDEAL, 'geometry.cores.value=2', 'geometry.neurons_per_core.value=16');

async function spikesOf(run: Case, confluence: 'internal-first' | 'external-first'): Promise<SpikeColumns> {
  const { emulator } = await emulate(run, 'ideal', { confluence });
  emulator.run(run.until);
  return emulator.spikes();
}

/** The same case with input events in the very ticks of its crossings, of the arrivals of its spikes, and of the ends of refractoriness. */
function withCoincidences(run: Case, { tick, neuron }: SpikeColumns): Case {
  const events = Array.from(run.stimulus.tick, (at, i) => [at, run.stimulus.source[i]!] as const);
  tick.forEach((at, i) => {
    const target = run.network.target[run.network.rowStart[neuron[i]!]!]!;
    events.push([at, neuron[i]!], [at + run.binding.delay, target], [at + run.binding.refractory, neuron[i]!]);
  });
  events.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return { ...run, stimulus: { tick: Float64Array.from(events, ([at]) => at), source: Uint32Array.from(events, ([, source]) => source) } };
}

test('with current synapses both rules give the same spikes, also where events coincide', async () => {
  const network = fc.record({
    size: fc.integer({ min: 8, max: 24 }),
    inDegree: fc.integer({ min: 1, max: 6 }),
    weight: fc.integer({ min: 1, max: 4 }),
    rate: fc.integer({ min: 60, max: 150 }),
    seed: fc.nat(1000),
  });
  await fc.assert(
    fc.asyncProperty(network, async (shape) => {
      const run = makeCase(CARD, loop(shape), 30);
      const coinciding = withCoincidences(run, await spikesOf(run, 'internal-first'));
      expect(await spikesOf(coinciding, 'external-first')).toEqual(await spikesOf(coinciding, 'internal-first'));
    }),
    { numRuns: 8 },
  );
});
