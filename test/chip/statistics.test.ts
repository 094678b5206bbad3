/** What 200 dies have in common is what the card says: every parameter's mean and spread, with standard errors from die to die (circuits of a die are no independent samples). */
import { expect, test, vi } from 'vitest';
import { dieTests, STATISTIC_SEEDS } from '../../src/codesign/chip-validation/statistics.ts';
import { bss2 } from './cards.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 120_000 });

test.each(STATISTIC_SEEDS)('200 dies from seed %i on: no parameter departs from the card at the level 0.01 (Holm over all)', (seed) => {
  const found = dieTests(bss2(), seed);
  expect(found.length).toBeGreaterThanOrEqual(36);
  expect(found.filter(({ adjusted }) => adjusted < 0.01)).toEqual([]);
});

test('the judge sees a spread that is 3 % off', () => {
  const found = dieTests(bss2('variation.tau_mem=1.03'), 1, 200, bss2());
  expect(found.filter(({ adjusted }) => adjusted < 0.01).map(({ name }) => name)).toEqual(['spread of tau_mem']);
});
