/** Trained networks through the command line: what `import` writes, `reference` runs, to the same spikes as the simulators of the field. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importWorkload, runTrained, writeImported, type ImportOptions } from '../../../src/codesign/index.ts';
import { readNir } from '../../../src/network/index.ts';
import { compileNir, seededInput } from '../../../src/reference/index.ts';
import { readNpy, readSpikeFile } from '../../../src/store/index.ts';
import { neurolith, temporaryFolder } from '../../cli/terminal.ts';
import { writtenNir } from '../../network/nir/write-nir.ts';

const DATA = new URL('../../../../shared/data/', import.meta.url).pathname;
const absent = !existsSync(DATA);
const said = absent ? ' (skipped: ../shared is not here)' : '';

/** Imports and gives the path of the card. */
async function imported(file: string, options: Omit<ImportOptions, 'card'> = {}): Promise<string> {
  const card = join(temporaryFolder(), 'card.yaml');
  await writeImported(await importWorkload(file, { ...options, card }), card, false);
  return card;
}

const run = (workload: string, ...overrides: string[]) => runTrained({ workload, duration: undefined, stimulus: 1, overrides });

/** Rows of numbers as a table without a header. */
function tableOf(values: ArrayLike<number>, columns: number): string {
  const path = join(temporaryFolder(), 'input.csv');
  const rows = Array.from({ length: values.length / columns }, (_, row) =>
    Array.from({ length: columns }, (_one, k) => values[row * columns + k]!).join(','),
  );
  writeFileSync(path, `${rows.join('\n')}\n`);
  return path;
}

test.skipIf(absent)(`the imported LIF of the NIR paper spikes in Norse's steps, its membrane within 1e-8 V${said}`, async () => {
  const rows = readFileSync(`${DATA}nir/lif-traces/lif_norse.csv`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number));
  const input = tableOf(
    rows.map(([value]) => value!),
    1,
  );
  const card = await imported(`${DATA}nir/lif_norse.nir`, { step: 1e-4, reset: 'zero', integrator: 'forward-euler', input });
  const { steps, populations, voltages } = await run(card, 'record=["1"]');
  expect(steps).toBe(rows.length);
  expect(Array.from(populations[0]!.spikes.step)).toEqual(rows.flatMap(([, , spike], step) => (spike === 1 ? [step] : [])));
  const squares = rows.map(([, voltage], step) => (voltages.get('1')![step]! - voltage!) ** 2);
  expect(Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / rows.length)).toBeLessThan(1e-8);
});

test.skipIf(absent).each([
  ['braille_noDelay_bias_zero', 'zero', 1],
  ['braille_noDelay_bias_zero', 'subtract', 1],
  ['cnn_sinabs', 'zero', 1e-3],
  ['cnn_sinabs', 'subtract', 1e-3],
] as const)(`%s, imported with reset %s, spikes as the graph itself does${said}`, async (name, reset, timeUnit) => {
  const file = `${DATA}nir/${name}.nir`;
  const graph = await readNir(file);
  const dt = name.startsWith('cnn') ? 1 : 1e-4;
  const network = compileNir(graph, { dt, reset, integrator: 'forward-euler' });
  const steps = name.startsWith('cnn') ? 10 : 200;
  const values = seededInput(network.inputs, steps, 0.2, 3);
  const card = await imported(file, { reset, timeUnit, input: tableOf(values.get('input')!, network.inputs.get('input')!) });
  const { populations } = await run(card);
  const { spikes } = network.run(values, steps);
  expect(populations.map((one) => [one.name, one.spikes])).toEqual([...spikes]);
  expect(populations.every((one) => one.spikes.step.length > 0)).toBe(true);
});

test.skipIf(absent)(`the step of a trained network is read off its coefficients${said}`, async () => {
  const { facts, notes } = await importWorkload(`${DATA}nir/braille_noDelay_bias_zero.nir`, { card: 'card.yaml' });
  expect(facts).toMatchObject({ step: 1e-4, reset: 'zero', integrator: 'forward-euler', delayed: [['lif1.lif', 'lif1.w_rec']] });
  expect(notes.join('\n')).toMatch(/reset subtract, forward-euler: \d+ cells \(\d/);
});

test.skipIf(absent)(`the imported Oxford network gives all 10,178 reference spikes, and no other${said}`, async () => {
  const folder = `${DATA}lava-dl-oxford/`;
  const wanted = await readNpy(`${folder}ground_truth.npy`);
  const keys = Array.from({ length: wanted.shape[0]! }, (_, k) => `${String(wanted.data[3 * k + 2])}:${String(wanted.data[3 * k])}`);
  const last = Math.max(...Array.from({ length: wanted.shape[0]! }, (_, k) => wanted.data[3 * k + 2]!));
  const card = await imported(`${folder}network.net`, { input: `${folder}input.npy`, duration: (last + 1) / 1000 });
  const { spikes } = (await run(card)).populations.at(-1)!;
  const found = Array.from(spikes.step, (step, k) => `${String(step)}:${String(spikes.neuron[k])}`);
  expect(keys).toHaveLength(10_178);
  expect(found.toSorted()).toEqual(keys.toSorted());
});

const LIF = { type: 'LIF', tau: [0.01], r: [1], v_leak: [0], v_threshold: [0.5] };
const SMALL = {
  nodes: { in: { type: 'Input', shape: [1] }, lif: LIF, out: { type: 'Output', shape: [1] } },
  edges: [
    ['in', 'lif'],
    ['lif', 'out'],
  ],
} as const;

test('import writes a card and its network, reference runs them, and spikes come back through files', async () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder, name);
  const graph = await writtenNir(SMALL);
  writeFileSync(at('in.csv'), `time_ms,node\n${Array.from({ length: 400 }, (_, k) => `${String(k / 10)},0\n`).join('')}`);
  const made = await neurolith('import', graph, '--dt', '0.1 ms', '--input', at('in.csv'), '-o', at('cards/small.yaml'));
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(made.out).toMatch(/step 0\.1 ms: as given[^]*reset subtract, forward-euler: \d+ cells/);
  const ran = await neurolith('reference', at('cards/small.yaml'), '-o', at('run'), '--json');
  expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: '' });
  // constant input 1: v = 1 - 0.99^n passes 0.5 in the 69th step, over and over
  const [spikes] = await readSpikeFile(at('run/spikes.csv'));
  expect(Array.from(spikes!.time)).toEqual([6.8, 13.7, 20.6, 27.5, 34.4]);
  const again = await neurolith('import', graph, '--dt', '0.2 ms', '-o', at('cards/small.yaml'));
  expect(again).toMatchObject({ code: 2, err: expect.stringContaining('--force') as string });
  expect(await neurolith('reference', at('cards/small.yaml'), '-o', at('dry'), '--dry-run')).toMatchObject({ code: 0 });
  expect(existsSync(at('dry'))).toBe(false);
});

test('the card of a trained network reads nothing outside its folder, and tells all mistakes of a table at once', async () => {
  const card = await imported(await writtenNir(SMALL));
  const table = join(card, '..', 'table.csv');
  writeFileSync(table, '1\nNaN\n1,2\n');
  const wrong = { inputs: 'inputs=[{kind: table, file: table.csv}]', file: 'network.file=../../etc/passwd' };
  await expect(run(card, wrong.inputs)).rejects.toThrow(/table\.csv:2[^]*table\.csv:3/);
  writeFileSync(card, readFileSync(card, 'utf8').replace(/file: .*\.nir/, 'file: ../outside.nir'));
  await expect(run(card)).rejects.toThrow("in the card's own folder or below");
});
