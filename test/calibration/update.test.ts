import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CalibrationRecord } from '../../src/model/index.ts';
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
