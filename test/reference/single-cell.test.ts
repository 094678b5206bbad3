import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InfeasibleError } from '../../src/base/index.ts';
import { runCell, type CellCase } from '../../src/reference/index.ts';
import { largestError, reason, sharedCell, sharedRows, withoutShared } from './shared-cases.ts';

const NAUD = ['tonic', 'adaptation', 'initial_burst', 'regular_bursting', 'delayed_accelerating'].map((pattern) => `adex_naud_${pattern}`);

const LIF = { C_m: 250, tau_m: 10, E_L: -65, V_th: -50, V_reset: -65, t_ref: 2, tau_ex: 2, tau_in: 5 };
// prettier-ignore
const ADEX = {
  C_m: 281, g_L: 30, E_L: -70.6, V_th: -50.4, Delta_T: 2, a: 4, tau_w: 144, b: 80.5, V_reset: -70.6, V_peak: 0, t_ref: 0,
  tau_ex: 5, tau_in: 10, E_ex: 0, E_in: -80,
};

describe(`the reference cases${reason}`, () => {
  const bars: [names: string[], bar: number, tolerance: number][] = [
    [['lif_psc_step_376', 'lif_psc_step_400', 'lif_psc_step_800'], 1e-9, 1e-8],
    [['lif_psc_poisson_a', 'lif_psc_poisson_b'], 1e-9, 1e-8],
    [NAUD, 1e-5, 1e-8],
    [NAUD, 1e-7, 1e-10],
    [['adex_bg2005_rs_700', 'adex_bg2005_rs_1000', 'adex_bg2005_tref2', 'adex_cond_poisson_a'], 1e-5, 1e-8],
    [['adex_frozen_noise_a', 'adex_frozen_noise_b'], 2e-5, 1e-8],
    [['lif_cond_step_101', 'lif_cond_step_150', 'lif_cond_step_400', 'lif_cond_poisson_a', 'lif_cond_poisson_b'], 1e-5, 1e-8],
  ];
  const cases = bars.flatMap(([names, bar, tolerance]) => names.map((name): [string, number, number] => [name, tolerance, bar]));

  test.skipIf(withoutShared).each(cases)('%s at tolerance %f: all spikes there, none off by more than %f ms', (name, tolerance, bar) => {
    const { experiment, spikes } = sharedCell(name);
    expect(largestError(runCell(experiment, { tolerance }).spikes, spikes)).toBeLessThanOrEqual(bar);
  });

  test.skipIf(withoutShared)('adex_naud_irregular is chaotic: the first ten spikes within 1e-3 ms', () => {
    const { experiment, spikes } = sharedCell('adex_naud_irregular');
    expect(largestError(runCell(experiment).spikes.subarray(0, 10), spikes.slice(0, 10))).toBeLessThanOrEqual(1e-3);
  });

  test.skipIf(withoutShared).each(NAUD)(
    '%s: the spike-time error is proportional to the tolerance, as error control by step promises',
    (name) => {
      const { experiment, spikes } = sharedCell(name);
      const errors = [1e-6, 1e-8, 1e-10].map((tolerance) => largestError(runCell(experiment, { tolerance }).spikes, spikes));
      // order in the tolerance over four decades: 1 in theory, quantised by the step control
      expect(Math.log10(errors[0]! / errors[2]!) / 4).toBeGreaterThan(0.8);
      expect(errors[1]!).toBeLessThan(errors[0]! / 10);
      expect(errors[2]!).toBeLessThan(errors[1]! / 10);
    },
  );

  test.skipIf(withoutShared).each(['lif_psc_poisson_a', 'lif_cond_poisson_a', 'adex_cond_poisson_a'])(
    '%s: final state and voltage trace',
    (name) => {
      const { experiment, finalState } = sharedCell(name);
      const rows = sharedRows(`single/${name}.trace.csv`);
      const run = runCell(experiment, { tolerance: 1e-10, sampleTimes: rows.map((row) => row[0]!) });
      // the trace has ten digits; above -40 mV an upstroke of 1e10 mV/ms turns rounding of the time into volts
      const errors = rows.map((row, i) => (row[1]! > -40 ? 0 : Math.abs(row[1]! - run.samples[i]!)));
      expect(Math.max(...errors)).toBeLessThan(1e-5);
      expect(largestError(run.finalState, finalState)).toBeLessThan(1e-5);
    },
  );
});

test('a LIF neuron under constant current fires at the closed-form rate', () => {
  fc.assert(
    fc.property(fc.double({ min: 380, max: 3000, noNaN: true }), (current) => {
      const { spikes } = runCell({ model: 'lif_psc', parameters: LIF, duration: 300, currentSteps: [[0, current]] });
      const asymptote = (current * LIF.tau_m) / LIF.C_m;
      const rise = LIF.tau_m * Math.log(asymptote / (asymptote - 15));
      const expected = Array.from({ length: Math.floor((300 - rise) / (rise + LIF.t_ref)) + 1 }, (_, k) => rise + k * (rise + LIF.t_ref));
      expect(largestError(spikes, expected)).toBeLessThan(1e-9);
    }),
    { numRuns: 50 },
  );
});

test('a conductance-based LIF neuron with frozen conductance fires at the closed-form rate of its effective leak', () => {
  const parameters = { C_m: 200, g_L: 10, E_L: -60, V_th: -50, V_reset: -60, t_ref: 5, tau_ex: 1e12, tau_in: 10, E_ex: 0, E_in: -80 };
  const run = runCell({ model: 'lif_cond', parameters, duration: 200, initial: [-60, 4, 0] }, { tolerance: 1e-10 });
  const asymptote = (10 * -60) / 14;
  const rise = (200 / 14) * Math.log((asymptote + 60) / (asymptote + 50));
  expect(
    largestError(
      run.spikes,
      Array.from(run.spikes, (_, k) => rise + k * (rise + 5)),
    ),
  ).toBeLessThan(1e-6);
  expect(run.spikes.length).toBe(Math.floor((200 - rise) / (rise + 5)) + 1);
});

test.each(['lif_psc', 'lif_cond', 'adex'] as const)('a %s cell without input stays at rest, to the bit', (model) => {
  const parameters = model === 'lif_psc' ? LIF : { ...ADEX, g_L: 10, E_L: -65, V_th: model === 'adex' ? 5000 : -50 };
  const run = runCell({ model, parameters, duration: 100 }, { sampleTimes: [0, 1, 50, 100] });
  expect(run.spikes.length).toBe(0);
  expect(Array.from(run.samples)).toEqual([-65, -65, -65, -65]);
});

test('an AdEx spike does not move when a stretch ends anywhere near it, inside the upstroke included', () => {
  const experiment: CellCase = { model: 'adex', parameters: ADEX, duration: 100, currentSteps: [[0, 1200]] };
  const { spikes } = runCell(experiment, { tolerance: 1e-11 });
  expect(spikes.length).toBeGreaterThan(3);
  fc.assert(
    fc.property(fc.nat({ max: spikes.length - 1 }), fc.integer({ min: -14, max: 1 }), fc.constantFrom(-1, 1), (which, decade, side) => {
      const time = Math.max(0, spikes[which]! + side * 10 ** decade);
      const cut = runCell({ ...experiment, kicks: [[time, 2, 0]] }, { tolerance: 1e-11 });
      expect(largestError(cut.spikes, spikes)).toBeLessThan(1e-6);
    }),
    { numRuns: 60 },
  );
});

test('a steep exponential is integrated, not capped', () => {
  // e^(100) at the peak
  const run = runCell({ model: 'adex', parameters: { ...ADEX, Delta_T: 0.5 }, duration: 100, currentSteps: [[0, 1200]] });
  expect(run.spikes.length).toBeGreaterThan(3);
  expect(run.finalState.every(Number.isFinite)).toBe(true);
});

test.each(['lif_psc', 'lif_cond', 'adex'] as const)(
  'a %s run taken up from its final state goes on as if it had not been interrupted',
  (model) => {
    const parameters = model === 'lif_psc' ? LIF : ADEX;
    const synapse = model === 'adex' ? 2 : 1;
    const amount = model === 'lif_psc' ? 600 : 30;
    const kicks = Array.from({ length: 200 }, (_, i) => [i, synapse + (i % 5 === 0 ? 1 : 0), amount] as const);
    const whole = runCell({ model, parameters, duration: 200, kicks }, { tolerance: 1e-10 });
    expect(whole.spikes.length).toBeGreaterThan(4);
    // 1 ms before a spike no refractory time is running
    const cut = Math.floor(whole.spikes[2]!) - 0.5;
    const first = runCell({ model, parameters, duration: cut, kicks }, { tolerance: 1e-10 });
    const later = kicks.flatMap(([time, index, by]) => (time > cut ? [[time - cut, index, by] as const] : []));
    const second = runCell(
      { model, parameters, duration: 200 - cut, kicks: later, initial: Array.from(first.finalState) },
      { tolerance: 1e-10 },
    );
    expect(largestError([...first.spikes, ...second.spikes.map((time) => time + cut)], whole.spikes)).toBeLessThan(1e-6);
  },
);

test('a wrong case is refused in words', () => {
  expect(() => runCell({ model: 'lif_psc', parameters: LIF, duration: 1, kicks: [[0, 3, 1]] })).toThrow(
    'kicks: found state variable 3, expected 1 or 2 for lif_psc',
  );
  const { tau_ex: _, ...current } = ADEX;
  expect(() => runCell({ model: 'adex', parameters: current, duration: 1, kicks: [[0, 2, 1]] })).toThrow(/a cell with synapses/);
  expect(() => runCell({ model: 'adex', parameters: { ...ADEX, V_peak: NaN }, duration: 1 })).toThrow(
    new InfeasibleError('adex: found NaN for V_peak, expected a number'),
  );
  expect(() => runCell({ model: 'adex', parameters: { ...ADEX, Delta_T: 0 }, duration: 1 })).toThrow(/slope factor/);
  expect(() => runCell({ model: 'adex', parameters: { ...ADEX, V_reset: 1 }, duration: 1 })).toThrow(/below the peak/);
  expect(() => runCell({ model: 'lif_psc', parameters: { ...LIF, V_reset: -50 }, duration: 1 })).toThrow(/below threshold/);
  expect(() => runCell({ model: 'lif_cond', parameters: { ...ADEX, V_reset: -50.4 }, duration: 1 })).toThrow(/below threshold/);
  expect(() => runCell({ model: 'lif_psc', parameters: { ...LIF, tau_m: 0 }, duration: 1 })).toThrow(
    /tauMem of neuron 0: found 0, expected a time above 0/,
  );
  expect(() => runCell({ model: 'lif_psc', parameters: LIF, duration: 1, kicks: [[2, 1, 1], [1, 1, 1]] })).toThrow(/before its predecessor/); // prettier-ignore
});

test.each([
  // 272 and 198 spikes in a second: each inherits the errors of all before it
  ['izh', { a: 0.02, b: 0.25, c: -55, d: 0.05, v0: -65, u0: -16.25, V_peak: 30 }, 12, 1e-5],
  ['izh', { a: 0.02, b: 1, c: -55, d: 4, v0: -62, u0: -62, V_peak: 30 }, 9, 1e-5],
  ['lif_cond', { C_m: 120, g_L: 25, E_L: -65, V_th: -52, V_reset: -58, t_ref: 0, tau_ex: 0.5, tau_in: 4, E_ex: 0, E_in: -80 }, 900, 1e-8],
] as const)('%s with dense spikes stays within its bar at its own default tolerance', (model, parameters, current, bar) => {
  const experiment: CellCase = { model, parameters, duration: 1000, currentSteps: [[20, current]] };
  const [found, finer] = [runCell(experiment).spikes, runCell(experiment, { tolerance: 1e-12 }).spikes];
  expect(found.length).toBeGreaterThan(15);
  expect(largestError(found, Array.from(finer))).toBeLessThan(bar);
});

test('inputs and sample times that are no numbers are refused instead of waited for', () => {
  const cell: CellCase = {
    model: 'lif_psc',
    parameters: { C_m: 250, tau_m: 10, E_L: -65, V_th: -50, V_reset: -65, t_ref: 2, tau_ex: 2, tau_in: 5 },
    duration: 10,
  };
  expect(() => runCell(cell, { sampleTimes: [0, NaN] })).toThrow('sample times: entry 1 is NaN, expected finite numbers');
  expect(() => runCell(cell, { sampleTimes: [2, 1] })).toThrow(/sample times: entry 1 at 1 ms comes before its predecessor/);
  expect(() => runCell({ ...cell, currentSteps: [[1, Infinity]] })).toThrow(/current steps: entry 0 is 1, Infinity/);
  expect(() => runCell({ ...cell, duration: NaN })).toThrow('duration: found NaN, expected a finite time');
});
