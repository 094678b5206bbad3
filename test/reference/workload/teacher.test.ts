/** The teacher on workload cards: closed forms, and both modes against one another. */
import { expect, test } from 'vitest';
import type { WorkloadCard } from '../../../src/model/index.ts';
import { buildNetwork, currentChanges } from '../../../src/network/index.ts';
import { TEACHER_TICKS_PER_SECOND as TICKS, type TeacherMethod } from '../../../src/reference/index.ts';
import { cardOf as smallCard, expectSameInParts, run } from './cards.ts';

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

const cardOf = (fields: Record<string, unknown>): WorkloadCard =>
  smallCard({
    populations: { a: { size: 1, model: 'lif', parameters: LIF }, b: { size: 1, model: 'lif', parameters: LIF } },
    duration: '100 ms',
    ...fields,
  });

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

const ALPHA = { size: 1, model: 'lif', parameters: LIF, synapses: { kind: 'alpha' } };

/** V of a membrane driven by a current in time, by plain fourth-order Runge-Kutta of 1 us: the first crossing of a rise of 20 mV, ms after the event. */
function plainCrossing(current: (ms: number) => number): number {
  const slope = (t: number, v: number): number => -v / 10 + current(t);
  let v = 0;
  const h = 1e-3;
  for (let k = 0; k < 40_000; k++) {
    const t = k * h;
    const k1 = slope(t, v);
    const k2 = slope(t + h / 2, v + (h / 2) * k1);
    const k3 = slope(t + h / 2, v + (h / 2) * k2);
    const k4 = slope(t + h, v + h * k3);
    const next = v + (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4);
    if (next >= 20) return t + (h * (20 - v)) / (next - v);
    v = next;
  }
  return NaN;
}

test('alpha synapses: a weight is the peak of the PSP, and the crossing is that of a plain integration', () => {
  const stimulus = (weight: string) => [{ kind: 'spikes', weight, trains: [{ to: 'a', at: ['3 ms'] }] }];
  const once = (weight: string, tolerance = 1e-8) =>
    run(cardOf({ populations: { a: ALPHA }, stimuli: stimulus(weight) }), { ...PRECISE, tolerance });
  // a peak just above and just below the threshold
  expect(once('20.001 mV')).toHaveLength(1);
  expect(once('19.999 mV')).toHaveLength(0);
  // the amplitude of a peak of 30 mV, from the largest rise of a plain course of amplitude 1
  let [top, v] = [0, 0];
  for (let k = 0; k < 400_000; k++) {
    const t = (k + 0.5) * 1e-4;
    v += 1e-4 * (-v / 10 + (t / 5) * Math.exp(1 - t / 5));
    top = Math.max(top, v);
  }
  const expected = plainCrossing((t) => (30 / top) * (t / 5) * Math.exp(1 - t / 5));
  expect(Math.abs(once('30 mV')[0]!.ms - 3 - expected)).toBeLessThan(1e-4);
  const fine = once('30 mV', 1e-13)[0]!.ms;
  const errors = [1e-4, 1e-6, 1e-8].map((tolerance) => Math.abs(once('30 mV', tolerance)[0]!.ms - fine));
  // error control by step: the error falls with the tolerance
  expect(errors[0]!).toBeLessThan(1e-3);
  expect(errors[2]!).toBeLessThan(errors[0]! / 100);
  expect(errors[2]!).toBeLessThan(1e-7);
});

test('delta synapses move the membrane itself: two events meet with what is left of the first, and one that reaches the threshold is a spike at once', () => {
  const delta = { size: 1, model: 'lif', parameters: LIF, synapses: { kind: 'delta' } };
  const at = (weight: string, times: string[], method = PRECISE) =>
    run(cardOf({ populations: { a: delta }, stimuli: [{ kind: 'spikes', weight, trains: [{ to: 'a', at: times }] }] }), method).map(
      ({ ms }) => Number(ms.toFixed(9)),
    );
  expect(at('20 mV', ['5 ms'])).toEqual([5]);
  // 12 e^(-t/10) + 12 = 20 at t = 10 ln 1.5 = 4.0547 ms
  expect(at('12 mV', ['5 ms', '9.054 ms'])).toEqual([9.054]);
  expect(at('12 mV', ['5 ms', '9.056 ms'])).toEqual([]);
  expect(at('12 mV', ['5 ms', '9 ms'], { ...PRECISE, mode: 'grid' })).toEqual([9]);
});

test('a saturating input is the exponential one where it is far from its limit, and holds the membrane below it', () => {
  const of = (limit: string) => ({ size: 1, model: 'lif', parameters: LIF, synapses: { kind: 'saturating', limit } });
  const stimuli = [{ kind: 'spikes', weight: '40 mV', trains: [{ to: 'a', at: ['3 ms'] }] }];
  const once = (limit: string) => run(cardOf({ populations: { a: of(limit) }, stimuli }), PRECISE);
  expect(Math.abs(once('10 V')[0]!.ms - 3 - crossing(40, 20))).toBeLessThan(1e-3);
  expect(once('20 mV')).toHaveLength(0);
  // with these time constants the peak of a unit PSP is tau_m (tau_m / tau_s)^(-tau_m / (tau_m - tau_s)) = 2.5 ms, and the limit 50 mV / tau_m
  const expected = plainCrossing((t) => 5 * Math.tanh(((40 / 2.5) * Math.exp(-t / 5)) / 5));
  expect(Math.abs(once('50 mV')[0]!.ms - 3 - expected)).toBeLessThan(1e-5);
});

test.each([undefined, { kind: 'alpha' }, { kind: 'delta' }, { kind: 'saturating', limit: '1 V' }])(
  'under a current the intervals are those of the closed form, %j',
  (synapses) => {
    const a = { size: 2, model: 'lif', parameters: LIF, ...(synapses === undefined ? {} : { synapses }) };
    const stimuli = [{ kind: 'current', to: 'a', amplitude: '30 mV', start: '5 ms', stop: '80 ms' }];
    const found = run(cardOf({ populations: { a }, stimuli }), PRECISE).filter(({ neuron }) => neuron === 1);
    const interval = 2 + 10 * Math.log(3);
    const expected = Array.from({ length: 5 }, (_, k) => 5 + 10 * Math.log(3) + k * interval);
    expect(found).toHaveLength(expected.length);
    found.forEach(({ ms }, k) => expect(Math.abs(ms - expected[k]!)).toBeLessThan(1e-6));
    if (synapses === undefined) {
      const grid = run(cardOf({ populations: { a }, stimuli }), { ...PRECISE, mode: 'grid' }).filter(({ neuron }) => neuron === 1);
      grid.forEach(({ ms }, k) => expect(ms - expected[k]!).toBeLessThan(0.1 * (k + 1)));
      expect(grid).toHaveLength(expected.length);
    }
  },
);

test('an Ornstein-Uhlenbeck current has its mean, deviation and correlation, and no draw depends on how long the run is', () => {
  const card = cardOf({
    populations: { a: { size: 40, model: 'lif', parameters: LIF } },
    stimuli: [{ kind: 'ornstein-uhlenbeck', to: 'a', mean: '4 mV', deviation: '3 mV', tau: '5 ms' }],
    duration: '2 s',
  });
  const network = buildNetwork(card);
  const { tick, neuron, depolarisation } = currentChanges(card, network, 1, 2 * TICKS, TICKS);
  expect(tick).toHaveLength(40 * 2000);
  const mean = depolarisation.reduce((sum, value) => sum + value, 0) / depolarisation.length;
  let [variance, lagged] = [0, 0];
  for (let i = 0; i < depolarisation.length; i++) {
    variance += (depolarisation[i]! - 4e-3) ** 2 / depolarisation.length;
    // five bins of 40 neurons on
    if (i + 200 < depolarisation.length)
      lagged += ((depolarisation[i]! - 4e-3) * (depolarisation[i + 200]! - 4e-3)) / (depolarisation.length - 200);
  }
  // 40 neurons x 2 s / (2 x 5 ms): 8,000 independent values
  expect(Math.abs(mean - 4e-3)).toBeLessThan(4 * (3e-3 / Math.sqrt(8000)));
  expect(Math.abs(Math.sqrt(variance) / 3e-3 - 1)).toBeLessThan(0.05);
  expect(Math.abs(lagged / variance - Math.exp(-1))).toBeLessThan(0.05);
  const short = currentChanges(card, network, 1, 0.1 * TICKS, TICKS);
  expect(Array.from(short.depolarisation)).toEqual(Array.from(depolarisation.subarray(0, short.tick.length)));
  expect(Array.from(short.neuron)).toEqual(Array.from(neuron.subarray(0, short.neuron.length)));
});

test('a run with currents and every kind of synapse that is laid down and taken up has the same bits', () => {
  const kinds = [{ kind: 'exponential' }, { kind: 'alpha' }, { kind: 'delta' }, { kind: 'saturating', limit: '60 mV' }];
  const populations = Object.fromEntries(kinds.map((synapses) => [synapses.kind, { size: 6, model: 'lif', parameters: LIF, synapses }]));
  const names = Object.keys(populations);
  const card = cardOf({
    populations: { ...populations, adex: { size: 6, model: 'adex', parameters: ADEX } },
    edges: [...names, 'adex'].flatMap((from) => names.map((to) => ({ kind: 'fixed-in-degree', from, to, in_degree: 3, weight: 3 }))),
    stimuli: [...names, 'adex'].flatMap((to) => [
      { kind: 'ornstein-uhlenbeck', to, mean: '14 mV', deviation: '6 mV', tau: '5 ms' },
      { kind: 'poisson', to, rate: '200 Hz', weight: '3 mV' },
    ]),
  });
  expect(expectSameInParts(card, PRECISE, [17_000_123, 60_000_000]).ticks.length).toBeGreaterThan(50);
});
