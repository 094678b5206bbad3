/** What a sweep and its threads read before the first point is small: points of some ten milliseconds are worth a thread. The files that the build makes of it do what the sources do. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { warmUp } from '../../src/sweep/warm-up.ts';
import { neurolith, temporaryFolder } from '../cli/terminal.ts';

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;

test('the worker of a sweep is one file, without the schemas of cards, expressions and charts', () => {
  const text = readFileSync(new URL('../../dist/sweep/sweep-worker.bundle.js', import.meta.url), 'utf8');
  expect(text.length).toBeLessThan(300_000);
  expect(
    [...text.matchAll(/\bimport\s*\{[^}]*\}\s*from\s*"([^"]+)"/g)].map(([, name]) => name!).filter((name) => !name.startsWith('node:')),
  ).toEqual(['#vendor/elementary']);
});

test('the command of a sweep holds the messages of its schemas in one language', () => {
  const text = readFileSync(new URL('../../dist/cli/run-sweep.bundle.cjs', import.meta.url), 'utf8');
  const english = readFileSync(new URL('../../node_modules/zod/v4/locales/en.js', import.meta.url), 'utf8');
  expect(english).toContain('Invalid input: expected');
  expect(text.split('Invalid input: expected')).toHaveLength(english.split('Invalid input: expected').length);
  expect(text).not.toContain('Ongeldige invoer');
});

test('the command of a sweep begins with the code that the build has kept', () => {
  const command = new URL('../../dist/cli/commands/sweep.js', import.meta.url).href;
  const text = `import(${JSON.stringify(command)}).then(async ({ bundle }) => console.log((await bundle()).hadCode))`;
  expect(spawnSync(process.execPath, ['-e', text], { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } })).toMatchObject({
    stdout: 'true\n',
    stderr: '',
  });
});

test('what a thread computes while it waits is a point that can be built', async () => {
  expect(await warmUp()).toMatchObject({ state: 'stable' });
});

test(
  'what the built command writes is what the sources write, and its page is the one that report makes again',
  { timeout: 120_000 },
  async () => {
    const folder = temporaryFolder();
    const card = join(folder, 'card.yaml');
    writeFileSync(
      card,
      'kind: sweep\nname: test\ndesign: mesh-4x4\ntraffic: { measure: { kind: span, warmup: 100, cycles: 300 } }\nvary: { rate: [0.05, 0.1, 0.3] }\nobjectives: { latency.mean: min, energy.per_flit: min }\n',
    );
    const built = (...args: string[]) => spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
    const [one, other] = [join(folder, 'built'), join(folder, 'sources')];
    expect(built('sweep', card, '-o', one, '-j', '2', '-q')).toMatchObject({ status: 0, stderr: '' });
    expect((await neurolith('sweep', card, '-o', other, '-j', '1', '-q')).code).toBe(0);
    const textOf = (run: string, file: string): string => readFileSync(join(run, file), 'utf8');
    for (const file of ['results.csv', 'results.ndjson', 'points.ndjson', 'config.resolved.yaml'])
      expect(textOf(one, file)).toBe(textOf(other, file));
    const page = textOf(one, 'report.html');
    expect(built('report', one, '--no-png').status).toBe(0);
    expect(textOf(one, 'report.html') === page).toBe(true);
  },
);

test('a mistake on a card is told by the built command as by the sources: one line, exit code 2', async () => {
  const card = join(temporaryFolder(), 'card.yaml');
  writeFileSync(card, 'kind: sweep\nname: test\ndesign: mesh-4x4\nvary: { rates: [0.1] }\n');
  const { status, stderr } = spawnSync(process.execPath, [MAIN, 'sweep', card], { encoding: 'utf8' });
  const { code, err } = await neurolith('sweep', card);
  expect([status, stderr]).toEqual([code, err]);
  expect(code).toBe(2);
});
