import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readSonata } from '../../src/network/index.ts';
import { runIntFire } from '../../src/reference/index.ts';
import { readSpikeFile } from '../../src/store/index.ts';

const FOLDER = new URL('../../../shared/data/sonata/', import.meta.url).pathname;
const absent = !existsSync(FOLDER);
const said = absent ? ' (skipped: ../shared is not here)' : '';

test.skipIf(absent)(`300_intfire gives the reference spikes of NEURON, each within a step of 0.1 ms${said}`, async () => {
  const network = await readSonata(`${FOLDER}300_intfire/config.json`);
  const v1 = network.populations.find(({ name }) => name === 'v1')!;
  const first = new Map([
    ['v1', 0],
    ['lgn', 300],
    ['tw', 390],
  ]);
  const synapses = network.edges
    .flatMap(({ from, source, target, weight, delay }) =>
      Array.from(source, (node, k) => ({ source: first.get(from)! + node, target: target[k]!, weight: weight[k]!, delay: delay[k]! })),
    )
    .toSorted((a, b) => a.source - b.source);
  const rowStart = new Uint32Array(421);
  for (const { source } of synapses) rowStart[source + 1]!++;
  for (let i = 0; i < 420; i++) rowStart[i + 1]! += rowStart[i]!;
  const inputs = network.inputs
    .flatMap(({ population, time, node }) => Array.from(time, (at, k) => ({ at, source: first.get(population)! - 300 + node[k]! })))
    .toSorted((a, b) => a.at - b.at);
  const run = runIntFire(
    {
      count: 300,
      // of the example's parameter files, which are not in the folder
      tau: Float64Array.from(v1.typeOf, (type) => (v1.types[type]!.columns['model_name'] === 'LIF_exc' ? 24 : 7)),
      refractory: new Float64Array(300).fill(3),
      rowStart,
      target: Uint32Array.from(synapses, ({ target }) => target),
      weight: Float64Array.from(synapses, ({ weight }) => weight),
      delay: Float64Array.from(synapses, ({ delay }) => delay),
    },
    { time: Float64Array.from(inputs, ({ at }) => at), neuron: Uint32Array.from(inputs, ({ source }) => source) },
    network.duration!,
  );
  const [reference] = await readSpikeFile(`${FOLDER}300_intfire/output/spikes.h5`);
  const trains = (time: Float64Array, node: Uint32Array): number[][] => {
    const of = Array.from({ length: 300 }, (): number[] => []);
    time.forEach((at, k) => of[node[k]!]!.push(at));
    return of;
  };
  const [ours, theirs] = [trains(run.time, run.neuron), trains(reference!.time, reference!.node)];
  expect(reference!.time).toHaveLength(4322);
  expect(ours.map(({ length }) => length)).toEqual(theirs.map(({ length }) => length));
  ours.forEach((train, neuron) => train.forEach((time, k) => expect(Math.abs(time - theirs[neuron]![k]!)).toBeLessThan(0.1)));
});

test.skipIf(absent)(`300_pointneurons is read: populations, parameters, positions, edges, inputs${said}`, async () => {
  const { populations, edges, inputs } = await readSonata(`${FOLDER}300_pointneurons/config.json`);
  expect(populations.map(({ name, count, virtual, positions }) => [name, count, virtual, positions !== null])).toEqual([
    ['internal', 300, false, true],
    ['external', 100, true, false],
  ]);
  expect(populations[0]!.types.every(({ parameters }) => parameters !== null && parameters['tau_m']! > 0)).toBe(true);
  expect(edges.map(({ source }) => source.length)).toEqual([27588, 20844]);
  expect(inputs.map(({ population, time }) => [population, time.length])).toEqual([['external', 4334]]);
});

test('an excitation that comes first fires the neuron, one that comes after the inhibition does not', () => {
  const fires = (weights: readonly [number, number]): number =>
    runIntFire(
      {
        count: 1,
        tau: Float64Array.of(10),
        refractory: Float64Array.of(3),
        rowStart: Uint32Array.of(0, 0, 1, 2),
        target: Uint32Array.of(0, 0),
        weight: Float64Array.from(weights),
        delay: Float64Array.of(1, 1),
      },
      { time: Float64Array.of(5, 5), neuron: Uint32Array.of(0, 1) },
      10,
    ).time.length;
  expect([fires([2, -1.5]), fires([-1.5, 2])]).toEqual([1, 0]);
});
