/**
 * P-values of many tests, adjusted so that they can be held against one level.
 *   Holm:               adjusted p_(i) = max over j <= i of min(1, (n - j + 1) p_(j))     keeps the chance of one false alarm among all tests, any dependence
 *   Benjamini-Hochberg: adjusted p_(i) = min over j >= i of min(1, n p_(j) / j)            keeps the share of false alarms among the alarms, independent or positively dependent
 * with p_(1) <= ... <= p_(n). Sources: Holm 1979, Scandinavian Journal of Statistics 6:65; Benjamini and Hochberg 1995, Journal of the Royal Statistical Society B 57:289.
 */
import { InternalError } from '../base/index.ts';

/** Holm's adjusted p-values, in the order given. Throws InternalError for values outside 0..1. */
export function holm(p: readonly number[]): number[] {
  const { order, adjusted } = sorted(p);
  let highest = 0;
  order.forEach((test, rank) => {
    highest = Math.max(highest, Math.min(1, (p.length - rank) * p[test]!));
    adjusted[test] = highest;
  });
  return adjusted;
}

/** Benjamini and Hochberg's adjusted p-values, in the order given. Throws InternalError for values outside 0..1. */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const { order, adjusted } = sorted(p);
  let lowest = 1;
  for (let rank = p.length - 1; rank >= 0; rank--) {
    lowest = Math.min(lowest, (p.length * p[order[rank]!]!) / (rank + 1));
    adjusted[order[rank]!] = lowest;
  }
  return adjusted;
}

function sorted(p: readonly number[]): { order: number[]; adjusted: number[] } {
  if (!p.every((value) => value >= 0 && value <= 1)) throw new InternalError('p-values lie between 0 and 1');
  return { order: p.map((_, k) => k).toSorted((a, b) => p[a]! - p[b]!), adjusted: p.map(() => 0) };
}
