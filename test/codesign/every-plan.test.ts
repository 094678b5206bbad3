import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { prepareCalibration } from '../../src/codesign/calibrate.ts';
import { preparePatterns } from '../../src/codesign/patterns.ts';
import {
  CalibrationPlanSchema,
  ChipSchema,
  kindOfCard,
  loadCard,
  PatternsSchema,
  type CalibrationPlan,
  type CalibrationResult,
  type ChipCard,
} from '../../src/model/index.ts';
import { StepJournal } from '../../src/store/index.ts';
import { temporaryFolder } from '../cli/terminal.ts';

const FOLDER = fileURLToPath(new URL('../../calibration/', import.meta.url));
const PLANS = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml') && kindOfCard(`${FOLDER}${name}`) === 'calibration');
/** Two cores of eight circuits: every routine runs, in a second or two. */
const SMALL = ['geometry.cores.value=2', 'geometry.neurons_per_core.value=8', 'geometry.block.value=8', 'geometry.rows_per_core.value=16'];
const CHIPS = fileURLToPath(new URL('../../chips/', import.meta.url));
const cardOf = ({ chip }: CalibrationPlan): ChipCard => loadCard(ChipSchema, `${CHIPS}${chip}.yaml`, { overrides: SMALL }).value;
const JOB = { die: 3, id: 'die-3', label: 'die 3' };

function small(name: string): CalibrationPlan {
  const { value } = loadCard(CalibrationPlanSchema, `${FOLDER}${name}`, {});
  const { short_term, correlation } = value.targets;
  const rows = {
    ...(short_term && { short_term: { ...short_term, rows: 6 } }),
    ...(correlation && { correlation: { ...correlation, rows: 2 } }),
  };
  return { ...value, targets: { ...value.targets, ...rows }, effort: { ...value.effort, samples: 16, repeats: 4, verify: 2 } };
}

const CACHES = mkdtempSync(join(tmpdir(), 'neurolith-caches-'));
afterAll(() => rmSync(CACHES, { recursive: true, force: true }));

/** An unbroken calibration to every plan, and the cache that it filled: found once, used by the tests of both. */
const unbroken = new Map<string, Promise<{ readonly whole: CalibrationResult; readonly cache: string }>>();
function unbrokenOf(name: string): Promise<{ readonly whole: CalibrationResult; readonly cache: string }> {
  const run = async (): Promise<{ readonly whole: CalibrationResult; readonly cache: string }> => {
    const [plan, cache] = [small(name), join(CACHES, name)];
    const { cache: find, ...whole } = await prepareCalibration({ card: cardOf(plan), plan, cache })(JOB);
    expect(find!.hit).toBe('none');
    return { whole, cache };
  };
  const known = unbroken.get(name) ?? run();
  unbroken.set(name, known);
  return known;
}

const time = ({ hardwareTime: t }: CalibrationResult): number => t.settling + t.reading + t.running;
const deviationOf = ({ graded }: CalibrationResult, name: string): number => graded.find(({ quantity }) => quantity === name)!.rmsAfter;

test('the plans that are shipped are found', () => {
  expect(PLANS).toEqual(
    expect.arrayContaining(['full.yaml', 'conductances.yaml', 'noise-limit.yaml', 'mac.yaml', 'rate.yaml', 'spiking.yaml']),
  );
});

/** Runs a job that ends after one more step every time until it is done; answers how many times that took. */
async function endedAfterEveryStep<T>(job: (directory: string) => Promise<T>): Promise<{ readonly result: T; readonly attempts: number }> {
  const directory = temporaryFolder();
  const open = StepJournal.open.bind(StepJournal);
  let fresh = 0;
  const spy = vi.spyOn(StepJournal, 'open').mockImplementation(async (file, key) => {
    const journal = await open(file, key);
    const step = journal.step.bind(journal);
    journal.step = async (what, substrate, work) =>
      step(what, substrate, async () => {
        if (fresh++ === 1) throw new Error('killed');
        return work();
      });
    return journal;
  });
  try {
    for (let attempts = 1; ; attempts++) {
      fresh = 0;
      try {
        return { result: await job(directory), attempts };
      } catch (error) {
        if ((error as Error).message !== 'killed') throw error;
      }
    }
  } finally {
    spy.mockRestore();
  }
}

describe.each(PLANS)('%s', (name) => {
  test('ended after every single step and begun again, a calibration gives what an unbroken one gives', { timeout: 120_000 }, async () => {
    const plan = small(name);
    const card = cardOf(plan);
    const { whole } = await unbrokenOf(name);
    const { result, attempts } = await endedAfterEveryStep(async (directory) => prepareCalibration({ card, plan, directory })(JOB));
    expect(result).toStrictEqual(whole);
    expect(attempts).toBeGreaterThan(whole.order.length - 1);
  });
});

test(
  'ended after every single step and begun again, a firing pattern is found with the same codes and trials',
  { timeout: 240_000 },
  async () => {
    const card = loadCard(ChipSchema, `${CHIPS}bss2.yaml`, { overrides: [...SMALL, 'neuron.circuit=adex'] }).value;
    const overrides = ['effort.samples=8', 'effort.repeats=2', 'effort.verify=1', 'fit.budget=20', 'fit.rounds=1'];
    const plan = loadCard(PatternsSchema, `${FOLDER}firing-patterns.yaml`, { overrides }).value;
    const job = { ...JOB, pattern: 'adaptation' } as const;
    const whole = await preparePatterns({ card, plan })(job);
    const { result, attempts } = await endedAfterEveryStep(async (directory) => preparePatterns({ card, plan, directory })(job));
    expect(result).toStrictEqual(whole);
    expect(attempts).toBeGreaterThan(8);
  },
);

/** A plan, other targets for it, what is done again for them, and the bars that their truth keeps. */
const CHANGES: readonly {
  readonly plan: string;
  readonly targets: Partial<CalibrationPlan['targets']>;
  readonly again: readonly string[];
  readonly bars: Readonly<Record<string, number>>;
}[] = [
  { plan: 'full.yaml', targets: { refractory: 1.5e-6 }, again: ['refractory'], bars: { refractory: 0.005 } },
  {
    plan: 'full.yaml',
    targets: { short_term: { utilisation: 0.4, recovery: 85e-6, rows: 6 } },
    again: ['stp_ramp', 'stp_utilisation', 'stp_recovery'],
    bars: { stp_ramp: 0.02, stp_utilisation: 0.15, stp_recovery: 0.15 },
  },
  {
    plan: 'full.yaml',
    targets: { correlation: { amplitude: 0.45, tau: 5e-6, rows: 2 } },
    again: ['correlation_store', 'correlation_ramp', 'correlation_amplitude', 'correlation_tau'],
    bars: { correlation_store: 0.2, correlation_ramp: 0.2, correlation_amplitude: 0.22, correlation_tau: 0.15, refractory: 0.005 },
  },
  {
    plan: 'conductances.yaml',
    targets: { psp: 0.06 },
    again: ['strength_excitatory', 'strength_inhibitory'],
    bars: { strength_excitatory: 0.06, strength_inhibitory: 0.06, reversal_excitatory: 3, conductance_inhibitory: 0.09 },
  },
  { plan: 'noise-limit.yaml', targets: { noise: 0.0029 }, again: ['noise'], bars: { noise: 0.08, leak: 1.2 } },
];

describe.each([...new Set(CHANGES.map(({ plan }) => plan))])('a cache of %s', (name) => {
  test('needs no measurement for the same targets, and for others only what they are of', { timeout: 120_000 }, async () => {
    const { whole: first, cache } = await unbrokenOf(name);
    const calibrated = async (plan: CalibrationPlan): Promise<CalibrationResult> =>
      prepareCalibration({ card: cardOf(plan), plan, cache })(JOB);
    const plan = small(name);
    const same = await calibrated(plan);
    expect(same.cache!.hit).toBe('same');
    expect(time(same)).toBe(0);
    expect(same.quantities).toStrictEqual(first.quantities);
    expect(same.graded).toStrictEqual(first.graded);
    for (const { targets, again, bars } of CHANGES.filter((change) => change.plan === name)) {
      const other = await calibrated({ ...plan, targets: { ...plan.targets, ...targets } });
      expect(other.cache).toMatchObject({ hit: 'nearest', again });
      expect(time(other)).toBeLessThan(0.5 * time(first));
      for (const [quantity, bar] of Object.entries(bars)) expect(deviationOf(other, quantity), quantity).toBeLessThan(bar);
      for (const { quantity, target } of other.graded)
        if (again.includes(quantity) && !['stp_ramp', 'correlation_ramp', 'correlation_tau'].includes(quantity))
          expect(target, quantity).not.toBe(first.graded.find((one) => one.quantity === quantity)!.target);
    }
  });
});

test(
  'circuits of twice the spread whose capacitance cannot be read are masked, and the record holds numbers alone',
  { timeout: 60_000 },
  async () => {
    const card = loadCard(ChipSchema, `${CHIPS}bss2.yaml`, { overrides: ['geometry.cores.value=4', 'variation=2'] }).value;
    const plan = small('mac.yaml');
    const effort = { ...plan.effort, mac: false, characterise: true };
    const { quantities, graded } = await prepareCalibration({ card, plan: { ...plan, effort } })(JOB);
    const { codes, status } = quantities.find(({ quantity }) => quantity === 'capacitance')!;
    expect(status.filter((one) => one === 'ok').length).toBeGreaterThan(100);
    expect(codes.every((code) => code > 0 && Number.isFinite(code))).toBe(true);
    for (const { quantity, before, after } of graded) expect([...before, ...after].every(Number.isFinite), quantity).toBe(true);
  },
);
