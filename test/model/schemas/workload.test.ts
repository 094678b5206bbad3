import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CardError } from '../../../src/base/index.ts';
import { parseCard } from '../../../src/model/load.ts';
import { WorkloadSchema } from '../../../src/model/schemas/workload.ts';

const folder = new URL('../../../calibration/workloads/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const PARAMETERS =
  '{ tau_mem: 10 ms, tau_syn_excitatory: 5 ms, tau_syn_inhibitory: 5 ms, rest: -70 mV, threshold: -50 mV, reset: -75 mV, refractory: 2 ms }';
/** A card of 22 lines: the tests count them. */
const GOOD = `name: layers
description: three layers
populations:
  first:
    size: 4
    model: lif
    parameters: ${PARAMETERS}
  second: { size: 3, model: lif, parameters: ${PARAMETERS} }
  third: { size: 2, model: lif, parameters: ${PARAMETERS} }
weight_unit: 0.1 mV
sign:
  population: { first: excitatory, second: excitatory, third: inhibitory }
delay: 1 ms
edges:
  - { kind: fixed-in-degree, from: first, to: second, in_degree: 2, weight: 3 }
  - { kind: all-to-all, from: second, to: third, weight: { kind: uniform, minimum: 1, maximum: 2 } }
stimuli:
  - { kind: poisson, to: first, rate: 80 Hz, weight: 9 mV }
  - { kind: regular, to: first, period: 9 ms, phase: spread, weight: 4 mV }
duration: 1 s
warm_up: 50 ms
seeds: { graph: 1, stimulus: [1, 2] }
`;

function mistakesOf(text: string): string[] {
  try {
    parseCard(WorkloadSchema, text, { label: 'w.yaml' });
  } catch (error) {
    if (!(error instanceof CardError)) throw error;
    return error.message.split('\n');
  }
  return [];
}

test.each(['small-world-300.yaml', 'feed-forward-100.yaml', 'connectome.yaml'])('the workload %s is right', (name) => {
  expect(mistakesOf(read(name))).toEqual([]);
});

describe('a workload card', () => {
  test('is in SI units after reading', () => {
    const { value } = parseCard(WorkloadSchema, GOOD);
    expect(value.weight_unit).toBe(1e-4);
    expect(value.delay).toBe(1e-3);
    expect(value.populations['first']?.parameters).toMatchObject({ rest: -0.07 });
    expect(value.stimuli[0]).toMatchObject({ kind: 'poisson', rate: 80, start: 0, sources: 'per neuron' });
  });

  test('names populations that do not exist, with the nearest, also beside other mistakes', () => {
    const lines = mistakesOf(
      GOOD.replace('from: second', 'from: secnod').replace('80 Hz', '80 ms').replace('third: inhibitory', 'thrid: inhibitory'),
    );
    expect(lines).toEqual([
      'w.yaml:12: sign.population.thrid: found an unknown field, expected the name of a population: first, second, third; did you mean "third"?',
      'w.yaml:12: sign.population.third: found nothing, expected one of excitatory, inhibitory for each population',
      'w.yaml:16: edges.1.from: found "secnod", expected the name of a population: first, second, third; did you mean "second"?',
      'w.yaml:18: stimuli.0.rate: found "80 ms", expected a frequency between 0 Hz and 100 MHz',
    ]);
  });

  test('must keep rest and reset below the threshold, the warm-up below the duration', () => {
    expect(mistakesOf(GOOD.replace('reset: -75 mV', 'reset: -45 mV').replace('warm_up: 50 ms', 'warm_up: 2 s'))).toEqual([
      'w.yaml:7: populations.first.parameters.reset: found "-45 mV", expected a reset below the threshold',
      'w.yaml:21: warm_up: found "2 s", expected a warm-up shorter than the duration',
    ]);
  });

  test('takes a sign or delay column only where all edges come from files', () => {
    expect(mistakesOf(GOOD.replace('delay: 1 ms', 'delay: { column: delay, unit: 1 ms }'))).toEqual([
      'w.yaml:13: delay.column: found "delay", expected a column only where all edges come from files',
    ]);
  });

  test('reports a wrong sign through the alternative that was meant', () => {
    expect(mistakesOf(GOOD.replace('second: excitatory', 'second: exitatory'))).toEqual([
      'w.yaml:12: sign.population.second: found "exitatory", expected one of excitatory, inhibitory; did you mean "excitatory"?',
    ]);
    expect(mistakesOf(read('connectome.yaml').replace('{ seeded: 20 % }', '{ seeded: 120 % }'))[0]).toContain(
      'sign.seeded: found "120 %", expected a fraction',
    );
    expect(mistakesOf(GOOD.replace('kind: poisson', 'kind: poison'))[0]).toContain(
      'stimuli.0.kind: found "poison", expected one of poisson, regular',
    );
  });

  test('that holds something else altogether is refused in one line per field', () => {
    expect(mistakesOf('- 1\n')).toEqual(['w.yaml:1: found a list of 1, expected a map of fields']);
    expect(mistakesOf('populations: 3\nedges: {}\nsign: 7\n').length).toBeGreaterThan(8);
  });
});
