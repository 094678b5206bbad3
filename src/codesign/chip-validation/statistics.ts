/**
 * What many dies have in common is what the card says. For every parameter, mean, mean square and mean square of the quadrant means of each die are one sample each: circuits of a die and of a quadrant
 * share part of their spread, so only dies are independent, and standard errors come from die to die. p values of all parameters are judged together (Holm).
 *   expected: mean 0; spread^2 V;  quadrant means spread^2 V (r + (1 - r) / n),   V = (1 - q - c) / A + q + c,  r = correlation of two circuits of a quadrant of n (of normal draws: (q + c) / V)
 * A mean square of few quadrants is skewed; its t value is corrected for that:  t + g (2 t^2 + 1) / (6 sqrt(dies)),  g = skewness.
 * Source of the correction: Johnson 1978, JASA 73:536.
 */
import { holm, normalDistribution } from '../../analysis/index.ts';
import { commonScale, compileDie, dieColumns, sharedCorrelation, WIDEST_UNFLOORED, type Spread } from '../../chip/index.ts';
import { mismatchOf, variationOf, type ChipCard } from '../../model/index.ts';
import { atLeast, type ChipBar } from './bar.ts';

/** Synapses and drivers looked at per die; there are too many to look at all. */
const SAMPLED = 256;
export const STATISTIC_SEEDS: readonly number[] = [1, 10_001, 20_001, 30_001, 40_001];
const DIES = 200;
const LEVEL = 0.01;

/** "Is the mean (the spread, what a quadrant shares) of this parameter that of the card?", two-sided. */
export interface DieTest {
  readonly name: string;
  readonly p: number;
  readonly adjusted: number;
}

/** Samples of one parameter, one per die, and what they should be on average. */
interface Samples {
  readonly values: number[];
  readonly expected: number;
}

/** Tests of mean, spread and quadrant share of every parameter that varies, over `dies` dies numbered from `seed` on, against what `stating` states: the same card unless given. */
export function dieTests(card: ChipCard, seed: number, dies = DIES, stating = card): DieTest[] {
  const mismatch = mismatchOf(stating);
  const samples = new Map<string, Samples>();
  const add = (name: string, expected: number, value: number): void => {
    if (!samples.has(name)) samples.set(name, { values: [], expected });
    samples.get(name)!.values.push(value);
  };
  const moments = (name: string, spread: number, deviations: Float64Array): void => {
    if (spread === 0) return;
    add(`mean of ${name}`, 0, mean(deviations));
    add(`spread of ${name}`, spread * spread, mean(deviations.map((x) => x * x)));
  };
  const stated = mismatch as unknown as Readonly<Record<string, Spread | undefined>>;
  const drivers = mismatch.driver_amplitude.value / mismatch.driver_reference.value;
  const single = 1 / Math.sqrt(mismatch.device_area.value);
  const common = commonScale(stating);
  const shared = (mismatch.quadrant_share.value + mismatch.chip_share.value) / common ** 2;
  const block = card.geometry.block.value;
  for (let k = 0; k < dies; k++) {
    const die = compileDie(card, seed + k);
    for (const { name, unit, values } of dieColumns(card, die)) {
      const spread = stated[name];
      const scale = variationOf(stating, name) * common;
      const deviation = (spread?.value ?? 0) * scale;
      const deviations = unit === '1' ? values.map((x) => x - 1) : values;
      moments(name, deviation, deviations);
      const quadrants = Math.floor(values.length / block);
      // where the floor is felt there is no closed form of what a quadrant shares
      if (spread === undefined || deviation === 0 || quadrants === 0 || (unit === '1' && deviation > WIDEST_UNFLOORED)) continue;
      const together = sharedCorrelation(spread, scale, unit === '1' ? 'factor' : 'offset', shared);
      const means = Array.from({ length: quadrants }, (_, q) => mean(deviations.subarray(q * block, (q + 1) * block)));
      add(`quadrant means of ${name}`, deviation ** 2 * (together + (1 - together) / block), mean(means.map((x) => x * x)));
    }
    const rows = Array.from({ length: SAMPLED }, (_, row) => row);
    moments(
      'driver_amplitude',
      drivers * variationOf(stating, 'driver_amplitude') * single,
      Float64Array.from(rows, (row) => die.driverFactor(row) - 1),
    );
    moments(
      'synapse',
      mismatch.synapse.value * variationOf(stating, 'synapse') * single,
      Float64Array.from(rows, (row) => die.synapseFactor(row, row % die.neurons) / die.driverFactor(row) - 1),
    );
  }
  const tests = [...samples].map(([name, { values, expected }]) => ({ name, p: pOf(values, expected) }));
  const adjusted = holm(tests.map(({ p }) => p));
  return tests.map((one, i) => ({ ...one, adjusted: adjusted[i]! }));
}

/** One bar per seed: the smallest adjusted p value. Another `seed` than 1 moves all of them. */
export function statisticsBars(card: ChipCard, seed: number): ChipBar[] {
  return STATISTIC_SEEDS.flatMap((first) => {
    const from = first + seed - 1;
    const tests = dieTests(card, from);
    const worst = tests.toSorted((a, b) => a.adjusted - b.adjusted)[0];
    if (worst === undefined) return [];
    const name = `${String(DIES)} dies from ${String(from)} on, ${String(tests.length)} statistics: smallest p after Holm (${worst.name})`;
    return atLeast('statistics', name, worst.adjusted, LEVEL, '');
  });
}

/** p of "the mean of these values is `expected`" from the values' own spread and skewness; hundreds of values are normal enough. */
function pOf(values: readonly number[], expected: number): number {
  const n = values.length;
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (n - 1);
  const t = (centre - expected) / Math.sqrt(variance / n);
  const skewness = values.reduce((sum, value) => sum + (value - centre) ** 3, 0) / n / variance ** 1.5;
  return 2 * normalDistribution(-Math.abs(t + (skewness * (2 * t * t + 1)) / (6 * Math.sqrt(n))));
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
