/** Parameters that differ between neurons: what is drawn has its law, what is read is taken as it stands, and no draw depends on another. */
import { expect, test } from 'vitest';
import { parseCard, WorkloadSchema, type WorkloadCard } from '../../src/model/index.ts';
import { buildNetwork } from '../../src/network/index.ts';

const PARAMETERS = {
  tau_mem: '10 ms',
  tau_syn_excitatory: '5 ms',
  tau_syn_inhibitory: '5 ms',
  rest: '-70 mV',
  threshold: '-50 mV',
  reset: '-70 mV',
  refractory: '2 ms',
};

function cardOf(spread: Record<string, unknown>, size = 4000): WorkloadCard {
  const card = {
    name: 'spread',
    description: 'neurons that differ',
    populations: { a: { size, model: 'lif', parameters: PARAMETERS, spread } },
    weight_unit: '1 mV',
    sign: 'of the weight',
    delay: '1.5 ms',
    edges: [],
    stimuli: [],
    duration: '100 ms',
    warm_up: '0 ms',
    seeds: { graph: 1, stimulus: [1] },
  };
  return parseCard(WorkloadSchema, JSON.stringify(card)).value;
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: Float64Array) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

test('a normal spread has its mean, its deviation and its bounds; a lognormal one its median and sigma; a uniform one its limits', () => {
  const { threshold, tauMem, refractory } = buildNetwork(
    cardOf({
      threshold: { kind: 'normal', deviation: '2 mV', minimum: '-56 mV', maximum: '-44 mV' },
      tau_mem: { kind: 'lognormal', sigma: 0.2 },
      refractory: { kind: 'uniform', minimum: '1 ms', maximum: '3 ms' },
    }),
  );
  // 4,000 draws: five standard errors
  expect(Math.abs(mean(threshold) + 0.05)).toBeLessThan((5 * 2e-3) / Math.sqrt(4000));
  expect(Math.abs(deviation(threshold) / 2e-3 - 1)).toBeLessThan(0.06);
  expect(Math.min(...threshold)).toBeGreaterThanOrEqual(-0.056);
  expect(Math.max(...threshold)).toBeLessThanOrEqual(-0.044);
  const logarithms = tauMem.map((tau) => Math.log(tau / 0.01));
  expect(Math.abs(mean(logarithms))).toBeLessThan((5 * 0.2) / Math.sqrt(4000));
  expect(Math.abs(deviation(logarithms) / 0.2 - 1)).toBeLessThan(0.06);
  expect(Math.min(...refractory)).toBeGreaterThan(1e-3);
  expect(Math.max(...refractory)).toBeLessThan(3e-3);
  expect(Math.abs(mean(refractory) - 2e-3)).toBeLessThan(5e-5);
});

test('a second spread and more neurons change no draw of the first', () => {
  const spread = { threshold: { kind: 'normal', deviation: '2 mV' } };
  const alone = buildNetwork(cardOf(spread, 50)).threshold;
  const both = buildNetwork(cardOf({ tau_mem: { kind: 'lognormal', sigma: 0.2 }, ...spread }, 80)).threshold;
  expect(Array.from(both.subarray(0, 50))).toEqual(Array.from(alone));
  expect(new Set(both).size).toBe(80);
});

test('values of a file are those of the neurons, in order; another number of rows is refused', () => {
  const spread = { threshold: { kind: 'file', file: 'neurons.csv', column: 'theta', unit: '1 mV' } };
  const read = (text: string, size: number) => buildNetwork(cardOf(spread, size), { readText: () => text });
  expect(Array.from(read('name,theta\na,-51.5\nb,-48\n', 2).threshold)).toEqual([-0.0515, -0.048]);
  expect(() => read('name,theta\na,-51.5\n', 2)).toThrow(/1 rows, expected 2/);
  expect(() => read('name,theta\na,-51.5\nb,x\n', 2)).toThrow(/"x", expected a number/);
  expect(() => read('name,other\na,1\nb,2\n', 2)).toThrow(/the column "theta"/);
  // a threshold under the reset
  expect(() => read('name,theta\na,-71\nb,-48\n', 2)).toThrow(/neuron 0 has its reset at or above its threshold/);
});

test('a spread of an unknown parameter or in the wrong unit is a mistake with its place', () => {
  expect(() => cardOf({ treshold: { kind: 'lognormal', sigma: 0.1 } })).toThrow(/populations\.a\.spread\.treshold.*threshold/s);
  expect(() => cardOf({ threshold: { kind: 'normal', deviation: '2 ms' } })).toThrow(/deviation: found "2 ms", expected a voltage/);
});
