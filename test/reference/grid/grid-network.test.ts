import { describe, expect, test } from 'vitest';
import { Chance } from '../../../src/base/index.ts';
import { GridAdex, GridLifDelta, GridLifExp, GridNetwork, rowsOf, runCell, type GridBank } from '../../../src/reference/index.ts';

const LIF = { capacitance: 250, tauMem: 10, rest: -65, threshold: -50, reset: -65, refractory: 2 };
const ADEX = {
  capacitance: 281,
  leakConductance: 30,
  rest: -70.6,
  thresholdVoltage: -50.4,
  slopeFactor: 2,
  adaptationConductance: 4,
  adaptationJump: 80.5,
  adaptationTau: 144,
  reset: -70.6,
  peak: 0,
  refractory: 0,
  tauExc: 5,
  tauInh: 10,
  reversalExc: 0,
  reversalInh: -80,
  tolerance: 1e-10,
};

const lone = (bank: GridBank): GridNetwork => new GridNetwork(bank, rowsOf(bank.count, []));
const chance = new Chance(3, 'graph');
const edges = (count: number, weight: number): Parameters<typeof rowsOf>[1] =>
  Array.from({ length: count * 8 }, (_, i) => ({
    source: chance.integer(i, 0, count),
    target: Math.floor(i / 8),
    weight: chance.uniform(i, 1) < 0.2 ? -4 * weight : weight,
    delay: 1 + chance.integer(i, 2, 20),
  }));

describe('a LIF neuron on the grid', () => {
  test('fires at the first grid point at which the closed form has reached the threshold', () => {
    const bank = new GridLifExp({ ...LIF, step: 0.1, current: [500], start: [-65] }, { tauExc: 2, tauInh: 5 });
    const { steps } = lone(bank).run(1000);
    const rise = Math.ceil((10 * Math.log(20 / 5)) / 0.1);
    expect(steps[0]).toBe(rise - 1);
    expect(steps[1]! - steps[0]!).toBe(rise + 20);
  });

  test('comes to the precise spike time from above as the step shrinks, at first order', () => {
    const exact = runCell({
      model: 'lif_psc',
      parameters: { C_m: 250, tau_m: 10, E_L: -65, V_th: -50, V_reset: -65, t_ref: 2, tau_ex: 2, tau_in: 5 },
      duration: 20,
      currentSteps: [[0, 500]],
    }).spikes[0]!;
    for (const step of [0.1, 0.01, 0.001]) {
      const bank = new GridLifExp({ ...LIF, step, current: [500], start: [-65] }, { tauExc: 2, tauInh: 5 });
      const late = (lone(bank).run(Math.round(20 / step)).steps[0]! + 1) * step - exact;
      expect(late).toBeGreaterThanOrEqual(-1e-9);
      expect(late).toBeLessThanOrEqual(step);
    }
  });

  test('an arrival acts in the step that ends at spike time plus delay; what arrives while refractory is lost', () => {
    const bank = new GridLifDelta({ ...LIF, step: 0.1, current: [500, 0], start: [-51, -65] });
    const network = new GridNetwork(bank, rowsOf(2, [{ source: 0, target: 1, weight: 20, delay: 7 }, { source: 0, target: 0, weight: 20, delay: 3 }])); // prettier-ignore
    const { steps, neurons } = network.run(100);
    expect(Array.from(neurons.subarray(0, 2))).toEqual([0, 1]);
    expect(steps[1]! - steps[0]!).toBe(7);
    expect(Array.from(neurons).filter((n) => n === 0)).toHaveLength(1);
  });

  test('what does not fit the grid is refused', () => {
    const make = (change: object): GridLifDelta => new GridLifDelta({ ...LIF, step: 0.1, current: [0], start: [-65], ...change });
    expect(() => make({ refractory: 0.25 })).toThrow(/refractory time: found 0.25 ms, expected a multiple of 0.1 ms/);
    expect(() => make({ reset: -50 })).toThrow(/below threshold/);
    expect(() => new GridNetwork(make({}), rowsOf(1, [{ source: 0, target: 1, weight: 1, delay: 1 }]))).toThrow(/target 1 of 1/);
    expect(() => new GridNetwork(make({}), rowsOf(1, [{ source: 0, target: 0, weight: 1, delay: 0 }]))).toThrow(/delay of 0 steps/);
  });
});

test('AdEx on the grid spikes within a step of the precise cell, spike after spike', () => {
  const bank = new GridAdex({ ...ADEX, step: 0.1, current: [900], start: [-70.6] });
  const { steps } = lone(bank).run(3000);
  // prettier-ignore
  const parameters = { C_m: 281, g_L: 30, E_L: -70.6, V_th: -50.4, Delta_T: 2, a: 4, tau_w: 144, b: 80.5, V_reset: -70.6, V_peak: 0, t_ref: 0 };
  const { spikes } = runCell({ model: 'adex', parameters, duration: 300, currentSteps: [[0, 900]] }, { tolerance: 1e-11 });
  expect(steps.length).toBe(spikes.length);
  steps.forEach((step, i) => expect(Math.ceil(spikes[i]! / 0.1) - 1).toBe(step));
});

test.each([
  [
    'LIF',
    (): GridBank =>
      new GridLifExp({ ...LIF, step: 0.1, current: new Float64Array(30).fill(400), start: Float64Array.from({ length: 30 }, (_, n) => -65 + n / 2) }, { tauExc: 0.5, tauInh: 1 }), // prettier-ignore
    90,
  ],
  [
    'AdEx',
    (): GridBank => new GridAdex({ ...ADEX, step: 0.1, current: new Float64Array(30).fill(800), start: Float64Array.from({ length: 30 }, (_, n) => -70 + n / 2) }), // prettier-ignore
    2,
  ],
])('a %s network restored from a snapshot goes on bit by bit', (_, bank, weight) => {
  const rows = rowsOf(30, edges(30, weight));
  const whole = new GridNetwork(bank(), rows);
  const expected = whole.run(900);
  expect(expected.steps.length).toBeGreaterThan(30);
  const first = new GridNetwork(bank(), rows);
  first.run(333);
  const second = new GridNetwork(bank(), rows);
  second.restore(first.snapshot());
  const rest = second.run(567);
  const later = expected.steps.findIndex((step) => step >= 333);
  expect(rest.steps).toEqual(expected.steps.slice(later));
  expect(rest.neurons).toEqual(expected.neurons.slice(later));
  expect(second.snapshot()).toEqual(whole.snapshot());
});
