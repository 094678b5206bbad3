/** `neurolith analyse` on spikes, runs and sweeps. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import type { CellAnalysis, SpikeAnalysis } from '../../src/model/index.ts';
import { poissonTrains } from '../analysis/poisson.ts';
import { neurolith, temporaryFolder } from '../cli/terminal.ts';

vi.setConfig({ testTimeout: 60_000 });

test('Poisson spikes: CV, LV and Fano factor 1, no correlation, a flat spectrum; page and JSON say the same', async () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder, name);
  const { times } = poissonTrains(50, 40, 10, 5);
  writeFileSync(
    at('s.csv'),
    `time_ms,node\n${times.flatMap((train, node) => Array.from(train, (t) => `${String(t * 1000)},${String(node)}\n`)).join('')}`,
  );
  const { code, out, err } = await neurolith('analyse', at('s.csv'), '--until', '10000', '--json', '-o', at('out'));
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const analysis = JSON.parse(out) as SpikeAnalysis;
  const one = analysis.populations[0]!;
  expect(one).toMatchObject({ neurons: 50, silent: 0 });
  expect(Math.abs(one.meanRate! - 40)).toBeLessThan(1);
  for (const value of [one.cv, one.lv, one.fano]) expect(Math.abs(value! - 1)).toBeLessThan(0.05);
  expect(Math.abs(one.correlation!)).toBeLessThan(0.01);
  expect(Math.abs(one.synchrony.chiSquared! - 1 / 50)).toBeLessThan(0.005);
  const density = one.spectrum!.density.slice(1);
  expect(density.reduce((sum, value) => sum + value, 0) / density.length / ((2 * 40) / 50)).toBeCloseTo(1, 1);
  // spikes fall into bins of their mean interval without regard to each other: after a bin that is not empty one spike comes in the mean
  expect(Math.abs(one.avalanches!.branchingRatio! - 0.76)).toBeLessThan(0.06);
  expect(JSON.parse(readFileSync(at('out/analysis.json'), 'utf8'))).toEqual(analysis);
  expect(readFileSync(at('out/analysis.html'), 'utf8')).toContain('SPIKE synchronisation');
  expect(existsSync(at('out/figures/spectrum-0.png'))).toBe(true);
});

test('a run of the teacher is analysed without saying whose spikes', async () => {
  const folder = temporaryFolder();
  const workload = new URL('../../calibration/workloads/adapting-100.yaml', import.meta.url).pathname;
  const run = join(folder, 'run');
  expect(await neurolith('reference', workload, '--for', '0.2s', '-o', run, '--quiet')).toMatchObject({ code: 0, err: '' });
  const { code, out, err } = await neurolith('analyse', run, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { populations } = JSON.parse(out) as SpikeAnalysis;
  expect(populations.map(({ name, neurons }) => [name, neurons])).toEqual([
    ['adapting', 50],
    ['bursting', 30],
    ['inhibitory', 20],
  ]);
  expect((await neurolith('analyse', run)).out).toContain('adapting: 50 neurons');
});

test('sweeps give the features of a cell; mistakes of both files come with their lines', async () => {
  const folder = temporaryFolder();
  const at = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const rows = Array.from({ length: 4000 }, (_, k) => {
    const t = k * 0.1;
    const v = t < 100 || t > 300 ? -65 : -65 - 10 * (1 - Math.exp(-(t - 100) / 15));
    return `${String(t)},${String(v)},-65\n`;
  });
  const sweeps = at('sweeps.csv.gz', gzipSync(`t_ms,V0_mV,V1_mV\n${rows.join('')}`));
  const steps = at('steps.csv', 'sweep,t0_ms,t1_ms,I_pA\n0,100,300,-50\n1,100,300,0\n');
  const { code, out, err } = await neurolith('analyse', sweeps, '--steps', steps, '--json', '-o', join(folder, 'out'));
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { cell } = JSON.parse(out) as CellAnalysis;
  expect(cell.inputResistance).toBeCloseTo(200, 1);
  expect(cell.timeConstant).toBeCloseTo(15, 1);
  expect(cell.rheobase).toBeNull();
  expect(readFileSync(join(folder, 'out/analysis.html'), 'utf8')).toContain('Input resistance');
  const broken = at('broken.csv', 'sweep,t0_ms,t1_ms,I_pA\n7,100,300,-50\n0,300,100,5\n0,NaN,1\n');
  const wrong = await neurolith('analyse', sweeps, '--steps', broken);
  expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('broken.csv:4') as string });
  const outside = at('outside.csv', 'sweep,t0_ms,t1_ms,I_pA\n7,100,300,-50\n0,300,100,5\n');
  expect((await neurolith('analyse', sweeps, '--steps', outside)).err).toMatch(/outside\.csv:2[^]*outside\.csv:3/);
  expect((await neurolith('analyse', at('torn.gz', gzipSync('t,v\n1,2\n').subarray(0, 15)), '--steps', steps)).code).toBe(2);
});
