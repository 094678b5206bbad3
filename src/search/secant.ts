/**
 * Refinement of a coarse search by a local straight line. Around the code that the coarse search found each circuit probes codes on both sides, fits
 *   reading = level + slope * (code - centre)
 * over all its probes (robustly, see local-lines.ts) and takes the code where the line meets the target. Averaging beats luck: with read noise s and n probes the level is
 * known to s / sqrt(n), while the best of n readings, chosen by itself, keeps the noise of one.
 *   - Probes lie at equal distances on both sides in turn, so an error of the slope hardly moves the answer; halfway the centre follows the line once, which repairs coarse
 *     errors of a few probe distances.
 *   - Distances and sides differ from circuit to circuit: a block never stands on one code, and the disturbance by neighbours is averaged as well.
 *   - The final codes are read afresh, and only those readings are reported. Choosing and judging never share noise.
 */
import { Chance, InternalError } from '../base/index.ts';
import {
  clampCode,
  type CodeSearch,
  type CodeSearchResult,
  type CodeSearchSpec,
  rangesOf,
  type CircuitRanges,
  resultOf,
} from './code-search.ts';
import { localLines, type LocalLines } from './local-lines.ts';
import { type DitherOptions, ditheredSearch } from './noisy-binary.ts';

export interface RefineOptions {
  readonly seed: number;
  /** Probes per circuit, an even number of at least 4, 8 unless given. */
  readonly probes?: number;
  /** Largest distance of a probe from the centre, in codes; 1/64 of the largest range but at least 2 unless given. */
  readonly span?: number;
  /** Fresh readings of the final codes, 2 unless given. */
  readonly verify?: number;
  /** Readings are proportional to the code: circuits that need other codes have other slopes, but alike in slope x code. */
  readonly proportional?: boolean;
}

/** Result with an estimate of how well each answer is known. */
export interface RefinedResult extends CodeSearchResult {
  /** Standard error of the line at the final code, unit of the readings: what noise leaves open. It knows nothing of a reader's systematic errors or of the last write. */
  readonly uncertainty: Float64Array;
  /** Fitted change of the reading per code. */
  readonly slope: Float64Array;
}

/** Dithered binary search followed by the refinement: the search of choice for a noisy array with crosstalk. */
export function refinedSearch(spec: CodeSearchSpec, options: RefineOptions & DitherOptions): RefinedSearch {
  return new RefinedSearch(spec, ditheredSearch(spec, options), options);
}

/** Refinement after any coarse search over the same specification, which it drives first. */
export class RefinedSearch implements CodeSearch {
  readonly steps: number;
  readonly #ranges: CircuitRanges;
  readonly #coarse: CodeSearch;
  readonly #probes: number;
  readonly #span: number;
  readonly #verify: number;
  readonly #proportional: boolean;
  readonly #chance: Chance;
  readonly #probed: { readonly codes: Int32Array[]; readonly readings: Float64Array[] } = { codes: [], readings: [] };
  readonly #fresh: Float64Array[] = [];
  #centre: Int32Array;
  #lines: LocalLines | undefined;

  constructor(spec: CodeSearchSpec, coarse: CodeSearch, { seed, probes = 8, span, verify = 2, proportional = false }: RefineOptions) {
    this.#ranges = rangesOf(spec);
    const largest = this.#ranges.highest.reduce((most, highest, i) => Math.max(most, highest - this.#ranges.lowest[i]! + 1), 1);
    this.#coarse = coarse;
    this.#probes = probes;
    this.#span = span ?? Math.max(2, Math.round(largest / 64));
    this.#verify = verify;
    this.#proportional = proportional;
    if (probes < 4 || probes % 2 !== 0 || this.#span < 1 || verify < 1) {
      throw new InternalError(
        'a refinement needs an even number of at least 4 probes, a span of at least 1 code and at least 1 fresh reading',
      );
    }
    // substream 1: the coarse search draws its dither from 0
    this.#chance = new Chance(seed, 'search', 1);
    this.#centre = coarse.done ? coarse.result().codes : coarse.ask();
    this.steps = coarse.steps + probes + verify;
  }

  get done(): boolean {
    return this.#fresh.length >= this.#verify;
  }

  ask(): Int32Array {
    if (!this.#coarse.done) return this.#coarse.ask();
    return this.#probed.codes.length < this.#probes ? this.#probeCodes(this.#probed.codes.length) : this.#centre.slice();
  }

  tell(readings: Float64Array): void {
    if (this.done) throw new InternalError('the search is over');
    if (readings.length !== this.#ranges.circuits) {
      throw new InternalError(`${String(readings.length)} readings for ${String(this.#ranges.circuits)} circuits`);
    }
    if (!this.#coarse.done) {
      this.#coarse.tell(readings);
      if (this.#coarse.done) this.#centre = this.#coarse.result().codes;
      return;
    }
    if (this.#probed.codes.length === this.#probes) {
      this.#fresh.push(readings.slice());
      return;
    }
    this.#probed.codes.push(this.ask());
    this.#probed.readings.push(readings.slice());
    if (this.#probed.codes.length === this.#probes / 2 || this.#probed.codes.length === this.#probes) this.#followLines();
  }

  result(): RefinedResult {
    if (!this.done || this.#lines === undefined) throw new InternalError('the search is not over');
    const { errorAt, slope } = this.#lines;
    const readings = Float64Array.from(this.#centre, (_, i) => meanOfFinite(this.#fresh.map((row) => row[i]!)));
    return {
      ...resultOf(this.#ranges, this.#centre.slice(), readings),
      uncertainty: Float64Array.from(this.#centre, (code, i) => errorAt(i, code)),
      slope: slope.slice(),
    };
  }

  /** Two probes of a pair lie at one distance on opposite sides; the side that comes first and the distance are drawn per circuit. */
  #probeCodes(probe: number): Int32Array {
    const pair = probe >> 1;
    const least = Math.ceil(this.#span / 2);
    return this.#centre.map((centre, i) => {
      const distance = least + this.#chance.integer(i, 2 * pair, this.#span - least + 1);
      const first = this.#chance.integer(i, 2 * pair + 1, 2) === 0 ? 1 : -1;
      return clampCode(this.#ranges, i, centre + (probe % 2 === 0 ? first : -first) * distance);
    });
  }

  /** Moves every centre to where its line meets the target, never further than twice the distance over which the line was measured. */
  #followLines(): void {
    const centre = this.#centre;
    const lines = localLines(this.#probed, centre, this.#ranges.direction, this.#proportional);
    const reach = 2 * this.#span;
    this.#lines = lines;
    this.#centre = centre.map((code, i) => {
      const move = (this.#ranges.target[i]! - lines.level[i]!) / lines.slope[i]!;
      return Number.isNaN(move) ? code : clampCode(this.#ranges, i, code + Math.round(Math.min(reach, Math.max(-reach, move))));
    });
  }
}

function meanOfFinite(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  return finite.reduce((sum, value) => sum + value, 0) / finite.length;
}
