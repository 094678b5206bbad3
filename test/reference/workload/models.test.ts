/** Every neuron model of a workload card: against the single-cell bench (validated on the reference cases), closed forms, plain loops, and both modes against one another. */
import { expect, test } from 'vitest';
import { parseCard, WorkloadSchema, type WorkloadCard } from '../../../src/model/index.ts';
import { buildNetwork, currentChanges, stimulusEvents, type Network } from '../../../src/network/index.ts';
import {
  peakOfUnitPsp,
  runCell,
  runIntFire,
  TEACHER_TICKS_PER_SECOND as TICKS,
  teacherOf,
  type CellCase,
  type TeacherMethod,
  type TeacherSnapshot,
} from '../../../src/reference/index.ts';

const PRECISE: TeacherMethod = { mode: 'precise', tolerance: 1e-10, step: 1e-4 };

const LEAK = { tau_mem: '20 ms', tau_syn_excitatory: '5 ms', tau_syn_inhibitory: '10 ms', rest: '-70 mV' };
const ADEX = {
  ...LEAK,
  threshold: '0 mV',
  reset: '-58 mV',
  refractory: '0 ms',
  exponential: { threshold: '-50 mV', slope: '2 mV' },
  adaptation: { strength: 0.2, tau: '120 ms', jump: '10 mV' },
};
const HH = {
  ...LEAK,
  threshold: '0 mV',
  onset: '-55 mV',
  sodium: 2000,
  sodium_reversal: '50 mV',
  potassium: 600,
  potassium_reversal: '-90 mV',
};
const IZH = { a: 0.02, b: 0.2, c: '-65 mV', d: 8, start: '-70 mV' };
const DENDRITES = [
  { coupling: 2, leak: 0.5, capacitance: 0.4 },
  { coupling: 1.5, leak: 0.5, capacitance: 0.4 },
];
const CONDUCTANCE = { kind: 'conductance', reversal_excitatory: '0 mV', reversal_inhibitory: '-80 mV' };

function cardOf(fields: Record<string, unknown>): WorkloadCard {
  const card = {
    name: 'small',
    description: 'a small one',
    weight_unit: '1 mV',
    sign: 'of the weight',
    delay: '1.5 ms',
    edges: [],
    stimuli: [],
    duration: '400 ms',
    warm_up: '0 ms',
    seeds: { graph: 1, stimulus: [1] },
    ...fields,
  };
  return parseCard(WorkloadSchema, JSON.stringify(card)).value;
}

function inputOf(card: WorkloadCard, network: Network, until: number) {
  return { events: stimulusEvents(card, network, 1, until, TICKS, 1), currents: currentChanges(card, network, 1, until, TICKS) };
}

function run(card: WorkloadCard, method = PRECISE) {
  const network = buildNetwork(card);
  const until = Math.round(card.duration * TICKS);
  const { ticks, fractions, neurons } = teacherOf(card, network, inputOf(card, network, until), method).advance(until);
  return Array.from(ticks, (tick, i) => ({ ms: ((tick + fractions[i]!) / TICKS) * 1000, neuron: neurons[i]! }));
}

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

const ALL = {
  'LIF, exponential conductances': {
    model: 'lif',
    parameters: { ...LEAK, threshold: '-55 mV', reset: '-65 mV', refractory: '2 ms' },
    synapses: CONDUCTANCE,
  },
  'LIF, alpha conductances': {
    model: 'lif',
    parameters: { ...LEAK, threshold: '-55 mV', reset: '-65 mV', refractory: '2 ms' },
    synapses: { ...CONDUCTANCE, shape: 'alpha' },
  },
  'AdEx, conductances': { model: 'adex', parameters: ADEX, synapses: CONDUCTANCE },
  'AdEx, alpha, two dendrites': { model: 'adex', parameters: ADEX, synapses: { kind: 'alpha' }, dendrites: DENDRITES },
  'Izhikevich, exponential': { model: 'izhikevich', parameters: IZH },
  'Izhikevich, delta': { model: 'izhikevich', parameters: IZH, synapses: { kind: 'delta' } },
  'Hodgkin-Huxley': { model: 'hodgkin-huxley', parameters: HH },
  'Hodgkin-Huxley, one dendrite, conductances on it': {
    model: 'hodgkin-huxley',
    parameters: HH,
    dendrites: DENDRITES.slice(0, 1),
    synapses: CONDUCTANCE,
    receives: 'last dendrite',
  },
  'LIF, two dendrites, delta': {
    model: 'lif',
    parameters: { ...LEAK, threshold: '-60 mV', reset: '-65 mV', refractory: '2 ms' },
    synapses: { kind: 'delta' },
    dendrites: DENDRITES,
  },
  IntFire1: { model: 'intfire', parameters: { tau_mem: '20 ms', refractory: '2 ms' } },
} as const;

const drive = (name: string, to: string) => ({
  kind: 'poisson',
  to,
  rate: '300 Hz',
  weight: name === 'IntFire1' ? '0.3 mV' : name === 'Izhikevich, exponential' ? '3 mV' : name.startsWith('Hodgkin') ? '8 mV' : '6 mV',
});

test.each(Object.entries(ALL))('%s: both modes run to the same first spikes as the step shrinks', (name, population) => {
  const card = cardOf({ populations: { a: { size: 8, ...population } }, stimuli: [drive(name, 'a')], duration: '120 ms' });
  const firsts = (method: TeacherMethod) => {
    const spikes = run(card, method);
    return Array.from({ length: 8 }, (_, n) => spikes.find(({ neuron }) => neuron === n)?.ms ?? NaN);
  };
  const exact = firsts({ ...PRECISE, tolerance: 1e-8 });
  expect(exact.filter((ms) => !Number.isNaN(ms)).length).toBeGreaterThan(3);
  const [coarse, fine] = [0.1, 0.0125].map((step) => {
    const late = firsts({ mode: 'grid', tolerance: 1e-8, step: step / 1000 }).map((ms, n) => Math.abs(ms - exact[n]!));
    const known = late.filter((error) => !Number.isNaN(error)).toSorted((a, b) => a - b);
    return known[Math.floor(known.length / 2)]!;
  });
  expect(coarse!).toBeLessThan(0.5);
  expect(fine!).toBeLessThan(coarse! / 3);
});

test.each(['precise', 'grid'] as const)(
  'all models in one network, mode %s: a run that is laid down and taken up has the same bits',
  (mode) => {
    const names = Object.keys(ALL);
    const populations = Object.fromEntries(
      Object.entries(ALL).map(([name, population]) => [
        name,
        { size: 3, ...population, ...(name === 'IntFire1' ? { spread: { tau_mem: { kind: 'lognormal', sigma: 0.2 } } } : {}) },
      ]),
    );
    const card = cardOf({
      populations,
      edges: names.flatMap((from, k) => [
        { kind: 'all-to-all', from, to: names[(k + 1) % names.length], weight: names[(k + 1) % names.length] === 'IntFire1' ? 0.1 : 3 },
      ]),
      stimuli: names.map((name) => drive(name, name)),
      duration: '120 ms',
    });
    const method = { ...PRECISE, mode, tolerance: 1e-7 };
    const network = buildNetwork(card);
    const until = Math.round(card.duration * TICKS);
    const whole = teacherOf(card, network, inputOf(card, network, until), method).advance(until);
    expect(new Set(whole.neurons).size).toBeGreaterThan(25);
    let snapshot: TeacherSnapshot | undefined;
    const parts = [17_000_000, 60_100_000, until].map((end) => {
      const teacher = teacherOf(card, network, inputOf(card, network, until), method, snapshot);
      const spikes = teacher.advance(end);
      snapshot = structuredClone(teacher.snapshot());
      return spikes;
    });
    expect(parts.flatMap(({ ticks }) => Array.from(ticks))).toEqual(Array.from(whole.ticks));
    expect(parts.flatMap(({ fractions }) => Array.from(fractions))).toEqual(Array.from(whole.fractions));
    expect(parts.flatMap(({ neurons }) => Array.from(neurons))).toEqual(Array.from(whole.neurons));
  },
);
