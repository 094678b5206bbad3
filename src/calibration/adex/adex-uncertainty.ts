/**
 * What a reading of the whole circuit owes to what it takes as given: membranes, thresholds, driving currents and delays are known from earlier readings or from the data sheet, each
 * with an error of its own. The same samples are fitted once more with one of them moved by its standard error; by so much the reading may be off, and no repetition shows it.
 */
import { scaleOf } from '../parameter-search.ts';
import type { AdexBench } from './adex-known.ts';
import type { SearchedParameter, SystematicError } from '../routine.ts';
import { intervalsOf } from '../uncertainty.ts';

/** How well the bench is known: standard errors in V and s per circuit, of a write in codes, and of a channel in LSB at a reading. */
export interface AdexErrors {
  readonly rest: Float64Array;
  readonly reset: Float64Array;
  readonly threshold: Float64Array;
  readonly tauMem: Float64Array;
  readonly writeNoise: number;
  readonly channelAt: (reading: number) => number;
}

/** For one parameter and its reading: an error by name from the reading with something moved. A fit that is lost by the move says nothing. */
export function throughGiven(
  parameter: SearchedParameter,
  reading: Float64Array,
): (component: string, moved: Float64Array) => SystematicError {
  return (component, moved) => ({
    component,
    at: (n) => {
      const change = Math.abs(moved[n]! - reading[n]!) / scaleOf(parameter, n);
      return Number.isFinite(change) ? change : 0;
    },
  });
}

/** The bench with one thing moved by its errors. */
export function movedBy(bench: AdexBench, name: 'rest' | 'reset' | 'threshold' | 'tauMem', errors: Float64Array): AdexBench {
  return { ...bench, [name]: bench[name].map((value, n) => value + errors[n]!) };
}

/**
 * What others build on: the mean of several readings of all circuits and its standard error. A circuit without readings counts as `otherwise` says, or as NaN, with no error.
 */
export async function knownFrom(
  readings: number,
  otherwise: Float64Array | undefined,
  read: () => Promise<Float64Array>,
): Promise<{ readonly mean: Float64Array; readonly error: Float64Array }> {
  const rows: Float64Array[] = [];
  for (let k = 0; k < readings; k++) rows.push(await read());
  // a time constant is averaged as its rate: a noisy fit errs further upwards than downwards
  const { mean, error68 } = intervalsOf(
    rows.map((row) => row.map((value) => 1 / value)),
    () => 0,
  );
  return {
    mean: mean.map((rate, n) => (Number.isFinite(rate) ? 1 / rate : (otherwise?.[n] ?? NaN))),
    error: error68.map((error, n) => (Number.isFinite(error) ? error / mean[n]! ** 2 : 0)),
  };
}
