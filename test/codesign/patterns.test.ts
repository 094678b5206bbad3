import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PatternsResult } from '../../src/model/index.ts';
import { neurolith, temporaryFolder } from '../cli/terminal.ts';

test(
  'circuits with mismatch are brought to a firing pattern, judged against the ideal die under the same noise',
  { timeout: 120_000 },
  async () => {
    const directory = join(temporaryFolder(), 'run');
    const smaller = ['chip.geometry.cores.value=2', 'effort.verify=2', 'effort.repeats=4', 'fit.budget=60', 'fit.rounds=3'];
    const run = await neurolith(
      'patterns',
      'bss2',
      '--only',
      'tonic',
      '--json',
      '--workers',
      '1',
      '-o',
      directory,
      ...smaller.flatMap((set) => ['-S', set]),
    );
    expect(run.code, run.out.slice(0, 1500)).toBe(0);
    const { verdicts, outcomes } = JSON.parse(run.out) as PatternsResult;
    const [verdict] = verdicts;
    expect(verdict).toMatchObject({ pattern: 'tonic', teacherSpikes: 62, passed: true });
    expect(verdict!.ideal.share).toBeGreaterThan(0.95);
    expect(verdict!.countBefore).toBeLessThan(0.6);
    expect(verdict!.countAfter).toBeGreaterThan(0.9);
    expect(verdict!.after.share).toBeGreaterThan(0.9 * verdict!.ideal.share!);
    expect(verdict!.after.low).toBeLessThan(verdict!.after.share!);
    // the verdict can be computed again from the raw trials
    const { hits } = outcomes[0]!.stages.find(({ stage }) => stage === 'joint fit')!;
    expect(hits.reduce((sum, value) => sum + value, 0) / (5 * hits.length)).toBeCloseTo(verdict!.after.share!, 12);
    // every single parameter came nearer to its target by its own routine
    for (const { quantity, rmsBefore, rmsAfter } of outcomes[0]!.calibration.graded)
      expect(rmsAfter, quantity).toBeLessThan(0.8 * rmsBefore);
    expect(readFileSync(join(directory, 'summary.md'), 'utf8')).toContain('tonic');
  },
);

test('a pattern that the plan has not is refused with the nearest name', async () => {
  const run = await neurolith('patterns', 'bss2', '--only', 'tonik', '--dry-run');
  expect(run.code).toBe(2);
  expect(run.err).toContain('did you mean "tonic"');
});
