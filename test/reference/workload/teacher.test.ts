/** The teacher on workload cards: closed forms, and both modes against one another. */
import { expect, test } from 'vitest';
import { parseCard, WorkloadSchema, type WorkloadCard } from '../../../src/model/index.ts';
import { buildNetwork, stimulusEvents, type Network } from '../../../src/network/index.ts';
import { TEACHER_TICKS_PER_SECOND as TICKS, teacherOf, type TeacherMethod } from '../../../src/reference/index.ts';

const PRECISE: TeacherMethod = { mode: 'precise', tolerance: 1e-8, step: 1e-4 };

const LIF = {
  tau_mem: '10 ms',
  tau_syn_excitatory: '5 ms',
  tau_syn_inhibitory: '5 ms',
  rest: '-70 mV',
  threshold: '-50 mV',
  reset: '-70 mV',
  refractory: '2 ms',
};

function cardOf(fields: Record<string, unknown>): WorkloadCard {
  const card = {
    name: 'small',
    description: 'a small one',
    populations: { a: { size: 1, model: 'lif', parameters: LIF }, b: { size: 1, model: 'lif', parameters: LIF } },
    weight_unit: '1 mV',
    sign: 'of the weight',
    delay: '1.5 ms',
    edges: [],
    stimuli: [],
    duration: '100 ms',
    warm_up: '0 ms',
    seeds: { graph: 1, stimulus: [1] },
    ...fields,
  };
  return parseCard(WorkloadSchema, JSON.stringify(card)).value;
}

function run(card: WorkloadCard, method: TeacherMethod, seconds = card.duration) {
  const network: Network = buildNetwork(card);
  const until = Math.round(seconds * TICKS);
  const teacher = teacherOf(card, network, stimulusEvents(card, network, 1, until, TICKS, 1), method);
  const { ticks, fractions, neurons } = teacher.advance(until);
  return Array.from(ticks, (tick, i) => ({ ms: ((tick + fractions[i]!) / TICKS) * 1000, neuron: neurons[i]! }));
}

/** Time after one event at which the PSP of this peak crosses `rise`: bisection on the closed form. */
function crossing(peak: number, rise: number): number {
  const shape = (t: number): number => Math.exp(-t / 10) - Math.exp(-t / 5);
  let [low, high] = [0, 10 * Math.log(2)];
  const top = shape(high);
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if ((peak * shape(middle)) / top < rise) low = middle;
    else high = middle;
  }
  return low;
}

test('a weight is the peak of one postsynaptic potential: the neuron spikes where the closed form crosses, and its target one delay and one crossing later', () => {
  const card = cardOf({
    edges: [{ kind: 'inline', synapses: [{ from: 'a', to: 'b', weight: 30 }] }],
    stimuli: [{ kind: 'spikes', weight: '25 mV', trains: [{ to: 'a', at: ['3 ms'] }] }],
  });
  const [first, second, ...more] = run(card, PRECISE);
  expect(more).toEqual([]);
  expect(first!.neuron).toBe(0);
  expect(Math.abs(first!.ms - 3 - crossing(25, 20))).toBeLessThan(1e-9);
  expect(Math.abs(second!.ms - first!.ms - 1.5 - crossing(30, 20))).toBeLessThan(1e-9);
});

test('on the grid the same spikes stand at the end of the step that reaches the threshold, and arrive a whole delay later', () => {
  const card = cardOf({
    edges: [{ kind: 'inline', synapses: [{ from: 'a', to: 'b', weight: 30 }] }],
    stimuli: [{ kind: 'spikes', weight: '25 mV', trains: [{ to: 'a', at: ['3 ms'] }] }],
  });
  const found = run(card, { ...PRECISE, mode: 'grid' });
  const first = Math.ceil((3 + crossing(25, 20)) * 10) / 10;
  const second = Math.ceil((first + 1.5 + crossing(30, 20)) * 10 - 1e-9) / 10;
  expect(found.map(({ ms }) => Number(ms.toFixed(6)))).toEqual([first, second].map((ms) => Number(ms.toFixed(6))));
});

const ADEX = {
  tau_mem: '20 ms',
  tau_syn_excitatory: '5 ms',
  tau_syn_inhibitory: '8 ms',
  rest: '-60 mV',
  threshold: '-40 mV',
  reset: '-48 mV',
  refractory: '1 ms',
  exponential: { threshold: '-50 mV', slope: '2 mV' },
  adaptation: { strength: 0.2, tau: '120 ms', jump: '10 mV' },
};

test.each(['lif', 'adex'])('both modes of a %s population run to the same spikes as the step shrinks, at first order', (model) => {
  const parameters = model === 'lif' ? LIF : ADEX;
  const card = cardOf({
    populations: { a: { size: 20, model, parameters } },
    stimuli: [{ kind: 'poisson', to: 'a', rate: '300 Hz', weight: '4 mV' }],
    duration: '300 ms',
  });
  const exact = run(card, PRECISE);
  expect(exact.length).toBeGreaterThan(60);
  const firstSpikes = (spikes: typeof exact) => Array.from({ length: 20 }, (_, n) => spikes.find(({ neuron }) => neuron === n)?.ms ?? NaN);
  const errors = [0.1, 0.05, 0.025].map((step) => {
    const grid = firstSpikes(run(card, { mode: 'grid', tolerance: 1e-9, step: step / 1000 }));
    const late = grid.map((ms, n) => ms - firstSpikes(exact)[n]!).filter((error) => !Number.isNaN(error));
    return late.reduce((sum, error) => sum + error, 0) / late.length / step;
  });
  // spikes stand at the end of their step and events act there too: late by a part of a step that does not grow
  for (const late of errors) expect(late).toBeGreaterThan(0.3);
  for (const late of errors) expect(late).toBeLessThan(3);
});

test('a delay that is no whole number of steps is refused on the grid', () => {
  const card = cardOf({ delay: '1.55 ms', edges: [{ kind: 'inline', synapses: [{ from: 'a', to: 'b', weight: 30 }] }] });
  expect(() => run(card, { ...PRECISE, mode: 'grid' })).toThrow(/multiple of 0.1 ms/);
});
