/** The yield of a chip whose biases are shared: what is judged, by hand-made dies and by the command on a small chip. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { cardFile, designTargets, loadGates } from '../../src/codesign/index.ts';
import { sharedYield } from '../../src/codesign/shared-yield.ts';
import {
  DynapseSchema,
  GatesSchema,
  loadCard,
  parseCard,
  type CoresPlan,
  type DynapseCard,
  type Gates,
  type SharedCalibratedDie,
  type SharedYield,
} from '../../src/model/index.ts';
import { neurolith } from '../cli/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'shared-yield-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const gatesOf = (text: string): Gates => parseCard(GatesSchema, `kind: gates\nname: test\n${text}`).value;

/** A die of ten neurons per core whose true rates are off by these shares, read 1 % too high with an interval of 1.5 %; null: nothing was read. */
function die(seed: number, errors: readonly (number | null)[], masked = 0): SharedCalibratedDie {
  const target = 50;
  const all = (valueOf: (error: number) => number): (number | null)[] => errors.map((error) => (error === null ? null : valueOf(error)));
  return {
    die: seed,
    met: true,
    order: [],
    graph: [],
    hardwareTime: { settling: 2, reading: 0, running: seed },
    biases: [],
    quantities: [
      {
        name: 'rate',
        unit: 'Hz',
        bias: 'threshold',
        target,
        before: all(() => 40),
        after: all((error) => target * (1.01 + error)),
        truthBefore: all(() => 40),
        truthAfter: errors.map((error) => target * (1 + (error ?? 0.5))),
        uncertainty: all(() => 0.015),
        error68: all(() => 0.009 * target),
        error95: all(() => 0.018 * target),
        spread: all(() => 0.4),
        resolution: errors.map(() => 0.02),
        status: errors.map((error) =>
          error === null ? ('masked' as const) : Math.abs(error) > 0.08 ? ('not reached' as const) : ('ok' as const),
        ),
        readings: [],
      },
    ],
    masked: Array.from({ length: masked }, (_, neuron) => ({ neuron, why: ['silent'], dead: neuron === 0 })),
    cluster: Array.from({ length: 10 * errors.length }, () => 0),
    centres: [],
    distance: [],
  };
}

test('medians of all cores are judged by their truth, with the worst die, intervals of shares and the masks beside them', () => {
  const { entries, dies, masked, hardwareTime, passed } = sharedYield(
    [die(1, [0.01, -0.02]), die(2, [0.06, 0.1], 1)],
    gatesOf('masked: 5 %\nmedians: { rate: 4 % }'),
  );
  const [rate] = entries;
  expect(rate!.rmsAfter).toBeCloseTo(Math.sqrt((0.01 ** 2 + 0.02 ** 2 + 0.06 ** 2 + 0.1 ** 2) / 4), 12);
  expect(rate!.rmsBefore).toBeCloseTo(0.2, 12);
  expect(rate!.worstDie).toBeCloseTo(Math.sqrt((0.06 ** 2 + 0.1 ** 2) / 2), 12);
  expect(rate!.furthest).toBeCloseTo(0.1, 12);
  // three of four within 8 %; Wilson 1927 for 1 of 2 dies
  expect(rate!.medians.share).toBe(0.75);
  expect(rate!.dies).toMatchObject({ share: 0.5 });
  expect(rate!.dies.low).toBeCloseTo(0.0945, 3);
  expect(rate!.statuses).toEqual({ ok: 3, 'at limit': 0, 'not reached': 1, masked: 0 });
  // every truth lies 1 % of the target from its reading
  expect(rate!.coverage).toEqual({ within68: 0, within95: 1 });
  expect(rate!.spread).toBeCloseTo(0.4, 12);
  expect(rate!.halfCode).toBeCloseTo(0.01, 12);
  expect(dies.share).toBe(0.5);
  expect(masked).toEqual({ share: 1 / 40, worstDie: 1 / 20, neurons: 40, dead: 1, outliers: 0 });
  expect(hardwareTime).toEqual({ settling: 2, reading: 0, running: 1.5 });
  expect(passed).toBe(false);
});

test('a core that could not be read is no good median and fails its die, whatever the others do', () => {
  const { entries, shortfalls } = sharedYield([die(1, [0, null])], gatesOf('masked: 100 %\nmedians: { rate: 4 % }'));
  expect(entries[0]!.rmsAfter).toBe(0);
  expect(entries[0]!.medians.share).toBe(0.5);
  expect(entries[0]!.dies.share).toBe(0);
  expect(shortfalls).toEqual(['firing rate under a train: 1 of the cores could not be read']);
});

test('what falls short is named: medians, masks, dies, and a gate that nothing was calibrated for', () => {
  const dies = [die(1, [0.01, -0.02]), die(2, [0.06, 0.1], 2)];
  const told = (text: string): readonly string[] => sharedYield(dies, gatesOf(text)).shortfalls;
  expect(told('masked: 50 %\nmedians: { rate: 10 % }')).toEqual([]);
  expect(told('masked: 50 %\nmedians: { rate: 4 % }')).toEqual([
    'firing rate under a train: medians 5.94 % from the target (RMS), 4.00 % allowed; furthest 10.0 % (1 with read further from the target than the tolerance)',
  ]);
  expect(told('masked: 1 %\nmedians: { rate: 10 % }')).toEqual([
    'neurons: 5.00 % masked, 1.00 % allowed (1 dead, 1 far from the median of their core)',
  ]);
  expect(told('masked: 50 %\ndies: 90 %\nmedians: { rate: 7 % }')).toEqual(['dies: 50.0 % keep every gate, 90.0 % wanted']);
  expect(told('masked: 50 %\nmedians: { rate: 10 %, ahp: 5 % }')).toEqual(['ahp: has a gate but was not calibrated']);
});

test('the order of the dies changes no verdict, and a wider gate keeps what a narrower one does', () => {
  const errors = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 2, maxLength: 2 });
  fc.assert(
    fc.property(fc.array(errors, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 19 }), (all, percent) => {
      const dies = all.map((one, seed) => die(seed, one));
      const judged = (list: readonly SharedCalibratedDie[], gate: number): SharedYield =>
        sharedYield(list, gatesOf(`medians: { rate: ${String(gate)} % }`));
      const [here, turned, wider] = [judged(dies, percent), judged(dies.toReversed(), percent), judged(dies, percent + 1)];
      expect(turned.passed).toBe(here.passed);
      expect(turned.dies).toEqual(here.dies);
      expect(wider.passed || !here.passed).toBe(true);
      expect(wider.dies.share!).toBeGreaterThanOrEqual(here.dies.share!);
    }),
  );
});

test('gates of the other kind of chip, of both or of none are mistakes of their file', () => {
  const file = join(folder, 'gates.yaml');
  const refused = (text: string, of: 'circuits' | 'cores'): string => {
    writeFileSync(file, `kind: gates\nname: test\n${text}\n`);
    try {
      loadGates(file, of);
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };
  expect(refused('medians: { rate: 5 % }', 'cores')).toBe('');
  expect(refused('medians: { rate: 5 % }', 'circuits')).toMatch(/gates\.yaml:3: medians: found gates of cores, expected rms, ratio, rate/);
  for (const more of ['', '\nmedians: { rate: 5 % }'])
    expect(refused(`rms: { leak: 1 }${more}`, 'cores')).toMatch(/gates\.yaml:3: rms: found gates of circuits, expected medians/);
  expect(refused('masked: 1 %', 'cores')).toContain('found no gate');
  expect(refused('medians: { rates: 5 % }', 'cores')).toContain('did you mean "rate"');
});

const card = (...overrides: string[]): DynapseCard => loadCard(DynapseSchema, cardFile('chip', 'dynapse2'), { overrides }).value;

test('what a plan does not name follows from what it names, as it would from a data sheet that says so', () => {
  const near = (a: number, b: number): number => Math.abs(a / b - 1);
  const slow = designTargets(card(), { tau_mem: 0.03, refractory: 2e-3 });
  const sheet = designTargets(card('design.tau_mem.value=30 ms', 'design.refractory.value=2 ms'));
  expect([slow.tauMem, slow.refractory]).toEqual([0.03, 2e-3]);
  // codes of the other sheet are rounded: half a step of the leak
  expect(near(slow.rate, sheet.rate)).toBeLessThan(0.04);
  expect(near(designTargets(card()).rate, sheet.rate)).toBeGreaterThan(0.1);
  const plain = designTargets(card());
  const strong = designTargets(card(), { strength_ampa: 2 * plain.strength.ampa });
  expect(strong.bits.map((bit, k) => bit / plain.bits[k]!)).toEqual([2, 2, 2]);
  expect(near(strong.level, 2 * plain.level)).toBeLessThan(0.01);
  expect(strong.strength.nmda).toBe(plain.strength.nmda);
  const quick = designTargets(card(), { rate: 120 });
  expect({ ...quick, rate: plain.rate }).toEqual(plain);
  const idle: CoresPlan['targets'] = { dc: 1e-8, ahp: 1e-9 };
  expect(() => designTargets(card(), idle)).toThrow(/targets: found dc, ahp, which the design of dynapse2 does not use/);
});

test('the command judges small dies, keeps raw figures per core, and a strict gate gives exit code 1', { timeout: 60_000 }, async () => {
  const fast = ['geometry.cores.value=2', 'geometry.neurons_per_core.value=4', 'design.tau_mem.value=5 ms', 'settling.value=40 ms'];
  const small = [...fast.flatMap((field) => ['-S', `chip.${field}`]), '-j', '1', '-q'];
  const run = async (name: string, ...more: string[]): Promise<Awaited<ReturnType<typeof neurolith>>> =>
    neurolith('yield', 'dynapse2', ...small, '--no-png', '-o', join(folder, name), ...more);
  const loose = join(folder, 'loose.yaml');
  writeFileSync(loose, 'kind: gates\nname: loose\nmasked: 100 %\nmedians: { tau_mem: 50 %, rate: 90 % }\n');
  const good = await run('good', '--dies', '2', '--json', '--gates', loose);
  expect({ code: good.code, err: good.err }).toEqual({ code: 0, err: '' });
  const told = JSON.parse(good.out) as SharedYield & {
    perDie: { die: number; quantities: { quantity: string; target: number; truth: number[]; reading: number[]; error95: number[] }[] }[];
  };
  expect(told.perDie.map(({ die: seed }) => seed)).toEqual([1, 2]);
  // the verdict can be computed again from the raw figures
  for (const { quantity, rmsAfter, coverage } of told.entries) {
    const own = told.perDie.flatMap(({ quantities }) => quantities.filter((one) => one.quantity === quantity));
    const errors = own.flatMap(({ truth, target }) => truth.map((value) => value / target - 1));
    expect(errors).toHaveLength(4);
    expect(rmsAfter).toBeCloseTo(Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / 4), 9);
    const held = own.flatMap(({ truth, reading, error95 }) =>
      truth.map((value, core) => Math.abs(value - reading[core]!) <= error95[core]!),
    );
    expect(coverage.within95).toBe(held.filter(Boolean).length / 4);
  }
  const page = readFileSync(join(folder, 'good/report.html'), 'utf8');
  for (const word of ['What no code reaches', 'medians-rate', 'Wilson']) expect(page).toContain(word);
  expect(page).not.toMatch(/>(NaN|undefined)</);
  // the finished dies are found again, whatever they are judged by next
  const strict = join(folder, 'strict.yaml');
  writeFileSync(strict, 'kind: gates\nname: strict\nmasked: 100 %\nmedians: { rate: 0.001 % }\n');
  const bad = await run('strict', '--dies', '1', '--gates', strict);
  expect(bad.code).toBe(1);
  expect(bad.out).toMatch(/Gates \(strict\): 1 shortfall.*firing rate under a train: medians/);
  expect(await run('none', '--gates', loose, '--studies')).toMatchObject({ code: 2, out: '' });
  const twice = await run('none', '--gates', loose, '--dies', '3,4,3');
  expect(twice.err).toMatch(/dies.*expected each seed once/);
});
