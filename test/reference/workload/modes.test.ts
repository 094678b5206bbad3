/** Both modes of the teacher on every neuron model of a workload card: against one another, and cut against whole. */
import { expect, test } from 'vitest';
import type { TeacherMethod } from '../../../src/reference/index.ts';
import { ADEX, cardOf, CONDUCTANCE, DENDRITES, expectSameInParts, HH, IZH, LEAK, PRECISE, run } from './cards.ts';

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
    const { neurons } = expectSameInParts(card, method, [17_000_000, 60_100_000]);
    expect(new Set(neurons).size).toBeGreaterThan(25);
  },
);
