import { describe, expect, test } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import type { GridEdge, GridPopulation } from '../../src/kernels/grid-net-types.ts';
import { GridNet } from '../../src/kernels/grid-net.ts';
import {
  brunelNetwork,
  GridLifDelta,
  GridLifExp,
  GridNetwork,
  lifPropagators,
  microcircuitNetwork,
  ParallelGrid,
  rowsOf,
} from '../../src/reference/index.ts';

const COUNT = 100;
const LIF = { step: 0.1, capacitance: 250, tauMem: 10, rest: -65, threshold: -50, reset: -65, refractory: 2 };
const chance = new Chance(7, 'graph');
const start = Float64Array.from({ length: COUNT }, (_, n) => -65 + 15 * chance.uniform(n, 0));
/** Weights are multiples of 2^-10: their sums have no rounding, so that two ways to add them agree to the bit. */
const edges = (size: number): GridEdge[] =>
  Array.from({ length: COUNT * 20 }, (_, i) => ({
    source: chance.integer(i, 1, COUNT),
    target: chance.integer(i, 2, COUNT),
    weight: (chance.uniform(i, 3) < 0.2 ? -4 : 1) * Math.round((0.5 + chance.uniform(i, 4)) * size * 1024) * 2 ** -10,
    delay: 1 + chance.integer(i, 5, 30),
  }));

function populationOf(synapses: GridPopulation['synapses'], current: number): GridPopulation {
  const by = lifPropagators({ ...LIF, current: [], start: [] }, { tauExc: 0.5, tauInh: 0.5 });
  return {
    size: COUNT,
    synapses,
    leak: by.leak,
    decay: by.excDecay,
    fromCurrent: by.fromExc,
    drive: current * by.fromCurrent,
    threshold: 15,
    reset: 0,
    refractorySteps: by.refractorySteps,
    start: start.map((v) => v + 65),
  };
}

function spikesOf(net: GridNet, steps: number): number[][] {
  const rows: number[][] = [];
  net.run(steps, (spikes) => spikes.steps.forEach((step, i) => rows.push([step, spikes.neurons[i]!])));
  return rows;
}

describe('the kernel against its plain twin', () => {
  test.each([
    ['delta', 0.3],
    ['exponential', 60],
  ] as const)('a network with %s synapses spikes at the same steps, neuron by neuron', (synapses, size) => {
    const wires = edges(size);
    const parameters = { ...LIF, current: new Float64Array(COUNT).fill(400), start };
    const bank = synapses === 'delta' ? new GridLifDelta(parameters) : new GridLifExp(parameters, { tauExc: 0.5, tauInh: 0.5 });
    const twin = new GridNetwork(bank, rowsOf(COUNT, wires)).run(3000);
    const found = spikesOf(new GridNet([populationOf(synapses, 400)], wires, 1), 3000);
    expect(found.length).toBeGreaterThan(500);
    expect(found).toEqual(Array.from(twin.steps, (step, i) => [step, twin.neurons[i]!]));
  });
});

describe('laws', () => {
  const small = brunelNetwork({ neurons: 500, weight: 0.5, g: 5, eta: 2 });
  const make = (seed: number): GridNet => new GridNet(small.populations, small.projections, seed);

  test('every neuron has its in-degree, a synapse takes 4 bytes, and another seed gives another network', () => {
    expect(make(1).synapses).toBe(500 * 50);
    expect(make(1).bytesPerSynapse).toBe(4);
    expect(spikesOf(make(1), 500)).toEqual(spikesOf(make(1), 500));
    expect(spikesOf(make(1), 500)).not.toEqual(spikesOf(make(2), 500));
  });

  test('a run cut anywhere, and one restored from a snapshot, go on bit by bit', () => {
    const whole = make(3);
    const expected = spikesOf(whole, 1000);
    const cut = make(3);
    const first = spikesOf(cut, 333);
    const restored = make(3);
    restored.restore(cut.snapshot());
    expect([...first, ...spikesOf(restored, 667)]).toEqual(expected);
    expect(restored.snapshot()).toEqual(whole.snapshot());
  });

  test('Poisson drive has the mean and the variance of its law', () => {
    const population: GridPopulation = {
      ...populationOf('delta', 0),
      size: 4096,
      start: new Float64Array(4096),
      leak: 0,
      threshold: 1e9,
      events: { mean: 1.7, weight: 1 },
    };
    const net = new GridNet([population], [], 5);
    let [sum, squares, count] = [0, 0, 0];
    for (let k = 0; k < 20; k++) {
      net.run(1, () => undefined);
      for (const v of net.snapshot().voltage) {
        sum += v;
        squares += v * v;
        count++;
      }
    }
    const mean = sum / count;
    // standard errors: 0.0046 and 0.0098
    expect(Math.abs(mean - 1.7)).toBeLessThan(0.02);
    expect(Math.abs(squares / count - mean * mean - 1.7)).toBeLessThan(0.04);
  });

  test('the microcircuit at a tenth has the published numbers of neurons and synapses, in 6 bytes each', () => {
    const { sizes, populations, projections } = microcircuitNetwork({ scale: 0.1, seed: 1 });
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(7717);
    const net = new GridNet(populations, projections, 1);
    expect(Math.abs(net.synapses - 2_988_807)).toBeLessThan(60);
    expect(net.bytesPerSynapse).toBe(6);
  });

  test('what does not fit is refused', () => {
    const [one] = small.populations;
    expect(() => new GridNet([one!], [{ source: 0, target: 1, weight: 1, delay: 0 }], 1)).toThrow(/whole steps from 1 to 255/);
    expect(() => new GridNet([one!], [{ source: 0, target: 5000, weight: 1, delay: 1 }], 1)).toThrow(/edge from 0 to 5000/);
    expect(() => brunelNetwork({ neurons: 501, g: 5, eta: 2 })).toThrow(/expected a multiple of 5/);
    expect(() => microcircuitNetwork({ scale: 2, seed: 1 })).toThrow(/scale: found 2/);
  });
});

describe('a network on several threads', () => {
  test.each([
    ['Brunel, weights by source', brunelNetwork({ neurons: 1000, g: 5, eta: 2 })],
    ['microcircuit, weights by synapse', microcircuitNetwork({ scale: 0.02, seed: 1 })],
  ] as const)('%s: spikes are the same bit by bit on 1, 2 and 4 threads, however the run is cut', async (_, known) => {
    const whole = new GridNet(known.populations, known.projections, 7);
    const expected = spikesOf(whole, 1500);
    expect(expected.length).toBeGreaterThan(100);
    for (const workers of [1, 2, 4]) {
      const parts = await ParallelGrid.open(known, 7, workers);
      expect(parts.synapses).toBe(whole.synapses);
      const found: number[][] = [];
      for (const steps of [700, 1, 799]) {
        const spikes = await parts.run(steps);
        spikes.steps.forEach((step, i) => found.push([step, spikes.neurons[i]!]));
      }
      await parts.close();
      expect(found).toEqual(expected);
    }
  });

  test('what does not fit is told as by one thread', async () => {
    const { populations, projections } = brunelNetwork({ neurons: 100, g: 5, eta: 2 });
    const wrong = projections.map((one) => ({ ...one, delays: [300] }));
    await expect(ParallelGrid.open({ populations, projections: wrong }, 1, 2)).rejects.toThrow(/whole steps from 1 to 255/);
  });
});
