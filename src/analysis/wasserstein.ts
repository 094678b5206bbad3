/**
 * Wasserstein distance (earth mover's, order 1) of two samples: the area between their distribution functions, in the unit of the values,
 *   W = integral |F(x) - G(x)| dx
 * and a permutation test of it: labels are dealt anew over the pooled sample, p = (1 + draws with at least this W) / (1 + draws).
 * Source: Vallender 1974, Theory of Probability and its Applications 18:784.
 */
import { Chance, InternalError } from '../base/index.ts';
import { sortedSample } from './ks.ts';

/** W of two samples in any order. Throws InternalError for an empty sample or a value that is not finite. */
export function wassersteinDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const { values, first } = pooled(a, b);
  return areaBetween(values, first, a.length, b.length);
}

/** Permutation test of W with seeded draws (999 unless given). */
export function wassersteinTest(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { seed, draws = 999 }: { readonly seed: number; readonly draws?: number },
): { readonly distance: number; readonly p: number } {
  if (!(draws >= 1)) throw new InternalError('a permutation test needs draws');
  const { values, first } = pooled(a, b);
  const distance = areaBetween(values, first, a.length, b.length);
  const chance = new Chance(seed, 'bootstrap');
  const bar = distance * (1 - 1e-12);
  let atLeast = 1;
  for (let draw = 0; draw < draws; draw++) {
    dealLabels(first, a.length, chance, draw);
    if (areaBetween(values, first, a.length, b.length) >= bar) atLeast++;
  }
  return { distance, p: atLeast / (draws + 1) };
}

/** Sorted pooled values, and 1 where a value is of the first sample. */
function pooled(a: ArrayLike<number>, b: ArrayLike<number>): { values: Float64Array; first: Uint8Array } {
  const [x, y] = [sortedSample(a), sortedSample(b)];
  const values = new Float64Array(x.length + y.length);
  const first = new Uint8Array(values.length);
  let [i, j] = [0, 0];
  for (let k = 0; k < values.length; k++) {
    const takeX = j >= y.length || (i < x.length && x[i]! <= y[j]!);
    first[k] = takeX ? 1 : 0;
    values[k] = takeX ? x[i++]! : y[j++]!;
  }
  return { values, first };
}

function areaBetween(values: Float64Array, first: Uint8Array, n: number, m: number): number {
  let [seen, area] = [0, 0];
  for (let k = 0; k + 1 < values.length; k++) {
    seen += first[k]!;
    area += Math.abs(seen / n - (k + 1 - seen) / m) * (values[k + 1]! - values[k]!);
  }
  return area;
}

/** `ones` labels of 1 on random places (Fisher-Yates; one word of 32 bits a place, four places a block of the generator). */
function dealLabels(labels: Uint8Array, ones: number, chance: Chance, draw: number): void {
  labels.fill(0);
  labels.fill(1, 0, ones);
  let words: ArrayLike<number> = [];
  for (let k = labels.length - 1, used = 0; k > 0; k--, used++) {
    if (used % 4 === 0) words = chance.words(draw, used >> 2);
    const other = Math.floor((words[used % 4]! / 2 ** 32) * (k + 1));
    const kept = labels[k]!;
    labels[k] = labels[other]!;
    labels[other] = kept;
  }
}
