/** The comparison of runs through the command line, on spike files of Poisson trains. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import type { Comparison } from '../../src/model/index.ts';
import { neurolith, type Outcome } from '../cli/terminal.ts';

// the first test loads charts and cards
vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'neurolith-compare-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A CSV of 80 Poisson neurons over 2 s; `regular` makes every interval the same. */
function spikes(name: string, seed: number, rate: number, regular = false): string {
  const chance = new Chance(seed, 'stimulus');
  const rows: [number, number][] = [];
  for (let neuron = 0; neuron < 80; neuron++) {
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
  expect(distances).toEqual([expect.objectContaining({ vanRossum: 0, isi: 0, spike: 0 })]);
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
