/** Real processes, really killed: nothing that was finished is lost, nothing is computed into two results, and the merged bytes are those of an undisturbed run. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readShard } from '../../src/store/index.ts';
import { temporaryFolder } from '../store/temporary.ts';

const SCRIPT = fileURLToPath(new URL('fixtures/slow-campaign.mjs', import.meta.url));
const POINTS = 120;

test(
  'kill -9 loses nothing finished and doubles nothing, whatever the number of workers before and after',
  { timeout: 60_000 },
  async () => {
    const [undisturbed, killed] = [temporaryFolder(), temporaryFolder()];
    expect(await run(undisturbed, 4)).toBe(0);
    let finished = 0;
    for (const [workers, until] of [
      [2, 7],
      [4, 25],
      [1, 31],
    ] as const) {
      expect(await run(killed, workers, { signal: 'SIGKILL', until })).toBe('SIGKILL');
      const ids = await finishedIds(killed);
      expect(ids.length).toBeGreaterThanOrEqual(Math.max(until, finished));
      expect(existsSync(join(killed, 'results.ndjson'))).toBe(false);
      finished = ids.length;
    }
    expect(finished).toBeLessThan(POINTS);
    expect(await run(killed, 3)).toBe(0);
    const ids = await finishedIds(killed);
    expect(new Set(ids).size).toBe(POINTS);
    expect(ids.length).toBe(POINTS);
    expect(readFileSync(join(killed, 'results.ndjson'))).toEqual(readFileSync(join(undisturbed, 'results.ndjson')));
  },
);

test('a request to stop ends after the running points with exit code 75', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder();
  expect(await run(folder, 2, { signal: 'SIGTERM', until: 5 })).toBe(75);
  const ids = await finishedIds(folder);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeLessThan(POINTS);
});

/** Runs a campaign to its end, or sends a signal once `until` points are in the shards. The exit code, or the signal that ended it. */
async function run(
  folder: string,
  workers: number,
  blow?: { readonly signal: 'SIGKILL' | 'SIGTERM'; readonly until: number },
): Promise<unknown> {
  const child = spawn(process.execPath, [SCRIPT, folder, String(workers), String(POINTS)], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(child, 'exit');
  if (blow !== undefined) {
    while (child.exitCode === null && (await finishedIds(folder)).length < blow.until) await setTimeout(5);
    child.kill(blow.signal);
  }
  const [code, signal] = await ended;
  return code ?? signal;
}

async function finishedIds(folder: string): Promise<string[]> {
  const shards = join(folder, 'shards');
  if (!existsSync(shards)) return [];
  const read = await Promise.all(readdirSync(shards).map(async (name) => readShard(join(shards, name))));
  return read.flatMap(({ points }) => points.map(({ id }) => id));
}
