import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCard } from '../../src/model/load.ts';
import { WorkloadSchema } from '../../src/model/schemas/workload.ts';
import { buildNetwork, withDelay, type Network } from '../../src/network/index.ts';

const PARAMETERS =
  '{ tau_mem: 10 ms, tau_syn_excitatory: 5 ms, tau_syn_inhibitory: 6 ms, rest: -70 mV, threshold: -50 mV, reset: -75 mV, refractory: 2 ms }';

interface Parts {
  readonly populations?: string;
  readonly edges?: string;
  readonly sign?: string;
  readonly delay?: string;
  readonly stimuli?: string;
  readonly more?: string;
}

function cardOf(parts: Parts) {
  const text = `
name: test
description: a test
populations: ${parts.populations ?? `{ n: { size: from edges, model: lif, parameters: ${PARAMETERS} } }`}
weight_unit: 0.5 mV
sign: ${parts.sign ?? '{ seeded: 0 }'}
delay: ${parts.delay ?? '1 ms'}
edges: ${parts.edges ?? '[{ kind: file, file: e.csv, from: n, to: n, columns: { pre: pre, post: post, weight: weight, type: type } }]'}
stimuli: ${parts.stimuli ?? '[]'}
duration: 1 s
warm_up: 0 s
seeds: { graph: 1, stimulus: [1] }
${parts.more ?? ''}`;
  return parseCard(WorkloadSchema, text, { label: 'w.yaml' });
}

function networkOf(parts: Parts, csv = ''): Network {
  return buildNetwork(cardOf(parts).value, { readText: () => csv, label: 'w.yaml' });
}

/** Synapses as text: source>target:mV. */
function synapses(network: Network): string[] {
  return network.names.flatMap((name, s) =>
    Array.from({ length: network.rowStart[s + 1]! - network.rowStart[s]! }, (_, i) => {
      const k = network.rowStart[s]! + i;
      return `${name}>${network.names[network.target[k]!]!}:${(network.weight[k]! * 1e3).toFixed(2)}`;
    }),
  );
}

const HEAD = 'pre,post,weight,type\n';

describe('an edge list becomes a network', () => {
  test('with neurons sorted by name and synapses by source and target', () => {
    const network = networkOf({}, `${HEAD}C,A,1,chemical\nA,C,4,chemical\nA,B,2,chemical\n`);
    expect(network.names).toEqual(['A', 'B', 'C']);
    expect(synapses(network)).toEqual(['A>B:1.00', 'A>C:2.00', 'C>A:0.50']);
    expect([...network.tauSynInhibitory]).toEqual([0.006, 0.006, 0.006]);
    expect(network.delay).toBe(1e-3);
    expect(network.notes).toEqual([]);
  });

  test('whatever the order of the rows', () => {
    const rows = ['C,A,1,chemical', 'A,C,4,chemical', 'A,B,2,electrical', 'B,C,3,electrical', 'B,A,2,electrical'];
    const expected = synapses(networkOf({}, HEAD + rows.join('\n')));
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
        expect(synapses(networkOf({}, HEAD + shuffled.join('\n')))).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  test('an electrical connection listed both ways gives one synapse per row, listed once it gets its reverse, on itself it is dropped; all counted', () => {
    const network = networkOf(
      { sign: '{ seeded: 1 }' },
      `${HEAD}A,B,2,electrical\nB,A,3,electrical\nA,C,1,electrical\nC,C,9,electrical\nC,B,1,chemical\n`,
    );
    expect(synapses(network)).toEqual(['A>B:1.00', 'A>C:0.50', 'B>A:1.50', 'C>A:0.50', 'C>B:-0.50']);
    expect([...network.sign]).toEqual([-1, -1, -1]);
    expect(network.notes).toEqual([
      { text: 'electrical rows, each read as an excitatory chemical synapse (an approximation)', count: 3 },
      { text: 'reverse synapses added for electrical connections that the file lists in one direction only', count: 1 },
      { text: 'electrical connections of a neuron with itself, dropped', count: 1 },
      { text: 'neurons drawn as inhibitory by the graph seed', count: 3 },
    ]);
  });

  test('parallel synapses stay separate, weights are cut at the maximum, autapses are kept or dropped as the card says; all counted', () => {
    const csv = `${HEAD}A,B,2,chemical\nA,B,7,chemical\nB,B,1,chemical\n`;
    const network = networkOf({ more: 'weight_maximum: 5' }, csv);
    expect(synapses(network)).toEqual(['A>B:1.00', 'A>B:2.50', 'B>B:0.50']);
    expect(network.notes.map(({ count }) => count)).toEqual([1, 1]);
    const edges =
      '[{ kind: file, file: e.csv, from: n, to: n, self_loops: drop, columns: { pre: pre, post: post, weight: weight, type: type } }]';
    expect(synapses(networkOf({ edges }, csv))).toEqual(['A>B:1.00', 'A>B:3.50']);
  });

  test('signs and delays may come from columns', () => {
    const network = networkOf(
      {
        edges: '[{ kind: file, file: e.csv, from: n, to: n, columns: { pre: a, post: b, weight: w } }]',
        sign: '{ column: s, excitatory: [ACh], inhibitory: [GABA] }',
        delay: '{ column: d, unit: 1 ms }',
      },
      'a,b,w,s,d\nB,A,1,GABA,2\nA,B,1,ACh,3\nA,A,1,GABA,0\n',
    );
    expect(synapses(network)).toEqual(['A>A:-0.50', 'A>B:0.50', 'B>A:-0.50']);
    expect([...network.sign]).toEqual([0, -1]);
    expect([...(network.delay as Float64Array)]).toEqual([0, 0.003, 0.002]);
  });

  test('signs may come from the weights', () => {
    const network = networkOf({ sign: 'of the weight' }, `${HEAD}A,B,-2,chemical\nB,A,1,chemical\n`);
    expect(synapses(network)).toEqual(['A>B:-1.00', 'B>A:0.50']);
  });

  test('the seeded share of inhibitory neurons is met exactly and depends on the seed', () => {
    const csv = HEAD + Array.from({ length: 50 }, (_, i) => `N${String(i)},M,1,chemical`).join('\n');
    const card = cardOf({ sign: '{ seeded: 20 % }' }).value;
    const signOf = (seed: number) => buildNetwork(card, { readText: () => csv, seed }).sign;
    expect(signOf(1).filter((sign) => sign < 0).length).toBe(10);
    expect(signOf(1)).toEqual(signOf(1));
    expect(signOf(1)).not.toEqual(signOf(2));
  });
});

describe('populations of a given size', () => {
  const populations = `{ a: { size: 2, model: lif, parameters: ${PARAMETERS} }, b: { size: 1, model: lif, parameters: ${PARAMETERS} } }`;
  const sign = '{ population: { a: excitatory, b: inhibitory } }';

  test('are connected by name, by number and by generators', () => {
    const edges = '[{ kind: inline, synapses: [{ from: a.1, to: b, weight: 2 }] }, { kind: all-to-all, from: b, to: a, weight: 1 }]';
    expect(synapses(networkOf({ populations, sign, edges }))).toEqual(['a.1>b.0:1.00', 'b.0>a.0:-0.50', 'b.0>a.1:-0.50']);
    const file = '[{ kind: file, file: e.csv, from: a, to: b, columns: { pre: pre, post: post, weight: weight } }]';
    expect(synapses(networkOf({ populations, sign, edges: file }, 'pre,post,weight\n0,0,1\na.1,0,1'))).toEqual([
      'a.0>b.0:0.50',
      'a.1>b.0:0.50',
    ]);
    expect(() => networkOf({ populations, sign, edges: file }, 'pre,post,weight\n2,0,1')).toThrow(
      'e.csv:2: pre: found "2", expected the name or number of a neuron of a',
    );
  });

  test('a name that no neuron has is refused with the nearest', () => {
    const edges = '[{ kind: inline, synapses: [{ from: aa.1, to: c, weight: 2 }] }]';
    const card = cardOf({ populations, sign, edges });
    expect(() => buildNetwork(card.value, card)).toThrow(
      'w.yaml:8: edges.0.synapses.0.from: found "aa.1", expected the name of a neuron, such as layer.0; did you mean "a.1"?',
    );
  });

  test('are driven by one source per neuron, a shared one, or a train per neuron', () => {
    const stimuli = `
  - { kind: poisson, to: a, rate: 10 Hz, weight: 8 mV }
  - { kind: poisson, to: a, rate: 10 Hz, weight: -2 mV, sources: shared }
  - { kind: spikes, weight: 1 mV, trains: [{ to: b, at: [1 ms] }, { to: a.0, at: [] }] }`;
    const { inputs } = networkOf({ populations, sign, edges: '[]', stimuli });
    expect(inputs.count).toBe(5);
    expect([...inputs.stimulusStart]).toEqual([0, 2, 3, 5]);
    expect([...inputs.rowStart]).toEqual([0, 1, 2, 4, 5, 6]);
    expect([...inputs.target]).toEqual([0, 1, 0, 1, 2, 0]);
    expect([...inputs.weight]).toEqual([0.008, 0.008, -0.002, -0.002, 0.001, 0.001]);
  });
});

test('the delay of a reference design is unknown until it is given', () => {
  const network = networkOf({ delay: 'reference design' }, `${HEAD}A,B,1,chemical\n`);
  expect(network.delay).toBeNull();
  expect(withDelay(network, 0.002).delay).toBe(0.002);
});
