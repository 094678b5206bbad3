import { appendFileSync, readdirSync, readFileSync, truncateSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ContractError } from '../../src/base/index.ts';
import { mergeShards, openShard, readShard } from '../../src/store/index.ts';
import { temporaryFolder } from './temporary.ts';

test('a crash at any byte loses only the point that was being written', async () => {
  const folder = temporaryFolder();
  const shard = await openShard(folder, 'w0');
  for (let k = 0; k < 5; k++) await shard.append({ id: `p${String(k)}`, result: { timing: k / 3, text: 'µ "quoted"\nline' } });
  await shard.close();
  const whole = readFileSync(shard.path);
  const size = statSync(shard.path).size;
  for (let length = size; length >= 0; length--) {
    truncateSync(shard.path, length);
    const { points, torn } = await readShard(shard.path);
    const kept = whole.subarray(0, length);
    expect(points.length).toBe(kept.toString('latin1').split('\n').length - 1);
    expect(torn).toBe(length > 0 && kept.at(-1) !== 10);
  }
});

test('every attempt gets a shard of its own', async () => {
  const folder = temporaryFolder();
  const shards = await Promise.all(['w0', 'w0', 'w1', 'w0'].map(async (name) => openShard(folder, name)));
  await Promise.all(shards.map(async (shard) => shard.close()));
  expect(readdirSync(join(folder, 'shards')).toSorted()).toEqual(['w0.0.ndjson', 'w0.1.ndjson', 'w0.2.ndjson', 'w1.0.ndjson']);
});

test('the merged points do not depend on who computed what, how often and in which order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(3), fc.nat(9)), { maxLength: 30 }), async (work) => {
      const folder = temporaryFolder();
      for (const worker of [0, 1, 2, 3]) {
        const shard = await openShard(folder, `w${String(worker)}`);
        for (const [by, point] of work.filter(([owner]) => owner === worker)) {
          await shard.append({ id: `p${String(point)}`, result: { b: point ** 2, a: 1 }, about: { worker: by } });
        }
        await shard.close();
      }
      const ids = [...new Set(work.map(([, point]) => point))].toSorted((a, b) => a - b);
      const merged = await mergeShards(folder);
      expect(merged.points.map(({ id, result }) => ({ id, result }))).toEqual(
        ids.map((point) => ({ id: `p${String(point)}`, result: { a: 1, b: point ** 2 } })),
      );
      expect(merged.repeated).toBe(work.length - ids.length);
    }),
    { numRuns: 20 },
  );
});

test('two different results of one point are an alarm with exit code 4', async () => {
  const folder = temporaryFolder();
  for (const [name, timing] of [
    ['w0', 0.5],
    ['w1', 0.5000000000000001],
  ] as const) {
    const shard = await openShard(folder, name);
    await shard.append({ id: 'abc', result: { timing } });
    await shard.close();
  }
  await expect(mergeShards(folder)).rejects.toThrow(ContractError);
  await expect(mergeShards(folder)).rejects.toMatchObject({ exitCode: 4, message: expect.stringContaining('abc') as string });
});

test('a torn last line is counted and skipped; a broken line before it names file and line', async () => {
  const folder = temporaryFolder();
  const shard = await openShard(folder, 'w0');
  await shard.append({ id: 'a', result: 1 });
  await shard.close();
  appendFileSync(shard.path, '{"id":"b","resu');
  expect(await mergeShards(folder)).toMatchObject({ points: [{ id: 'a', result: 1 }], torn: 1, shards: 1 });
  appendFileSync(shard.path, '\n');
  await expect(mergeShards(folder)).rejects.toThrow(/w0\.0\.ndjson:2: found/);
  expect(await mergeShards(join(folder, 'nothing'))).toEqual({ points: [], shards: 0, torn: 0, repeated: 0 });
});

test('a result that is not a number never reaches a shard', async () => {
  const shard = await openShard(temporaryFolder(), 'w0');
  await expect(shard.append({ id: 'a', result: NaN })).rejects.toThrow('NaN has no canonical JSON');
  await shard.close();
});
