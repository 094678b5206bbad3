import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Chance } from '../../../src/base/index.ts';
import { validateTeacher } from '../../../src/reference/validate/validate.ts';
import { follow } from '../extrapolation.ts';

const COUNT = 8;
const STEPS = 600;
const STEP = 0.1;
const chance = new Chance(31, 'search');
let draws = 0;
const roll = (low: number, high: number): number => low + (high - low) * chance.uniform(0, draws++);
const column = (low: number, high: number): number[] => Array.from({ length: COUNT }, () => Number(roll(low, high).toFixed(3)));

type Params = Record<string, number[] | number>;
type Edge = [pre: number, post: number, weight: number, delay: number];

const edges = (size: number): Edge[] =>
  Array.from({ length: 4 * COUNT }, (_, k) => [
    k % COUNT,
    Math.floor(roll(0, COUNT)),
    (k % COUNT > 5 ? -3 : 1) * Number(roll(0.5 * size, size).toFixed(3)),
    Number((0.1 * (1 + Math.floor(roll(0, 25)))).toFixed(1)),
  ]);

/** One neuron's variables: V first; what arrives is added to `place` and the next. */
interface Plain {
  readonly size: number;
  readonly place: number;
  readonly unit: (p: Record<string, number>, inhibitory: boolean) => number;
  readonly slope: (p: Record<string, number>, y: readonly number[], current: number) => number[];
}

const membrane = (p: Record<string, number>, v: number, input: number): number => (p['E_L']! - v) / p['tau_m']! + input / p['C_m']!;
const PLAIN: Record<string, Plain> = {
  iaf_psc_exp: {
    size: 3,
    place: 1,
    unit: () => 1,
    slope: (p, [v, e, i], current) => [membrane(p, v!, e! + i! + current), -e! / p['tau_syn_ex']!, -i! / p['tau_syn_in']!],
  },
  iaf_psc_alpha: {
    size: 5,
    place: 3,
    unit: (p, inhibitory) => Math.E / p[inhibitory ? 'tau_syn_in' : 'tau_syn_ex']!,
    slope: (p, [v, e, i, de, di], current) => [
      membrane(p, v!, e! + i! + current),
      de! - e! / p['tau_syn_ex']!,
      di! - i! / p['tau_syn_in']!,
      -de! / p['tau_syn_ex']!,
      -di! / p['tau_syn_in']!,
    ],
  },
  iaf_cond_exp: {
    size: 3,
    place: 1,
    unit: (_p, inhibitory) => (inhibitory ? -1 : 1),
    slope: (p, [v, e, i], current) => [
      (p['g_L']! * (p['E_L']! - v!) + e! * (p['E_ex']! - v!) + i! * (p['E_in']! - v!) + current) / p['C_m']!,
      -e! / p['tau_syn_ex']!,
      -i! / p['tau_syn_in']!,
    ],
  },
};

/** Step by step in the order of NEST: a free neuron moves, arrivals are added, the threshold is compared. */
function run(
  model: string,
  params: Params,
  current: number[],
  start: number[],
  wires: Edge[],
): { spikes: [number, number][]; voltages: number[][] } {
  const plain = PLAIN[model]!;
  const own = Array.from({ length: COUNT }, (_, n) =>
    Object.fromEntries(Object.entries(params).map(([name, value]) => [name, typeof value === 'number' ? value : value[n]!])),
  );
  const state = start.map((v) => [v, ...Array.from({ length: plain.size - 1 }, () => 0)]);
  const left = start.map(() => 0);
  const due = new Map<number, [number, number][]>();
  const spikes: [number, number][] = [];
  const voltages: number[][] = [];
  for (let k = 1; k <= STEPS; k++) {
    state.forEach((y, n) => {
      const before = y[0]!;
      state[n] = follow((_t, now) => plain.slope(own[n]!, now, current[n]!), y, 0, STEP);
      if (left[n]! > 0) {
        left[n]!--;
        // conductances and currents do not depend on V
        state[n][0] = before;
      }
    });
    for (const [target, weight] of due.get(k) ?? []) {
      state[target]![plain.place + (weight < 0 ? 1 : 0)]! += weight * plain.unit(own[target]!, weight < 0);
    }
    state.forEach((y, n) => {
      if (y[0]! < own[n]!['V_th']! || left[n]! > 0) return;
      y[0] = own[n]!['V_reset']!;
      left[n] = Math.round(own[n]!['t_ref']! / STEP);
      spikes.push([k, n]);
      for (const [pre, post, weight, delay] of wires) {
        if (pre !== n) continue;
        const at = k + Math.round(delay / STEP);
        due.set(at, [...(due.get(at) ?? []), [post, weight]]);
      }
    });
    voltages.push(state.map(([v]) => v!));
  }
  return { spikes, voltages };
}

/** A folder with one network whose truth is the plain run. */
function folder(model: string, params: Params, size: number, change: (file: Record<string, unknown>) => void = () => undefined): string {
  const directory = mkdtempSync(join(tmpdir(), 'nest-'));
  const [current, start, wires] = [column(400, 700), column(-68, -52), edges(size)];
  const { spikes, voltages } = run(model, params, current, start, wires);
  const file = {
    name: 'network',
    model,
    params: { ...params, comment: 'not a number' },
    N: COUNT,
    T: STEPS * STEP,
    dt: STEP,
    I_e: current,
    V0: start,
  };
  change(file);
  const write = (name: string, text: string): void => writeFileSync(join(directory, 'deterministic', name), text);
  mkdirSync(join(directory, 'deterministic'));
  write('network.json', JSON.stringify(file));
  const table = (header: string, rows: readonly (readonly number[])[]): string =>
    [header, ...rows.map((row) => row.join(',')), ''].join('\n');
  write('network.edges.csv', table('pre,post,weight,delay_ms', wires));
  const ended = spikes.filter(([k]) => k < STEPS).map(([k, n]) => [Number((k * STEP).toFixed(1)), n]);
  write('network.spikes.csv', table('t_ms,neuron', ended));
  const rows = [0, ...[1, 50, 51, 400, 599].map((k) => k)].flatMap((k) =>
    start.map((v, n) => [Number((k * STEP).toFixed(1)), n, k === 0 ? v : voltages[k - 1]![n]!]),
  );
  write('network.vm.csv', table('t_ms,neuron,V_m', rows));
  return directory;
}

const SHARED: Params = {
  C_m: column(200, 300),
  E_L: -65,
  V_th: column(-52, -48),
  V_reset: column(-66, -60),
  t_ref: 2,
  tau_syn_ex: 0.7,
  tau_syn_in: 1.9,
};
const CURRENT: Params = { ...SHARED, tau_m: column(8, 15) };

describe('networks of NEST that nobody has seen, every neuron with parameters of its own', () => {
  test.each([
    ['iaf_psc_exp', CURRENT, 150],
    ['iaf_psc_alpha', CURRENT, 60],
    ['iaf_cond_exp', { ...SHARED, g_L: column(18, 26), E_ex: 0, E_in: -85 }, 4],
  ] as const)('%s has the spikes and voltages of a plain integration', async (model, params, size) => {
    const { cases } = await validateTeacher(folder(model, params, size));
    expect(cases[0]!.expectedSpikes).toBeGreaterThan(20);
    expect(cases.map(({ verdict, bars, note }) => ({ verdict, bars, note }))).toMatchObject([{ verdict: 'passed' }]);
    // NEST's iaf_cond models have a coarse tolerance
    expect(cases[0]!.voltageError).toBeLessThan(model === 'iaf_cond_exp' ? 1e-3 : 1e-10);
  });

  test('what does not fit is told by its name, and the run goes on', async () => {
    const told = async (change: (file: Record<string, unknown>) => void): Promise<string> =>
      (await validateTeacher(folder('iaf_psc_exp', CURRENT, 150, change))).cases[0]!.note ?? '';
    expect(await told((file) => (file['model'] = 'pp_psc_delta'))).toBe('a model that the teacher does not have: pp_psc_delta');
    expect(await told((file) => (file['I_e'] = [1, 2]))).toBe('I_e: found 2 values, expected 8');
    expect(await told((file) => (file['params'] = { ...CURRENT, tau_m: 'fast' }))).toBe(
      'params: tau_m is missing, expected a number or one per neuron',
    );
    expect(await told((file) => (file['N'] = 5))).toMatch(/edges.csv, line \d+: found neuron [567], expected 0 to 4/);
    expect(await told((file) => (file['dt'] = 0.3))).toMatch(/found 2 ms, expected a multiple of 0.3 ms/);
  });
});
