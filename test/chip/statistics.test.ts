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

test.each([
  ['twice the spread, a floor that is felt', 'variation=2'],
  ['half of it, another share of the quadrants', 'variation=50 %', 'mismatch.quadrant_share.value=60 %', 'mismatch.chip_share.value=15 %'],
  [
    'lognormal factors and offsets on larger devices',
    'mismatch.device_area.value=3',
    'variation.distribution=lognormal',
    'mismatch.tau_mem.value=60 %',
  ],
])('the statistics of dies are those of the card with %s', (_, ...overrides) => {
  const found = dieTests(bss2(...overrides), 700_001, 100);
  expect(found.length).toBeGreaterThan(55);
  expect(found.filter(({ adjusted }) => adjusted < 0.01)).toEqual([]);
});

test('the judge sees quadrants that share more than the card says', () => {
  const found = dieTests(bss2('mismatch.quadrant_share.value=35 %'), 1, 200, bss2());
  const wrong = found.filter(({ adjusted }) => adjusted < 0.01).map(({ name }) => name);
  expect(wrong.length).toBeGreaterThan(15);
  expect(wrong.filter((name) => !name.startsWith('quadrant means of'))).toEqual([]);
});

test('a card on which quadrant and die share more than all of the variance is refused', () => {
  expect(() => bss2('mismatch.quadrant_share.value=70 %', 'mismatch.chip_share.value=40 %')).toThrow(/chip_share/);
});
