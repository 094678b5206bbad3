/** SONATA networks, connectomes and recorded spikes through the command line. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { loadWorkload, buildNetwork } from '../../../src/network/index.ts';
import { readSpikeFile, writeSpikeFile } from '../../../src/store/index.ts';
import { neurolith, temporaryFolder } from '../../cli/terminal.ts';

vi.setConfig({ testTimeout: 120_000 });

const DATA = new URL('../../../../shared/data/', import.meta.url).pathname;
const SMALL_WORLD = new URL('../../../calibration/workloads/small-world-300.yaml', import.meta.url).pathname;
const absent = !existsSync(DATA);
const said = absent ? ' (skipped: ../shared is not here)' : '';

async function imported(file: string, ...more: string[]): Promise<{ card: string; folder: string; json: Record<string, unknown> }> {
  const folder = temporaryFolder();
  const card = join(folder, 'w.yaml');
  const { code, out, err } = await neurolith('import', file, '-o', card, '--json', ...more);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return { card, folder, json: JSON.parse(out) as Record<string, unknown> };
}

test.skipIf(absent)(`the imported 300_intfire gives all 4,322 spikes of NEURON, each within a step${said}`, async () => {
  const { card, folder } = await imported(`${DATA}sonata/300_intfire/config.json`);
  const run = await neurolith('reference', card, '-o', join(folder, 'run'), '--tolerance', '1e-5', '--quiet', '--json');
  expect({ code: run.code, err: run.err }).toEqual({ code: 0, err: '' });
  // rows of nodes.csv stand in the order of the neurons of the run
  const nodeOf = readFileSync(join(folder, 'w.nodes.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => Number(line.split(',')[2]));
  const tables = await readSpikeFile(join(folder, 'run/spikes.csv'));
  const [reference] = await readSpikeFile(`${DATA}sonata/300_intfire/output/spikes.h5`);
  const trains = (pairs: readonly (readonly [number, number])[]): number[][] => {
    const of = nodeOf.map((): number[] => []);
    for (const [time, node] of pairs.toSorted(([a], [b]) => a - b)) of[node]!.push(time);
    return of;
  };
  const ours = trains(tables.flatMap(({ time, node }) => Array.from(time, (at, k) => [at, nodeOf[node[k]!]!] as const)));
  const theirs = trains(Array.from(reference!.time, (at, k) => [at, reference!.node[k]!] as const));
  expect(reference!.time).toHaveLength(4322);
  expect(ours.map(({ length }) => length)).toEqual(theirs.map(({ length }) => length));
  ours.forEach((train, neuron) => train.forEach((time, k) => expect(Math.abs(time - theirs[neuron]![k]!)).toBeLessThan(0.1)));
});

test.skipIf(absent)(`the imported 300_pointneurons has the currents of the file as potentials${said}`, async () => {
  const { card, json } = await imported(`${DATA}sonata/300_pointneurons/config.json`);
  expect(json).toMatchObject({ format: 'sonata', neurons: 300, edges: 48_432 });
  const loaded = loadWorkload(card);
  const network = buildNetwork(loaded.value, loaded);
  expect(network.populations.map(({ name, count }) => [name, count])).toEqual([
    ['Scnn1a', 80],
    ['Rorb', 80],
    ['Nr5a1', 80],
    ['PV1', 30],
    ['PV2', 30],
  ]);
  expect([network.target.length, network.inputs.target.length]).toEqual([27_588, 20_844]);
  expect(network.tauMem[0]).toBe(44.9e-3);
  expect([...network.inputs.trains.get(0)!].reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(4000);
});

test.skipIf(absent).each([
  ['celegans/neuron_edges.csv', 300, 5798],
  ['drosophila-larva/left_edges.csv', 1506, 36_500],
  ['human-connectome-hcp-dk82/strucMatrix_ctx.csv', 68, 1394],
])(`the connectome %s becomes a workload that the teacher takes${said}`, async (file, neurons, synapses) => {
  const { card, folder, json } = await imported(`${DATA}${file}`, '--for', '100 ms');
  expect(json).toMatchObject({ format: 'edges', neurons, synapses });
  expect(await neurolith('reference', card, '-o', join(folder, 'run'), '--dry-run')).toMatchObject({ code: 0, err: '' });
});

const TINY = { nodes: 3, time: Float64Array.of(10, 20, 20, 31.5), node: Uint32Array.of(0, 2, 1, 0) };

test.each(['sonata', 'nir', 'nest', 'csv'] as const)('spikes of a %s file drive a workload, one to one', async (format) => {
  const file = join(temporaryFolder(), 'spikes.dat');
  await writeSpikeFile(file, format, [{ population: 'anything', end: 40, ...TINY }]);
  const { card, folder } = await imported(file, '--into', SMALL_WORLD, '--to', 'neurons', '--weight', '30 mV', '--for', '40 ms');
  const run = await neurolith('reference', card, '-S', 'edges=[]', '-o', join(folder, 'run'), '--quiet', '--json');
  expect({ code: run.code, err: run.err }).toEqual({ code: 0, err: '' });
  const [spikes] = await readSpikeFile(join(folder, 'run/spikes.csv'));
  // every event fires its neuron, within 5 ms; the first one of node 0 is over when the second comes
  expect(Array.from(spikes!.node)).toEqual([0, 1, 2, 0]);
  spikes!.time.forEach((time, k) => {
    const given = [10, 20, 20, 31.5][k]!;
    expect(time - given).toBeGreaterThan(0);
    expect(time - given).toBeLessThan(5);
  });
});

test('synapses of a spike file act with their own weight and delay, and the file of another node changes none', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'spikes.csv'), 'time_ms,node\n10,0\n10,1\n');
  writeFileSync(join(folder, 'synapses.csv'), 'node,post,weight,delay\n0,a.0,3,5\n0,a.1,3,9\n1,a.1,-1,9\n');
  const parameters =
    '{ tau_mem: 10 ms, tau_syn_excitatory: 5 ms, tau_syn_inhibitory: 5 ms, rest: -70 mV, threshold: -50 mV, reset: -75 mV, refractory: 2 ms }';
  const card = join(folder, 'card.yaml');
  const text = (delay: string, post: string): string => `
name: card
description: two neurons
populations: { a: { model: lif, size: 2, synapses: { kind: delta }, parameters: ${parameters} } }
weight_unit: 1 mV
sign: of the weight
delay: 1 ms
edges: []
stimuli: [{ kind: spike-file, file: spikes.csv, weight: 10 mV, synapses: { file: synapses.csv, columns: { pre: node, post: ${post}, weight: weight, delay: delay }, delay: ${delay} } }]
duration: 30 ms
warm_up: 0 ms
seeds: { graph: 1, stimulus: [1] }
`;
  writeFileSync(card, text('1 ms', 'post'));
  const loaded = loadWorkload(card);
  const { inputs } = buildNetwork(loaded.value, loaded);
  expect(inputs.trains.get(0)!.map((times) => Array.from(times))).toEqual([[0.015], [0.019], [0.019]]);
  expect([Array.from(inputs.target), Array.from(inputs.weight)]).toEqual([
    [0, 1, 1],
    [0.03, 0.03, -0.01],
  ]);
  const run = await neurolith('reference', card, '-o', join(folder, 'run'), '--quiet');
  expect(run).toMatchObject({ code: 0, err: '' });
  const [spikes] = await readSpikeFile(join(folder, 'run/spikes.csv'));
  expect([Array.from(spikes!.node), Array.from(spikes!.time)]).toEqual([
    [0, 1],
    [15, 19],
  ]);
  writeFileSync(card, text('1 ms', 'target'));
  expect(await neurolith('reference', card, '-o', join(folder, 'run2'))).toMatchObject({
    code: 2,
    err: expect.stringContaining('target') as string,
  });
});

test('a file that is no network, a ragged matrix, NaN, unknown types: every mistake is told, exit code 2', async () => {
  const folder = temporaryFolder();
  const at = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const fails = async (file: string): Promise<string> => {
    const { code, err } = await neurolith('import', file, '-o', join(folder, 'out.yaml'));
    expect(code).toBe(2);
    return err;
  };
  expect(await fails(at('ragged.csv', '0,1,2\n1,0\n1,NaN,0\n'))).toMatch(/ragged\.csv:2[^]*ragged\.csv:3/);
  expect(await fails(at('edges.csv', 'pre,post,weight\na,b,1\na,b\nb,a,NaN\nb,a,-1\n'))).toMatch(/:3[^]*:4[^]*:5/);
  expect(await fails(at('types.csv', 'pre,post,weight,type\na,b,1,chemical\nb,a,1,magic\n'))).toMatch(/types\.csv:3.*magic/);
  expect(await fails(at('noweight.csv', 'pre,post\na,b\n'))).toContain('a column of weights');
  expect(await fails(at('config.json', '{"network": "circuit.json"}'))).toContain('circuit.json');
  expect(await fails(at('spikes.csv', 'time_ms,node\n1,0\n'))).toContain('--into');
  expect(existsSync(join(folder, 'out.yaml'))).toBe(false);
});
