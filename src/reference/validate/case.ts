/** What a case of a reference folder leaves behind: figures against bars, and the raw results from which they can be computed again. */

/** One bar of a case. */
export interface CaseBar {
  readonly name: string;
  /** The bar is met when `found` is at most this. */
  readonly wanted: number;
  /** null: there is no figure, because the counts differ or the case could not be run; the bar is not met. */
  readonly found: number | null;
  readonly unit: string;
  readonly passed: boolean;
}

/** One case, plain data. */
export interface TeacherCase {
  readonly kind: 'cell' | 'plasticity' | 'network' | 'statistics';
  readonly id: string;
  readonly model: string;
  readonly method: string;
  readonly mode: 'precise' | 'grid';
  readonly tolerance: number | null; // null: exact
  readonly spikes: number | null; // found
  readonly expectedSpikes: number | null;
  readonly spikeError: number | null; // ms, the largest; null without spikes or when the counts differ
  readonly voltageError: number | null; // mV (masses: part of the signal's range), the largest away from spikes
  readonly bars: readonly CaseBar[];
  readonly verdict: 'passed' | 'falls short' | 'not judged';
  readonly note?: string;
  /** Raw results of this run. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** A bar that is met by figures of at most `wanted`. */
export function bar(name: string, wanted: number, found: number, unit: string): CaseBar {
  const figure = Number.isFinite(found) ? found : null;
  return { name, wanted, found: figure, unit, passed: figure !== null && figure <= wanted };
}

/** passed if all bars are. */
export function verdictOf(bars: readonly CaseBar[]): TeacherCase['verdict'] {
  return bars.length > 0 && bars.every(({ passed }) => passed) ? 'passed' : 'falls short';
}

/** A case that could not be run: named, and falling short. */
export function refused(kind: TeacherCase['kind'], id: string, model: string, note: string): TeacherCase {
  return {
    kind,
    id,
    model,
    method: '-',
    mode: 'precise',
    tolerance: null,
    spikes: null,
    expectedSpikes: null,
    spikeError: null,
    voltageError: null,
    bars: [],
    verdict: 'falls short',
    note,
    raw: {},
  };
}

/** Largest distance of two trains; NaN when the counts differ. */
export function largestDistance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return NaN;
  let worst = 0;
  for (let i = 0; i < found.length; i++) worst = Math.max(worst, Math.abs(found[i]! - expected[i]!));
  return worst;
}

/** What is left of a distance once half a unit in the last of `digits` printed digits of `printed` is granted. */
export function beyondPrinted(found: number, printed: number, digits: number): number {
  const size = Math.abs(printed);
  const exponent = size === 0 ? 0 : Number(size.toExponential().split('e')[1]);
  const half = 0.5 * 10 ** (exponent + 1 - digits);
  return Math.max(0, Math.abs(found - printed) - half);
}
