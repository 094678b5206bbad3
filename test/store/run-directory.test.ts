import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UsageError } from '../../src/base/index.ts';
import { openRunDirectory, openShard, planHashOf, writeAtomically } from '../../src/store/index.ts';
import { temporaryFolder } from './temporary.ts';

const A = { planHash: 'a'.repeat(64) };
const B = { planHash: 'b'.repeat(64) };

test('a new folder is made with its parents and is taken up again by the same plan', async () => {
  const path = join(temporaryFolder(), 'runs', 'one');
  expect(await openRunDirectory(path, A)).toEqual({ path, state: 'new' });
  await (await openShard(path, 'w0')).close();
  expect(await openRunDirectory(path, A)).toEqual({ path, state: 'unfinished' });
  expect(existsSync(join(path, 'shards', 'w0.0.ndjson'))).toBe(true);
  await writeAtomically(join(path, 'run.json'), '{}\n');
  expect(await openRunDirectory(path, A)).toEqual({ path, state: 'finished' });
});

test('a folder in which a killed process has only begun to write is a new one', async () => {
  const path = temporaryFolder();
  writeFileSync(join(path, '.plan.json.4711.0.tmp'), '{"sch');
  expect(await openRunDirectory(path, A)).toEqual({ path, state: 'new' });
});

test('another plan is refused and leaves everything as it was', async () => {
  const path = join(temporaryFolder(), 'run');
  await openRunDirectory(path, A);
  await writeAtomically(join(path, 'run.json'), 'precious');
  await expect(openRunDirectory(path, B)).rejects.toThrow(UsageError);
  await expect(openRunDirectory(path, B)).rejects.toThrow(/another plan \(plan aaaaaaaaaaaa, this one is bbbbbbbbbbbb\).*--force/);
  expect(readFileSync(join(path, 'run.json'), 'utf8')).toBe('precious');
});

test('a foreign folder is refused, and force removes nothing that is not ours', async () => {
  const path = temporaryFolder();
  writeFileSync(join(path, 'thesis.tex'), 'years');
  writeFileSync(join(path, 'report.html'), 'old');
  mkdirSync(join(path, 'figures'));
  await expect(openRunDirectory(path, A)).rejects.toThrow('was not made by neurolith');
  expect(await openRunDirectory(path, { ...A, force: true })).toEqual({ path, state: 'new' });
  expect(readdirSync(path).toSorted()).toEqual(['plan.json', 'thesis.tex']);
  expect(await planHashOf(path)).toBe(A.planHash);
});

test('force replaces the plan of a finished run', async () => {
  const path = join(temporaryFolder(), 'run');
  await openRunDirectory(path, A);
  await writeAtomically(join(path, 'run.json'), '{}');
  await writeAtomically(join(path, 'teacher.tick.npy'), 'x');
  await openRunDirectory(path, { ...B, force: true });
  expect(readdirSync(path)).toEqual(['plan.json']);
  expect(await planHashOf(path)).toBe(B.planHash);
});

test('a file where a folder should be is the user asking for something impossible', async () => {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, '');
  await expect(openRunDirectory(path, A)).rejects.toThrow('is a file');
});

function* failing(): Generator<Uint8Array> {
  yield Buffer.from('half of it');
  throw new Error('the source broke');
}

test('a file is replaced as a whole and leaves no temporary file, also when its content fails', async () => {
  const path = join(temporaryFolder(), 'a.txt');
  await writeAtomically(path, 'first');
  await expect(writeAtomically(path, failing())).rejects.toThrow('the source broke');
  expect(readFileSync(path, 'utf8')).toBe('first');
  await Promise.all(['b', 'c', 'd'].map(async (text) => writeAtomically(path, text)));
  expect(readdirSync(join(path, '..'))).toEqual(['a.txt']);
});
