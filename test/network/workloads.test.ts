/** The workloads that ship, and the real worm. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildNetwork, loadWorkload, stimulusEvents, type Network } from '../../src/network/index.ts';
import { clustering, meanPath, undirected } from './graph-measures.ts';

const path = (name: string) => new URL(`../../calibration/workloads/${name}`, import.meta.url).pathname;

function graphOf(network: Network) {
  const source = new Uint32Array(network.target.length);
  for (let s = 0; s < network.count; s++) source.fill(s, network.rowStart[s], network.rowStart[s + 1]);
  return undirected(network.count, { source, target: network.target });
}

const pairsOf = (graph: readonly ReadonlySet<number>[]) => graph.reduce((sum, partners) => sum + partners.size, 0) / 2;

describe('small-world-300', () => {
  const card = loadWorkload(path('small-world-300.yaml'));

  test('has the size and the small-world statistics of the worm by White 1986, within 5 %', () => {
    const graph = graphOf(buildNetwork(card.value, card));
    expect(pairsOf(graph) / 2385).toBeCloseTo(1, 1.5);
    for (const [value, worm] of [
      [clustering(graph), 0.352],
      [meanPath(graph), 2.695],
    ] as const)
      expect(Math.abs(value / worm - 1)).toBeLessThan(0.05);
  });

  test('has so for other seeds too', () => {
    for (const seed of [2, 3]) {
      const graph = graphOf(buildNetwork(card.value, { seed }));
      expect(Math.abs(clustering(graph) / 0.352 - 1)).toBeLessThan(0.05);
      expect(Math.abs(meanPath(graph) / 2.695 - 1)).toBeLessThan(0.05);
    }
  });

  test('has a fifth of inhibitory neurons, typical weights of 0.3 to 1.5 mV and one noise source per neuron', () => {
    const network = buildNetwork(card.value, card);
    expect(network.sign.filter((sign) => sign < 0).length).toBe(60);
    const sizes = network.weight.map(Math.abs).toSorted();
    expect(sizes[Math.floor(sizes.length / 2)]! * 1e3).toBeGreaterThan(0.3);
    expect(sizes[Math.floor(sizes.length * 0.9)]! * 1e3).toBeLessThan(1.6);
    expect(sizes.at(-1)! * 1e3).toBeLessThanOrEqual(3 + 1e-12);
    expect(network.inputs.count).toBe(300);
  });
});

test('feed-forward-100 has 100 neurons, a delay of 1 ms and no loops', () => {
  const card = loadWorkload(path('feed-forward-100.yaml'));
  const network = buildNetwork(card.value, card);
  expect(network.count).toBe(100);
  expect(network.delay).toBe(1e-3);
  for (let s = 0; s < network.count; s++)
    for (let k = network.rowStart[s]!; k < network.rowStart[s + 1]!; k++) expect(network.target[k]).toBeGreaterThan(s);
  const events = stimulusEvents(card.value, network, 1, 1e6, 1e9, 1000);
  expect(events.tick.length).toBeGreaterThan(5000);
});

test('adapting-100 has three kinds of AdEx neurons; a LIF population among them has an exponential out of reach', () => {
  const card = loadWorkload(path('adapting-100.yaml'));
  const { adex, populations } = buildNetwork(card.value, card);
  expect(populations.map(({ count }) => count)).toEqual([50, 30, 20]);
  expect([0, 50, 80].map((n) => adex!.jump[n])).toEqual([0.005, 0.01, 0]);
  const { exponential: _1, adaptation: _2, ...parameters } = card.value.populations['bursting']!.parameters as Record<string, unknown>;
  const mixed = {
    ...card.value.populations,
    bursting: { model: 'lif' as const, size: 30, parameters: parameters as never, receives: 'soma' as const },
  };
  const columns = buildNetwork({ ...card.value, populations: mixed }, card).adex!;
  expect([columns.threshold[50], columns.adaptation[50], columns.jump[50]]).toEqual([0, 0, 0]);
  expect(columns.threshold[0]).toBe(-0.05);
});

const worm = new URL('../../../shared/data/celegans/neuron_edges.csv', import.meta.url).pathname;

describe.skipIf(!existsSync(worm))('the real worm (skipped where ../shared/data/celegans is absent)', () => {
  test('has the neurons, rows and small-world statistics that its source states', () => {
    const card = loadWorkload(worm, { label: 'neuron_edges.csv' });
    const network = buildNetwork(card.value, card);
    expect(network.count).toBe(300);
    const note = (start: string) => network.notes.find(({ text }) => text.startsWith(start))?.count;
    // 5,806 rows: 3,638 chemical, 2,168 electrical, of which 13 join a neuron with itself; 5 lack their reverse
    expect(note('electrical rows')! + note('electrical connections of a neuron with itself')!).toBe(2168);
    expect(note('reverse synapses')).toBe(5);
    expect(network.target.length).toBe(3638 + 2168 - 13 + 5);
    const graph = graphOf(network);
    expect(pairsOf(graph)).toBe(3465);
    expect(clustering(graph)).toBeCloseTo(0.358, 3);
    expect(meanPath(graph)).toBeCloseTo(2.474, 3);
  });

  test('takes overrides of the card that wraps it', () => {
    const card = loadWorkload(worm, { overrides: ['weight_maximum=5', 'stimuli.0.rate=40 Hz'] });
    const network = buildNetwork(card.value, card);
    expect(Math.max(...network.weight)).toBeCloseTo(0.75e-3, 12);
    expect(() => loadWorkload(worm, { overrides: ['stimuli.0.rat=40 Hz'] })).toThrow('did you mean "stimuli.0.rate"?');
  });
});

test('a bare edge list with other columns is refused with what its header holds', () => {
  const card = loadWorkload(path('connectome.yaml'));
  expect(() => buildNetwork(card.value, { readText: () => 'Source,Target\nA,B\n' })).toThrow(
    'edges.csv:1: header: found "Source,Target", expected columns "pre", "post", "weight"',
  );
});
