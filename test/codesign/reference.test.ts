/** A run of the teacher alone: what it writes, and that a killed run goes on to the same bytes. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cardFile, intendReference, reference, type ReferenceRequest, type RunContext } from '../../src/codesign/index.ts';
import { runTables } from '../../src/store/index.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'neurolith-reference-'));
afterAll(() => rmSync(ROOT, { recursive: true }));

function context(name: string, advance: () => void = () => undefined, signal?: AbortSignal): RunContext {
  let clock = 0;
  return {
    directory: join(ROOT, name),
    force: false,
    workers: 1,
    command: ['neurolith', 'reference'],
    version: '0',
    git: null,
    node: 'v20',
    host: { platform: 'test', cpu: 'test', cores: 1 },
    started: '2026-01-01T00:00:00.000Z',
    elapsed: () => clock++,
    progress: { begin: () => undefined, advance, note: () => undefined, refresh: () => undefined, end: () => undefined },
    ...(signal === undefined ? {} : { signal }),
  };
}

const request = (workload: string, mode: 'precise' | 'grid', to: RunContext): ReferenceRequest => ({
  workload: cardFile('workload', workload),
  method: { mode, tolerance: 1e-8, step: 1e-4 },
  duration: 0.1,
  delay: 1e-3,
  stimulus: 2,
  overrides: [],
  checkpointEvery: 0,
  context: to,
});

const columnsIn = (name: string) =>
  readdirSync(join(ROOT, name))
    .filter((file) => /npy$|csv$/.test(file))
    .toSorted()
    .map((file) => [file, readFileSync(join(ROOT, name, file)).toString('base64')]);

test.each([
  ['small-world-300', 'precise'],
  ['small-world-300', 'grid'],
  ['inputs-60', 'precise'],
  ['adapting-100', 'precise'],
  ['adapting-100', 'grid'],
  ['plastic-relays', 'precise'],
] as const)(
  'a run of %s in mode %s that is killed twice and stopped once ends with the same bytes',
  async (workload, mode) => {
    const whole = `${workload}-${mode}`;
    const record = await reference(request(workload, mode, context(whole)));
    expect(record.result.populations.reduce((sum, { spikes }) => sum + spikes, 0)).toBeGreaterThan(30);
    for (const dieAt of [20, 30]) {
      let left = dieAt;
      const killed = context(`${whole}-cut`, () => {
        if (--left === 0) throw new Error('killed');
      });
      await expect(reference(request(workload, mode, killed))).rejects.toThrow('killed');
    }
    const stop = new AbortController();
    let left = 10;
    const stopped = context(`${whole}-cut`, () => void (--left === 0 && stop.abort()), stop.signal);
    await expect(reference(request(workload, mode, stopped))).rejects.toMatchObject({ exitCode: 75 });
    const resumed = await reference(request(workload, mode, context(`${whole}-cut`)));
    expect(resumed.result).toEqual(record.result);
    expect(columnsIn(`${whole}-cut`)).toEqual(columnsIn(whole));
    expect(readdirSync(join(ROOT, `${whole}-cut`))).not.toContain('checkpoint.json');
  },
  60_000,
);

test('a dry run checks everything and writes nothing', async () => {
  const intent = await intendReference(request('small-world-300', 'precise', context('dry')));
  expect(intent).toMatchObject({ state: 'new', jobs: { runs: 1 } });
  expect(readdirSync(ROOT)).not.toContain('dry');
  await expect(intendReference({ ...request('small-world-300', 'grid', context('dry')), delay: 1.23e-3 - 1e-7 })).rejects.toThrow(
    /multiple/,
  );
});

test('the record names integrators, tolerance and the delay that was taken', async () => {
  const { result } = await reference(request('adapting-100', 'precise', context('adapting-100-precise')));
  expect(result.method.join(' ')).toMatch(/Dormand-Prince.*1e-8.*axonal/);
  expect(result.workload.notes.map(({ text }) => text).join(' ')).toContain('1 ms taken');
});

test('tables for other tools hold the spikes of the precise teacher where they are, not where their ticks begin', async () => {
  const to = context('exported');
  await reference(request('small-world-300', 'precise', to));
  const tables = await runTables(to.directory);
  const rows = readFileSync(join(to.directory, 'spikes.csv'), 'utf8').trim().split(/\r?\n/).slice(1);
  const written = rows.map((row) => Number(row.split(',')[0]));
  expect(written.length).toBeGreaterThan(100);
  const read = tables.flatMap(({ time }) => [...time]).toSorted((a, b) => a - b);
  written.toSorted((a, b) => a - b).forEach((time, k) => expect(Math.abs(read[k]! - time)).toBeLessThan(1e-10));
});
