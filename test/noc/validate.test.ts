import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { validateNoc } from '../../src/noc/index.ts';

const reference = new URL('../../../shared/reference/noc/', import.meta.url).pathname;
const absent = !existsSync(reference);
const said = absent ? ' (skipped: ../shared/reference/noc is not there)' : '';

const made: string[] = [];
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true });
});

function folder(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'noc-'));
  made.push(directory);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

const HEADER =
  'run_id,config,cfg,sim_type,rate_flits,converged,deadlock_warnings,killed,plat_avg,acc_flit_avg,routers_avg,measured_packets';
const config = (rate: string) => `topology = mesh; k = 4; n = 2; routing_function = dor; num_vcs = 4; vc_buf_size = 4; traffic = transpose;
injection_rate = ${rate}; injection_rate_uses_flits = 1; sample_period = 500; max_samples = 12; sim_type = throughput; latency_thres = 300.0;`;

describe('the reference runs of BookSim2', { timeout: 60_000 }, () => {
  test.skipIf(absent)(`runs without a draw agree to the last digit, deadlocks are found${said}`, () => {
    const exact =
      /^(mesh4.*transpose|mesh8_dor_v4b8p1__(transpose|bitcomp|tornado|neighbor)|torus8.*tornado|sw_[bd]_blash2_b8p1__transpose)__thr__s1$/;
    const { runs, bars } = validateNoc(reference, { seeds: 0, only: (id) => exact.test(id) || /^sw_._min_b8p1__uniform__thr/.test(id) });
    expect(runs.filter(({ compared }) => compared === 'exact')).toHaveLength(8);
    expect(runs.filter(({ compared }) => compared === 'deadlock')).toHaveLength(3);
    expect(runs.filter(({ passed }) => !passed)).toEqual([]);
    expect(bars.every(({ passed }) => passed)).toBe(true);
  });

  test.skipIf(absent)(
    `with its random numbers a run is the same packet by packet, beyond the knee and with packets of several flits too${said}`,
    () => {
      const picked = [
        'sw_g_lash_b8p1__uniform__r0.4__s1',
        'sw_d_lash_b8p1__uniform__r0.3__s1',
        'mesh8_dor_v2b4p5__uniform__r0.3__s1',
        'mesh8_dor_v4b8p1__hotspot__r0.1__s1',
        'mesh4_dor_v4b4p1__uniform__r0.75__s1',
        'mesh4_dor_v4b4p1__uniform__thr__s1',
        'cmesh64_v4b8p1__uniform__r0.1__s1',
        'mesh8_dor_v4b8p1_rd0spec__uniform__r0.4__s1',
      ];
      const { runs } = validateNoc(reference, { seeds: 0, only: (id) => picked.includes(id) });
      expect(runs.map(({ identical }) => identical)).toEqual(picked.map(() => true));
    },
  );

  test.skipIf(absent)(`runs below the knee agree in the mean: torus, concentrated mesh, flattened butterfly, Valiant, XY-YX${said}`, () => {
    const picked = [
      'torus8_dor_v4b8p1__uniform__r0.3__s1',
      'cmesh64_v4b8p1__uniform__r0.1__s1',
      'flatfly64_v4b8p1__uniform__r0.4__s1',
      'mesh8_valiant_v4b8p1__tornado__r0.1__s1',
      'mesh8_xyyx_v4b8p1__transpose__r0.1__s1',
      'mesh8_dor_v2b4p5__uniform__r0.1__s1',
    ];
    const { runs } = validateNoc(reference, { seeds: 0, only: (id) => picked.includes(id) });
    expect(runs).toHaveLength(picked.length);
    expect(runs.map(({ id, compared, passed }) => [id, compared, passed])).toEqual(runs.map(({ id }) => [id, 'statistical', true]));
  });

  test.skipIf(absent)(`saturation within one step, in the median over seeds${said}`, () => {
    const { saturations } = validateNoc(reference, { seeds: 3, only: (id) => id === 'mesh4_dor_v4b4p1__uniform' });
    expect(saturations).toMatchObject([{ reference: 0.75, passed: true }]);
    expect(saturations[0]!.ours).toHaveLength(3);
  });
});

test('a wrong figure fails a run without a draw; a configuration that cannot be read is a case that failed, with all its mistakes', () => {
  const right = '538.33,0.625083,2.70027,15000';
  const directory = folder({
    'runs.csv': `${HEADER}\na,c,configs/a.cfg,throughput,1.0,1,0,0,${right}\nb,c,configs/a.cfg,throughput,1.0,1,0,0,538.34,0.625083,2.70027,15000\nd,c,configs/d.cfg,latency,0.1,1,0,0,20,0.1,3,900\n`,
    'configs/a.cfg': config('1.0'),
    'configs/d.cfg': 'topology = dragonfly; num_vcs = 99;',
  });
  const { runs, bars, passed } = validateNoc(directory);
  expect(runs.map((run) => [run.id, run.compared, run.passed])).toEqual([
    ['a', 'exact', true],
    ['b', 'exact', false],
    ['d', 'shown', false],
  ]);
  expect(runs[2]!.error).toMatch(/topology.*mesh or torus[\s\S]*num_vcs/);
  expect(passed).toBe(false);
  expect(bars.find(({ name }) => name === 'cases that could be run')).toMatchObject({ found: '1 refused', passed: false });
});

test('a folder without runs and traces, and a table without its columns, are refused', () => {
  expect(() => validateNoc(folder({}))).toThrow(/neither a runs.csv/);
  expect(() => validateNoc(folder({ 'runs.csv': 'run_id,cfg\n' }))).toThrow(/column plat_avg/);
});
