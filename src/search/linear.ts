/**
 * Linear search: every circuit starts at one end of its range (or at given codes) and walks towards its target by equal steps until its reading has crossed it; of the two
 * codes around the crossing the nearer one wins. Slow, but it never jumps: for quantities whose circuits misbehave when their code moves far at once, and the plainest
 * of all baselines.
 * Source: BrainScaleS-2's calibration library (calix), LinearSearch: at most 50 steps, stops on crossing.
 */
import { InternalError } from '../base/index.ts';
import { clampCode, rangesOf, resultOf, type CodeSearch, type CodeSearchSpec } from './code-search.ts';

export interface LinearOptions {
  /** Codes per step, 1 unless given. */
  readonly stride?: number;
  /** Steps at the most, 50 unless given; a circuit that has not crossed by then keeps the nearest code that it saw. */
  readonly most?: number;
  /** Where to start; the end of the range with the lowest reading unless given. */
  readonly start?: Int32Array;
}

/** The search. `steps` is the most that it takes: it is over as soon as every circuit has crossed its target. */
export function linearSearch(spec: CodeSearchSpec, { stride = 1, most = 50, start }: LinearOptions = {}): CodeSearch {
  const ranges = rangesOf(spec);
  const { circuits, target, direction } = ranges;
  if (!(stride >= 1) || !(most >= 2)) throw new InternalError('a linear search needs a stride of at least 1 code and 2 steps');
  const codes = Int32Array.from({ length: circuits }, (_, n) =>
    clampCode(ranges, n, start?.[n] ?? (direction > 0 ? ranges.lowest[n]! : ranges.highest[n]!)),
  );
  const bestCodes = codes.slice();
  const bestReadings = new Float64Array(circuits).fill(NaN);
  // the side of the target on which a circuit began: 0 until a reading tells
  const side = new Int8Array(circuits);
  const over = new Uint8Array(circuits);
  let step = 0;
  return {
    steps: most,
    get done() {
      return step >= most || over.every((value) => value === 1);
    },
    ask: () => codes.slice(),
    tell(readings) {
      if (this.done) throw new InternalError('the search is over');
      for (let n = 0; n < circuits; n++) {
        const reading = readings[n]!;
        if (over[n] === 1 || Number.isNaN(reading)) continue;
        const best = bestReadings[n]!;
        if (Number.isNaN(best) || Math.abs(reading - target[n]!) < Math.abs(best - target[n]!)) {
          bestReadings[n] = reading;
          bestCodes[n] = codes[n]!;
        }
        const now = Math.sign(target[n]! - reading);
        if (side[n] === 0) side[n] = now;
        const moved = clampCode(ranges, n, codes[n]! + side[n]! * direction * stride);
        if (now !== side[n] || now === 0 || moved === codes[n]) over[n] = 1;
        else codes[n] = moved;
      }
      // a circuit that is over waits at its answer
      over.forEach((value, n) => (codes[n] = value === 1 ? bestCodes[n]! : codes[n]!));
      step++;
    },
    result: () => resultOf(ranges, bestCodes.slice(), bestReadings.slice()),
  };
}
