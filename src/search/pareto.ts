/**
 * Pareto front: the points that no other point dominates. One point dominates another when it is at least as good in every objective and better in one.
 * Any number of objectives, each to be made small or large. An objective that is not known (null) counts as worse than every number and equal to another null: a design is
 * then on the front only by what is known of it, and an objective that no design has separates none. Equal points are all kept; the order of the input is kept.
 * Brute force, O(n^2 k): a co-design plan has at most a few thousand points.
 */
import { InternalError } from '../base/index.ts';

/** Whether an objective is to be made small or large. */
export type Sense = 'min' | 'max';

/** Values of the objectives of one point, in the order of the senses; null where unknown. */
export type Objectives = readonly (number | null)[];

/** Indices of the non-dominated points, ascending. Throws InternalError when a point has another number of objectives or a NaN. */
export function paretoFront(points: readonly Objectives[], senses: readonly Sense[]): number[] {
  const costs = points.map((point) => costsOf(point, senses));
  return costs.flatMap((cost, i) => (costs.some((other) => dominates(other, cost)) ? [] : [i]));
}

/** The point as numbers that are all to be made small; what is unknown costs more than anything. */
function costsOf(point: Objectives, senses: readonly Sense[]): number[] {
  if (point.length !== senses.length) throw new InternalError(`${String(point.length)} values for ${String(senses.length)} objectives`);
  return point.map((value, k) => {
    if (Number.isNaN(value)) throw new InternalError(`objective ${String(k)} is NaN: unknown is null`);
    return value === null ? Infinity : senses[k] === 'min' ? value : -value;
  });
}

function dominates(a: readonly number[], b: readonly number[]): boolean {
  return a.every((cost, k) => cost <= b[k]!) && a.some((cost, k) => cost < b[k]!);
}
