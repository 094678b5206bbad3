import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { validateTeacher } from '../../../src/reference/validate/validate.ts';
import { reason, withoutShared } from '../shared-cases.ts';

const sim = new URL('../../../../shared/reference/sim', import.meta.url).pathname;

/** A folder with one LIF case whose truth is the closed form. */
function folder(change: object = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'teacher-'));
  mkdirSync(join(directory, 'single'));
  const rise = 10 * Math.log(20 / 5);
  const file = {
    id: 'lif_step',
    model: 'lif_psc',
    params: { C_m: 250, tau_m: 10, E_L: -65, V_th: -50, V_reset: -65, t_ref: 2, tau_ex: 2, tau_in: 5 },
    T: 30,
    input_steps_I: [[0, 500]],
    spikes: [rise, 2 * rise + 2],
    final_state: [-65, 0, 0],
    ...change,
  };
  writeFileSync(join(directory, 'single', 'lif_step.json'), JSON.stringify(file));
  return directory;
}

test('closed-form truth passes, a missing spike falls short, and the raw spikes are there to judge again', async () => {
  const { cases, passed } = await validateTeacher(folder({ T: 29 }));
  expect(passed).toBe(false);
  expect(cases[0]).toMatchObject({ id: 'lif_step', spikes: 1, expectedSpikes: 2, spikeError: null, verdict: 'falls short' });
  const longer = await validateTeacher(folder());
  expect(longer.passed).toBe(true);
  expect(longer.cases[0]!.spikeError).toBeLessThan(1e-12);
  expect(longer.cases[0]!.raw['spikes']).toHaveLength(2);
});

test('a spike that is off by more than the bar falls short', async () => {
  const rise = 10 * Math.log(20 / 5);
  const { cases, passed } = await validateTeacher(folder({ spikes: [rise + 1e-8, 2 * rise + 2] }));
  expect(passed).toBe(false);
  expect(cases[0]!.bars[0]).toMatchObject({ wanted: 1e-9, passed: false });
});

test('a case that the teacher cannot run is named and falls short, and so is one that the manifest names in vain', async () => {
  const directory = folder({ model: 'resonate_and_fire' });
  writeFileSync(join(directory, 'single', 'broken.json'), '{"id": 3}');
  writeFileSync(
    join(directory, 'MANIFEST.json'),
    JSON.stringify({ single: [{ id: 'lif_step' }, { id: 'lost' }], dendritic: [{ name: 'tree' }] }),
  );
  const { cases, passed } = await validateTeacher(directory);
  expect(passed).toBe(false);
  const notes = Object.fromEntries(cases.map(({ id, note, verdict }) => [id, `${verdict}: ${note ?? ''}`]));
  expect(notes['lif_step']).toMatch(/falls short: a model that the teacher does not have: resonate_and_fire/);
  expect(notes['broken']).toMatch(/falls short: .*expected string/);
  expect(notes['lost']).toMatch(/falls short: named in section single of MANIFEST.json/);
  expect(notes['tree']).toMatch(/falls short: named in section dendritic/);
});

test('an empty folder is refused', () => {
  return expect(validateTeacher(mkdtempSync(join(tmpdir(), 'teacher-')))).rejects.toThrow(/nothing to validate against/);
});

test('a stochastic network with fewer than five reference seeds is run, its distances are told, and it is not judged', async () => {
  const directory = folder();
  mkdirSync(join(directory, 'networks'));
  const distribution = { rate: [40, 50, 45], cv: [1.2, null, 1.3], cc: [0.01, 0.02] };
  const seed = {
    meta: { model: 'brunel', args: { N: '250', J: '0.5', g: '5', eta: '2', T: '100', warm: '50' } },
    distributions: { E: distribution, I: distribution },
  };
  writeFileSync(join(directory, 'networks', 'tiny_s1.json'), JSON.stringify(seed));
  const { cases, passed } = await validateTeacher(directory);
  const network = cases.find(({ id }) => id === 'tiny')!;
  expect(passed).toBe(true);
  expect(network).toMatchObject({ kind: 'statistics', verdict: 'not judged', bars: [] });
  expect(network.raw['statistics']).toHaveLength(6);
});

test('seeds of two networks, a population that is not there and an argument that is not known are told', async () => {
  const distribution = { rate: [40, 50, 45], cv: [1.2, null, 1.3], cc: [0.01, 0.02] };
  const told = async (...files: { args?: object; populations?: string[] }[]): Promise<string | undefined> => {
    const directory = mkdtempSync(join(tmpdir(), 'teacher-'));
    mkdirSync(join(directory, 'networks'));
    files.forEach(({ args = {}, populations = ['E', 'I'] }, k) => {
      const meta = { model: 'brunel', args: { N: '250', J: '0.5', g: '5', eta: '2', T: '50', warm: '10', seed: String(k), ...args } };
      const file = { meta, distributions: Object.fromEntries(populations.map((name) => [name, distribution])) };
      writeFileSync(join(directory, 'networks', `tiny_s${String(k + 1)}.json`), JSON.stringify(file));
    });
    const { cases } = await validateTeacher(directory);
    return cases[0]!.note;
  };
  expect(await told({}, {})).toBeUndefined();
  expect(await told({}, { args: { g: '6' } })).toBe('the files of the seeds differ in model, arguments or populations');
  expect(await told({ populations: ['E', 'L5E'] })).toBe('distributions: found population L5E, expected E, I');
  expect(await told({ args: { plasticity: 'yes' } })).toBe('arguments that are not known here, and not taken into account: plasticity');
});

/** A folder with one case of the reference folder, one of its files changed. */
function tampered(section: string, id: string, ending: string, change: (text: string) => string): string {
  const directory = mkdtempSync(join(tmpdir(), 'teacher-'));
  mkdirSync(join(directory, section));
  for (const name of readdirSync(join(sim, section)).filter((file) => file.startsWith(`${id}.`)))
    copyFileSync(join(sim, section, name), join(directory, section, name));
  const file = join(directory, section, id + ending);
  writeFileSync(file, change(readFileSync(file, 'utf8')));
  return directory;
}

/** A change of a JSON file. */
const json =
  <T>(change: (file: T) => unknown) =>
  (text: string): string => {
    const file = JSON.parse(text) as T;
    change(file);
    return JSON.stringify(file);
  };
/** A change of one line of a table, or its loss. */
const cellsOf =
  (at: number, change: (cells: string[]) => string[]) =>
  (text: string): string =>
    text
      .split('\n')
      .flatMap((row, i) => (i === at ? (change(row.split(',')).length > 0 ? [change(row.split(',')).join(',')] : []) : [row]))
      .join('\n');

interface Cell {
  spikes: number[];
  final_state: number[];
}
interface Table {
  rows: number[][];
}

/** Truth that is wrong by a little more than a bar grants. */
const WRONG: readonly (readonly [string, string, string, string, (text: string) => string])[] = [
  ['a spike that is missing', 'single', 'izh_FS', '.json', json<Cell>(({ spikes }) => spikes.pop())],
  ['a spike 0.1 us off', 'single', 'izh_FS', '.json', json<Cell>(({ spikes }) => (spikes[3]! += 1e-4))],
  ['a spike of an AdEx neuron 1 us off', 'single', 'adex_naud_tonic', '.json', json<Cell>(({ spikes }) => (spikes[1]! += 1e-3))],
  [
    'the course of a mass',
    'single',
    'jr_p120',
    '.trace.csv',
    cellsOf(400, ([t, y, ...rest]) => [t!, String(Number(y) * (1 + 1e-5)), ...rest]),
  ],
  ['a dendrite 10 nV off', 'single', 'dend_passive2', '.json', json<Cell>((file) => (file.final_state[0]! += 1e-8))],
  [
    'a window of plasticity',
    'plasticity',
    'stdp_pair_additive',
    '.json',
    json<{ window_single_pair: number[][] }>((file) => (file.window_single_pair[3]![1]! += 1e-11)),
  ],
  [
    'a triplet of spikes',
    'plasticity',
    'stdp_triplet_visual_a2a_full',
    '.json',
    json<{ triplet_protocol: Table }>((file) => (file.triplet_protocol.rows[0]![2]! += 1e-10)),
  ],
  [
    'a steady state of depression',
    'plasticity',
    'tm_depressing',
    '.json',
    json<{ steady_state: Table }>((file) => (file.steady_state.rows[0]![2]! += 1e-10)),
  ],
  ['a spike of a network that is missing', 'deterministic', 'psc_exp_s1', '.spikes.csv', cellsOf(5, () => [])],
  [
    'a spike of a network one step late',
    'deterministic',
    'psc_delta_s1',
    '.spikes.csv',
    cellsOf(5, ([t, n]) => [(Number(t) + 0.1).toFixed(1), n!]),
  ],
  [
    'a voltage of a network 1 pV off',
    'deterministic',
    'psc_exp_s1',
    '.vm.csv',
    cellsOf(9, ([t, n, v]) => [t!, n!, String(Number(v) + 1e-9)]),
  ],
];

describe(`the reference folder${reason}`, () => {
  test.skipIf(withoutShared).each(WRONG)('%s is rejected', async (_, section, id, ending, change) => {
    const verdicts = async (edit: (text: string) => string): Promise<string[]> =>
      (await validateTeacher(tampered(section, id, ending, edit))).cases.map(({ verdict }) => verdict);
    expect(await verdicts((text) => text)).toEqual(['passed']);
    expect(await verdicts(change)).toEqual(['falls short']);
  });

  test
    .skipIf(withoutShared)
    .each(['izh_', 'dend_', 'jr_', 'wilson', 'epileptor', 'stdp', 'tm_', 'psc_', 'aeif_s1', 'lif_cond', 'adex_naud'])(
    'every case with %s in its name meets its bars',
    async (name) => {
      const { cases } = await validateTeacher(sim, { only: (id) => id.includes(name) });
      expect(cases.length).toBeGreaterThan(0);
      expect(cases.filter(({ verdict }) => verdict !== 'passed').map(({ id, bars, note }) => ({ id, bars, note }))).toEqual([]);
    },
  );
  test.skipIf(withoutShared)('verdicts follow again from what --json holds and the files of the folder', async () => {
    const { cases } = await validateTeacher(sim, {
      only: (id) => /^(adex_naud_tonic|adex_naud_initial_burst|dend_passive|jr_p120|lif_psc_step)/.test(id),
    });
    expect(cases.length).toBeGreaterThan(2);
    for (const { id, raw, bars } of cases) {
      const text = (ending: string) => readFileSync(join(sim, 'single', `${id}${ending}`), 'utf8');
      const file = JSON.parse(text('.json')) as { spikes: number[]; final_state: number[]; model: string };
      const trace = text('.trace.csv').trim().split('\n').slice(1);
      const rows = trace.map((line) => line.split(',').map(Number));
      const held = raw as { spikes: number[]; finalState: number[]; spikesAtFineTolerance?: number[]; course: number[][] };
      const worst = (found: number[], expected: number[]) =>
        found.length === expected.length ? Math.max(0, ...found.map((value, k) => Math.abs(value - expected[k]!))) : Infinity;
      const again: Record<string, number> = {
        'spike times': worst(held.spikes, file.spikes),
        'spike times at tolerance 1e-10': worst(held.spikesAtFineTolerance ?? [], file.spikes),
        'final state': worst(held.finalState, file.final_state),
      };
      expect(held.course).toHaveLength(rows.length);
      for (const { name, found } of bars) {
        if (name in again) expect(found).toBe(again[name]);
        // the trace has ten digits
        else expect(Math.max(...held.course.map((y, k) => Math.abs(y[0]! - rows[k]![1]!)))).toBeLessThan(1e-6);
      }
    }
  });

  test.skipIf(withoutShared)(
    'ten seeds of a Brunel network cannot be told from ten of NEST, and a network a little off can',
    async () => {
      const { cases } = await validateTeacher(sim, { only: (id) => id === 'brunel2500_SIfast' });
      expect(cases.map(({ id, verdict, bars }) => ({ id, verdict, bars: bars.length }))).toEqual([
        { id: 'brunel2500_SIfast', verdict: 'passed', bars: 2 },
      ]);
    },
    120_000,
  );
});
