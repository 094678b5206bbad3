/** Neural masses from their cards: the courses of the reference, input as written, noise that belongs to its seed. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runMass } from '../../src/codesign/index.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'neurolith-mass-'));
afterAll(() => rmSync(ROOT, { recursive: true }));

const SINGLE = new URL('../../../shared/reference/sim/single/', import.meta.url);
const MODELS = { wc: 'wilson-cowan', jr: 'jansen-rit', epi: 'epileptor' } as const;
const UNITS: Readonly<Record<string, string>> = { A: 'mV', B: 'mV', v0: 'mV', a: 'Hz', b: 'Hz', e0: 'Hz', tau_e: 'ms', tau_i: 'ms' };

const method = { mode: 'precise', tolerance: 1e-8, step: 1e-4 } as const;
const run = (workload: string, overrides: readonly string[] = [], stimulus = 1) => runMass({ workload, method, stimulus, overrides });
const SHIPPED = new URL('../../calibration/workloads/jansen-rit.yaml', import.meta.url).pathname;

interface Truth {
  readonly id: string;
  readonly model: keyof typeof MODELS;
  readonly params: Readonly<Record<string, number>>;
  readonly T: number;
  readonly y0: readonly number[];
  readonly input_steps_I: readonly (readonly [number, number])[];
}

/** The truth as a card; times are in the unit of the model. */
function cardOf({ id, model, params, T, y0, input_steps_I: steps }: Truth, interval: number): string {
  const unit = model === 'jr' ? 's' : 'ms';
  const parameters = Object.fromEntries(
    Object.entries(params)
      .filter(([name]) => name !== 'Hmax')
      .map(([name, value]) => [name, name in UNITS ? `${String(value)} ${UNITS[name]!}` : value]),
  );
  const input = { steps: steps.map(([time, value]) => ({ from: `${String(time)} ${unit}`, value })) };
  const card = {
    kind: 'mass',
    name: id,
    description: id,
    mass: { model: MODELS[model], parameters, start: y0, ...(model === 'epi' ? {} : { input }) },
    record_every: `${String(interval)} ${unit}`,
    duration: `${String(T)} ${unit}`,
    seeds: { stimulus: [1] },
  };
  const file = join(ROOT, `${id}.yaml`);
  writeFileSync(file, JSON.stringify(card));
  return file;
}

test.skipIf(!existsSync(SINGLE))('the courses of the reference come out of cards, to the digits that were printed', () => {
  const truths = readdirSync(SINGLE)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(new URL(name, SINGLE), 'utf8')) as Truth)
    .filter(({ model }) => model in MODELS);
  expect(truths.length).toBeGreaterThan(5);
  for (const truth of truths) {
    const trace = readFileSync(new URL(`${truth.id}.trace.csv`, SINGLE), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    const rows = trace.map((line) => line.split(',').map(Number));
    const { values, variables, seconds } = run(cardOf(truth, rows[1]![0]!));
    expect(seconds.length).toBeGreaterThanOrEqual(rows.length);
    variables.forEach((name, v) => {
      const column = rows.map((row) => row[v + 1]!);
      const range = column.reduce((a, b) => Math.max(a, b)) - column.reduce((a, b) => Math.min(a, b));
      const worst = column.reduce((most, value, k) => {
        const printed = 1e-9 * Math.abs(value);
        return Math.max(most, Math.max(0, Math.abs(value - values[k * variables.length + v]!) - printed) / range);
      }, 0);
      expect(worst, `${truth.id} ${name}`).toBeLessThan(truth.model === 'epi' ? 1e-6 : 1e-8);
    });
  }
});

test('without input a Jansen-Rit mass rests where its equations vanish', () => {
  const { values, variables } = run(SHIPPED, ['mass.input.steps=[]', 'mass.input.noise.deviation=0', 'duration=3 s']);
  const [y0, y1, y2] = values.slice(-variables.length) as unknown as [number, number, number];
  const rate = (v: number): number => 5 / (1 + Math.exp(0.56 * (6 - v)));
  expect(y0).toBeCloseTo((3.25 / 100) * rate(y1 - y2), 9);
  expect(y1).toBeCloseTo((3.25 / 100) * 108 * rate(135 * y0), 9);
  expect(y2).toBeCloseTo((22 / 50) * 33.75 * rate(33.75 * y0), 9);
});

test('noise belongs to its seed, and a longer run begins like a shorter one', () => {
  const short = run(SHIPPED, ['duration=0.2 s'], 7);
  const long = run(SHIPPED, ['duration=0.3 s'], 7);
  expect(long.values.slice(0, short.values.length - short.variables.length)).toEqual(
    short.values.slice(0, short.values.length - short.variables.length),
  );
  expect(run(SHIPPED, ['duration=0.2 s'], 8).values).not.toEqual(short.values);
});

test('a grid, a slip of the pen and steps out of order are refused', () => {
  expect(() => runMass({ workload: SHIPPED, method: { ...method, mode: 'grid' }, stimulus: 1, overrides: [] })).toThrow('mode precise');
  expect(() => run(SHIPPED, ['mass.parameters.C5=3'])).toThrow('C5');
  expect(() => run(SHIPPED, ['mass.input.steps=[{from: 2 s, value: 1}, {from: 1 s, value: 2}]'])).toThrow('predecessor');
});
