/** The comparison of runs through the command line, on spike files of Poisson trains. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import type { Comparison } from '../../src/model/index.ts';
import { readNpy, readSpikeFile } from '../../src/store/index.ts';
import { neurolith, type Outcome } from '../cli/terminal.ts';

// the first test loads charts and cards
vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'neurolith-compare-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A CSV of Poisson neurons over 2 s; `regular` makes every interval the same. */
function spikes(name: string, seed: number, rate: number, regular = false, neurons = 80): string {
  const chance = new Chance(seed, 'stimulus');
  const rows: [number, number][] = [];
  for (let neuron = 0; neuron < neurons; neuron++) {
    let index = 0;
    let time = (1000 / rate) * chance.uniform(neuron, index++);
    while (time < 2000) {
      rows.push([time, neuron]);
      time += (1000 / rate) * (regular ? 1 : -Math.log(1 - chance.uniform(neuron, index++)));
    }
  }
  const file = join(folder, `${name}.csv`);
  writeFileSync(file, `time_ms,node\n${rows.map((row) => row.join(',')).join('\n')}\n`);
  return file;
}

const compare = async (...args: string[]): Promise<Outcome> => neurolith('compare', ...args);

test('a run is equal to itself: every distance is 0 and the exit code too', async () => {
  const file = spikes('own', 1, 20);
  const { code, out } = await compare(file, file, '--json');
  const { statistics, distances } = JSON.parse(out) as Comparison;
  expect(code).toBe(0);
  for (const { scores } of statistics) expect(scores!.ks.distance).toBe(0);
  expect(distances).toEqual([expect.objectContaining({ vanRossum: 0, victorPurpura: 0, isi: 0, spike: 0, schreiber: 1, coincidence: 1 })]);
});

test('two neurons, one spike moved by 4 ms: every distance is its closed form', async () => {
  const write = (name: string, time: number): string => {
    const file = join(folder, `${name}.csv`);
    writeFileSync(file, `time_ms,node\n100,0\n${String(time)},1\n900,0\n900,1\n`);
    return file;
  };
  const { out } = await compare(write('still', 300), write('moved', 304), '--from', '0', '--until', '1000', '--json');
  const [found] = (JSON.parse(out) as Comparison).distances;
  // neuron 0 is the same on both sides; the coincidence factor is that of neuron 1: one spike of two within 2 ms, chance 2 x 2 / 1 s x 2 ms
  expect(found!.victorPurpura).toBeCloseTo(0.4 / 2, 12);
  expect(found!.vanRossum).toBeCloseTo(Math.sqrt(2 - 2 * Math.exp(-0.4)) / 2, 12);
  expect(found!.schreiber).toBeCloseTo((1 + (1 + Math.exp(-(0.4 ** 2) / 4)) / 2) / 2, 12);
  const chance = 2 * 2 * 0.002;
  expect(found!.coincidence).toBeCloseTo((1 + (1 - chance * 2) / 2 / (1 - chance)) / 2, 12);
});

test('another seed of the same law passes, clocks of the same rate and a higher rate fail, and JUnit tells why', async () => {
  const own = spikes('law', 2, 20);
  expect((await compare(own, spikes('law-too', 3, 20))).code).toBe(0);
  const junit = join(folder, 'compare.xml');
  const clock = await compare(own, spikes('clock', 4, 20, true), '--junit', junit);
  expect(clock.code).toBe(1);
  expect(clock.out).toMatch(/FAIL \S+ cv/);
  expect(readFileSync(junit, 'utf8')).toMatch(/<testsuite name="neurolith compare" tests="4" failures="\d"/);
  expect(readFileSync(junit, 'utf8')).toMatch(/name="cv"><failure message="Kolmogorov-Smirnov/);
  expect((await compare(own, spikes('fast', 5, 26), '--seed', '1')).out).toMatch(/FAIL \S+ rate/);
});

test('a tolerance decides by its limits, and names its mistakes by line', async () => {
  const [a, b] = [spikes('limit-a', 6, 20), spikes('limit-b', 7, 26)];
  const card = join(folder, 'tolerance.yaml');
  writeFileSync(card, 'kind: tolerance\nname: wide\nlimits:\n  rate: { wasserstein: 10 }\n');
  expect((await compare(a, b, '--tolerance', card)).code).toBe(0);
  writeFileSync(card, 'kind: tolerance\nname: narrow\nlimits:\n  rate: { wasserstein: 2 }\n');
  const narrow = await compare(a, b, '--tolerance', card);
  expect(narrow.code).toBe(1);
  expect(narrow.out).toMatch(/wasserstein \d\S+, at most 2/);
  writeFileSync(card, 'kind: tolerance\nname: wrong\nlimits:\n  rates: { ks: 2 }\n');
  const wrong = await compare(a, b, '--tolerance', card);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toMatch(/tolerance\.yaml:4: limits/);
});

test('five seeds a side are judged against the spread of the first side', async () => {
  const group = (name: string, first: number, rate: number, regular = false): string =>
    [0, 1, 2, 3, 4].map((k) => spikes(`${name}-${String(k)}`, first + k, rate, regular)).join(',');
  const reference = group('reference', 10, 20);
  const same = await compare(reference, group('same', 20, 20), '--json');
  expect((JSON.parse(same.out) as Comparison).equivalence).toBe('equivalent');
  expect(same.code).toBe(0);
  const control = await compare(reference, group('control', 30, 26), '--json');
  expect((JSON.parse(control.out) as Comparison).equivalence).toBe('different');
  expect(control.code).toBe(1);
});

test('a missing file and populations that do not fit are told without a stack', async () => {
  const missing = await compare(join(folder, 'none.csv'), spikes('there', 8, 20));
  expect(missing.code).toBe(2);
  expect(missing.err).toMatch(/none\.csv.*no such file/);
  expect(missing.err).not.toMatch(/\n\s+at /);
});

test('the page and its pictures are written', async () => {
  const out = join(folder, 'page');
  await compare(spikes('page-a', 40, 20), spikes('page-b', 41, 20), '-o', out);
  expect(readFileSync(join(out, 'compare.html'), 'utf8')).toContain('Within tolerance');
  expect(readFileSync(join(out, 'figures', 'distribution-0-rate.png')).length).toBeGreaterThan(5000);
});

test('spikes of one run and another are paired within a window, and the rest is listed', async () => {
  const [a, b] = ['pair-a', 'pair-b'].map((name) => join(folder, `${name}.csv`)) as [string, string];
  writeFileSync(a, 'time_ms,node\n10,0\n20,0\n30,0\n15,1\n');
  writeFileSync(b, 'time_ms,node\n10.1,0\n20.2,0\n29.95,0\n15,1\n40,1\n');
  const { out } = await compare(a, b, '--within', '0.1 ms', '--json', '--until', '50');
  expect((JSON.parse(out) as Comparison).matching!.populations).toEqual([
    {
      population: 'all',
      a: 4,
      b: 5,
      matched: 3,
      onlyA: [{ neuron: 0, time: 0.02 }],
      onlyB: [
        { neuron: 0, time: 0.0202 },
        { neuron: 1, time: 0.04 },
      ],
    },
  ]);
  expect((await compare(a, b, '--within', '0.1 ms', '--until', '50')).out).toContain('only B: neuron 1 at 40 ms');
  expect(await compare(`${a},${b}`, b, '--within', '0.1 ms')).toMatchObject({ code: 2 });
});

test('two to four runs a side are not judged, and the reason is told', async () => {
  const group = (name: string, first: number, count: number): string =>
    Array.from({ length: count }, (_, k) => spikes(`${name}-${String(k)}`, first + k, 20, false, 20)).join(',');
  for (const count of [2, 4]) {
    const found = JSON.parse((await compare(group('few-a', 50, count), group('few-b', 60, count), '--json')).out) as Comparison;
    expect(found.equivalence).toBe('not judged');
    expect(found.notJudged).toMatch(/no p after Holm over 4 statistics can be below/);
    expect(found.passed).toBe(true);
  }
  const one = JSON.parse((await compare(spikes('one-a', 70, 20), spikes('one-b', 71, 20), '--json')).out) as Comparison;
  expect(one.notJudged).toContain('one run on a side');
});

test('runs with several populations are compared population by population, and with a file that numbers their neurons through', async () => {
  const workload = new URL('../../calibration/workloads/adapting-100.yaml', import.meta.url).pathname;
  const runs = ['1', '2'].map((seed) => join(folder, `run-${seed}`));
  for (const [k, run] of runs.entries())
    expect(await neurolith('reference', workload, '--for', '0.3s', '--stimulus', String(k + 1), '-o', run, '--quiet')).toMatchObject({
      code: 0,
      err: '',
    });
  const both = JSON.parse((await compare(runs[0]!, runs[1]!, '--json')).out) as Comparison;
  expect([...new Set(both.statistics.map(({ population }) => population))]).toEqual(['adapting', 'bursting', 'inhibitory']);
  const file = join(folder, 'through.npy');
  for (const [format, name] of [
    ['nest', 'through.dat'],
    ['npy', 'through.npy'],
    ['sonata', 'apart.h5'],
  ] as const)
    expect(await neurolith('export', runs[0]!, '--to', format, '-o', join(folder, name))).toMatchObject({ code: 0, err: '' });
  const joined = JSON.parse(
    (await compare(join(folder, 'through.dat'), runs[0]!, '--within', '0.001 ms', '--from', '0', '--json')).out,
  ) as Comparison;
  expect(joined.matching!.populations).toEqual([expect.objectContaining({ population: 'all', onlyA: [], onlyB: [] })]);
  const apart = JSON.parse(
    (await compare(join(folder, 'apart.h5'), runs[0]!, '--within', '0.001 ms', '--from', '0', '--json')).out,
  ) as Comparison;
  expect(apart.matching!.populations.map(({ population, onlyA, onlyB }) => [population, onlyA.length, onlyB.length])).toEqual([
    ['adapting', 0, 0],
    ['bursting', 0, 0],
    ['inhibitory', 0, 0],
  ]);
  const { shape, data } = await readNpy(file);
  expect(shape).toEqual([joined.matching!.populations[0]!.a, 2]);
  expect(data[0]).toBe((await readSpikeFile(join(folder, 'through.dat')))[0]!.time[0]);
});

test('equal trains written in other units are equal, also where many neurons do the same', async () => {
  const times = [10.3, 21.7, 30.1, 47.9, 55.3, 80.7, 91.3];
  const [ms, s] = ['unit-ms', 'unit-s'].map((name) => join(folder, `${name}.csv`)) as [string, string];
  const rows = (scale: number): string =>
    Array.from({ length: 40 }, (_, node) => times.map((time) => `${String(time * scale)},${String(node)}\n`).join('')).join('');
  writeFileSync(ms, `time_ms,node\n${rows(1)}`);
  writeFileSync(s, `time_s,node\n${rows(1e-3)}`);
  const { code, out } = await compare(ms, s, '--json');
  expect(code).toBe(0);
  for (const { scores } of (JSON.parse(out) as Comparison).statistics) expect(scores!.ks.distance).toBe(0);
});
