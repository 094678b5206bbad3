/** Activity and what it costs: every counter is the number of events in the trace, energy is activity times cost. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { energySummary, latencySummary, spikeAccount } from '../../src/codesign/accounting.ts';
import { activityBetween } from '../../src/noc/index.ts';
import { NocTransport } from '../../src/emulator/index.ts';
import { chip, emulate, FOUR_CORES, loop, makeCase, MESH_2X2, noc } from '../emulator/build.ts';

test('the counters of a run are the events of its trace, and its energy is their sum weighted with the costs of the cards', async () => {
  const run = makeCase(chip(...FOUR_CORES), loop(), 60);
  const layout = noc('mesh-4x4', MESH_2X2, 'clock=5 MHz');
  const { emulator, transport } = await emulate(run, layout);
  const before = (transport as NocTransport).read();
  emulator.run(run.until);
  const { activity } = emulator;
  const spikes = emulator.spikes();
  const { rowStart } = run.binding.synapses;
  expect(activity.spikes).toBe(spikes.tick.length);
  expect(activity.inputEvents).toBe(run.stimulus.tick.length);
  expect(activity.windows).toBe(run.until / 100);
  const overNetwork = emulator.latencies().length;
  const fromInputs = run.stimulus.source.reduce(
    (sum, s) => sum + rowStart[run.network.count + s + 1]! - rowStart[run.network.count + s]!,
    0,
  );
  // events of the local loop have kind 0 and are counted when they act, those of the network when they reach the row
  const waiting = emulator.snapshot().waiting.filter(({ kind }) => kind !== 0);
  const notYet = waiting.reduce((sum, { from, to }) => sum + to - from, 0);
  expect(activity.localEvents).toBeGreaterThan(100);
  expect(activity.synapticEvents + notYet).toBe(overNetwork + fromInputs + activity.localEvents);

  const network = activityBetween(layout, before, (transport as NocTransport).read());
  const account = spikeAccount(activity, transport.account());
  expect(account.deliveriesOffered).toBe(account.deliveriesMade + account.deliveriesInFlight);
  const energy = energySummary(run.card, activity, run.until / 1e9, { layout, activity: network });
  const { coefficients, graph } = layout;
  const links = network.linkFlits.reduce((sum, flits, link) => sum + flits * graph.linkLength[link]! * 1e3, 0);
  const expectedLink = coefficients.linkPerFlitMm.value * (layout.flitBits / 32) * links;
  expect(energy.link * activity.spikes).toBeCloseTo(expectedLink, 20);
  expect((energy.link * activity.spikes) / expectedLink).toBeCloseTo(1, 12);
  expect((energy.synapse * activity.spikes) / (activity.synapticEvents * run.card.energy.synaptic_event.value)).toBeCloseTo(1, 12);
  expect(energy.neuron / run.card.energy.neuron_spike.value).toBeCloseTo(1, 12);
  expect(energy.perSpike! / (energy.router + energy.link + energy.synapse + energy.neuron)).toBeCloseTo(1, 12);
  expect(energy.staticEnergy / (energy.staticPower * (run.until / 1e9))).toBeCloseTo(1, 12);
});

test('energy is linear in activity, and a silent run has no energy per spike', () => {
  const card = chip();
  const activity = (spikes: number, synapticEvents: number) => ({
    spikes,
    synapticEvents,
    inputEvents: 0,
    localEvents: 0,
    late: 0,
    windows: 1,
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.nat(1e7), fc.integer({ min: 1, max: 100 }), (spikes, events, factor) => {
      const one = energySummary(card, activity(spikes, events), 1, null);
      const many = energySummary(card, activity(spikes * factor, events * factor), 1, null);
      expect(many.perSpike! / one.perSpike!).toBeCloseTo(1, 12);
    }),
  );
  expect(energySummary(card, activity(0, 5), 1, null)).toMatchObject({ perSpike: null, router: 0, synapse: 0 });
});

test('latency is a nearest-rank percentile in seconds and in cycles of the network', () => {
  const ticks = Float64Array.from({ length: 100 }, (_, i) => 100 * (i + 1));
  const { p50, p99, mean, cyclesP50, cyclesP99 } = latencySummary(ticks, 1e9, 250e6);
  expect([p50, p99]).toEqual([5e-6, 9.9e-6]);
  expect(mean).toBeCloseTo(5.05e-6, 15);
  expect(cyclesP50).toBeCloseTo(1250, 9);
  expect(cyclesP99).toBeCloseTo(2475, 9);
  expect(latencySummary(new Float64Array(0), 1e9, 250e6)).toEqual({ p50: null, p99: null, mean: null, cyclesP50: null, cyclesP99: null });
});
