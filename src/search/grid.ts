/**
 * Exhaustive search: every code of the range in equal strides, all circuits alike; the code whose reading came nearest to the target wins, the smallest of equals. For trims of a
 * few bits, for characteristics that are neither monotone nor unimodal, and as the truth against which cheaper searches are tested.
 */
import { InternalError } from '../base/index.ts';
import { clampCode, rangesOf, resultOf, type CodeSearch, type CodeSearchSpec } from './code-search.ts';

/** The search, as many steps as the largest range has strides. */
export function gridSearch(spec: CodeSearchSpec, { stride = 1 }: { readonly stride?: number } = {}): CodeSearch {
  const ranges = rangesOf(spec);
  const { circuits, target } = ranges;
  if (!(stride >= 1)) throw new InternalError('a grid needs a stride of at least 1 code');
  const largest = ranges.highest.reduce((most, top, n) => Math.max(most, top - ranges.lowest[n]!), 0);
  const steps = Math.floor(largest / stride) + 1;
  const bestCodes = ranges.lowest.slice();
  const bestReadings = new Float64Array(circuits).fill(NaN);
  let step = 0;
  const codesNow = (): Int32Array => ranges.lowest.map((lowest, n) => clampCode(ranges, n, lowest + step * stride));
  return {
    steps,
    get done() {
      return step >= steps;
    },
    ask: codesNow,
    tell(readings) {
      if (step >= steps) throw new InternalError('the search is over');
      const codes = codesNow();
      for (let n = 0; n < circuits; n++) {
        const distance = Math.abs(readings[n]! - target[n]!);
        if (Number.isNaN(distance) || distance >= Math.abs(bestReadings[n]! - target[n]!)) continue;
        bestReadings[n] = readings[n]!;
        bestCodes[n] = codes[n]!;
      }
      step++;
    },
    result: () => resultOf(ranges, bestCodes.slice(), bestReadings.slice()),
  };
}
