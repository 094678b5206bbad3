import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CardError } from '../../src/base/index.ts';
import { encodeNpy, readNpy, readSpikes, writeNpy, writeSpikes, type NpyArray } from '../../src/store/index.ts';
import { temporaryFolder } from './temporary.ts';

const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0;

const arrays: fc.Arbitrary<NpyArray> = fc
  .oneof(
    fc.float32Array({ maxLength: 40 }).map((data) => ({ type: 'f4' as const, data })),
    fc.float64Array({ maxLength: 40 }).map((data) => ({ type: 'f8' as const, data })),
    fc.uint32Array({ maxLength: 40 }).map((data) => ({ type: 'u4' as const, data })),
    fc.int32Array({ maxLength: 40 }).map((data) => ({ type: 'i4' as const, data })),
    fc.array(fc.maxSafeNat(), { maxLength: 40 }).map((data) => ({ type: 'u8' as const, data: Float64Array.from(data) })),
  )
  .chain(({ type, data }) => fc.constantFrom([data.length], [1, data.length], [data.length, 1]).map((shape) => ({ type, data, shape })));

test('an array comes back from its file as it went in', async () => {
  const path = join(temporaryFolder(), 'a.npy');
  await fc.assert(
    fc.asyncProperty(arrays, async (array) => {
      await writeNpy(path, array);
      const back = await readNpy(path);
      expect(back.type).toBe(array.type);
      expect(back.shape).toEqual(array.shape);
      expect(new Uint8Array(back.data.buffer)).toEqual(new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength));
    }),
    { numRuns: 60 },
  );
});

test('the header is a multiple of 64 bytes and ends with a line feed', () => {
  const [header] = encodeNpy({ type: 'u4', shape: [3], data: Uint32Array.of(1, 2, 3) });
  expect(header!.length % 64).toBe(0);
  expect(header!.at(-1)).toBe(10);
  expect(Buffer.from(header!.subarray(10)).toString('latin1').trimEnd()).toBe("{'descr': '<u4', 'fortran_order': False, 'shape': (3,), }");
});

test.skipIf(!hasNumpy)('numpy reads what is written and the other way round (skipped without numpy)', async () => {
  const folder = temporaryFolder();
  await writeNpy(join(folder, 'ours.npy'), { type: 'u8', shape: [2, 2], data: Float64Array.of(0, 1, 2 ** 52, 3) });
  const script = `
import numpy as n
a = n.load('ours.npy', mmap_mode='r')
print(a.dtype, a.shape, a[1,0])
n.save('theirs.npy', n.array([1.5, -2.5], dtype='<f4'))`;
  expect(execFileSync('python3', ['-c', script], { cwd: folder, encoding: 'utf8' }).trim()).toBe('uint64 (2, 2) 4503599627370496');
  expect((await readNpy(join(folder, 'theirs.npy'))).data).toEqual(Float32Array.of(1.5, -2.5));
});

test.each([
  ['no such file', undefined],
  ['a file of 0 bytes', ''],
  ['another kind of file', 'PK\u0003\u0004 and much more text than a header has'],
  ['bytes of data', Buffer.concat([...encodeNpy({ type: 'f8', shape: [2], data: Float64Array.of(1, 2) })]).subarray(0, -1)],
  [
    'the header',
    Buffer.concat(
      [...encodeNpy({ type: 'f8', shape: [1], data: Float64Array.of(1) })].map((part) => part.map((byte) => (byte === 39 ? 34 : byte))),
    ),
  ],
])('a broken file is refused with its name: %s', async (message, content) => {
  const path = join(temporaryFolder(), 'broken.npy');
  if (content !== undefined) writeFileSync(path, content);
  await expect(readNpy(path)).rejects.toThrow(CardError);
  await expect(readNpy(path)).rejects.toThrow(new RegExp(`broken\\.npy.*${message}`));
});

test('a file larger than allowed is not read into memory', async () => {
  const path = join(temporaryFolder(), 'large.npy');
  await writeNpy(path, { type: 'f8', shape: [100], data: new Float64Array(100) });
  await expect(readNpy(path, { largest: 799 })).rejects.toThrow('found 800 bytes of data, expected at most 799');
});

test('a shape that does not fit its data, and a fraction of a tick, are our mistakes', async () => {
  const path = join(temporaryFolder(), 'a.npy');
  await expect(writeNpy(path, { type: 'f8', shape: [3], data: new Float64Array(2) })).rejects.toThrow('shape (3)');
  await expect(writeNpy(path, { type: 'u8', shape: [1], data: Float64Array.of(0.5) })).rejects.toThrow('0.5 is no safe');
});

test('spikes travel as a pair of columns, and never from outside the run directory', async () => {
  const folder = temporaryFolder();
  const spikes = { tick: Float64Array.of(5, 2 ** 40), neuron: Uint32Array.of(7, 0) };
  const files = await writeSpikes(folder, 'teacher', spikes);
  expect(files).toEqual({ tick: 'teacher.tick.npy', neuron: 'teacher.neuron.npy' });
  expect(await readSpikes(folder, files)).toEqual(spikes);
  await expect(readSpikes(join(folder, 'inner'), { ...files, tick: '../teacher.tick.npy' })).rejects.toThrow('leaves the run directory');
  await writeNpy(join(folder, 'short.npy'), { type: 'u4', shape: [1], data: Uint32Array.of(1) });
  await expect(readSpikes(folder, { ...files, neuron: 'short.npy' })).rejects.toThrow('as many as there are ticks: 2');
  expect(readFileSync(join(folder, files.tick)).length).toBe(128 + 16);
});
