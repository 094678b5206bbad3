import { describe, expect, test } from 'vitest';
import { runCell, type CellCase } from '../../src/reference/index.ts';
import { largestError } from './shared-cases.ts';

const IZHIKEVICH: CellCase = {
  model: 'izh',
  parameters: { a: 0.02, b: 0.2, c: -65, d: 8, v0: -65, u0: -13, V_peak: 30 },
  duration: 300,
  currentSteps: [[0, 10]],
};
// prettier-ignore
const ADEX = { C_m: 150, g_L: 8, E_L: -70, V_th: -50, Delta_T: 2, a: 2, tau_w: 100, b: 40, V_reset: -58, V_peak: 0, t_ref: 1, tau_ex: 4, E_ex: 0 };
// prettier-ignore
const HH = { C_m: 200, g_L: 10, E_L: -65, g_Na: 20000, E_Na: 50, g_K: 6000, E_K: -90, V_T: -63, g_c: 15, g_c2: 10, C_d: 100, g_d: 5, theta: 0 };
const JANSEN_RIT: CellCase = {
  model: 'jr',
  parameters: { A: 3.25, B: 22, a: 100, b: 50, C1: 135, C2: 108, C3: 33.75, C4: 33.75, e0: 2.5, v0: 6, r: 0.56 },
  duration: 1,
  currentSteps: [[0, 120]],
};

describe('the error follows the tolerance over four decades, as error control by step promises', () => {
  const adexWithDendrites: CellCase = {
    model: 'adex3c',
    parameters: { ...ADEX, g_c: 15, g_c2: 10, C_d: 80, g_d: 4 },
    duration: 300,
    distalSteps: [[0, 900]],
  };
  const hodgkinHuxley: CellCase = { model: 'hh3c', parameters: HH, duration: 100, currentSteps: [[10, 600]] };
  test.each([
    ['Izhikevich', IZHIKEVICH],
    ['AdEx with dendrites', adexWithDendrites],
    ['Hodgkin-Huxley', hodgkinHuxley],
  ])('%s', (_, experiment) => {
    const exact = runCell(experiment, { tolerance: 1e-13 }).spikes;
    expect(exact.length).toBeGreaterThan(5);
    const [coarse, fine] = [1e-6, 1e-10].map((tolerance) => largestError(runCell(experiment, { tolerance }).spikes, exact));
    expect(Math.log10(coarse! / fine!) / 4).toBeGreaterThan(0.8);
  });

  test('Jansen-Rit', () => {
    const exact = runCell(JANSEN_RIT, { tolerance: 1e-14 }).finalState;
    const [coarse, fine] = [1e-6, 1e-10].map((tolerance) => largestError(runCell(JANSEN_RIT, { tolerance }).finalState, exact));
    expect(Math.log10(coarse! / fine!) / 4).toBeGreaterThan(0.8);
  });
});

test('dendrites that do not couple leave the AdEx soma alone', () => {
  const plain: CellCase = { model: 'adex', parameters: { ...ADEX, tau_in: 10, E_in: -80 }, duration: 200, currentSteps: [[0, 500]] };
  const alone = runCell(plain, { tolerance: 1e-11 }).spikes;
  const uncoupled: CellCase = { ...plain, model: 'adex2c', parameters: { ...ADEX, g_c: 0, C_d: 80, g_d: 4 }, kicks: [[20, 3, 50]] };
  expect(alone.length).toBeGreaterThan(5);
  expect(largestError(runCell(uncoupled, { tolerance: 1e-11 }).spikes, alone)).toBeLessThan(1e-7);
});

test('one passive compartment relaxes as its closed form says, and a chain settles where Kirchhoff says', () => {
  const parameters = { C0: 100, C1: 50, C2: 50, g0: 10, g1: 5, g2: 5, E_L: -65, g01: 0, g12: 0 };
  const { samples } = runCell({ model: 'pas3c', parameters, duration: 40, currentSteps: [[0, 100]] }, { sampleTimes: [3, 17, 40] });
  const expected = [3, 17, 40].map((t) => -65 + 10 * (1 - Math.exp(-t / 10)));
  expect(largestError(samples, expected)).toBeLessThan(1e-13 * 100);
  const chain = runCell({ model: 'pas3c', parameters: { ...parameters, g01: 20, g12: 15 }, duration: 5000, currentSteps: [[0, 100]] });
  const [v0, v1, v2] = Array.from(chain.finalState, (v) => v + 65) as [number, number, number];
  expect(10 * v0 + 20 * (v0 - v1)).toBeCloseTo(100, 9);
  expect(5 * v1 + 20 * (v1 - v0) + 15 * (v1 - v2)).toBeCloseTo(0, 9);
  expect(5 * v2 + 15 * (v2 - v1)).toBeCloseTo(0, 9);
});

test('a resting Hodgkin-Huxley cell stays silent, and its gates are where their rates balance', () => {
  const run = runCell({ model: 'hh3c', parameters: { ...HH, g_Na: 0, g_K: 0 }, duration: 50 });
  expect(run.spikes.length).toBe(0);
  expect(run.finalState[0]).toBeCloseTo(-65, 12);
  const [u, h] = [-2, run.finalState[2]!];
  expect(0.128 * Math.exp((17 - u) / 18) * (1 - h)).toBeCloseTo((4 / (1 + Math.exp((40 - u) / 5))) * h, 9);
});

test('Wilson-Cowan without coupling relaxes to its fixed point E = S(P) / (1 + S(P))', () => {
  const parameters = { c1: 0, c2: 0, c3: 0, c4: 0, a_e: 1.3, theta_e: 4, a_i: 2, theta_i: 3.7, tau_e: 10, tau_i: 10, r_e: 1, r_i: 1, Q: 2 };
  const { finalState } = runCell({ model: 'wc', parameters, duration: 2000, currentSteps: [[0, 3]] }, { tolerance: 1e-12 });
  const response = (a: number, theta: number, x: number): number => 1 / (1 + Math.exp(-a * (x - theta))) - 1 / (1 + Math.exp(a * theta));
  const [e, i] = [response(1.3, 4, 3), response(2, 3.7, 2)];
  expect(finalState[0]).toBeCloseTo(e / (1 + e), 9);
  expect(finalState[1]).toBeCloseTo(i / (1 + i), 9);
});

test('an input that a model has no place for is refused in words', () => {
  expect(() => runCell({ ...IZHIKEVICH, kicks: [[0, 1, 1]] })).toThrow(/expected none, as it has no synapses, for izh/);
  expect(() => runCell({ ...IZHIKEVICH, distalSteps: [[0, 1]] })).toThrow(/izh has no far compartment/);
  expect(() => runCell({ ...IZHIKEVICH, parameters: { ...IZHIKEVICH.parameters, c: 40 } })).toThrow(/below the peak/);
});
