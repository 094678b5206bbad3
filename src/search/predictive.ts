/**
 * Predictive search: the characteristic of a circuit is known up to one number, so each reading predicts the code that meets the target.
 *   proportional   reading = gain x code           =>   code <- code x target / reading
 *   line           reading = offset + slope x code  =>   code <- code + (target - reading) / slope
 *   from a zero    reading = gain x (code - zero)   =>   code <- zero + (code - zero) x target / reading
 * Two steps come within the noise of a reading, where a binary search takes a dozen and passes through codes at which nothing can be read at all: an input without strength
 * has no time constant. The start is dithered, so that cells which hold one code on the data sheet do not disturb one another.
 * Source: the predictive searches of BrainScaleS-2's calibration library (calix): one probe, then a shared characteristic shifted by it.
 */
import { Chance, InternalError } from '../base/index.ts';
import { clampCode, rangesOf, resultOf, type CodeSearch, type CodeSearchResult, type CodeSearchSpec } from './code-search.ts';

const STEPS = 2;
/** More steps than that follow at most, as long as any circuit of the proportional law is still far from where its last reading sends it. */
const MORE_STEPS = 3;
/** Factor between two predictions that counts as far. */
const FAR = 2;
/** A code changes at most by this factor in one step of the proportional law. */
const LARGEST_FACTOR = 4;
/** And by this part of its range in one step of a line: a reading that only tells a side is infinite. */
const LARGEST_SHARE = 8;

export interface PredictiveOptions {
  readonly seed: number;
  /** Largest offset of a starting code, 5 unless given. */
  readonly dither?: number;
  /** Codes of the data sheet, where the search begins. */
  readonly start: Int32Array;
  /** What is known of the characteristic; proportional unless given. `zero`: codes below the range, one per circuit, at which the reading would vanish. */
  readonly law?: 'proportional' | { readonly slope: number } | { readonly zero: Float64Array };
  /** Readings, 2 unless given; up to 3 more of them for circuits whose codes still move by more than a factor of 2. */
  readonly steps?: number;
  /** Whether something that the readings depend on is still far from where it is going: as long as it is, this search goes on too. */
  readonly waits?: () => boolean;
}

/**
 * The search; its answer is the last prediction, which nothing has read yet: residuals are NaN and every status is 'ok'. Refine it, or read it afresh (`carefulSearch`).
 * For the proportional law readings rise with the code.
 */
export function predictiveSearch(
  spec: CodeSearchSpec,
  { seed, dither = 5, start, law = 'proportional', steps = STEPS, waits = () => false }: PredictiveOptions,
): CodeSearch {
  const ranges = rangesOf(spec);
  const { target } = ranges;
  if (start.length !== ranges.circuits) throw new InternalError(`a predictive search needs ${String(ranges.circuits)} starting codes`);
  if (law !== 'proportional' && 'slope' in law && !(Math.abs(law.slope) > 0))
    throw new InternalError('a line that predicts codes needs a slope');
  const chance = new Chance(seed, 'search');
  let codes = start.map((code, n) => clampCode(ranges, n, code + chance.integer(n, 0, 2 * dither + 1) - dither));
  let [step, most] = [0, steps];
  const next = (n: number, code: number, reading: number): number => {
    if (law !== 'proportional' && 'slope' in law) {
      const largest = (ranges.highest[n]! - ranges.lowest[n]!) / LARGEST_SHARE;
      return Math.round(code + Math.min(largest, Math.max(-largest, (target[n]! - reading) / law.slope)));
    }
    const factor = target[n]! / reading;
    // a reading of the wrong sign is a weak one
    const bounded = reading < 0 ? LARGEST_FACTOR : Math.min(LARGEST_FACTOR, Math.max(1 / LARGEST_FACTOR, factor));
    const zero = law === 'proportional' ? 0 : law.zero[n]!;
    return Math.round(zero + Math.max(code - zero, 1) * bounded);
  };
  return {
    steps,
    get done() {
      return step >= most;
    },
    ask: () => codes.slice(),
    tell: (readings) => {
      if (step >= most) throw new InternalError('the search is over');
      // nothing read: the circuit stays
      const before = codes;
      codes = codes.map((code, n) => (Number.isNaN(readings[n]) ? code : clampCode(ranges, n, next(n, code, readings[n]!))));
      step++;
      const moves =
        law === 'proportional' && codes.some((code, n) => Math.max(code, before[n]!) > FAR * Math.max(Math.min(code, before[n]!), 1));
      if (step === most && (moves || waits()) && most < steps + MORE_STEPS) most++;
    },
    result: (): CodeSearchResult => ({
      ...resultOf(ranges, codes.slice(), new Float64Array(codes.length).fill(NaN)),
      status: Array.from(codes, () => 'ok' as const),
    }),
  };
}
