/**
 * The interface of every search over codes. A search knows numbers only: it asks for codes, one per circuit, is told what was read with them, and decides. Whoever drives it
 * owns the chip, so the same search runs on an emulated die, on silicon or on a ten-line fake:
 *   while (!search.done) { await write(search.ask()); search.tell(await read()); }
 * All circuits move in parallel, each within its own range towards its own target. A reading of +-Infinity means "far above" or "far below"; NaN means that nothing could be
 * read: the circuit stays where it is for that step, and one that never gave a number ends as 'not reached'.
 */
import { InternalError } from '../base/index.ts';

/** What is searched. Scalars hold for all circuits. */
export interface CodeSearchSpec {
  readonly circuits: number;
  /** Range of codes, both ends included. */
  readonly lowest: number | Int32Array;
  readonly highest: number | Int32Array;
  /** Wanted reading, in the unit of the readings. */
  readonly target: number | Float64Array;
  /** Does the reading rise with the code? */
  readonly rising: boolean;
  /** Circuits that end further from the target than this are 'not reached'; no limit unless given. Unit of the readings. */
  readonly tolerance?: number;
}

/** 'at limit' wins over the tolerance: a circuit at the end of its range is suspect even when its residual is small. */
export type SearchStatus = 'ok' | 'at limit' | 'not reached';

/** One entry per circuit in every array. */
export interface CodeSearchResult {
  readonly codes: Int32Array;
  /** The reading that stands for the code, and its distance from the target; NaN where nothing was read. */
  readonly readings: Float64Array;
  readonly residuals: Float64Array;
  readonly status: readonly SearchStatus[];
}

export interface CodeSearch {
  /** Codes to write next. The same array content until `tell` is called; the caller may keep it. */
  ask(): Int32Array;
  /** Readings for the codes asked last. */
  tell(readings: Float64Array): void;
  readonly done: boolean;
  /** Steps (write and read) that the whole search takes; known beforehand, so it can be billed. */
  readonly steps: number;
  /** Only once done. */
  result(): CodeSearchResult;
}

/** Drives a search to its end with a synchronous measurement: for fakes and models. Returns its result. */
export function runSearch(search: CodeSearch, measure: (codes: Int32Array) => Float64Array): CodeSearchResult {
  while (!search.done) search.tell(measure(search.ask()));
  return search.result();
}

/** The specification with every scalar spread over the circuits. */
export interface CircuitRanges {
  readonly circuits: number;
  readonly lowest: Int32Array;
  readonly highest: Int32Array;
  readonly target: Float64Array;
  /** +1 when the reading rises with the code, else -1. */
  readonly direction: 1 | -1;
  readonly tolerance: number;
}

/** Checks and spreads a specification. Throws InternalError when an array has another length or a range is empty. */
export function rangesOf(spec: CodeSearchSpec): CircuitRanges {
  const { circuits } = spec;
  const lowest = typeof spec.lowest === 'number' ? new Int32Array(circuits).fill(spec.lowest) : spec.lowest;
  const highest = typeof spec.highest === 'number' ? new Int32Array(circuits).fill(spec.highest) : spec.highest;
  const target = typeof spec.target === 'number' ? new Float64Array(circuits).fill(spec.target) : spec.target;
  if (lowest.length !== circuits || highest.length !== circuits || target.length !== circuits) {
    throw new InternalError(`a search over ${String(circuits)} circuits needs as many ranges and targets`);
  }
  if (lowest.some((code, i) => code > highest[i]!)) throw new InternalError('a search needs ranges that hold at least one code');
  return { circuits, lowest, highest, target, direction: spec.rising ? 1 : -1, tolerance: spec.tolerance ?? Infinity };
}

/** A code brought into the range of its circuit. */
export function clampCode(ranges: CircuitRanges, circuit: number, code: number): number {
  return Math.min(ranges.highest[circuit]!, Math.max(ranges.lowest[circuit]!, code));
}

/** The result for final codes and their readings. */
export function resultOf(ranges: CircuitRanges, codes: Int32Array, readings: Float64Array): CodeSearchResult {
  const residuals = readings.map((reading, i) => reading - ranges.target[i]!);
  const status = Array.from(codes, (code, i): SearchStatus => {
    if (!Number.isFinite(residuals[i])) return 'not reached';
    if (code === ranges.lowest[i] || code === ranges.highest[i]) return 'at limit';
    return Math.abs(residuals[i]!) <= ranges.tolerance ? 'ok' : 'not reached';
  });
  return { codes, readings, residuals, status };
}
