import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import library from 'h5wasm';
import { expect, test } from 'vitest';
import { CardError } from '../../src/base/index.ts';
import { openHdf5 } from '../../src/store/index.ts';
import { temporaryFolder } from './temporary.ts';

const REFERENCE = new URL('../../../shared/data/lava-dl-oxford/network.net', import.meta.url).pathname;

/** Bytes of an HDF5 file made by the library. */
async function hdf5(fill: (file: InstanceType<typeof library.File>) => void): Promise<Uint8Array> {
  const { FS } = await library.ready;
  const file = new library.File('/made.h5', 'w');
  fill(file);
  file.close();
  const bytes = FS.readFile('/made.h5');
  FS.unlink('/made.h5');
  return bytes;
}

async function written(bytes: Uint8Array | string): Promise<string> {
  const path = join(temporaryFolder(), 'a.h5');
  writeFileSync(path, bytes);
  return path;
}

const sample = async (): Promise<Uint8Array> =>
  hdf5((file) => {
    const layer = file.create_group('layer');
    layer.create_dataset({ name: 'weight', data: Float32Array.of(1, -2, 3, 4, 5, 6), shape: [2, 3] });
    layer.create_dataset({ name: 'zipped', data: new Float64Array(1000).fill(0.5), shape: [1000], chunks: [100], compression: 'gzip' });
    layer.create_dataset({ name: 'big', data: BigInt64Array.of(-5n, 2n ** 53n - 1n), shape: [2] });
    layer.create_dataset({ name: 'huge', data: BigInt64Array.of(2n ** 53n), shape: [1] });
    layer.create_dataset({ name: 'names', data: ['a', 'bc'], shape: [2] });
    layer.create_dataset({ name: 'type', data: 'CUBA' });
    layer.create_attribute('unit', 'ms');
    layer.create_attribute('dt', 0.1);
    layer.create_external_link('/etc/passwd', '/x', 'elsewhere');
    layer.create_soft_link('/layer/weight', 'same');
    layer.create_soft_link('/layer/loop', 'loop');
    const endless = layer.create_dataset({ name: 'endless', data: new Float64Array(1), shape: [1], maxshape: [null], chunks: [1000] });
    endless.resize([1e12]);
  });

test('names, shapes, numbers, texts and attributes come out as they went in', async () => {
  const file = await openHdf5(await written(await sample()));
  expect(file.names('')).toEqual(['layer']);
  expect(file.names('layer')).toContain('weight');
  expect([file.kind('layer'), file.kind('layer/weight'), file.kind('layer/none'), file.kind('none/at/all')]).toEqual([
    'group',
    'dataset',
    'absent',
    'absent',
  ]);
  expect(file.numbers('layer/weight')).toEqual({ shape: [2, 3], data: Float64Array.of(1, -2, 3, 4, 5, 6) });
  expect(file.numbers('layer/same').shape).toEqual([2, 3]);
  expect(file.numbers('layer/zipped').data.every((value) => value === 0.5)).toBe(true);
  expect(file.numbers('layer/big').data).toEqual(Float64Array.of(-5, 2 ** 53 - 1));
  expect(file.texts('layer/names')).toEqual(['a', 'bc']);
  expect(file.text('layer/type')).toBe('CUBA');
  expect(file.attribute('layer', 'unit')).toEqual({ texts: ['ms'] });
  expect(file.attribute('layer', 'dt')).toEqual({ numbers: Float64Array.of(0.1) });
  expect(file.attribute('layer', 'none')).toBeUndefined();
  file.close();
});

test('what is absent, of another kind, too large or outside of the file is refused with its place', async () => {
  const path = await written(await sample());
  const file = await openHdf5(path);
  const message = (read: () => unknown): string => {
    try {
      read();
    } catch (error) {
      expect(error).toBeInstanceOf(CardError);
      return (error as CardError).message.replace(path, 'FILE');
    }
    return 'nothing was thrown';
  };
  expect(message(() => file.numbers('layer/none'))).toBe('FILE: layer/none: found nothing, expected a data set');
  expect(message(() => file.numbers('layer'))).toContain('found a group, expected a data set');
  expect(message(() => file.names('layer/weight'))).toContain('found a data set, expected a group');
  expect(message(() => file.numbers('layer/type'))).toContain('expected numbers');
  expect(message(() => file.text('layer/weight'))).toContain('expected text');
  expect(message(() => file.number('layer/weight'))).toContain('found 6 numbers, expected one number');
  expect(message(() => file.numbers('layer/huge'))).toContain('integers within +-2^53');
  expect(message(() => file.numbers('layer/endless'))).toContain('found 1000000000000 elements, expected at most 134217728');
  expect(message(() => file.numbers('layer/elsewhere'))).toContain('a link out of the file');
  expect(message(() => file.numbers('layer/loop'))).toContain('FILE: layer/loop');
  file.close();
});

test.each([
  ['no such file', undefined, {}],
  ['an empty file', '', {}],
  ['another kind of file', 'PK\u0003\u0004 and more', {}],
  ['a torn or damaged file', '\u0089HDF\r\n\u001a\n and then nothing that HDF5 knows', {}],
  ['bytes, expected at most 100', 'x'.repeat(101), { largestFile: 100 }],
])('a file that cannot be opened is refused: %s', async (words, content, options) => {
  const path = content === undefined ? join(temporaryFolder(), 'none.h5') : await written(Buffer.from(content, 'latin1'));
  await expect(openHdf5(path, options)).rejects.toThrow(words);
  await expect(openHdf5(path, options)).rejects.toThrow(CardError);
});

test('a folder and a device are no files', async () => {
  await expect(openHdf5(temporaryFolder())).rejects.toThrow('no regular file');
  if (existsSync('/dev/zero')) await expect(openHdf5('/dev/zero')).rejects.toThrow('no regular file');
});

test('a file cut anywhere or with any byte changed is read or refused, never a crash', async () => {
  const bytes = await sample();
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), async (at, value, cut) => {
      const broken = cut ? bytes.slice(0, at) : bytes.slice();
      if (!cut) broken[at] = value;
      try {
        const file = await openHdf5(await written(broken));
        for (const name of ['weight', 'zipped', 'names', 'type', 'endless']) {
          try {
            if (file.kind(`layer/${name}`) === 'dataset') file.numbers(`layer/${name}`);
          } catch (error) {
            expect(error).toBeInstanceOf(CardError);
          }
        }
        file.close();
      } catch (error) {
        expect(error).toBeInstanceOf(CardError);
      }
    }),
    { numRuns: 150, seed: 1 },
  );
});

test.skipIf(!existsSync(REFERENCE))('a network file of lava-dl opens (skipped without the shared data)', async () => {
  const file = await openHdf5(REFERENCE);
  expect(file.names('layer')).toEqual(['0', '1']);
  expect(file.numbers('layer/0/weight').shape).toEqual([256, 200]);
  expect(file.number('layer/0/neuron/vDecay')).toBe(415);
  expect(file.number('layer/0/neuron/gradedSpike')).toBe(0);
  file.close();
});

test('a torn file says how long it is and how long its header says it should be; the library is not asked', async () => {
  const bytes = await sample();
  const torn = await written(bytes.slice(0, bytes.length - 1));
  await expect(openHdf5(torn)).rejects.toThrow(
    `${String(bytes.length - 1)} bytes, expected a whole HDF5 file: its header announces ${String(bytes.length)} bytes`,
  );
  const changed = async (at: number, value: number): Promise<string> => written(bytes.slice().fill(value, at, at + 1));
  await expect(openHdf5(await changed(8, 9))).rejects.toThrow('superblock of version 9');
  await expect(openHdf5(await changed(bytes[8]! < 2 ? 13 : 9, 3))).rejects.toThrow('addresses of 3 bytes');
});

test('a file behind a user block is read', async () => {
  const bytes = await sample();
  // the library takes the base address from where it finds the signature
  const behind = Buffer.concat([Buffer.alloc(512), bytes]);
  await expect(openHdf5(await written(behind))).resolves.toBeDefined();
});
