/** What 200 dies have in common is what the card says: every parameter's mean and spread, with standard errors from die to die (circuits of a die are no independent samples). */
import { expect, test, vi } from 'vitest';
import { holm } from '../../src/analysis/index.ts';
import { compileDie, dieColumns } from '../../src/chip/index.ts';
import type { ChipCard } from '../../src/model/index.ts';
import { bss2, deviation, mean } from './cards.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 120_000 });

const DIES = 200;
const SAMPLED = 256;

/** p of "the mean of these values is `expected`", two-sided, from the values' own spread; 200 values are normal enough. */
function pOf(values: readonly number[], expected: number): number {
  const z = Math.abs(mean(values) - expected) / (deviation(values) / Math.sqrt(values.length));
  // Abramowitz and Stegun 26.2.17, 7.5e-8
  const t = 1 / (1 + 0.2316419 * z);
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 2 * tail * Math.exp((-z * z) / 2) * 0.3989422804014327;
}

/** p values of mean and mean square of every parameter over dies from `seed` on. */
function judge(card: ChipCard, seed: number): { readonly name: string; readonly p: number }[] {
  const { mismatch } = card;
  const stated = mismatch as unknown as Record<string, { readonly value: number } | undefined>;
  const sums = new Map<string, { first: number[]; second: number[]; spread: number }>();
  const add = (name: string, spread: number, deviations: Float64Array): void => {
    if (!sums.has(name)) sums.set(name, { first: [], second: [], spread });
    sums.get(name)!.first.push(mean(deviations));
    sums.get(name)!.second.push(mean(deviations.map((x) => x * x)));
  };
  for (let k = 0; k < DIES; k++) {
    const die = compileDie(card, seed + k);
    for (const { name, unit, values } of dieColumns(card, die)) {
      const spread = stated[name]?.value ?? 0;
      if (spread > 0) add(name, spread, unit === '1' ? values.map((x) => x - 1) : values);
    }
    const drivers = Float64Array.from({ length: SAMPLED }, (_, row) => die.driverFactor(row) - 1);
    add('driver', mismatch.driver_amplitude.value / mismatch.driver_reference.value, drivers);
    add(
      'synapse',
      mismatch.synapse.value,
      Float64Array.from({ length: SAMPLED }, (_, row) => die.synapseFactor(row, row) / die.driverFactor(row) - 1),
    );
  }
  return [...sums].flatMap(([name, { first, second, spread }]) => [
    { name: `mean of ${name}`, p: pOf(first, 0) },
    { name: `spread of ${name}`, p: pOf(second, spread * spread) },
  ]);
}

test.each([1, 10_001, 20_001, 30_001, 40_001])(
  '200 dies from seed %i on: no parameter departs from the card at the level 0.01 (Holm over all)',
  (seed) => {
    const found = judge(bss2(), seed);
    expect(found.length).toBeGreaterThanOrEqual(36);
    const adjusted = holm(found.map(({ p }) => p));
    expect(found.filter((_, i) => adjusted[i]! < 0.01)).toEqual([]);
  },
);

test('the judge sees a spread that is 3 % off', () => {
  const found = judge(bss2('variation.tau_mem=1.03'), 1);
  const adjusted = holm(found.map(({ p }) => p));
  expect(found.filter((_, i) => adjusted[i]! < 0.01).map(({ name }) => name)).toEqual(['spread of tau_mem']);
});
