/**
 * Binary search over codes, all circuits in parallel. Every circuit starts in the middle of its range and moves by N/4, N/8, ..., 1, 1 codes towards its target; the reading
 * closest to the target among the last ones wins. It takes ceil(log2 N) + 2 steps and keeps the best of 3.
 * This is the plain search: all circuits of a range start on one code and pass through few others, so where equal codes disturb one another they are calibrated against a
 * disturbance that later vanishes. Kept as the baseline of that experiment and for quantities that each circuit has alone; else use the dithered one.
 * Source: BrainScaleS-2's calibration library (calix), BinarySearch.
 */
import { InternalError } from '../base/index.ts';
import {
  type CircuitRanges,
  clampCode,
  type CodeSearch,
  type CodeSearchResult,
  type CodeSearchSpec,
  rangesOf,
  resultOf,
} from './code-search.ts';

/** Plain binary search. */
export function binarySearch(spec: CodeSearchSpec): CodeSearch {
  const ranges = rangesOf(spec);
  return new HalvingSearch(ranges, middleCodes(ranges), halvings(ranges) + 2, 3);
}

/** The code in the middle of each range. */
export function middleCodes(ranges: CircuitRanges): Int32Array {
  return ranges.lowest.map((lowest, i) => lowest + Math.ceil((ranges.highest[i]! - lowest) / 2));
}

/** ceil(log2 N) for the largest range of N codes. */
export function halvings(ranges: CircuitRanges): number {
  const largest = ranges.lowest.reduce((most, lowest, i) => Math.max(most, ranges.highest[i]! - lowest + 1), 1);
  let count = 0;
  while (2 ** count < largest) count++;
  return count;
}

/**
 * Steps that halve, from given starting codes. `steps` readings are taken; the answer is the code of the best of the last `keep`.
 * The move after reading k (from 0) is ceil(N / 2^(k + 2)) codes, at least 1.
 */
export class HalvingSearch implements CodeSearch {
  readonly steps: number;
  readonly #ranges: CircuitRanges;
  readonly #keep: number;
  #codes: Int32Array;
  #step = 0;
  readonly #bestCodes: Int32Array;
  readonly #bestReadings: Float64Array;

  constructor(ranges: CircuitRanges, start: Int32Array, steps: number, keep: number) {
    this.#ranges = ranges;
    this.#codes = start.map((code, i) => clampCode(ranges, i, code));
    this.steps = steps;
    this.#keep = keep;
    this.#bestCodes = this.#codes.slice();
    this.#bestReadings = new Float64Array(ranges.circuits).fill(NaN);
  }

  get done(): boolean {
    return this.#step >= this.steps;
  }

  ask(): Int32Array {
    return this.#codes.slice();
  }

  tell(readings: Float64Array): void {
    if (this.done) throw new InternalError('the search is over');
    if (readings.length !== this.#ranges.circuits)
      throw new InternalError(`${String(readings.length)} readings for ${String(this.#ranges.circuits)} circuits`);
    if (this.#step >= this.steps - this.#keep) this.#keepBest(readings);
    this.#codes = this.#codes.map((code, i) => this.#next(i, code, readings[i]!));
    this.#step++;
  }

  result(): CodeSearchResult {
    if (!this.done) throw new InternalError('the search is not over');
    return resultOf(this.#ranges, this.#bestCodes.slice(), this.#bestReadings.slice());
  }

  #next(circuit: number, code: number, reading: number): number {
    const { lowest, highest, target, direction } = this.#ranges;
    if (Number.isNaN(reading)) return code;
    const span = highest[circuit]! - lowest[circuit]! + 1;
    const move = Math.max(1, Math.ceil(span / 2 ** (this.#step + 2)));
    const upwards = reading < target[circuit]! ? direction : -direction;
    return clampCode(this.#ranges, circuit, code + upwards * move);
  }

  #keepBest(readings: Float64Array): void {
    readings.forEach((reading, i) => {
      const target = this.#ranges.target[i]!;
      const best = this.#bestReadings[i]!;
      // an infinite reading still tells the side: its code stands until a finite one comes
      if (Number.isNaN(reading) || (!Number.isNaN(best) && Math.abs(reading - target) >= Math.abs(best - target))) return;
      this.#bestReadings[i] = reading;
      this.#bestCodes[i] = this.#codes[i]!;
    });
  }
}
