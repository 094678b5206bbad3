/** Every neuron model of a workload card: against the single-cell bench (validated on the reference cases), closed forms and plain loops. */
import { expect, test } from 'vitest';
import { buildNetwork, stimulusEvents } from '../../../src/network/index.ts';
import { peakOfUnitPsp, runCell, runIntFire, TEACHER_TICKS_PER_SECOND as TICKS, type CellCase } from '../../../src/reference/index.ts';
import { ADEX, cardOf, CONDUCTANCE, DENDRITES, HH, IZH, LEAK, run } from './cards.ts';

/** Spikes of one neuron under a step of current from 20 ms on and excitatory and inhibitory events at odd times. */
function alone(population: Record<string, unknown>, depolarisation: string, weights: readonly string[] = []) {
  const stimuli = [
    { kind: 'current', to: 'a', amplitude: depolarisation, start: '20 ms' },
    ...weights.map((weight, k) => ({ kind: 'spikes', weight, trains: [{ to: 'a', at: TIMES.map((t) => `${String(t + 3 * k)} ms`) }] })),
  ];
  return run(cardOf({ populations: { a: { size: 1, ...population } }, stimuli })).map(({ ms }) => ms);
}

const TIMES = [31.3, 47.1, 80.7, 99.2, 152.6, 230.4];

/** ms; Infinity where the numbers of spikes differ or there are few. */
function farthest(found: readonly number[], expected: ArrayLike<number>): number {
  if (found.length !== expected.length || found.length < 4) return Infinity;
  return found.reduce((worst, ms, k) => Math.max(worst, Math.abs(ms - expected[k]!)), 0);
}

// 200 pF and 10 nS: the leak of LEAK
const CELL = { C_m: 200, g_L: 10, E_L: -70, tau_ex: 5, tau_in: 10, E_ex: 0, E_in: -80 };
const ADEX_CELL = { ...CELL, V_th: -50, Delta_T: 2, a: 2, b: 100, tau_w: 120, V_reset: -58, V_peak: 0, t_ref: 0 };
const DENDRITE_CELL = { g_c: 20, g_c2: 15, C_d: 80, g_d: 5 };
const bench = (model: CellCase['model'], parameters: CellCase['parameters'], current: number, kicks: CellCase['kicks'] = []) =>
  runCell({ model, parameters, duration: 400, currentSteps: [[20, current]], kicks }, { tolerance: 1e-12 }).spikes;
/** nS of an event of `mv` through a conductance that drives over `across` mV. */
const siemens = (mv: number, tau: number, across: number) => (200 * mv) / peakOfUnitPsp(20, tau) / across;
const kicksOf = (first: number, excitation: number, inhibition?: number): (readonly [number, number, number])[] =>
  TIMES.flatMap((t): [number, number, number][] => [
    [t, first, excitation],
    ...(inhibition === undefined ? [] : [[t + 3, first + 1, inhibition] as [number, number, number]]),
  ]).toSorted((a, b) => a[0] - b[0]);

test('Izhikevich: a current of 1 mV is 1, spikes are those of the bench', () => {
  expect(
    farthest(
      alone({ model: 'izhikevich', parameters: IZH }, '10 mV'),
      bench('izh', { a: 0.02, b: 0.2, c: -65, d: 8, V_peak: 30, v0: -70, u0: -14 }, 10),
    ),
  ).toBeLessThan(1e-6);
});

test('Hodgkin-Huxley with two passive compartments spikes as on the bench', () => {
  const parameters = { ...CELL, ...DENDRITE_CELL, g_Na: 20000, E_Na: 50, g_K: 6000, E_K: -90, V_T: -55, theta: 0 };
  const found = alone({ model: 'hodgkin-huxley', parameters: HH, dendrites: DENDRITES }, '80 mV');
  expect(farthest(found, bench('hh3c', parameters, 800))).toBeLessThan(1e-6);
});

test.each([1, 2])('AdEx with %i passive compartments and conductances on the last spikes as on the bench', (compartments) => {
  const population = {
    model: 'adex',
    parameters: ADEX,
    dendrites: DENDRITES.slice(0, compartments),
    synapses: CONDUCTANCE,
    receives: 'last dendrite',
  };
  const kicks = kicksOf(2 + compartments, siemens(12, 5, 70));
  expect(
    farthest(
      alone(population, '75 mV', ['12 mV']),
      bench(compartments === 1 ? 'adex2c' : 'adex3c', { ...ADEX_CELL, ...DENDRITE_CELL }, 750, kicks),
    ),
  ).toBeLessThan(1e-6);
});

test('AdEx and LIF with conductances: an event of a weight has at rest the current of a current synapse', () => {
  const kicks = kicksOf(2, siemens(12, 5, 70), siemens(4, 10, 10));
  expect(
    farthest(
      alone({ model: 'adex', parameters: ADEX, synapses: CONDUCTANCE }, '50 mV', ['12 mV', '-4 mV']),
      bench('adex', ADEX_CELL, 500, kicks),
    ),
  ).toBeLessThan(1e-6);
  const lif = { ...LEAK, threshold: '-50 mV', reset: '-60 mV', refractory: '2 ms' };
  expect(
    farthest(
      alone({ model: 'lif', parameters: lif, synapses: CONDUCTANCE }, '22 mV', ['12 mV', '-4 mV']),
      bench('lif_cond', { ...CELL, V_th: -50, V_reset: -60, t_ref: 2 }, 220, kicksOf(1, siemens(12, 5, 70), siemens(4, 10, 10))),
    ),
  ).toBeLessThan(1e-6);
});

test('one AdEx with one and the same upstroke: with dendrites that are cut off it is the AdEx without', () => {
  const lonely = [{ coupling: 0, leak: 1, capacitance: 1 }];
  const weights = ['6 mV', '-5 mV'];
  expect(
    farthest(
      alone({ model: 'adex', parameters: ADEX, dendrites: lonely }, '50 mV', weights),
      alone({ model: 'adex', parameters: ADEX }, '50 mV', weights),
    ),
  ).toBeLessThan(1e-6);
});

test('IntFire1 cells of a card spike as the event loop of the SONATA examples does', () => {
  const edges = { kind: 'fixed-in-degree', from: 'a', to: 'a', in_degree: 4, weight: 0.23 };
  const card = cardOf({
    populations: { a: { size: 40, model: 'intfire', parameters: { tau_mem: '20 ms', refractory: '3 ms' } } },
    edges: [edges],
    stimuli: [{ kind: 'poisson', to: 'a', rate: '200 Hz', weight: '0.27 mV' }],
  });
  const network = buildNetwork(card);
  const found = run(card);
  const events = stimulusEvents(card, network, 1, card.duration * TICKS, TICKS, 1);
  const column = (value: number) => new Float64Array(40).fill(value);
  const { inputs } = network;
  // events act at once on the card; here they leave a millisecond earlier
  const expected = runIntFire(
    {
      count: 40,
      tau: column(20),
      refractory: column(3),
      rowStart: Uint32Array.from([...network.rowStart, ...Array.from({ length: 40 }, (_, k) => network.target.length + k + 1)]),
      target: Uint32Array.from([...network.target, ...inputs.target]),
      weight: Float64Array.from([...network.weight, ...inputs.weight], (w) => Number((w * 1000).toPrecision(15))),
      delay: Float64Array.from([...network.target, ...inputs.target], (_, k) => (k < network.target.length ? 1.5 : 1)),
    },
    { time: events.tick.map((tick) => (tick / TICKS) * 1000 - 1), neuron: events.source },
    400,
  );
  expect(found.length).toBeGreaterThan(100);
  expect(found.map(({ neuron }) => neuron)).toEqual(Array.from(expected.neuron));
  found.forEach(({ ms }, k) => expect(Math.abs(ms - expected.time[k]!)).toBeLessThan(1e-6));
});

test('integer neurons of Loihi do in every step what a plain loop does', () => {
  const parameters = { current_decay: 700, voltage_decay: 300, threshold: 900, bias: 7, refractory: 2, unit: '1 mV' };
  const at = Array.from({ length: 150 }, (_, k) => 1 + ((k * 7919) % 390));
  const train = (weight: string, keep: (k: number) => boolean) => ({
    kind: 'spikes',
    weight,
    trains: [{ to: 'a', at: at.filter((_, k) => keep(k)).map((t) => `${String(t)} ms`) }],
  });
  const card = cardOf({
    populations: { a: { size: 1, model: 'loihi', parameters } },
    delay: '1 ms',
    stimuli: [train('91 mV', (k) => k % 3 > 0), train('-60 mV', (k) => k % 3 === 0)],
  });
  const arrivals = new Map<number, number>();
  at.forEach((t, k) => arrivals.set(t, (arrivals.get(t) ?? 0) + (k % 3 > 0 ? 91 : -60)));
  const expected: number[] = [];
  let [u, v, rest] = [0, 0, 0];
  for (let step = 1; step <= 400; step++) {
    u = Math.trunc((u * (4096 - 700)) / 4096) + (arrivals.get(step) ?? 0);
    if (rest > 0) rest--;
    else {
      v = Math.trunc((v * (4096 - 300)) / 4096) + u + 7;
      if (v > 900) {
        expected.push(step);
        [v, rest] = [0, 2];
      }
    }
  }
  const found = run(card, { mode: 'grid', tolerance: 1e-8, step: 1e-3 });
  expect(expected.length).toBeGreaterThan(5);
  expect(found.map(({ ms }) => Math.round(ms))).toEqual(expected);
  expect(() => run(card)).toThrow(/mode grid/);
});
