import { join } from 'node:path';
import { expect, test } from 'vitest';
import { calibrateDie } from '../../src/calibration/index.ts';
import { DieSubstrate } from '../../src/chip/index.ts';
import { uniformTargets } from '../../src/codesign/uniform-targets.ts';
import { gradeCalibration, uncalibratedTruth } from '../../src/grading/index.ts';
import type { CalibrationRecord } from '../../src/model/index.ts';
import { bss2 } from '../chip/cards.ts';
import { neurolith, temporaryFolder } from '../cli/terminal.ts';

type Die = CalibrationRecord['result']['dies'][number];

const time = ({ hardwareTime: t }: Pick<Die, 'hardwareTime'>): number => t.settling + t.reading + t.running;
const rms = (die: Die, name: string): number => die.graded.find(({ quantity }) => quantity === name)!.rmsAfter;

/** Calibrates one die of two cores into a folder of this name. */
async function calibrated(folder: string, die: number, name: string, ...more: string[]): Promise<Die> {
  const smaller = ['-S', 'chip.geometry.cores.value=2', '-j', '1', '-q', '--json'];
  const run = await neurolith('calibrate', 'bss2', '--dies', String(die), ...smaller, '-o', join(folder, name), ...more);
  expect(run.err).toBe('');
  return (JSON.parse(run.out) as CalibrationRecord).result.dies[0]!;
}

test(
  'an update begins from the codes of an earlier run: as good in a part of the hardware time, and one quantity alone in less',
  { timeout: 120_000 },
  async () => {
    const folder = temporaryFolder();
    const first = await calibrated(folder, 2, 'first');
    const again = await calibrated(folder, 2, 'again', '--update', join(folder, 'first'));
    expect(again.updates).toBeCloseTo(time(first), 9);
    expect(time(again)).toBeLessThan(0.8 * time(first));
    for (const name of ['leak', 'reset', 'threshold']) expect(rms(again, name), name).toBeLessThan(0.6);
    expect(rms(again, 'tau_mem')).toBeLessThan(0.03);
    // the membrane time constant shifts the leak, which is done with it; the rest keeps its codes
    const part = await calibrated(folder, 2, 'part', '--update', join(folder, 'first'), '--only', 'tau_mem');
    expect(part.order).toEqual(['cadc_offset', 'tau_mem', 'leak']);
    expect(time(part)).toBeLessThan(0.5 * time(first));
    expect(rms(part, 'threshold')).toBeLessThan(0.6);
    expect(rms(part, 'leak')).toBeLessThan(0.6);
  },
);

test('what cannot be updated is refused in words', async () => {
  expect((await neurolith('calibrate', 'bss2', '--only', 'leak', '-o', join(temporaryFolder(), 'x'))).err).toContain(
    '--only needs --update',
  );
  const both = await neurolith('calibrate', 'bss2', '--from-curves', 'x', '--only', 'leak', '-o', join(temporaryFolder(), 'x'));
  expect(both.code).toBe(2);
});

test('after drift of the temperature only what has moved is done again, and without drift nothing is', { timeout: 120_000 }, async () => {
  const folder = temporaryFolder();
  const first = await calibrated(folder, 5, 'first');
  const same = await calibrated(folder, 5, 'same', '--update', join(folder, 'first'), '--only', 'moved');
  expect(same.order).toEqual(['cadc_offset']);
  expect(same.quantities.map(({ quantity }) => quantity)).toEqual(first.quantities.map(({ quantity }) => quantity));
  expect(time(same)).toBeLessThan(0.3 * time(first));
  // bias currents follow the temperature, potentials do not: time constants and strengths move, resets and thresholds stay
  const warm = ['-S', 'chip.temperature=87'];
  const left = await calibrated(folder, 5, 'left', ...warm, '--update', join(folder, 'first'), '--only', 'leak');
  expect(rms(left, 'tau_mem')).toBeGreaterThan(0.04);
  const mended = await calibrated(folder, 5, 'mended', ...warm, '--update', join(folder, 'first'), '--only', 'moved');
  expect(mended.order).toContain('tau_mem');
  expect(mended.order).not.toContain('threshold');
  expect(rms(mended, 'tau_mem')).toBeLessThan(0.03);
  expect(time(mended)).toBeLessThan(0.8 * time(first));
});

test('a die that has aged is mended where it has moved, inputs and their intervals included', async () => {
  const small = ['geometry.cores.value=2', 'geometry.block.value=64'];
  const [fresh, old] = [bss2(...small), bss2(...small, 'age=1000 h')];
  const plan = { leak: 0.42, reset: 0.375, threshold: 0.6225, tau_mem: 10e-6, tau_syn: 10e-6, psp: 0.08 };
  const { targets, nominal } = uniformTargets(fresh, plan);
  const effort = { samples: 32, repeats: 8, dither: 5, mask_above: 6, verify: 8, seed: 1 };
  const first = await calibrateDie(new DieSubstrate(fresh, 6, 2), targets, nominal, effort);
  const { codes, leakMode } = first.setting;
  const earlier = { codes: codes!, leakMode: leakMode!, quantities: first.quantities, only: 'moved' as const };
  const die = new DieSubstrate(old, 6, 2);
  const mended = await calibrateDie(die, targets, nominal, effort, earlier);
  const { graded } = gradeCalibration(old, 6, await uncalibratedTruth(old, 6, 2, nominal), die, mended, targets);
  for (const { quantity, unit, rmsAfter, coverage } of graded) {
    expect(rmsAfter, quantity).toBeLessThan(unit === 'LSB' ? 0.6 : 0.04);
    // of 64 circuits a share of 95 % is known to 3 points
    expect(coverage!.within95 / coverage!.circuits, quantity).toBeGreaterThan(0.84);
  }
});
