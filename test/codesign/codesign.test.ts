/** The whole loop on a tiny plan: the same bytes for any number of workers, after a kill, and read back. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { UsageError } from '../../src/base/index.ts';
import { codesign } from '../../src/codesign/index.ts';
import { CodesignSchema, loadCard, type CodesignRecord } from '../../src/model/index.ts';
import { contextFor, makeWorkspace, type Workspace } from './workspace.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;
let space: Workspace;
let one: CodesignRecord;

beforeAll(async () => {
  space = makeWorkspace();
  one = await run('one', 1);
});

afterAll(() => rmSync(space.folder, { recursive: true, force: true }));

/** Smaller is better: nowhere worse and somewhere better. */
function dominates(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, i) => value <= b[i]!) && a.some((value, i) => value < b[i]!);
}

function folder(name: string): string {
  return join(space.folder, 'runs', name);
}

function run(name: string, workers: number): Promise<CodesignRecord> {
  return codesign({ plan: loadCard(CodesignSchema, space.plan), context: contextFor(folder(name), workers) });
}

/** Everything that was computed, as bytes: both campaigns, tables, spikes, and the record without the machine. */
function bytesOf(name: string): Record<string, string> {
  const files = ['results.ndjson', 'preparation/results.ndjson', 'results.csv', 'stats.txt', 'config.resolved.yaml'];
  const columns = readdirSync(folder(name)).filter((file) => file.endsWith('.npy'));
  const record = JSON.parse(readFileSync(join(folder(name), 'run.json'), 'utf8')) as CodesignRecord;
  return {
    ...Object.fromEntries([...files, ...columns].map((file) => [file, readFileSync(join(folder(name), file), 'latin1')])),
    result: JSON.stringify(record.result),
    contract: String(record.contractHash),
  };
}

describe('a tiny plan of two designs and two dies', () => {
  test('two workers leave the same bytes as one', async () => {
    await run('two', 2);
    expect(bytesOf('two')).toEqual(bytesOf('one'));
  });

  test('killed in the middle and started again it leaves the same bytes', async () => {
    const args = [MAIN, 'codesign', space.plan, '-o', folder('killed'), '-j', '2', '--quiet', '--no-png'];
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    const shards = join(folder('killed'), 'preparation', 'shards');
    const begun = (): boolean => existsSync(shards) && readdirSync(shards).some((file) => statSync(join(shards, file)).size > 0);
    for (let tries = 0; tries < 2000 && !begun() && child.exitCode === null; tries++) await setTimeout(10);
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    expect(existsSync(join(folder('killed'), 'run.json'))).toBe(false);
    await promisify(execFile)(process.execPath, args);
    expect(bytesOf('killed')).toEqual(bytesOf('one'));
    expect(existsSync(join(folder('killed'), 'report.html'))).toBe(true);
  });

  test('a finished run is read back, not run again', async () => {
    const before = statSync(join(folder('one'), 'results.ndjson')).mtimeMs;
    const again = await run('one', 1);
    expect(again.result).toEqual(JSON.parse(JSON.stringify(one.result)));
    expect(statSync(join(folder('one'), 'results.ndjson')).mtimeMs).toBe(before);
  });

  test('another plan in the same folder is refused', async () => {
    const plan = loadCard(CodesignSchema, space.plan, { overrides: ['seed=2'] });
    await expect(codesign({ plan, context: contextFor(folder('one')) })).rejects.toThrow(UsageError);
  });

  test('what must be there is there: two designs, their dies, a control, a ceiling, curves and maps', () => {
    const { result } = one;
    expect(result.points.map(({ label, reference }) => [label, reference])).toEqual([
      ['fast', true],
      ['slow', false],
    ]);
    for (const { perDie, spikes } of result.points) {
      expect(perDie.map(({ die }) => die)).toEqual([1, 2]);
      const lost = Object.values(spikes.deliveriesLost).reduce((sum, packets) => sum + packets, 0);
      expect(spikes.deliveriesOffered).toBe(spikes.deliveriesMade + spikes.deliveriesInFlight + lost);
    }
    expect(result.control.label).toBe('fast, uncalibrated');
    expect(result.ceiling.timing).toBeGreaterThan(result.points[0]!.fidelity.timing!);
    // both designs differ in clock and queue alone; the queue is part of the shape of a curve
    expect(result.curves.flatMap(({ operating }) => operating.map(({ label }) => label)).toSorted()).toEqual(['fast', 'slow']);
    expect(result.calibration.map(({ die }) => die)).toEqual([1, 2]);
    expect(one.contract?.time.window).toBe(100);
  });

  test('the network of the slow design limits it, that of the reference limits nothing', () => {
    const [fast, slow] = one.result.points.map(({ network }) => network);
    expect(fast!.limited).toBe(false);
    expect(slow!.limited).toBe(true);
    expect(slow!.idealTiming!).toBeLessThan(fast!.idealTiming!);
    expect(slow!.share).toBeGreaterThan(10 * fast!.share);
  });

  test('no design of the Pareto front is dominated, every other one is', () => {
    const { points, objectives } = one.result;
    const values = points.map(({ fidelity, latency, energy, area }) => [-fidelity.timing!, latency.p50!, energy.perSpike!, area.total]);
    expect(objectives).toHaveLength(4);
    points.forEach(({ onFront }, i) => expect(values.some((other) => dominates(other, values[i]!))).toBe(!onFront));
  });
});
