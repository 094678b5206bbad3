/**
 * Any search over codes, made careful: each asked code is read several times and the search is told the mean, and when it is over its answer is read afresh. Only the fresh
 * readings are reported, so that choosing and judging share no noise: the best of many noisy readings is mostly luck (the winner's curse).
 */
import { InternalError } from '../base/index.ts';
import { rangesOf, resultOf, type CodeSearch, type CodeSearchSpec } from './code-search.ts';

export interface CarefulOptions {
  /** Readings of every asked code, 1 unless given. */
  readonly repeats?: number;
  /** Fresh readings of the answer, 2 unless given. */
  readonly verify?: number;
  /** Write-and-read steps at the most, fresh readings included; no limit unless given. The search is cut off where they run out. */
  readonly budget?: number;
}

/** `search` over `spec`, read with care. Throws InternalError for a budget that leaves no room for the search. */
export function carefulSearch(
  spec: CodeSearchSpec,
  search: CodeSearch,
  { repeats = 1, verify = 2, budget = Infinity }: CarefulOptions = {},
): CodeSearch {
  const ranges = rangesOf(spec);
  const searched = Math.min(search.steps, Math.floor((budget - verify) / repeats));
  if (!(repeats >= 1) || !(verify >= 1) || !(searched >= 1)) {
    throw new InternalError('a careful search needs at least one reading per code, one fresh one, and a budget for both');
  }
  let taken = 0;
  let pending: Float64Array[] = [];
  const fresh: Float64Array[] = [];
  let answer: Int32Array | undefined;
  const finishIfOver = (): void => {
    if (search.done || taken >= searched) answer ??= search.done ? search.result().codes : search.ask();
  };
  return {
    steps: searched * repeats + verify,
    get done() {
      return fresh.length >= verify;
    },
    ask: () => answer?.slice() ?? search.ask(),
    tell(readings) {
      if (this.done) throw new InternalError('the search is over');
      if (answer !== undefined) {
        fresh.push(readings.slice());
        return;
      }
      pending.push(readings.slice());
      if (pending.length < repeats) return;
      search.tell(meanOf(pending));
      pending = [];
      taken++;
      finishIfOver();
    },
    result() {
      if (!this.done) throw new InternalError('the search is not over');
      return resultOf(ranges, answer!.slice(), meanOf(fresh));
    },
  };
}

/** Mean over the rows of what is finite or points to a side; NaN where no row says anything. */
function meanOf(rows: readonly Float64Array[]): Float64Array {
  return rows[0]!.map((_, n) => {
    const said = rows.map((row) => row[n]!).filter((value) => !Number.isNaN(value));
    return said.length === 0 ? NaN : said.reduce((sum, value) => sum + value, 0) / said.length;
  });
}
