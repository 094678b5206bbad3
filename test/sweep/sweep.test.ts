/** Sweeps: points, constraints, derived measures; the same bytes for any number of workers and after a kill. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { parseCard, SweepSchema, type SweepRecord } from '../../src/model/index.ts';
import { planSweep } from '../../src/sweep/index.ts';
import { neurolith, temporaryFolder } from '../cli/terminal.ts';

vi.setConfig({ testTimeout: 120_000 });

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;
const FILES = ['results.csv', 'results.parquet', 'results.ndjson', 'points.ndjson', 'config.resolved.yaml'];
const HEAD = 'kind: sweep\nname: test\ndesign: mesh-4x4\n';
const SMALL = `${HEAD}traffic: { measure: { kind: span, warmup: 300, cycles: 1000 } }
vary:
  design.router.vcs: [1, 2, 4]
  design.router.buffer: [2, 4]
  rate: linspace(0.1, 1, 4)
where: ["design.router.vcs * design.router.buffer <= 8"]
derive: { product: energy.per_flit * latency.mean }
objectives: { latency.mean: min, product: min }
`;

function cardFile(text: string): string {
  const file = join(temporaryFolder(), 'sweep.yaml');
  writeFileSync(file, text);
  return file;
}

const bytes = (run: string): string[] => FILES.map((file) => readFileSync(join(run, file)).toString('base64'));

test('one worker and three give the same bytes, and the table has what was varied, measured and derived', async () => {
  const card = cardFile(SMALL);
  const [one, three] = ['one', 'three'].map((name) => join(temporaryFolder(), name)) as [string, string];
  const { code, out } = await neurolith('sweep', card, '-o', one, '-j', '1', '-q', '--json');
  expect(code).toBe(0);
  expect((await neurolith('sweep', card, '-o', three, '-j', '3', '-q')).code).toBe(0);
  expect(bytes(three)).toEqual(bytes(one));
  const { result } = JSON.parse(out) as SweepRecord;
  // 3 x 2 combinations, of which 4 x 4 is left out, times 4 loads
  expect(result.rows).toHaveLength(20);
  expect(result.leftOut).toBe(4);
  const [first] = result.rows;
  expect(first!.values['product']).toBeCloseTo(first!.values['energy.per_flit']! * first!.values['latency.mean']!, 20);
  const over = result.rows.filter(({ state }) => state === 'past saturation');
  expect(over.length).toBeGreaterThan(3);
  expect(over.every(({ values, onFront }) => values['latency.mean'] === null && values['product'] === null && !onFront)).toBe(true);
  expect(result.rows.some(({ onFront }) => onFront)).toBe(true);
  expect(readFileSync(join(one, 'report.html'), 'utf8')).toMatch(/Latency against load.*Pareto front.*Two axes at a time/s);
});

test('a sweep that is killed, while it makes its folder and then at its points, goes on where it was and ends with the same bytes', async () => {
  const card = cardFile(SMALL.replace('cycles: 1000', 'cycles: 6000'));
  const [calm, killed] = ['calm', 'killed'].map((name) => join(temporaryFolder(), name)) as [string, string];
  expect((await neurolith('sweep', card, '-o', calm, '-j', '1', '-q')).code).toBe(0);
  const lines = (): number =>
    existsSync(join(killed, 'shards'))
      ? readdirSync(join(killed, 'shards')).reduce(
          (sum, name) => sum + readFileSync(join(killed, 'shards', name), 'utf8').split('\n').length - 1,
          0,
        )
      : 0;
  for (const isTime of [() => existsSync(killed), () => lines() >= 3]) {
    const child = spawn(process.execPath, [MAIN, 'sweep', card, '-o', killed, '-j', '2', '-q'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    while (!isTime() && child.exitCode === null) await setTimeout(2);
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(join(killed, 'run.json'))).toBe(false);
  }
  const { code, err } = await neurolith('sweep', card, '-o', killed, '-j', '2');
  expect(code).toBe(0);
  expect(err).toMatch(/\d+ of 20 points are there already/);
  expect(bytes(killed)).toEqual(bytes(calm));
});

test('axes are lists, ranges, spaces and Sobol points; whole topologies can be an axis', () => {
  const plan = (vary: string, more = '') =>
    planSweep(parseCard(SweepSchema, `${HEAD}${more}vary:\n${vary}`)).points.map(({ levels }) => Object.values(levels));
  expect(plan('  rate: "0.1:0.4:0.1"')).toEqual([[0.1], [0.2], [0.3], [0.4]]);
  expect(plan('  rate: logspace(0.01, 1, 3)')).toEqual([[0.01], [0.1], [1]]);
  expect(plan('  rate: sobol(0, 1)\n  design.router.vcs: sobol-integer(1, 4)', 'samples: 4\n')).toEqual([
    [0, 1],
    [0.5, 3],
    [0.75, 2],
    [0.25, 4],
  ]);
  expect(plan('  design.topology: [{ kind: mesh, width: 2, height: 3 }, { kind: torus, width: 3, height: 3 }]')).toEqual([
    ['mesh width 2 height 3'],
    ['torus width 3 height 3'],
  ]);
});

test('a combination that cannot be built is a point that says why', async () => {
  const card = cardFile(
    `${HEAD}vary:\n  design.routing.kind: [dimension-order, blash]\n  design.router.vcs: [1, 2]\ntraffic: { measure: { kind: span, cycles: 500 } }\n`,
  );
  const { code, out } = await neurolith('sweep', card, '-o', join(temporaryFolder(), 'run'), '-j', '1', '-q', '--json');
  expect(code).toBe(0);
  const { result } = JSON.parse(out) as SweepRecord;
  expect(result.rows.map(({ state }) => state)).toEqual(['stable', 'stable', 'infeasible', 'stable']);
  expect(result.rows[2]!.words).toMatch(/needs at least 2 VCs.*found 1/);
});

test('a design and a workload that are not there are told together, each with its line', async () => {
  const text = `${HEAD.replace('mesh-4x4', 'mesh-9')}traffic: { pattern: { kind: workload, workload: smal } }\nvary: { rate: [0.1] }\n`;
  const { code, err } = await neurolith('sweep', cardFile(text), '-o', join(temporaryFolder(), 'run'), '-q');
  expect(code).toBe(2);
  expect(err).toMatch(
    /sweep\.yaml:3: design: found "mesh-9".*\n.*sweep\.yaml:4: traffic\.pattern\.workload: found "smal", expected the name of a card/,
  );
});

test('derived measures stand on each other in any order, and lists tell values apart', async () => {
  const card = cardFile(`${HEAD}traffic: { measure: { kind: span, warmup: 100, cycles: 300 } }
vary: { traffic.pattern: [{ kind: hotspot, nodes: [3] }, { kind: hotspot, nodes: [3, 5] }] }
rate: 0.05
derive: { last: next + 1, next: first * 2, first: rate % 0.02 + latency.max }
`);
  const { out } = await neurolith('sweep', card, '-o', join(temporaryFolder(), 'run'), '-j', '1', '-q', '--json');
  const { rows } = (JSON.parse(out) as SweepRecord).result;
  expect(rows.map(({ label }) => label)).toEqual(['hotspot nodes 3', 'hotspot nodes 3 5']);
  for (const { state, values } of rows) {
    const first = state === 'stable' ? 0.01 + values['latency.max']! : null;
    expect(Object.keys(values).slice(-3)).toEqual(['last', 'next', 'first']);
    if (first === null) expect([values['last'], values['first']]).toEqual([null, null]);
    else expect(values['last']).toBeCloseTo(2 * first + 1, 9);
  }
  expect(rows.some(({ state }) => state === 'stable')).toBe(true);
});

test('what breaks the schema hides no mistake of axes, expressions and files, and makes none', async () => {
  const text = `kind: sweep
design: mesh-4x4
samples: many
traffic: { measure: { kind: spam }, pattern: { kind: matrix, file: nothing.csv } }
vary:
  design.router.vcs: [1, 0]
  traffic.measure.cycles: [500]
  rate: linspace(0, 1)
where: ["latency.mean < 3", 7]
derive:
  bad-name: rate
  product: energy.per_flt * 2
  four: 4
objectives: { four: min, latency.meen: min, load.accepted: most }
`;
  const { code, err } = await neurolith('sweep', cardFile(text), '-o', join(temporaryFolder(), 'run'), '-q');
  expect(code).toBe(2);
  const told = err.trim().split('\n');
  for (const message of [
    /:1: name: /,
    /:3: samples: /,
    /:4: traffic\.measure\.kind: /,
    /:4: traffic\.pattern\.file: /,
    /:6: vary\.design\.router\.vcs: .*= 0/,
    /:8: vary\.rate: /,
    /:9: where\.0: found latency\.mean/,
    /:9: where\.1: found 7/,
    /:11: derive\.bad-name: .*expected a name of letters, digits and underscores/,
    /:12: derive\.product: found energy\.per_flt.*did you mean "energy\.per_flit"/,
    /:13: derive\.four: found 4/,
    /:14: objectives\.latency\.meen: .*did you mean "latency\.mean"/,
    /:14: objectives\.load\.accepted: found "most"/,
  ])
    expect(told.filter((line) => message.test(line))).toHaveLength(1);
  expect(told).toHaveLength(13);
  // without a design there is none to vary
  const { err: less } = await neurolith('sweep', cardFile(text.replace('design: mesh-4x4\n', '')), '-o', 'never', '-q');
  expect(less.trim().split('\n')).toHaveLength(13);
  expect(less).toMatch(/:1: design: found nothing/);
  expect(less).not.toMatch(/vary\.design/);
});

describe('mistakes end with 2, one line each, with the line of the card', () => {
  test.each<[string, string, RegExp]>([
    ['an axis that is nearly a field', 'vary:\n  design.router.vsc: [1]', /sweep\.yaml:5: vary\.design\.router\.vsc: .*did you mean "vcs"/],
    [
      'a value out of range',
      'vary:\n  design.router.vcs: [1, 0]',
      /sweep\.yaml:5: .*design\.router\.vcs = 0, expected a whole number between 1 and 16/,
    ],
    ['a load over 1', 'vary:\n  rate: [0.5, 1.5]', /sweep\.yaml:5: .*rate = 1\.5, expected .*at most 1|sweep\.yaml:5: .*rate = 1\.5/],
    ['a range that leads nowhere', 'vary:\n  rate: "0:1:-0.1"', /sweep\.yaml:5: vary\.rate: found "0:1:-0\.1", expected start:end:step/],
    ['a path that is none', 'vary:\n  router.vcs: [1]', /sweep\.yaml:5: .*expected a path that begins with design\./],
    [
      'an expression that is more than arithmetic',
      'vary: { rate: [0.1] }\nwhere: ["import(1)"]',
      /sweep\.yaml:5: where\.0: found "import\(1\)", expected arithmetic/,
    ],
    [
      'a field that is not there, in a sampled range',
      'vary:\n  design.link.width: sobol-log(8, 128)',
      /sweep\.yaml:5: vary\.design\.link\.width: found an unknown field, expected one of latency/,
    ],
    [
      'a range that leads out of a field',
      'vary:\n  rate: sobol(2, 3)',
      /sweep\.yaml:5: vary\.rate: found rate = 2, expected at most 1 flit/,
    ],
    [
      'derived measures in a circle',
      'vary: { rate: [0.1] }\nderive: { here: rate, a: rate + b * here, b: 2 * a }',
      /derive\.a: found a <- b <- a, expected .*\n.*derive\.b: found b <- a <- b/,
    ],
    ['a derived measure with the name of a column', 'vary: { rate: [0.1] }\nderive: { state: rate * 2 }', /derive\.state: .*another name/],
    [
      'a saturation that nobody searches',
      'vary: { rate: [0.1] }\nobjectives: { saturation.stable: max }',
      /objectives\.saturation\.stable: .*expected saturation: with a step/,
    ],
    ['a constraint that nothing meets', 'vary: { rate: [0.1] }\nwhere: ["rate > 0.5"]', /no combination is left/],
    [
      'a design that is not there',
      'vary: { rate: [0.1] }\ndesign: mesh-9',
      /sweep\.yaml:4: design: found "mesh-9", expected the name of a card in noc: .*mesh-4x4/,
    ],
  ])('%s', async (_, text, message) => {
    const head = text.includes('design: mesh-9') ? HEAD.replace('design: mesh-4x4\n', '') : HEAD;
    const { code, out, err } = await neurolith('sweep', cardFile(head + text), '-o', join(temporaryFolder(), 'run'), '-q');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(text.includes('b: 2 * a') ? 2 : 1);
  });
});
