/** The axes of a sweep: the values of one, a list or words for a range, and the combinations of all. */
import { exp, InfeasibleError, log } from '../base/index.ts';
import type { SweepAxis } from '../model/schemas/sweep.ts';
import { sobolPoints } from '../search/index.ts';

/** An axis of the factorial with its values, or one that Sobol's sequence samples. */
export type Axis =
  { readonly kind: 'values'; readonly values: readonly unknown[] } | { readonly kind: 'sampled'; readonly at: (u: number) => number };

const NUMBER = String.raw`\s*([-+]?\d*\.?\d+(?:e[-+]?\d+)?)\s*`;
const CALL = new RegExp(
  String.raw`^\s*(linspace|logspace|sobol|sobol-integer|sobol-log)\s*\(${NUMBER},${NUMBER}(?:,\s*(\d+)\s*)?\)\s*$`,
  'i',
);
const RANGE = new RegExp(`^${NUMBER}:${NUMBER}:${NUMBER}$`, 'i');
const MOST = 10_000;
const MOST_POINTS = 100_000;

/** Reads an axis; a text says what is wrong with it. */
export function readAxis(axis: SweepAxis): Axis | string {
  if (typeof axis !== 'string') return { kind: 'values', values: axis };
  const range = RANGE.exec(axis);
  if (range !== null) return rangeOf(...(range.slice(1).map(Number) as [number, number, number]));
  const call = CALL.exec(axis);
  if (call === null)
    return 'a list, "start:end:step", linspace(a, b, n), logspace(a, b, n), sobol(a, b), sobol-integer(a, b) or sobol-log(a, b)';
  const [name, a, b] = [call[1]!.toLowerCase(), Number(call[2]), Number(call[3])];
  const isLogarithmic = name === 'logspace' || name === 'sobol-log';
  if (isLogarithmic && !(a > 0 && b > 0)) return `${name} between two numbers above 0`;
  const between = (u: number): number => (isLogarithmic ? exp(log(a) + u * (log(b) - log(a))) : a + u * (b - a));
  if (name.startsWith('sobol')) {
    if (call[4] !== undefined) return `${name}(a, b): how many points are taken stands under samples`;
    if (name !== 'sobol-integer') return { kind: 'sampled', at: (u) => rounded(between(u)) };
    return { kind: 'sampled', at: (u) => Math.min(b, Math.floor(a + u * (b - a + 1))) };
  }
  const count = Number(call[4] ?? NaN);
  if (!(count >= 1 && count <= MOST)) return `${name}(a, b, n) with n from 1 to ${String(MOST)}`;
  const values = Array.from({ length: count }, (_, k) => (k === 0 ? a : k === count - 1 ? b : rounded(between(k / (count - 1)))));
  return { kind: 'values', values };
}

function rangeOf(start: number, end: number, step: number): Axis | string {
  const count = Math.floor((end - start) / step + 1e-9) + 1;
  if (!(step !== 0 && count >= 1 && count <= MOST))
    return `start:end:step with a step that leads from start to end in at most ${String(MOST)} values`;
  return { kind: 'values', values: Array.from({ length: count }, (_, k) => rounded(start + k * step)) };
}

/** 0.1 + 2 x 0.1 is 0.3, for the reader. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

type Levels = Readonly<Record<string, unknown>>;

/**
 * Every combination of values, by path: the last list turns fastest, at each place of which `samples` points of Sobol's sequence are taken. InfeasibleError for far too many.
 */
export function combinations(axes: readonly (readonly [string, Axis])[], samples: number): Levels[] {
  let all: Levels[] = [{}];
  const sampled: (readonly [string, (u: number) => number])[] = [];
  for (const [path, axis] of axes) {
    if (axis.kind === 'sampled') sampled.push([path, axis.at]);
    else {
      // before they are made: two long axes have more combinations than memory
      checkCount(all.length * axis.values.length);
      all = all.flatMap((one) => axis.values.map((value) => ({ ...one, [path]: value })));
    }
  }
  if (sampled.length === 0) return all;
  checkCount(all.length * samples);
  const points = sobolPoints(sampled.length, samples);
  return all.flatMap((one) =>
    points.map((point) => ({ ...one, ...Object.fromEntries(sampled.map(([path, at], k) => [path, at(point[k]!)])) })),
  );
}

function checkCount(points: number): void {
  if (points > MOST_POINTS)
    throw new InfeasibleError(`the sweep has ${String(points)} points or more, at most ${String(MOST_POINTS)} are possible`);
}
