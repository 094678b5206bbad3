import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import library from 'h5wasm';
import { expect, test } from 'vitest';
import { CardError, InfeasibleError } from '../../../src/base/index.ts';
import { validateLoihi } from '../../../src/chip/index.ts';
import { loadCard, LoihiSchema } from '../../../src/model/index.ts';
import { readLavaNetwork } from '../../../src/network/index.ts';
import { writeNpy } from '../../../src/store/index.ts';
import { temporaryFolder } from '../../store/temporary.ts';

const OXFORD = new URL('../../../../shared/data/lava-dl-oxford', import.meta.url).pathname;
const load = (overrides: string[] = []) => loadCard(LoihiSchema, 'chips/loihi-like.yaml', { overrides }).value;

interface LayerSpec {
  readonly shape: readonly [outputs: number, inputs: number];
  readonly weight: readonly number[];
  readonly type?: string;
  readonly neuron?: Readonly<Record<string, number | string>>;
  readonly more?: string;
}

/** A folder with a network of these layers, its input and its reference. */
async function folderOf(layers: readonly LayerSpec[], input: readonly number[][], reference: readonly number[][]): Promise<string> {
  const folder = temporaryFolder();
  const { FS } = await library.ready;
  const file = new library.File('/net.h5', 'w');
  const all = file.create_group('layer');
  layers.forEach(({ shape: [outputs, inputs], weight, type = 'dense', neuron = {}, more }, i) => {
    const group = all.create_group(String(i));
    group.create_dataset({ name: 'type', data: [type], shape: [1] });
    group.create_dataset({ name: 'inFeatures', data: BigInt64Array.of(BigInt(inputs)), shape: [] });
    group.create_dataset({ name: 'outFeatures', data: BigInt64Array.of(BigInt(outputs)), shape: [] });
    group.create_dataset({ name: 'weight', data: Float32Array.from(weight), shape: [outputs, inputs] });
    if (more !== undefined) group.create_dataset({ name: more, data: Float32Array.of(1), shape: [1] });
    const cell = group.create_group('neuron');
    for (const [name, value] of Object.entries({ type: 'CUBA', iDecay: 4096, vDecay: 0, vThMant: 10, refDelay: 1, ...neuron }))
      cell.create_dataset({ name, data: value });
  });
  file.close();
  writeFileSync(join(folder, 'network.net'), FS.readFile('/net.h5'));
  FS.unlink('/net.h5');
  const rows = async (name: string, events: readonly number[][]) =>
    writeNpy(join(folder, name), { type: 'f8', shape: [events.length, 3], data: Float64Array.from(events.flat()) });
  await rows('input.npy', input);
  await rows('ground_truth.npy', reference);
  return folder;
}

const relay: LayerSpec = { shape: [1, 1], weight: [10] };

test('a chain of relays hands a spike on, one step per layer, halves of a step rounded to the even one', async () => {
  // 0.5 -> 0, 1.5 -> 2, 4.4 -> 4, then one step per layer
  const input = [0.5, 1.5, 4.4].map((time) => [0, 0, time]);
  const folder = await folderOf(
    [relay, relay, relay],
    input,
    [3, 5, 7].map((step) => [0, 0, step]),
  );
  const validation = await validateLoihi(folder, load());
  expect(validation).toMatchObject({ reference: 3, matched: 3, missed: 0, false: 0, passed: true });
  // 3 inputs and 3 spikes per layer; 3 events arrive at each layer of one neuron
  expect(validation.run.counts).toMatchObject({ spikes: 12, synapticEvents: 9 });
});

test('missed and false spikes are counted and shown, and fail', async () => {
  const validation = await validateLoihi(
    await folderOf(
      [relay],
      [2, 4].map((time) => [0, 0, time]),
      [3, 9].map((step) => [0, 0, step]),
    ),
    load(),
  );
  expect(validation).toMatchObject({ matched: 1, missed: 1, false: 1, passed: false });
  expect(validation.differences).toEqual([
    { step: 5, neuron: 0, kind: 'false' },
    { step: 9, neuron: 0, kind: 'missed' },
  ]);
});

test('a folder without reference spikes proves nothing and fails', async () => {
  const folder = await folderOf([relay], [[0, 0, 1]], []);
  expect((await validateLoihi(folder, load())).passed).toBe(false);
});

test('all mistakes of a network file come at once, with their paths', async () => {
  const folder = await folderOf(
    [
      { ...relay, neuron: { type: 'ALIF', vDecay: 5000 }, more: 'delay' },
      { shape: [1, 2], weight: [1, 1.5] },
      { ...relay, type: 'conv' },
    ],
    [],
    [],
  );
  const error = await readLavaNetwork(join(folder, 'network.net')).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CardError);
  const places = (error as CardError).mistakes.map(({ path, found }) => `${path ?? ''}: ${found ?? ''}`);
  expect(places).toEqual([
    'layer/0/delay: a part that is not known here',
    'layer/0/neuron/type: "ALIF"',
    'layer/0/neuron/vDecay: 5000',
    'layer/1/weight: the weight 1.5',
    'layer/2/type: "conv"',
  ]);
});

test('events that no input has are refused with their row', async () => {
  const refused = async (event: number[]) => validateLoihi(await folderOf([relay], [event], []), load());
  await expect(refused([1, 0, 0])).rejects.toThrow('neuron 1 in row 0');
  await expect(refused([0, 1, 0])).rejects.toThrow('channel 1 in row 0');
  await expect(refused([0, 0, NaN])).rejects.toThrow('time NaN in row 0');
  await expect(refused([0, 0, 1e9])).rejects.toThrow(CardError);
});

test('a network that is too large for the chip is refused', async () => {
  const folder = await folderOf([relay], [], []);
  await expect(validateLoihi(folder, load(['geometry.synapse_bits_per_core.value=8']))).rejects.toThrow(InfeasibleError);
});

test.skipIf(!existsSync(OXFORD))('the Oxford network is reproduced exactly (skipped without the shared data)', async () => {
  const validation = await validateLoihi(OXFORD, load());
  expect(validation).toMatchObject({ reference: 10_178, matched: 10_178, missed: 0, false: 0, passed: true });
});

test.skipIf(!existsSync(OXFORD))('firing above the threshold instead of at it misses 1,780 spikes and makes 1,234 others', async () => {
  const validation = await validateLoihi(OXFORD, load(['neuron.fires=above-threshold']));
  expect(validation).toMatchObject({ missed: 1780, false: 1234, passed: false });
});
