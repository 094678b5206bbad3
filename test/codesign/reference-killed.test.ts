/** A run of the teacher that is killed outright (SIGKILL) at random points and begun again with the same command ends with the same bytes. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const ROOT = mkdtempSync(join(tmpdir(), 'neurolith-killed-'));
afterAll(() => rmSync(ROOT, { recursive: true }));
const MAIN = join(import.meta.dirname, '../../dist/cli/main.js');

/** Runs the command; `killAfter` (checkpoints) kills it once so many have been laid down. Resolves to how it ended. */
function run(directory: string, killAfter = Infinity, more: readonly string[] = []): Promise<number | string> {
  const command = [
    'reference',
    'feed-forward-100',
    '--for',
    '100ms',
    '--checkpoint-every',
    '1 us',
    '--quiet',
    '--no-png',
    '-o',
    directory,
    ...more,
  ];
  const child = spawn(process.execPath, [MAIN, ...command], { stdio: 'ignore' });
  const watch = setInterval(() => {
    let shards = 0;
    try {
      shards = readdirSync(join(directory, 'shards')).length;
    } catch {
      return; // nothing is there yet
    }
    if (shards >= killAfter) child.kill('SIGKILL');
  }, 3);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearInterval(watch);
      resolve(code ?? signal ?? 'unknown');
    });
  });
}

const bytes = (directory: string) =>
  readdirSync(directory)
    .filter((file) => /npy$|csv$/.test(file))
    .toSorted()
    .map((file) => [file, readFileSync(join(directory, file)).toString('base64')]);

test('killed in the middle, again and again, it ends with the bytes of a run that nobody touched', async () => {
  const [whole, cut] = [join(ROOT, 'whole'), join(ROOT, 'cut')];
  expect(await run(whole)).toBe(0);
  for (const checkpoints of [11, 37]) expect(await run(cut, checkpoints)).toBe('SIGKILL');
  expect(await run(cut)).toBe(0);
  expect(bytes(cut)).toEqual(bytes(whole));
  const results = [cut, whole].map(
    (directory) => (JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as { result: unknown }).result,
  );
  expect(results[0]).toEqual(results[1]);
}, 300_000);

test('a run on two threads that is killed goes on with three, to the bytes of a run on one', async () => {
  const [whole, cut] = [join(ROOT, 'grid'), join(ROOT, 'grid-cut')];
  const grid = ['--mode', 'grid', '--delay', '1 ms'];
  expect(await run(whole, Infinity, grid)).toBe(0);
  expect(await run(cut, 30, [...grid, '-j', '2'])).toBe('SIGKILL');
  expect(await run(cut, Infinity, [...grid, '-j', '3'])).toBe(0);
  expect(bytes(cut)).toEqual(bytes(whole));
}, 300_000);
