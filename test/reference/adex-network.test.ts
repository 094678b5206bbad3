import { expect, test } from 'vitest';
import { runAdexNetwork, runCell, type AdexNetwork, type SynapseTable } from '../../src/reference/index.ts';
import { Chance } from '../../src/base/index.ts';
import { largestError } from './shared-cases.ts';

// prettier-ignore
const CELL = {
  C_m: 281, g_L: 30, E_L: -70.6, V_th: -50.4, Delta_T: 2, a: 4, tau_w: 144, b: 80.5, V_reset: -70.6, V_peak: 0, t_ref: 1.5,
  tau_ex: 5, tau_in: 10, E_ex: 0, E_in: -80,
};
const NONE: SynapseTable = { offsets: new Uint32Array(1), targets: new Uint32Array(0), amplitudes: new Float64Array(0), delayTicks: [] };

/** The same neuron in volts and seconds, `count` times. */
function network(count: number, current: number, synapses = { ...NONE, offsets: new Uint32Array(count + 1) }): AdexNetwork {
  const column = (value: number): Float64Array => new Float64Array(count).fill(value);
  return {
    neurons: {
      tauMem: column(CELL.C_m / CELL.g_L / 1000),
      tauSynExc: column(5e-3),
      tauSynInh: column(10e-3),
      restVoltage: column(-70.6e-3),
      threshold: column(-50.4e-3),
      slopeFactor: column(2e-3),
      peak: column(0),
      reset: column(-70.6e-3),
      refractory: column(1.5e-3),
      adaptationTau: column(144e-3),
      adaptationRate: column((CELL.a / CELL.C_m) * 1000),
      adaptationJump: column(CELL.b / CELL.C_m),
      drive: column(current / CELL.C_m),
      reversalExc: column(0),
      reversalInh: column(-80e-3),
    },
    synapses,
  };
}

const times = (run: ReturnType<typeof runAdexNetwork>): number[] =>
  Array.from(run.spikes.ticks, (tick, i) => (tick + run.spikes.fractions[i]!) / 1e6);

test('an AdEx neuron of the network spikes where the cell of the bench does, under a step and under synaptic events', () => {
  const bench = runCell({ model: 'adex', parameters: CELL, duration: 300, currentSteps: [[0, 1000]] }, { tolerance: 1e-12 });
  expect(bench.spikes.length).toBeGreaterThan(8);
  expect(largestError(times(runAdexNetwork(network(1, 1000), { until: 300e6 })), bench.spikes)).toBeLessThan(1e-5);
  const chance = new Chance(1, 'stimulus');
  const kicks = Array.from({ length: 900 }, (_, i): [number, number, number] => [
    chance.integer(i, 0, 300_000) / 1000,
    chance.uniform(i, 1) < 0.2 ? 3 : 2,
    4,
  ]).toSorted((a, b) => a[0] - b[0]);
  const noisy = runCell({ model: 'adex', parameters: CELL, duration: 300, currentSteps: [[0, 300]], kicks }, { tolerance: 1e-12 });
  expect(noisy.spikes.length).toBeGreaterThan(5);
  const external: SynapseTable = {
    offsets: Uint32Array.of(0, 1, 2),
    targets: Uint32Array.of(0, 0),
    amplitudes: Float64Array.of((4 / CELL.C_m) * 1000, (-4 / CELL.C_m) * 1000),
    delayTicks: [0, 0],
  };
  const events = { ticks: kicks.map((kick) => Math.round(kick[0] * 1e6)), sources: kicks.map((kick) => kick[1] - 2) };
  const run = runAdexNetwork({ ...network(1, 300), external }, { until: 300e6, events });
  expect(largestError(times(run), noisy.spikes)).toBeLessThan(1e-4);
});

test('a run cut anywhere and resumed gives the same bits, and probes leave no trace', () => {
  const count = 12;
  const chance = new Chance(5, 'graph');
  const offsets = Uint32Array.from({ length: count + 1 }, (_, s) => 5 * s);
  const synapses = {
    offsets,
    targets: Uint32Array.from({ length: 5 * count }, (_, i) => chance.integer(i, 0, count)),
    amplitudes: Float64Array.from({ length: 5 * count }, (_, i) => (chance.uniform(i, 1) < 0.3 ? -40 : 30)),
    delayTicks: Float64Array.from({ length: 5 * count }, (_, i) => 1e6 + 1e5 * chance.integer(i, 2, 20)),
  };
  const base = network(count, 0, synapses);
  const asked = { ...base, neurons: { ...base.neurons, drive: Float64Array.from({ length: count }, (_, n) => 2.5 + n / 10) } };
  const whole = runAdexNetwork(asked, { until: 200e6 });
  expect(whole.spikes.ticks.length).toBeGreaterThan(50);
  const probes = { neurons: [0, 5], intervalTicks: 333_333 };
  const first = runAdexNetwork(asked, { until: 77_345_678, probes });
  const second = runAdexNetwork(asked, { until: 200e6, initial: first.state });
  expect([...first.spikes.fractions, ...second.spikes.fractions]).toEqual(Array.from(whole.spikes.fractions));
  expect([...first.spikes.ticks, ...second.spikes.ticks]).toEqual(Array.from(whole.spikes.ticks));
  expect(second.state).toEqual(whole.state);
  expect(first.voltages[0]!.every((v) => v > -0.09 && v <= 0)).toBe(true);
});

test('impossible neurons are refused', () => {
  const asked = network(1, 0);
  const run = (change: object) => () => runAdexNetwork({ ...asked, neurons: { ...asked.neurons, ...change } }, { until: 1 });
  expect(run({ slopeFactor: Float64Array.of(0) })).toThrow(/slopeFactor of neuron 0: found 0, expected more than 0/);
  expect(run({ reset: Float64Array.of(0.01) })).toThrow(/reset must lie below its peak/);
  expect(run({ reversalInh: undefined })).toThrow(/both reversal potentials or none/);
});
