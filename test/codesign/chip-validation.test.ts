/** Short forms of `validate chip`; the whole of it takes a quarter of a minute. */
import { expect, test, vi } from 'vitest';
import { closedFormBars } from '../../src/codesign/chip-validation/closed-forms.ts';
import { crosstalkErrors } from '../../src/codesign/chip-validation/crosstalk.ts';
import { membraneNoise, noiseSteps } from '../../src/codesign/chip-validation/noise.ts';
import { patternRetention, retentionBars } from '../../src/codesign/chip-validation/retention.ts';
import { bss2 } from '../chip/cards.ts';
import { neurolith } from '../cli/terminal.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 60_000 });

test('circuits whose parameters are spread keep their firing patterns as often as in the published study', () => {
  // 10 %; 0.5 mV; 5 % and 0.5 mV
  const cells = patternRetention(bss2(), { circuits: 100, seed: 2, integrator: 'fast', rows: [3, 6, 10] });
  expect(cells).toHaveLength(3 * 8 + 8);
  const bars = retentionBars(cells, 'fast');
  expect(bars.map(({ passed }) => passed)).toEqual([true, true]);
});

test('a study in which another spread stood in the table would be seen', () => {
  const cells = patternRetention(bss2(), { circuits: 100, seed: 2, integrator: 'fast', rows: [3] });
  // held against the row of 2 %
  const wrong = [100, 89, 100, 100, 100, 97, 96, 100];
  const kept = cells.filter(({ what }) => what === 'class');
  expect(kept.filter(({ found }, k) => found.high < wrong[k]! / 100 - 0.05).length).toBeGreaterThan(2);
});

test("at the card's own crosstalk a dithered calibration leaves less than 0.3 LSB in common", async () => {
  const errors = await crosstalkErrors(bss2(), bss2().cells.crosstalk.value, true, 4);
  expect(errors).toHaveLength(4);
  for (const error of errors) expect(Math.abs(error)).toBeLessThan(0.3);
});

test.each(['lif', 'adex'] as const)('the noise of a %s circuit is Ornstein-Uhlenbeck with `accurate` too', (circuit) => {
  const { deviation, correlation } = membraneNoise(bss2(), { circuit, integrator: 'accurate', step: 1e-6, samples: 120, seed: 1 });
  expect(Math.abs(deviation)).toBeLessThan(0.02);
  expect(Math.abs(correlation)).toBeLessThan(0.02);
});

test('closed forms hold to 1e-6 at other steps too', () => {
  const card = bss2('step.value=50 ns');
  expect(closedFormBars(card).filter(({ passed }) => !passed)).toEqual([]);
});

test('the command judges one group, prints raw figures and refuses what it does not know', async () => {
  const { code, out } = await neurolith('validate', 'chip', '--only', 'closed', '--json', '--quiet');
  expect(code).toBe(0);
  const { kind, bars, passed } = JSON.parse(out) as { kind: string; bars: { group: string }[]; passed: boolean };
  expect([kind, passed, new Set(bars.map(({ group }) => group))]).toEqual(['chip-validation', true, new Set(['closed forms'])]);
  expect((await neurolith('validate', 'chip', '--only', 'weather')).code).toBe(2);
  expect((await neurolith('validate', 'chip', 'reference/noc')).code).toBe(2);
  expect((await neurolith('validate', 'noc')).code).toBe(2);
});

test("noise is judged at the card's step too, and with the seed that is asked for", () => {
  const card = bss2('step.value=250 ns');
  expect([noiseSteps(card, 'fast'), noiseSteps(card, 'accurate')].every((steps) => steps.has(2.5e-7))).toBe(true);
  const measured = [1, 2].map((seed) => membraneNoise(card, { circuit: 'lif', integrator: 'fast', step: 2.5e-7, samples: 120, seed }));
  expect(measured[0]!.deviation).not.toBe(measured[1]!.deviation);
  for (const { deviation, correlation } of measured) expect(Math.max(Math.abs(deviation), Math.abs(correlation))).toBeLessThan(0.02);
});
