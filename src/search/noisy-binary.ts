/**
 * Dithered ("noisy") binary search: every circuit starts a few codes off the middle of its range, drawn uniformly. Cells of one block disturb one another when they hold the
 * same code; the dither keeps them apart from the first step on, so that each is calibrated against the disturbance that it will live with. One more step than the plain
 * search repairs a wrong early decision, and the best of the last 6 readings wins.
 * The residual that it returns is the smallest of 6 noisy readings and therefore flatters: a search that is to be believed refines and reads afresh (secant.ts).
 * Source: BrainScaleS-2's calibration library (calix), NoisyBinarySearch.
 */
import { Chance } from '../base/index.ts';
import { HalvingSearch, halvings, middleCodes } from './binary.ts';
import { type CircuitRanges, type CodeSearch, type CodeSearchSpec, rangesOf } from './code-search.ts';

export interface DitherOptions {
  readonly seed: number;
  /** Largest offset of a starting code, 5 unless given. */
  readonly dither?: number;
}

/** Dithered binary search, ceil(log2 N) + 3 steps. */
export function ditheredSearch(spec: CodeSearchSpec, options: DitherOptions): CodeSearch {
  const ranges = rangesOf(spec);
  return new HalvingSearch(ranges, ditheredCodes(ranges, middleCodes(ranges), options), halvings(ranges) + 3, 6);
}

/** Codes moved by a uniform integer in -dither..+dither; clamping into the range is left to the search. */
function ditheredCodes({ circuits }: CircuitRanges, codes: Int32Array, { seed, dither = 5 }: DitherOptions): Int32Array {
  const chance = new Chance(seed, 'search');
  return Int32Array.from({ length: circuits }, (_, i) => codes[i]! + chance.integer(i, 0, 2 * dither + 1) - dither);
}
