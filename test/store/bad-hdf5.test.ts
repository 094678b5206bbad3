/** Files that are no HDF5, torn ones and ones that announce more than they hold, for every reader: a CardError that names the file, in less than a second of CPU, without filling the memory. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import library from 'h5wasm';
import { expect, test } from 'vitest';
import { CardError } from '../../src/base/index.ts';
import { readLavaNetwork, readNir, readSonata } from '../../src/network/index.ts';
import { readSpikeFile, writeHdf5, type Hdf5Tree } from '../../src/store/index.ts';
import { importWorkload } from '../../src/codesign/index.ts';
import { temporaryFolder } from './temporary.ts';

/** Reads a file as each reader would; SONATA names it in a configuration. */
const READERS: Readonly<Record<string, (file: string, folder: string) => Promise<unknown>>> = {
  nir: async (file) => readNir(file),
  'lava-dl': async (file) => readLavaNetwork(file),
  spikes: async (file) => readSpikeFile(file),
  import: async (file) => importWorkload(file, { card: 'card.yaml' }),
  sonata: async (_, folder) => {
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ networks: { nodes: [{ nodes_file: 'file.h5' }] } }));
    return readSonata(join(folder, 'config.json'));
  },
};

const numbers = { data: Float64Array.of(1, 2, 3) };
/** What each reader looks for, so that a reader is not saved by an absent group. */
const TREE: Hdf5Tree = {
  groups: {
    node: {
      sets: { type: { data: 'NIRGraph' }, edges: { data: ['a', 'a'], shape: [1, 2] } },
      groups: { nodes: { groups: { a: { sets: { type: { data: 'Scale' } } } } } },
    },
    layer: { groups: { '0': { sets: { type: { data: 'dense' } }, groups: { neuron: { sets: { type: { data: 'CUBA' } } } } } } },
    spikes: { groups: { p: { sets: { node_ids: numbers } } } },
    nodes: { groups: { p: { sets: { node_id: numbers } } } },
  },
};
/** The data set that each of them reads first or soon. */
const SETS = ['node/nodes/a/scale', 'layer/0/inFeatures', 'spikes/p/timestamps', 'nodes/p/node_type_id'];

async function whole(): Promise<Buffer> {
  const path = join(temporaryFolder(), 'whole.h5');
  await writeHdf5(path, TREE);
  return readFileSync(path);
}

/** The whole file, with the sets of all readers announcing `length` numbers and holding none. */
async function announcing(length: number): Promise<Uint8Array> {
  const { FS } = await library.ready;
  FS.writeFile('/announcing.h5', await whole());
  const file = new library.File('/announcing.h5', 'a');
  for (const name of SETS) {
    const set = file.create_dataset({ name, data: new Float64Array(1), shape: [1], maxshape: [null], chunks: [1000] });
    set.resize([length]);
  }
  file.close();
  const bytes = FS.readFile('/announcing.h5');
  FS.unlink('/announcing.h5');
  return bytes;
}

const BAD: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  'an empty file': async () => Promise.resolve(new Uint8Array(0)),
  'a picture': async () =>
    Promise.resolve(Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(5000)])),
  'a signature alone': async () => (await whole()).subarray(0, 8),
  'a header alone': async () => (await whole()).subarray(0, 96),
  'half a file': async () => {
    const bytes = await whole();
    return bytes.subarray(0, bytes.length >> 1);
  },
  'a file without its last byte': async () => (await whole()).subarray(0, -1),
  'a header of ones': async () => {
    const bytes = await whole();
    bytes.fill(0xff, 8, 96);
    return bytes;
  },
  'sets of a billion numbers that hold none': async () => announcing(1e9),
  'sets of 100 million numbers, within the limit, that hold none': async () => announcing(1e8),
};

const cases = Object.keys(READERS).flatMap((reader) => Object.keys(BAD).map((kind) => [reader, kind] as const));

test.each(cases)('the reader of %s refuses %s', async (reader, kind) => {
  const folder = temporaryFolder();
  const file = join(folder, 'file.h5');
  writeFileSync(file, await BAD[kind]!());
  const memory = process.memoryUsage().rss;
  const cpu = process.cpuUsage();
  const error: unknown = await READERS[reader]!(file, folder).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const { user, system } = process.cpuUsage(cpu);
  expect(error).toBeInstanceOf(CardError);
  expect((error as CardError).message).toContain('file.h5');
  expect((user + system) / 1e6).toBeLessThan(1);
  expect(process.memoryUsage().rss - memory).toBeLessThan(300e6);
});

test('bytes changed at random are read or refused, nothing else', async () => {
  const folder = temporaryFolder();
  const bytes = await whole();
  let state = 1;
  const next = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const refused = new Set<string>();
  for (let trial = 0; trial < 60; trial++) {
    const changed = Buffer.from(bytes);
    for (let k = 0; k < 6; k++) changed[8 + next(changed.length - 8)] = next(256);
    const file = join(folder, 'file.h5');
    writeFileSync(file, changed);
    for (const read of Object.values(READERS)) {
      const error: unknown = await read(file, folder).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error !== undefined) refused.add((error as Error).constructor.name);
    }
  }
  expect(['CardError', 'UsageError', 'InfeasibleError']).toEqual(expect.arrayContaining([...refused]));
});
