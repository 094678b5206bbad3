import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shortfalls, yieldEntries } from '../../src/codesign/yield-statistics.ts';
import { withoutOneSource } from '../../src/codesign/yield-variants.ts';
import { GatesSchema, parseCard, type CalibrationResult, type Gates } from '../../src/model/index.ts';
import { bss2 } from '../chip/cards.ts';
import { neurolith } from '../cli/terminal.ts';

const gatesOf = (text: string): Gates =>
  parseCard(GatesSchema, `kind: gates\nname: test\n${text}`, { file: 'gates', label: 'gates' }).value;

/** A die of four circuits whose leak is off by these many LSB; null is a masked circuit. Codes 1000, 500, 500, 0. */
function die(seed: number, errors: readonly (number | null)[]): CalibrationResult {
  const masked = errors.map((error) => error === null);
  const after = errors.map((error) => 80 + (error ?? 50));
  const sound = errors.filter((error) => error !== null);
  const rmsAfter = Math.sqrt(sound.reduce((sum, error) => sum + error * error, 0) / sound.length);
  return {
    chip: 'fake',
    die: seed,
    order: [],
    quantities: [
      { quantity: 'leak', unit: 'LSB', target: 80, codes: [1000, 500, 500, 0], residual: [], status: ['ok', 'ok', 'ok', 'at limit'] },
    ],
    graded: [
      {
        quantity: 'leak',
        unit: 'LSB',
        target: 80,
        before: [90, 90, 90, 90],
        after,
        masked,
        rmsBefore: 10,
        rmsAfter,
        coverage: { circuits: sound.length, within68: 2, within95: sound.length },
      },
    ],
    hardwareTime: { settling: 1, reading: 0, running: 0 },
  };
}

test('a quantity is judged over unmasked circuits of all dies, with the worst die and Wilson intervals beside it', () => {
  const dies = [die(1, [1, -1, 1, null]), die(2, [3, -3, 3, 3])];
  const [leak] = yieldEntries(dies, gatesOf('masked: 50 %\nrms: { leak: 2 }'), 1022);
  expect(leak!.rmsAfter).toBeCloseTo(Math.sqrt((3 * 1 + 4 * 9) / 7), 12);
  expect(leak!.rmsBefore).toBeCloseTo(10, 12);
  expect(leak!.worstDie).toBeCloseTo(3, 12);
  expect(leak!.maskedShare).toBe(1 / 8);
  // Wilson 1927 for 1 of 2
  expect(leak!.dies.share).toBe(0.5);
  expect(leak!.dies.low).toBeCloseTo(0.0945, 3);
  expect(leak!.circuits.share).toBe(7 / 8);
  expect(leak!.coverage).toEqual({ within68: 4 / 7, within95: 1 });
  expect(leak!.codes).toMatchObject({ atLowest: 2, atHighest: 0, atLimit: 2, median: 500 });
  expect(leak!.causes).toEqual({ atLimit: 1, notRead: 0, notReached: 0, noisy: 0, other: 0 });
  // a quarter of the circuits stands at the lower end: the range ends 0.674 standard deviations from the middle
  expect(leak!.codes!.covers).toBeCloseTo(0.674, 3);
  expect(leak!.codes!.histogram.reduce((sum, count) => sum + count, 0)).toBe(8);
});

test('what falls short is named: deviation, masks, dies, and a gate that nothing was calibrated for', () => {
  const dies = [die(1, [1, -1, 1, null]), die(2, [3, -3, 3, 3])];
  const told = (text: string): readonly string[] => {
    const gates = gatesOf(text);
    return shortfalls(yieldEntries(dies, gates, 1022), gates);
  };
  expect(told('masked: 50 %\nrms: { leak: 3 }')).toEqual([]);
  expect(told('masked: 50 %\nrms: { leak: 2 }')).toEqual([expect.stringContaining('over its gate of 2')]);
  expect(told('masked: 2 %\nrms: { leak: 3 }')).toEqual([expect.stringContaining('12.50 % of the circuits masked')]);
  expect(told('masked: 50 %\ndies: 90 %\nrms: { leak: 2.5 }')).toEqual([expect.stringContaining('50.0 % of the dies')]);
  expect(told('masked: 50 %\nrms: { leak: 3, tau_mem: 6 % }')).toEqual(['tau_mem: has a gate but was not calibrated']);
});

test('every spread and noise of the card is switched off once, and nothing else changes', () => {
  const names = withoutOneSource(bss2()).map(({ name }) => name);
  for (const name of ['no leak', 'no tau_mem', 'no driver_amplitude', 'no write noise', 'no crosstalk', 'no reading noise'])
    expect(names).toContain(name);
  expect(new Set(names).size).toBe(names.length);
});

test('the command judges small dies, keeps raw figures per circuit, and a strict gate gives exit code 1', { timeout: 90_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yield-'));
  try {
    const run = async (name: string, ...more: string[]): Promise<Awaited<ReturnType<typeof neurolith>>> =>
      neurolith(
        'yield',
        'bss2',
        '--dies',
        '2',
        '-S',
        'chip.geometry.cores.value=2',
        '-j',
        '1',
        '-q',
        '--json',
        '-o',
        join(folder, name),
        ...more,
      );
    const good = await run('good');
    expect(good.err).toBe('');
    const told = JSON.parse(good.out) as {
      passed: boolean;
      entries: { quantity: string; rmsAfter: number }[];
      perDie: {
        quantities: { quantity: string; target: number; truth: number[]; reading: number[]; error95: number[]; masked: boolean[] }[];
      }[];
    };
    // the verdict can be computed again from the raw figures
    const leak = told.perDie.flatMap(({ quantities }) => quantities.filter(({ quantity }) => quantity === 'leak'));
    const errors = leak.flatMap(({ truth, target, masked }) => truth.filter((_, n) => !masked[n]).map((value) => value - target));
    const rms = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    expect(told.entries.find(({ quantity }) => quantity === 'leak')!.rmsAfter).toBeCloseTo(rms, 9);
    expect(good.code).toBe(told.passed ? 0 : 1);
    const strict = join(folder, 'strict.yaml');
    writeFileSync(strict, 'kind: gates\nname: strict\nmasked: 100 %\nrms: { leak: 0.01 }\n');
    expect((await run('strict', '--gates', strict)).code).toBe(1);
    // the same plan in another directory gives the same results, byte for byte
    await run('again');
    expect(readFileSync(join(folder, 'again/results.ndjson'), 'utf8')).toBe(readFileSync(join(folder, 'good/results.ndjson'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('dies whose targets differ, as those of what is brought to the weakest, are each judged by their own', () => {
  const [first, second] = [die(1, [1, -1, 1, -1]), die(2, [1, -1, 1, -1])];
  const [{ after, before, ...graded }] = second.graded as [(typeof second.graded)[0]];
  const moved = { ...graded, target: 60, before: before.map((value) => value - 20), after: after.map((value) => value - 20) };
  const [entry] = yieldEntries([first, { ...second, graded: [moved] }], gatesOf('rms: { leak: 1.2 }'), 1022);
  expect([entry!.rmsBefore, entry!.rmsAfter, entry!.dies.share]).toEqual([10, 1, 1]);
});

test('the range of a leak bias is that of its modes together, and codes of a few bits have a bar each', () => {
  const modes = [0, 0, 0, 0, 0, 0, 1, 1];
  const base = die(1, [0, 0, 0, 0, 0, 0, 0, 0]);
  const codes = [600, 700, 800, 900, 750, 650, 128, 130];
  const of = (quantity: 'tau_mem' | 'correlation_tau', list: readonly number[]): CalibrationResult => ({
    ...base,
    leakMode: modes,
    quantities: [{ ...base.quantities[0]!, quantity, unit: 's', codes: list, status: list.map(() => 'ok' as const) }],
    graded: [{ ...base.graded[0]!, quantity }],
  });
  const gates = gatesOf('rms: { tau_mem: 6 % }');
  const [alone] = yieldEntries([of('tau_mem', codes)], gates, 1022);
  const [together] = yieldEntries([of('tau_mem', codes)], gates, 1022, 8);
  // the two circuits of the next mode stand at 1024 and 1040 of the smallest and not far below the others
  expect(alone!.codes!.covers).toBeLessThan(1.5);
  expect(together!.codes!.covers).toBeGreaterThan(3);
  const [trim] = yieldEntries([of('correlation_tau', [0, 1, 2, 3, 3, 3, 2, 1])], gates, 1022);
  expect(trim!.codes!.histogram).toEqual([1, 2, 2, 3]);
});
