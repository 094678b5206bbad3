import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { CardError } from '../../src/base/index.ts';
import { moving, runJobs } from '../../src/campaign/index.ts';

const MODULE = new URL('fixtures/hostile-worker.mjs', import.meta.url);

test.each([
  ['card', { name: 'CardError', exitCode: 2, message: 'chip.yaml:3: neurons: expected a number' }],
  ['own class', { name: 'DriftError', exitCode: 9, message: 'drifted', cause: { name: 'TypeError', message: 'underneath' } }],
  ['no error', { name: 'InternalError', exitCode: 70, message: /a text/ }],
  ['not clonable', { name: 'DataCloneError' }],
  ['memory', { name: 'IncompleteError', exitCode: 3, message: /out of memory while it computed job 2 of 3/ }],
  ['uncaught', { name: 'InternalError', exitCode: 70, message: /job 2 of 3: thrown where nobody waits/ }],
  ['exit', { name: 'IncompleteError', exitCode: 3, message: /exit code 0 while it computed job 2 of 3/ }],
])('a job that goes wrong (%s) ends the pool with its error, also while another one waits', { timeout: 30_000 }, async (deed, expected) => {
  const jobs = ['nothing', deed, 'wait'];
  const failures: number[] = [];
  const failed: unknown = await runJobs<object, string, unknown>({
    module: MODULE,
    setup: {},
    workers: 2,
    jobs,
    heapMegabytes: 24,
    onFailure: (index) => failures.push(index),
  }).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Error);
  expect(failed).toMatchObject({ ...expected, ...('message' in expected ? { message: expect.stringMatching(expected.message) } : {}) });
  expect(failures).toEqual([1]);
});

test('an error while a worker prepares is the error of the pool', { timeout: 30_000 }, async () => {
  const failed = runJobs({ module: MODULE, setup: { broken: true }, workers: 2, jobs: ['nothing', 'nothing'] });
  await expect(failed).rejects.toBeInstanceOf(CardError);
});

test('a worker file that is not there is told with its name', { timeout: 30_000 }, async () => {
  const failed = runJobs({ module: new URL('file:///nowhere/worker.js'), setup: {}, workers: 1, jobs: ['nothing'] });
  await expect(failed).rejects.toMatchObject({ name: 'InternalError', message: expect.stringContaining('/nowhere/worker.js') as string });
});

test('results are told one at a time, and an error in the listener stops the pool', async () => {
  const told: number[] = [];
  let telling = 0;
  const inProcess = (): ((job: number) => number) => (job) => job * 2;
  const options = { module: MODULE, setup: null, workers: 1, jobs: [1, 2, 3, 4], inProcess };
  const results = await runJobs<null, number, number>({
    ...options,
    onResult: async (index) => {
      expect(++telling).toBe(1);
      await setTimeout(1);
      telling--;
      told.push(index);
    },
  });
  expect(results).toEqual([2, 4, 6, 8]);
  expect(told).toEqual([0, 1, 2, 3]);
  const failed = runJobs<null, number, number>({
    ...options,
    onResult: (index) => {
      if (index === 1) throw new Error('disk full');
    },
  });
  await expect(failed).rejects.toThrow('disk full');
});

test('in process as in a thread, a job cannot reach the setup of its caller, and moved arrays arrive whole', async () => {
  const setup = { count: 1 };
  let mine: Float64Array<ArrayBuffer> | undefined;
  const [result] = await runJobs<{ count: number }, number, { samples: Float64Array<ArrayBuffer> }>({
    module: MODULE,
    setup,
    workers: 0,
    jobs: [7],
    inProcess: (copy) => (job) => {
      copy.count = 99;
      mine = Float64Array.of(job, job);
      return moving({ samples: mine }, [mine]);
    },
  });
  expect(setup.count).toBe(1);
  expect(result?.samples).toEqual(Float64Array.of(7, 7));
  expect(mine?.length).toBe(0);
});

test('no jobs are no work', async () => {
  expect(await runJobs({ module: MODULE, setup: {}, workers: 4, jobs: [] })).toEqual([]);
});

test('of the jobs of one word the longest go first, equal ones in their order; results keep the order of the jobs', async () => {
  const begun: number[] = [];
  const results = await runJobs<null, number, number>({
    module: MODULE,
    setup: null,
    workers: 1,
    jobs: [1, 5, 3, 4, 2, 3.5],
    affinity: (job) => (job === 4 ? 'other' : 'same'),
    cost: (job) => Math.floor(job),
    inProcess: () => (job) => {
      begun.push(job);
      return job * 2;
    },
  });
  expect(begun).toEqual([5, 3, 3.5, 2, 1, 4]);
  expect(results).toEqual([2, 10, 6, 8, 4, 7]);
});

test('a thread begins its next job while the result of the last one is being told', async () => {
  const events: string[] = [];
  await runJobs<null, number, number>({
    module: MODULE,
    setup: null,
    workers: 1,
    jobs: [1, 2],
    inProcess: () => (job) => {
      events.push(`begin ${String(job)}`);
      return job;
    },
    onResult: async (index) => {
      await setTimeout(20);
      events.push(`told ${String(index + 1)}`);
    },
  });
  expect(events).toEqual(['begin 1', 'begin 2', 'told 1', 'told 2']);
});
