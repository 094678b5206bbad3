/**
 * Coarse search for a parameter whose reading is proportional to its code, as that of a bias current is: from a start that the data sheet gives, each reading predicts the code,
 *   code <- code x target / reading
 * Two steps come within the noise of a reading, where a binary search takes a dozen and passes through codes at which nothing can be read at all: an input without strength
 * has no time constant. The start is dithered, so that cells which hold one code on the data sheet do not disturb one another.
 * Source: the predictive searches of BrainScaleS-2's calibration library (calix).
 */
import { Chance, InternalError } from '../base/index.ts';
import type { CodeSearch, CodeSearchResult } from '../search/index.ts';

const STEPS = 2;
/** A code changes at most by this factor in one step. */
const LARGEST_FACTOR = 4;

/** What is searched, as numbers; readings rise with the code. */
export interface ProportionalSpec {
  readonly lowest: number;
  readonly highest: number;
  readonly target: Float64Array;
  readonly start: Int32Array;
}

/** The search over codes `lowest` to `highest`; the answer is the last prediction, which nothing has read yet. */
export function proportionalSearch(
  { lowest, highest, target, start }: ProportionalSpec,
  { seed, dither }: { readonly seed: number; readonly dither: number },
): CodeSearch {
  const chance = new Chance(seed, 'search');
  const clamp = (code: number): number => Math.min(highest, Math.max(lowest, code));
  let codes = start.map((code, n) => clamp(code + chance.integer(n, 0, 2 * dither + 1) - dither));
  let step = 0;
  return {
    steps: STEPS,
    get done() {
      return step >= STEPS;
    },
    ask: () => codes.slice(),
    tell: (readings) => {
      if (step >= STEPS) throw new InternalError('the search is over');
      codes = codes.map((code, n) => {
        const factor = target[n]! / readings[n]!;
        // nothing read: the circuit stays; a reading of the wrong sign is a weak one
        if (Number.isNaN(factor)) return code;
        const bounded = factor < 0 ? LARGEST_FACTOR : Math.min(LARGEST_FACTOR, Math.max(1 / LARGEST_FACTOR, factor));
        return clamp(Math.round(Math.max(code, 1) * bounded));
      });
      step++;
    },
    result: (): CodeSearchResult => {
      const nothing = new Float64Array(codes.length).fill(NaN);
      return { codes: codes.slice(), readings: nothing, residuals: nothing, status: Array.from(codes, () => 'ok' as const) };
    },
  };
}
