import { appendFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { factorial, mergeCampaign, planPoints, runCampaign, runJobs, StoppedError } from '../../src/campaign/index.ts';
import { temporaryFolder } from '../store/temporary.ts';

interface Setup {
  readonly offset: number;
}
interface Point {
  readonly id: string;
  readonly label: string;
  readonly value: number;
}
type Square = { readonly square: number };

const MODULE = new URL('./fixtures/square-worker.mjs', import.meta.url);
const squares =
  ({ offset }: Setup) =>
  async ({ value }: Point): Promise<Square> => ({ square: value * value + offset });
const work = { module: MODULE, setup: { offset: 1 }, inProcess: squares };
const pointsOf = (values: readonly number[]): Point[] =>
  values.map((value) => ({ id: `p${String(value)}`, label: `point ${String(value)}`, value }));

test('results come in the order of the jobs for 1, 2 and 4 workers', { timeout: 60_000 }, async () => {
  const jobs = pointsOf([5, 3, 8, 1, 9, 2, 7]);
  const expected = jobs.map(({ value }) => ({ square: value * value + 1 }));
  for (const workers of [1, 2, 4]) expect(await runJobs<Setup, Point, Square>({ ...work, workers, jobs })).toEqual(expected);
});

test('an error of a job keeps its class and exit code across threads', { timeout: 60_000 }, async () => {
  const failed = runJobs<Setup, Point, Square>({ ...work, workers: 2, jobs: pointsOf([1, 13, 2]) });
  await expect(failed).rejects.toMatchObject({ name: 'InfeasibleError', exitCode: 2, message: '13 cannot be squared' });
});

test('a worker that dies is named with its job instead of hanging', { timeout: 60_000 }, async () => {
  const died = runJobs<Setup, Point, Square>({ ...work, workers: 2, jobs: pointsOf([1, 666, 2]), nameOf: ({ label }) => label });
  await expect(died).rejects.toThrow(/point 666/);
});

test('a resumed campaign computes only what is missing and merges to the same bytes, torn last line and all', async () => {
  const points = pointsOf([1, 2, 3, 4, 5, 6]);
  const whole = temporaryFolder();
  await runCampaign<Setup, Point, Square>({ directory: whole, points, workers: 1, work });
  const torn = temporaryFolder();
  const stop = new AbortController();
  let computed = 0;
  const counting = {
    ...work,
    inProcess:
      (setup: Setup) =>
      async (point: Point): Promise<Square> => {
        if (++computed === 3) stop.abort();
        return squares(setup)(point);
      },
  };
  await expect(
    runCampaign<Setup, Point, Square>({ directory: torn, points, workers: 1, work: counting, signal: stop.signal }),
  ).rejects.toBeInstanceOf(StoppedError);
  expect(computed).toBe(3);
  const [shard] = await readdir(join(torn, 'shards'));
  await appendFile(join(torn, 'shards', shard!), '{"id":"p4","resu');
  await runCampaign<Setup, Point, Square>({ directory: torn, points, workers: 1, work: counting });
  expect(computed).toBe(6);
  expect(await readFile(join(torn, 'results.ndjson'), 'utf8')).toBe(await readFile(join(whole, 'results.ndjson'), 'utf8'));
});

test('the merged bytes are the same for 1, 2 and 4 workers and in process', { timeout: 60_000 }, async () => {
  const points = pointsOf([9, 1, 4, 2, 8]);
  const merged = new Set<string>();
  for (const [workers, kind] of [
    [1, work],
    [1, { module: MODULE, setup: { offset: 1 } }],
    [2, work],
    [4, work],
  ] as const) {
    const directory = temporaryFolder();
    const { results } = await runCampaign<Setup, Point, Square>({ directory, points, workers, work: kind });
    expect(results).toEqual(points.map(({ value }) => ({ square: value * value + 1 })));
    merged.add(await readFile(join(directory, 'results.ndjson'), 'utf8'));
  }
  expect(merged.size).toBe(1);
});

test('a shard cut at any byte costs the points that were cut off and no other', { timeout: 60_000 }, async () => {
  const points = pointsOf([1, 2, 3]);
  const whole = temporaryFolder();
  await runCampaign<Setup, Point, Square>({ directory: whole, points, workers: 1, work });
  const results = await readFile(join(whole, 'results.ndjson'), 'utf8');
  const shard = join(whole, 'shards', 'local.0.ndjson');
  const lines = await readFile(shard, 'utf8');
  for (let length = lines.length - 1; length >= 0; length--) {
    await truncate(shard, length);
    const resumed = await runCampaign<Setup, Point, Square>({ directory: whole, points, workers: 1, work });
    expect(resumed.repeated).toBe(0);
    expect(await readFile(join(whole, 'results.ndjson'), 'utf8')).toBe(results);
    const recomputed = (await readFile(join(whole, 'shards', 'local.1.ndjson'), 'utf8')).split('\n').length - 1;
    expect(recomputed).toBe(3 - (lines.slice(0, length).split('\n').length - 1));
    await rm(join(whole, 'shards', 'local.1.ndjson'));
  }
});

test('missing points are named with exit code 3, and nothing is merged', async () => {
  const directory = temporaryFolder();
  await runCampaign<Setup, Point, Square>({ directory, points: pointsOf([1, 2]), workers: 1, work });
  await expect(mergeCampaign(directory, pointsOf([1, 2, 3]))).rejects.toMatchObject({
    name: 'IncompleteError',
    exitCode: 3,
    message: '1 of 3 points are missing: "point 3"; the same command computes them',
  });
});

test('a folder with the points of another plan is refused, and one with results unless they are resumed', async () => {
  const directory = temporaryFolder();
  const options = { directory, points: pointsOf([1, 2]), workers: 1, work };
  await runCampaign<Setup, Point, Square>(options);
  await expect(runCampaign<Setup, Point, Square>({ ...options, points: pointsOf([1, 3]) })).rejects.toThrow(/another plan/);
  await expect(runCampaign<Setup, Point, Square>({ ...options, resume: false })).rejects.toThrow(/2 finished points/);
  const twice = { ...options, points: pointsOf([1, 1]) };
  await expect(runCampaign<Setup, Point, Square>(twice)).rejects.toMatchObject({ name: 'InternalError' });
});

test('points of a new directory are computed while it is made, and none is kept before it is', async () => {
  const parent = temporaryFolder();
  const points = pointsOf([1, 2, 3]);
  let make: () => void = () => undefined;
  const making = new Promise<void>((resolve) => (make = resolve));
  let computed = 0;
  const counting = {
    ...work,
    inProcess:
      (setup: Setup) =>
      async (point: Point): Promise<Square> => {
        computed++;
        return squares(setup)(point);
      },
  };
  const running = runCampaign<Setup, Point, Square>({ directory: join(parent, 'run'), making, points, workers: 1, work: counting });
  await setTimeout(20);
  expect(computed).toBeGreaterThan(0);
  expect(await readdir(parent)).toEqual([]);
  make();
  expect((await running).results).toEqual([{ square: 2 }, { square: 5 }, { square: 10 }]);
  const failing = { directory: join(parent, 'other'), making: Promise.reject(new Error('no room')), points, workers: 1, work };
  await expect(runCampaign<Setup, Point, Square>(failing)).rejects.toThrow('no room');
  expect(await readdir(parent)).toEqual(['run']);
});

test('a result without a JSON form is refused with its point; what was finished before it stays', async () => {
  const directory = temporaryFolder();
  const points = pointsOf([1, 2, 3]);
  const broken = { ...work, inProcess: () => async (point: Point) => ({ square: point.value === 2 ? NaN : 1 }) };
  await expect(runCampaign<Setup, Point, Square>({ directory, points, workers: 1, work: broken })).rejects.toMatchObject({
    name: 'InternalError',
    message: 'the result of point "point 2" cannot be kept: NaN has no canonical JSON',
  });
  expect(await readFile(join(directory, 'shards', 'local.0.ndjson'), 'utf8')).toBe('{"id":"p1","result":{"square":1}}\n');
});

test('two different results of one point are an alarm, not a choice', async () => {
  const directory = temporaryFolder();
  const points = pointsOf([1, 2]);
  await runCampaign<Setup, Point, Square>({ directory, points, workers: 1, work });
  const [shard] = await readdir(join(directory, 'shards'));
  const lines = await readFile(join(directory, 'shards', shard!), 'utf8');
  await writeFile(join(directory, 'shards', 'other.ndjson'), lines.replace('"square":2', '"square":99'));
  await expect(runCampaign<Setup, Point, Square>({ directory, points, workers: 1, work })).rejects.toMatchObject({
    name: 'ContractError',
    exitCode: 4,
  });
});

test('a factorial has every combination of levels once, and points do not depend on labels', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), (sizes) => {
      const factors = Object.fromEntries(
        sizes.map((size, f) => [
          `f${String(f)}`,
          Object.fromEntries(Array.from({ length: size }, (_, l) => [`l${String(l)}`, { [`noc.x${String(f)}`]: l }])),
        ]),
      );
      const designs = factorial(factors);
      expect(designs).toHaveLength(sizes.reduce((product, size) => product * size, 1));
      expect(new Set(designs.map(({ levels }) => JSON.stringify(levels))).size).toBe(designs.length);
      const points = planPoints({ factors, dies: [1, 2], seeds: [7], resolve: ({ overrides }) => overrides });
      expect(new Set(points.map(({ id }) => id)).size).toBe(2 * designs.length);
    }),
    { numRuns: 40 },
  );
});
