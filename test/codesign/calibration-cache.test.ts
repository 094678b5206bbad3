import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lsbOfVoltage } from '../../src/chip/index.ts';
import { prepareCalibration } from '../../src/codesign/calibrate.ts';
import { CalibrationPlanSchema, parseCard, type CalibrationPlan, type CalibrationResult } from '../../src/model/index.ts';
import { bss2 } from '../chip/cards.ts';
import { neurolith, temporaryFolder } from '../cli/terminal.ts';

const CARD = bss2('geometry.cores.value=2', 'geometry.block.value=64');

function plan(targets: string): CalibrationPlan {
  const text = `kind: calibration\nname: test\nchip: bss2\ntargets: { leak: 0.42 V, reset: 0.375 V, tau_mem: 10 us, ${targets} }\neffort: { samples: 16, repeats: 4, verify: 3 }`;
  return parseCard(CalibrationPlanSchema, text, { file: 'plan', label: 'plan' }).value;
}

async function calibrated(cache: string, targets: string, die = 3): Promise<CalibrationResult> {
  return prepareCalibration({ card: CARD, plan: plan(targets), cache })({ die, id: `${targets}${String(die)}`, label: 'die' });
}

const time = ({ hardwareTime: t }: CalibrationResult): number => t.settling + t.reading + t.running;

test('the same targets need no measurement, another threshold only that of thresholds, another die is not taken for this one', async () => {
  const cache = temporaryFolder();
  const first = await calibrated(cache, 'threshold: 0.6225 V');
  expect(first.cache).toMatchObject({ hit: 'none', again: [] });
  const same = await calibrated(cache, 'threshold: 0.6225 V');
  expect(same.cache).toMatchObject({ hit: 'same', key: first.cache!.key });
  expect(time(same)).toBe(0);
  expect(same.updates).toBeCloseTo(time(first), 9);
  expect(same.graded).toEqual(first.graded);
  expect(same.quantities).toEqual(first.quantities);
  const other = await calibrated(cache, 'threshold: 0.6 V');
  expect(other.cache).toMatchObject({ hit: 'nearest', again: ['threshold'] });
  expect(other.order).toEqual(['cadc_offset', 'threshold']);
  expect(time(other)).toBeLessThan(0.35 * time(first));
  const thresholds = other.graded.find(({ quantity }) => quantity === 'threshold')!;
  expect(thresholds.target).toBeCloseTo(lsbOfVoltage(CARD, 0.6), 6);
  expect(thresholds.rmsAfter).toBeLessThan(1);
  // what was left alone stands to the bit as it was
  expect(other.graded.find(({ quantity }) => quantity === 'leak')!.after).toEqual(
    first.graded.find(({ quantity }) => quantity === 'leak')!.after,
  );
  expect((await calibrated(cache, 'threshold: 0.6 V', 4)).cache).toMatchObject({ hit: 'none' });
});

test('an entry that is cut short is refused by name, not trusted', async () => {
  const cache = temporaryFolder();
  await calibrated(cache, 'threshold: 0.6225 V');
  const [folder] = readdirSync(cache);
  const [file] = readdirSync(join(cache, folder!));
  writeFileSync(join(cache, folder!, file!), '{"schema":');
  await expect(calibrated(cache, 'threshold: 0.6225 V')).rejects.toThrow(file);
});

test('the command says what came from the cache', { timeout: 120_000 }, async () => {
  const folder = temporaryFolder();
  const run = async (name: string): Promise<string> => {
    const small = [
      '-S',
      'chip.geometry.cores.value=2',
      '-S',
      'chip.geometry.block.value=64',
      '-S',
      'effort.verify=2',
      '-S',
      'effort.drivers=false',
    ];
    const { out, err } = await neurolith(
      'calibrate',
      'bss2',
      '--cache',
      join(folder, 'cache'),
      ...small,
      '-j',
      '1',
      '-q',
      '-o',
      join(folder, name),
    );
    expect(err).toBe('');
    return out;
  };
  expect(await run('a')).not.toContain('from the cache');
  expect(await run('b')).toContain('1 die from the cache: nothing was measured');
});
