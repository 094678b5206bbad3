/**
 * Golden-section search: for a reading that is nearest to its target somewhere inside the range and departs from it on both sides, rising or not (an amplitude that has to be as
 * large as possible has a target of Infinity beyond it: give the largest reading that there can be). Per step the bracket shrinks by 0.618; no slope and no sign is needed.
 * Source: Kiefer 1953, "Sequential minimax search for a maximum".
 */
import { InternalError, log } from '../base/index.ts';
import { clampCode, rangesOf, resultOf, type CodeSearch, type CodeSearchSpec } from './code-search.ts';

/** (sqrt(5) - 1) / 2. */
const GOLDEN = 0.6180339887498949;

/** The search, 2 + ceil(log(N) / log(1.618)) steps for a range of N codes. Minimises |reading - target|; a circuit without a reading counts as far off. */
export function goldenSectionSearch(spec: CodeSearchSpec): CodeSearch {
  const ranges = rangesOf(spec);
  const { circuits, target } = ranges;
  const low = Float64Array.from(ranges.lowest);
  const high = Float64Array.from(ranges.highest);
  const largest = high.reduce((most, top, n) => Math.max(most, top - low[n]! + 1), 2);
  const steps = 2 + Math.ceil(log(largest) / -log(GOLDEN));
  // distances at the two inner points; NaN where not yet read
  const left = new Float64Array(circuits).fill(NaN);
  const right = new Float64Array(circuits).fill(NaN);
  const codes = new Int32Array(circuits);
  const asksLeft = new Uint8Array(circuits);
  const bestCodes = new Int32Array(circuits);
  const bestReadings = new Float64Array(circuits).fill(NaN);
  let step = 0;
  const innerLeft = (n: number): number => high[n]! - GOLDEN * (high[n]! - low[n]!);
  const innerRight = (n: number): number => low[n]! + GOLDEN * (high[n]! - low[n]!);
  const choose = (n: number): void => {
    asksLeft[n] = Number.isNaN(left[n]) ? 1 : 0;
    codes[n] = clampCode(ranges, n, Math.round(asksLeft[n] === 1 ? innerLeft(n) : innerRight(n)));
  };
  for (let n = 0; n < circuits; n++) choose(n);
  bestCodes.set(codes);
  return {
    steps,
    get done() {
      return step >= steps;
    },
    ask: () => codes.slice(),
    tell(readings) {
      if (step >= steps) throw new InternalError('the search is over');
      for (let n = 0; n < circuits; n++) {
        const distance = Number.isNaN(readings[n]) ? Infinity : Math.abs(readings[n]! - target[n]!);
        if (Number.isFinite(distance) && !(distance >= Math.abs(bestReadings[n]! - target[n]!))) {
          bestReadings[n] = readings[n]!;
          bestCodes[n] = codes[n]!;
        }
        (asksLeft[n] === 1 ? left : right)[n] = distance;
        if (!Number.isNaN(left[n]) && !Number.isNaN(right[n])) {
          if (left[n]! <= right[n]!) {
            high[n] = innerRight(n);
            right[n] = left[n]!;
            left[n] = NaN;
          } else {
            low[n] = innerLeft(n);
            left[n] = right[n]!;
            right[n] = NaN;
          }
        }
        choose(n);
      }
      step++;
    },
    result: () => resultOf(ranges, bestCodes.slice(), bestReadings.slice()),
  };
}
