/** What the commands leave behind, on small work. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Intent } from '../../src/codesign/index.ts';
import type { Contract, EmulationRecord } from '../../src/model/index.ts';
import { makeWorkspace, type Workspace } from '../codesign/workspace.ts';
import { readNpy, readSpikeFile, readSpikes } from '../../src/store/index.ts';
import { neurolith } from './terminal.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let space: Workspace;
beforeAll(() => (space = makeWorkspace()));
afterAll(() => rmSync(space.folder, { recursive: true, force: true }));

const at = (name: string): string => join(space.folder, name);

/** The small cards of the workspace on the command line. */
function cards(): string[] {
  return [at('calibration/workloads/tiny.yaml'), '--chip', at('chips/small.yaml'), '--noc', at('noc/mesh-2x2.yaml')];
}

async function emulate(run: string, ...more: string[]): Promise<EmulationRecord> {
  const { code, out, err } = await neurolith('emulate', ...cards(), '--codes', 'nominal', '--json', '-o', at(`runs/${run}`), ...more);
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as EmulationRecord;
}

let plain: EmulationRecord;

beforeAll(async () => {
  plain = await emulate('plain', '--die', '3');
});

describe('emulate', () => {
  test('leaves a record with its contract, a report and the spikes', () => {
    expect(plain.contract).toMatchObject({ regime: 'offline', seeds: { die: 3, noise: 1, stimulus: 1 } });
    expect(plain.result.admissible).toBe(true);
    expect(plain.result.traceHash).toMatch(/^[0-9a-f]{64}$/);
    for (const file of ['run.json', 'report.html', 'summary.md', plain.result.raster.student.tick])
      expect(existsSync(join(at('runs/plain'), file))).toBe(true);
  });

  test('a dry run checks everything, tells what is in the directory, and writes nothing', async () => {
    const dry = async (run: string, ...more: string[]): Promise<Awaited<ReturnType<typeof neurolith>>> =>
      neurolith('emulate', ...cards(), '--codes', 'nominal', '--die', '3', '--dry-run', '-o', at(`runs/${run}`), ...more);
    expect(await dry('none')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('would be written') as string });
    expect(existsSync(at('runs/none'))).toBe(false);
    const there = JSON.parse((await dry('plain', '--json')).out) as Intent;
    expect(there).toMatchObject({ state: 'finished', planHash: plain.provenance.planHash, jobs: { emulations: 1 } });
    expect(await dry('plain', '--seed', '9')).toMatchObject({ code: 2, err: expect.stringContaining('another plan') as string });
    expect(await dry('none', '-S', 'noc.clock=1 parsec')).toMatchObject({ code: 2 });
  });

  test.each(['sonata', 'nir', 'nest', 'csv'])('has spikes that are exported as %s and read back', async (format) => {
    const file = at(`student.${format}`);
    const { code, err } = await neurolith('export', at('runs/plain'), '--to', format, '-o', file);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [table] = await readSpikeFile(file);
    const own = await readSpikes(at('runs/plain'), plain.result.raster.student);
    expect(table!.time.length).toBe(own.tick.length);
    // 1 ns of hardware time is 1 us of biology at a speed-up of 1000
    table!.time.forEach((time, k) => expect(time).toBeCloseTo(own.tick[k]! / 1000, 6));
  });

  test('has no spikes of one that was not run', async () => {
    const { code, err } = await neurolith('export', at('runs/plain'), '--to', 'csv', '--train', 'uncalibrated', '-o', at('none.csv'));
    expect(code).toBe(2);
    expect(err).toContain('expected one of student, teacher');
  });

  test('has the same trace with the chip cut into threads', async () => {
    expect((await emulate('parts', '--die', '3', '--parts', '2')).result.traceHash).toBe(plain.result.traceHash);
  });

  test('holds the run against a contract: a limit that is left makes it not admissible, and is logged', async () => {
    const limits = { ...plain.contract!.limits, linkLoad: 1e-6, bufferOccupancy: 1, dynamicPower: 1e-9 };
    writeFileSync(at('contract.yaml'), JSON.stringify({ ...plain.contract!, confluence: 'external-first', limits }));
    const { result, contractHash } = await emulate('held', '--die', '3', '--contract', at('contract.yaml'));
    expect(result.admissible).toBe(false);
    expect(result.violations.map(({ limit }) => limit.split(':')[0])).toEqual(expect.arrayContaining(['linkLoad', 'dynamicPower']));
    expect(result.violations[0]).toMatchObject({ tick: 60_000, count: 1 });
    expect(contractHash).not.toBe(plain.contractHash);
  });

  test.each<[string, (contract: Contract) => unknown, number, RegExp]>([
    ['without a field', (c) => ({ ...c, seeds: undefined }), 2, /contract.yaml:\d+: seeds: found nothing, expected /],
    ['without a field deep inside', (c) => ({ ...c, limits: { ...c.limits, linkLoad: undefined } }), 2, /limits.linkLoad: found nothing/],
    ['of another die', (c) => ({ ...c, seeds: { ...c.seeds, die: 9 } }), 2, /clause SEEDS: seeds.die is 9, the run has 3/],
    ['that lets measurements in', (c) => ({ ...c, events: ['simulation', 'measurement'] }), 4, /clause EVENTS: a measurement event/],
  ])('refuses a contract %s', async (name, change, code, message) => {
    writeFileSync(at('contract.yaml'), JSON.stringify(change(plain.contract!)));
    const outcome = await neurolith('emulate', ...cards(), '--die', '3', '--contract', at('contract.yaml'), '-o', at(`runs/${name}`));
    expect(outcome.code).toBe(code);
    expect(outcome.err).toMatch(message);
    expect(existsSync(at(`runs/${name}`))).toBe(false);
  });

  test('takes a duration in hardware time, and an edge list in place of a workload', async () => {
    const rows = Array.from({ length: 24 }, (_, i) => `N${String(i)},N${String((i + 1) % 24)},5,chemical`);
    const edges = space.put('edges.csv', `pre,post,weight,type\n${rows.join('\n')}\n`);
    const args = ['emulate', edges, '--chip', at('chips/small.yaml'), '--noc', at('noc/mesh-2x2.yaml'), '--codes', 'nominal', '--json'];
    const { code, out } = await neurolith(...args, '--for', '50 us hw', '-o', at('runs/worm'));
    expect(code).toBe(0);
    expect((JSON.parse(out) as EmulationRecord).result.workload).toMatchObject({ neurons: 24, synapses: 24, duration: 0.05 });
  });

  test('refuses a folder that holds another run, and replaces it with --force', async () => {
    const refused = await neurolith('emulate', ...cards(), '--codes', 'nominal', '--die', '2', '-o', at('runs/parts'));
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/--force/);
    const { result } = await emulate('parts', '--die', '2', '--force');
    expect(result.die).toBe(2);
    expect(result.traceHash).not.toBe(plain.result.traceHash);
  });
});

test('report makes the report of a run again', async () => {
  rmSync(at('runs/plain/report.html'));
  const { code, out } = await neurolith('report', at('runs/plain'), '--no-png');
  expect(code).toBe(0);
  expect(out).toContain('report.html');
  expect(existsSync(at('runs/plain/report.html'))).toBe(true);
});

describe('regress', () => {
  const regress = (...more: string[]) =>
    neurolith('regress', at('chips/small.yaml'), at('noc/mesh-2x2.yaml'), '--baselines', at('baselines'), '--quiet', ...more);

  test('ends with 1 while there is no baseline, with 0 against its own, with 1 when a card moved', async () => {
    expect((await regress()).code).toBe(1);
    const update = await regress('--update');
    expect(update.code).toBe(0);
    expect(update.out.trim().split('\n')).toEqual([at('baselines/small.json'), at('baselines/mesh-2x2.json')]);
    const same = await regress();
    expect(same).toMatchObject({ code: 0, err: '' });
    expect(same.out).toMatch(/small\.yaml: \d+ identical, 0 moved/);

    const card = readFileSync(at('chips/small.yaml'), 'utf8');
    writeFileSync(at('chips/small.yaml'), card.replace('leak: { value: 36 mV', 'leak: { value: 37 mV'));
    const moved = await regress();
    writeFileSync(at('chips/small.yaml'), card);
    expect(moved.code).toBe(1);
    expect(moved.out).toMatch(/ {2}moved +mismatch\.leak \[V\]\.deviation: /);
    expect(moved.out).toMatch(/mesh-2x2\.yaml: \d+ identical, 0 moved/);
    expect(moved.out).not.toMatch(/mismatch\.reset/);
  });
});

test('emulate records what its probes see, and trace draws it', async () => {
  const record = await emulate('probed', '--die', '3', '--probe', 'v@0:4', '--probe', 'cadc', '--probe', 'w', '--parquet');
  expect(record.result.traceHash).toBe(plain.result.traceHash);
  expect(record.result.cadcOutside).toBe(plain.result.cadcOutside);
  const [v] = record.result.recordings!;
  const { shape, data } = await readNpy(join(at('runs/probed'), v!.values));
  // 60 ms biological = 60 us in windows of 100 ns
  expect(shape).toEqual([4, 600]);
  expect(data.every((value) => value > 0 && value < 1.2)).toBe(true);
  for (const file of ['v.parquet', 'cadc.parquet', 'w.parquet']) expect(existsSync(join(at('runs/probed'), file))).toBe(true);
  const { code, out, err } = await neurolith('trace', at('runs/probed'), '--from', '10 ms', '--to', '50 ms', '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const file of JSON.parse(out) as string[]) expect(existsSync(file)).toBe(true);
  expect(await neurolith('emulate', ...cards(), '--probe', 'w@99', '-o', at('runs/none'))).toMatchObject({
    code: 2,
    err: expect.stringContaining('0 to 39') as string,
  });
  expect(await neurolith('trace', at('runs/probed'), '--from', '1 parsec')).toMatchObject({ code: 2 });
});
