/**
 * Is an offered load carried? What is offered and not yet accepted is the backlog (source queues and network together); a network that carries its load has one that comes and goes.
 * With d_k = offered - accepted in batch k of 20 equal ones of the measured span, a load is past saturation when
 *   the backlog is larger at the end of every quarter of the span than at its beginning,
 *   sum d is at least 2 % of what was offered, and
 *   mean d is more than 3.5 standard errors above 0   (s / sqrt(20) of the d_k; a backlog that comes and goes makes them alternate, so the error is rather too large for a carried load);
 * or, whatever the quarters did, when 5 % are missing by more than 3.5 standard errors: a burst that is not worked off, and steady losses of bounded queues.
 * Mean latency alone does not tell: its limit is reached after a time that grows with the distance to saturation, and short spans end before.
 */

/** Counts of a span, in 20 batches of equal length. */
export interface Batches {
  readonly offered: ArrayLike<number>;
  readonly accepted: ArrayLike<number>;
}

/** Batches that `whyNotCarried` wants. */
export const LOAD_BATCHES = 20;
const QUARTERS = 4;
const LEAST = 0.02; // of the offered load
const MUCH = 0.05;
const ERRORS = 3.5;

/** Why a load is not carried, in words; undefined when it is. `what` names what is counted, `flits`. */
export function whyNotCarried({ offered, accepted }: Batches, what: string): string | undefined {
  const missing = Array.from(offered, (count, batch) => count - accepted[batch]!);
  const total = Array.from(offered).reduce((sum, count) => sum + count, 0);
  const lacking = missing.reduce((sum, count) => sum + count, 0);
  if (total === 0 || lacking < LEAST * total) return undefined;
  const batches = missing.length;
  const mean = lacking / batches;
  const variance = missing.reduce((sum, count) => sum + (count - mean) * (count - mean), 0) / (batches - 1);
  if (mean <= ERRORS * Math.sqrt(variance / batches)) return undefined;
  const grew = Array.from({ length: QUARTERS }, (_, quarter) =>
    missing.slice((quarter * batches) / QUARTERS, ((quarter + 1) * batches) / QUARTERS).reduce((sum, count) => sum + count, 0),
  ).every((change) => change > 0);
  if (!grew && lacking < MUCH * total) return undefined;
  const share = `only ${((100 * (total - lacking)) / total).toFixed(1)} % of the offered ${what} were accepted`;
  return grew ? `${share}, the backlog grew in every quarter of the span` : share;
}
