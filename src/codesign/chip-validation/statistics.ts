/**
 * What many dies have in common is what the card says. For every parameter, mean and mean square of each die are one sample each: circuits of a die and of a quadrant share part of their spread, so
 * only dies are independent, and standard errors come from die to die. p values of all parameters are judged together (Holm).
 */
import { holm, normalDistribution } from '../../analysis/index.ts';
import { compileDie, dieColumns } from '../../chip/index.ts';
import { variationOf, type ChipCard } from '../../model/index.ts';
import { atLeast, type ChipBar } from './bar.ts';

/** Synapses and drivers looked at per die; there are too many to look at all. */
const SAMPLED = 256;
export const STATISTIC_SEEDS: readonly number[] = [1, 10_001, 20_001, 30_001, 40_001];
const DIES = 200;
const LEVEL = 0.01;

/** "Is the mean (the spread) of this parameter that of the card?", two-sided. */
export interface DieTest {
  readonly name: string;
  readonly p: number;
  readonly adjusted: number;
}

/** Tests of mean and spread of every parameter that varies, over `dies` dies numbered from `seed` on, against what `stating` states: the same card unless given. */
export function dieTests(card: ChipCard, seed: number, dies = DIES, stating = card): DieTest[] {
  const { mismatch } = stating;
  const columns = new Map<string, { first: number[]; second: number[]; spread: number }>();
  const add = (name: string, spread: number, deviations: Float64Array): void => {
    if (spread === 0) return;
    if (!columns.has(name)) columns.set(name, { first: [], second: [], spread });
    columns.get(name)!.first.push(mean(deviations));
    columns.get(name)!.second.push(mean(deviations.map((x) => x * x)));
  };
  const stated = mismatch as unknown as Readonly<Record<string, { readonly value: number } | undefined>>;
  const drivers = mismatch.driver_amplitude.value / mismatch.driver_reference.value;
  for (let k = 0; k < dies; k++) {
    const die = compileDie(card, seed + k);
    for (const { name, unit, values } of dieColumns(card, die))
      add(name, (stated[name]?.value ?? 0) * variationOf(stating, name), unit === '1' ? values.map((x) => x - 1) : values);
    const rows = Array.from({ length: SAMPLED }, (_, row) => row);
    add(
      'driver_amplitude',
      drivers * variationOf(stating, 'driver_amplitude'),
      Float64Array.from(rows, (row) => die.driverFactor(row) - 1),
    );
    add(
      'synapse',
      mismatch.synapse.value * variationOf(stating, 'synapse'),
      Float64Array.from(rows, (row) => die.synapseFactor(row, row) / die.driverFactor(row) - 1),
    );
  }
  const tests = [...columns].flatMap(([name, { first, second, spread }]) => [
    { name: `mean of ${name}`, p: pOf(first, 0) },
    { name: `spread of ${name}`, p: pOf(second, spread * spread) },
  ]);
  const adjusted = holm(tests.map(({ p }) => p));
  return tests.map((one, i) => ({ ...one, adjusted: adjusted[i]! }));
}

/** One bar per seed: the smallest adjusted p value. */
export function statisticsBars(card: ChipCard, seeds: readonly number[] = STATISTIC_SEEDS): ChipBar[] {
  return seeds.flatMap((seed) => {
    const tests = dieTests(card, seed);
    const worst = tests.toSorted((a, b) => a.adjusted - b.adjusted)[0];
    if (worst === undefined) return [];
    const name = `${String(DIES)} dies from ${String(seed)} on, ${String(tests.length)} statistics: smallest p after Holm (${worst.name})`;
    return atLeast('statistics', name, worst.adjusted, LEVEL, '');
  });
}

/** p of "the mean of these values is `expected`" from the values' own spread; hundreds of values are normal enough. */
function pOf(values: readonly number[], expected: number): number {
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
  return 2 * normalDistribution(-Math.abs(centre - expected) / Math.sqrt(variance / values.length));
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
