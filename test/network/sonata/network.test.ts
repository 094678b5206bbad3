/** A published SONATA network, read and run: the recorded spikes of the reference simulator are the oracle. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { CardError } from '../../../src/base/index.ts';
import { readSonata, type SonataNetwork } from '../../../src/network/index.ts';
import { runIntFire, type IntFireNetwork, type TimedSpikes } from '../../../src/reference/index.ts';
import { readSpikeFile, writeHdf5 } from '../../../src/store/index.ts';
import { temporaryFolder } from '../../store/temporary.ts';

vi.setConfig({ testTimeout: 60_000 });

const FOLDER = new URL('../../../../shared/data/sonata/', import.meta.url).pathname;
const absent = !existsSync(FOLDER);
const said = absent ? ' (skipped: ../shared is not here)' : '';

/** The recurrent population as a network, the virtual ones as its inputs, one numbered after the other. */
function intFire(sonata: SonataNetwork, name: string): { readonly network: IntFireNetwork; readonly inputs: TimedSpikes } {
  const neurons = sonata.populations.find((population) => population.name === name)!;
  const first = new Map<string, number>([[name, 0]]);
  let sources = neurons.count;
  for (const { name: input, count, virtual } of sonata.populations) {
    if (!virtual) continue;
    first.set(input, sources);
    sources += count;
  }
  const synapses = sonata.edges
    .filter(({ to }) => to === name)
    .flatMap(({ from, source, target, weight, delay }) =>
      Array.from(source, (s, k) => ({ source: s + first.get(from)!, target: target[k]!, weight: weight[k]!, delay: delay[k]! })),
    )
    .toSorted((a, b) => a.source - b.source);
  const rowStart = new Uint32Array(sources + 1);
  for (const { source } of synapses) rowStart[source + 1]!++;
  for (let s = 0; s < sources; s++) rowStart[s + 1]! += rowStart[s]!;
  // the parameter files of the example are not part of it; its model library says 24 and 7 ms, deaf for 3 ms
  const inhibitory = neurons.types.map(({ columns }) => /inh/i.test(columns['dynamics_params'] ?? ''));
  const spikes = sonata.inputs
    .flatMap((table) =>
      Array.from(table.time, (time, k) => ({ time, neuron: table.node[k]! + first.get(table.population)! - neurons.count })),
    )
    .toSorted((a, b) => a.time - b.time || a.neuron - b.neuron);
  return {
    network: {
      count: neurons.count,
      tau: Float64Array.from(neurons.typeOf, (type) => (inhibitory[type] ? 7 : 24)),
      refractory: new Float64Array(neurons.count).fill(3),
      rowStart,
      target: Uint32Array.from(synapses, ({ target }) => target),
      weight: Float64Array.from(synapses, ({ weight }) => weight),
      delay: Float64Array.from(synapses, ({ delay }) => delay),
    },
    inputs: { time: Float64Array.from(spikes, ({ time }) => time), neuron: Uint32Array.from(spikes, ({ neuron }) => neuron) },
  };
}

test.skipIf(absent)(`300 integrate-and-fire cells repeat at least 99 % of the published spikes within one step${said}`, async () => {
  const sonata = await readSonata(`${FOLDER}300_intfire/config.json`);
  const { network, inputs } = intFire(sonata, 'v1');
  const run = runIntFire(network, inputs, sonata.duration!);
  const [reference] = await readSpikeFile(`${FOLDER}300_intfire/output/spikes.h5`);
  expect(reference!.time.length).toBe(4322);
  const unmatched = new Map<number, number[]>();
  run.time.forEach((time, k) => {
    const neuron = run.neuron[k]!;
    unmatched.set(neuron, [...(unmatched.get(neuron) ?? []), time]);
  });
  const missed: [number, number][] = [];
  reference!.time.forEach((time, k) => {
    const trains = unmatched.get(reference!.node[k]!) ?? [];
    const at = trains.findIndex((own) => Math.abs(own - time) <= sonata.dt! + 1e-9);
    if (at < 0) missed.push([reference!.node[k]!, time]);
    else trains.splice(at, 1);
  });
  expect(run.time.length).toBe(4322);
  expect(missed).toEqual([]);
});

test.skipIf(absent)(`300 point neurons are read with positions, delays and every edge${said}`, async () => {
  const { populations, edges } = await readSonata(`${FOLDER}300_pointneurons/config.json`);
  const internal = populations.find(({ virtual }) => !virtual)!;
  expect(internal.count).toBe(300);
  expect(internal.positions).not.toBeNull();
  expect(
    edges
      .map(({ source }) => source.length)
      .toSorted((a, b) => b - a)
      .slice(0, 2),
  ).toEqual([27588, 20844]);
  for (const { weight, delay } of edges) {
    expect(weight.every(Number.isFinite)).toBe(true);
    expect(delay.every((value) => value > 0)).toBe(true);
  }
});

test('a configuration that leads out of its folder, or is none, is refused in words', async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'out.json'),
    JSON.stringify({ networks: { nodes: [{ nodes_file: '../../etc/passwd', node_types_file: null }] } }),
  );
  await expect(readSonata(join(folder, 'out.json'))).rejects.toThrow(/a path out of its folder/);
  writeFileSync(
    join(folder, 'circle.json'),
    JSON.stringify({ manifest: { $A: '$B', $B: '$A' }, networks: { nodes: [{ nodes_file: '$A/x.h5' }] } }),
  );
  await expect(readSonata(join(folder, 'circle.json'))).rejects.toThrow(/a circle/);
  writeFileSync(join(folder, 'text.json'), 'nodes');
  await expect(readSonata(join(folder, 'text.json'))).rejects.toThrow(CardError);
  await expect(readSonata(join(folder, 'none.json'))).rejects.toThrow(/no such file/);
});

test.skipIf(absent)(`a network that is reached through a link is read${said}`, async () => {
  const link = join(temporaryFolder(), 'sonata');
  symlinkSync(FOLDER, link);
  expect((await readSonata(join(link, '300_intfire/config.json'))).edges).toHaveLength(3);
});

test.skipIf(absent)(`a truncated edge file is told by name${said}`, async () => {
  const folder = temporaryFolder();
  const from = `${FOLDER}300_intfire/network/`;
  mkdirSync(join(folder, 'network'));
  for (const file of ['v1_nodes.h5', 'v1_node_types.csv', 'v1_v1_edges.h5', 'v1_v1_edge_types.csv'])
    copyFileSync(from + file, join(folder, 'network', file));
  truncateSync(join(folder, 'network/v1_v1_edges.h5'), readFileSync(`${from}v1_v1_edges.h5`).length >> 1);
  const networks = {
    nodes: [{ nodes_file: 'network/v1_nodes.h5', node_types_file: 'network/v1_node_types.csv' }],
    edges: [{ edges_file: 'network/v1_v1_edges.h5', edge_types_file: 'network/v1_v1_edge_types.csv' }],
  };
  writeFileSync(join(folder, 'circuit.json'), JSON.stringify({ networks }));
  await expect(readSonata(join(folder, 'circuit.json'))).rejects.toThrow(/v1_v1_edges\.h5/);
});

test('nodes may be listed in any order, and none may be missing', async () => {
  const folder = temporaryFolder();
  const write = async (ids: readonly number[]): Promise<string> => {
    const f64 = (...values: number[]) => ({ data: Float64Array.from(values) });
    const sets = { node_id: f64(...ids), node_type_id: f64(10, 20, 10), node_group_id: f64(0, 0, 0), node_group_index: f64(2, 0, 1) };
    const group = { sets: { x: f64(5, 6, 4), y: f64(0, 0, 0), z: f64(0, 0, 0) } };
    await writeHdf5(join(folder, 'nodes.h5'), { groups: { nodes: { groups: { p: { sets, groups: { '0': group } } } } } });
    writeFileSync(join(folder, 'types.csv'), 'node_type_id model_type\n10 point_neuron\n20 point_neuron\n');
    const nodes = [{ nodes_file: 'nodes.h5', node_types_file: 'types.csv' }];
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ networks: { nodes } }));
    return join(folder, 'config.json');
  };
  const [population] = (await readSonata(await write([2, 0, 1]))).populations;
  // row 0 is node 2, of type 10, third of its group
  expect(Array.from(population!.typeOf, (k) => population!.types[k]!.id)).toEqual([20, 10, 10]);
  expect(Array.from(population!.positions!.x)).toEqual([5, 6, 4]);
  await expect(readSonata(await write([2, 0, 2]))).rejects.toThrow(/node_id.*missing or named twice/);
});
