import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { calibrateDie, UNBROKEN, type CalibrationTargets, type Journal } from '../../src/calibration/index.ts';
import { DieSubstrate } from '../../src/chip/index.ts';
import type { CalibrationEffort } from '../../src/model/index.ts';
import { bss2, nominal, TARGETS } from '../chip/cards.ts';
import { killedAtEveryStep } from '../store/killed-at-every-step.ts';

const EFFORT: CalibrationEffort = { samples: 16, repeats: 4, dither: 5, mask_above: 6, verify: 2, seed: 3 };
const CLI = new URL('../../dist/cli/main.js', import.meta.url).pathname;
const SMALL = [
  'chip.geometry.cores.value=2',
  'chip.geometry.block.value=64',
  'effort.samples=16',
  'effort.repeats=4',
  'effort.verify=2',
  'effort.drivers=false',
];

function targetsFor(neurons: number): CalibrationTargets {
  const all = (value: number): Float64Array => new Float64Array(neurons).fill(value);
  return { leak: all(TARGETS.leak), reset: all(TARGETS.reset), threshold: all(TARGETS.threshold), tauMem: all(TARGETS.tauMem) };
}

test('a calibration that ends after any of its routines goes on to the same bits and the same bill', async () => {
  const card = bss2('geometry.cores.value=2', 'geometry.block.value=64');
  const neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
  const file = join(await mkdtemp(join(tmpdir(), 'neurolith-resume-')), 'die.json');
  const run = async (die: DieSubstrate, journal: Journal): Promise<unknown> => ({
    found: await calibrateDie(die, targetsFor(neurons), nominal(card), EFFORT, undefined, journal),
    truth: die.truth(),
    bill: die.bill,
  });
  const unbroken = await run(new DieSubstrate(card, 5, 7), UNBROKEN);
  // every attempt has a die that has been powered down
  const { result, attempts } = await killedAtEveryStep(file, async (journal) => run(new DieSubstrate(card, 5, 7), journal));
  expect(result).toStrictEqual(unbroken);
  expect(attempts).toBeGreaterThan(6);
});

/** What tells one state of the journals of a run from another. */
function journalOf(run: string): string {
  try {
    return readdirSync(join(run, 'journal'))
      .map((name) => `${name} ${String(statSync(join(run, 'journal', name)).mtimeMs)}`)
      .join();
  } catch {
    return '';
  }
}

test.skipIf(!existsSync(CLI))(
  'a process that is killed again and again within its die leaves the same bytes as one that was not',
  { timeout: 240_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'neurolith-killed-'));
    /** Killed a moment after so many more steps stand in the journal. */
    const calibrate = async (name: string, steps?: number, moment = 0): Promise<number | null> => {
      const set = SMALL.flatMap((field) => ['-S', field]);
      const command = [CLI, 'calibrate', 'bss2', '--dies', '1', '--workers', '1', '--quiet', '--no-png', '-o', join(folder, name), ...set];
      const child = spawn(process.execPath, command, { stdio: 'ignore' });
      let kept = journalOf(join(folder, name));
      let seen = 0;
      const watch = setInterval(() => {
        const now = journalOf(join(folder, name));
        if (now !== kept && ++seen === steps) setTimeout(() => child.kill('SIGKILL'), moment);
        kept = now;
      }, 2);
      const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
      clearInterval(watch);
      return code;
    };
    expect(await calibrate('whole')).toBe(0);
    let kills = 0;
    // kills fall into routines and between them
    for (const [steps, moment] of [
      [1, 0],
      [3, 40],
      [2, 5],
      [4, 90],
    ] as const)
      if ((await calibrate('killed', steps, moment)) !== 0) kills++;
    expect(kills).toBeGreaterThan(1);
    expect(await calibrate('killed')).toBe(0);
    for (const file of ['results.ndjson', 'results.csv', 'calibrated/die-1.json'])
      expect(await readFile(join(folder, 'killed', file), 'utf8')).toBe(await readFile(join(folder, 'whole', file), 'utf8'));
  },
);
